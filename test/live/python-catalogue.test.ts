import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import frameworks from '../../generated/python.ts';
import { type Program, prove } from './proof.ts';

const asgi = `
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})
`;
const wsgi = `
def app(environ, start_response):
    start_response("200 OK", [])
    return [b"ok"]
`;
const given = { host: '127.0.0.1', port: 8123 };
const keywords = 'host=HOST, port=PORT';

const programs: Readonly<Record<string, readonly Program[]>> = {
  aiosmtpd: [
    {
      entry: 'aiosmtpd.controller.Controller(handler).start()',
      needs: 'aiosmtpd',
      stated: 'hostname=HOST, port=PORT',
      source: `from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Debugging
def listen():
    controller = Controller(Debugging(), ADDRESS)
    controller.start()
    hold()`,
    },
    {
      entry: 'python -m aiosmtpd -n',
      needs: 'aiosmtpd',
      command: ['python3', '-m', 'aiosmtpd', '-n'],
      stated: ['-l', 'localhost:8124'],
      // Nobody else writes it so.
      any: ['-l', ':::8124'],
    },
  ],
  asyncssh: [
    {
      entry: "await asyncssh.listen(host='', port=...)",
      needs: 'asyncssh',
      stated: keywords,
      source: `import asyncio, asyncssh
KEY = asyncssh.generate_private_key("ssh-ed25519")
async def serve():
    server = await asyncssh.listen(server_host_keys=[KEY], ADDRESS)
    hold()
def listen():
    asyncio.run(serve())`,
    },
    {
      entry: 'await asyncssh.create_server(server_factory, host, port)',
      needs: 'asyncssh',
      bare: 'server_host_keys=[KEY]',
      stated: 'HOST, PORT, server_host_keys=[KEY]',
      source: `import asyncio, asyncssh
KEY = asyncssh.generate_private_key("ssh-ed25519")
async def serve():
    server = await asyncssh.create_server(asyncssh.SSHServer, ADDRESS)
    hold()
def listen():
    asyncio.run(serve())`,
    },
  ],
  bottle: [
    {
      entry: "bottle.run(host='127.0.0.1', port=8080, server='wsgiref')",
      needs: 'bottle',
      stated: keywords,
      source: 'import bottle\ndef listen():\n    bottle.run(ADDRESS)\n    hold()',
    },
    {
      entry: 'bottle.Bottle().run(host=..., port=...)',
      needs: 'bottle',
      stated: keywords,
      source: 'import bottle\napp = bottle.Bottle()\ndef listen():\n    app.run(ADDRESS)\n    hold()',
    },
    {
      entry: 'python -m bottle MODULE:APP',
      needs: 'bottle',
      command: ['python3', '-m', 'bottle', 'application:wsgi'],
      stated: ['-b', 'localhost:8124'],
    },
  ],
  cheroot: [
    {
      entry: 'cheroot.wsgi.Server((host, port), app).start()',
      needs: 'cheroot',
      given,
      source: `import cheroot.wsgi${wsgi}
def listen():
    server = cheroot.wsgi.Server((HOST, PORT), app)
    server.start()
    hold()`,
    },
    {
      entry: 'cheroot MODULE:APP',
      needs: 'cheroot',
      command: ['python3', '-m', 'cheroot', 'application:wsgi'],
      stated: ['--bind', 'localhost:8124'],
    },
  ],
  cherrypy: [
    {
      entry: 'cherrypy.quickstart(Root())',
      needs: 'CherryPy',
      source: `import cherrypy
class Root:
    pass
def listen():
    cherrypy.quickstart(Root())
    hold()`,
    },
    {
      entry: 'cherrypy.engine.start(); cherrypy.engine.block()',
      needs: 'CherryPy',
      source: 'import cherrypy\ndef listen():\n    cherrypy.engine.start()\n    hold()',
    },
    {
      entry: "cherrypy.config.update({'server.socket_host': ..., 'server.socket_port': ...})",
      needs: 'CherryPy',
      given,
      source: `import cherrypy
def listen():
    cherrypy.config.update({"server.socket_host": HOST, "server.socket_port": PORT})
    cherrypy.engine.start()
    hold()`,
    },
  ],
  daphne: [
    {
      entry: "daphne.server.Server(app, endpoints=['tcp:port=8000:interface=127.0.0.1']).run()",
      needs: 'daphne',
      given,
      bare: 'f"tcp:port={PORT}:interface={HOST}"',
      stated: 'f"tcp:port={PORT}:interface={HOST}"',
      // Twisted wants its colons escaped.
      any: 'f"tcp:port={PORT}:interface=\\\\:\\\\:"',
      source: `import daphne.server${asgi}
def listen():
    server = daphne.server.Server(app, endpoints=[ADDRESS])
    server.run()
    hold()`,
    },
    {
      entry: 'daphne -b ADDR -p PORT MODULE:APP',
      needs: 'daphne',
      command: ['daphne', 'ADDRESS', 'application:asgi'],
      stated: ['-b', 'localhost', '-p', '8124'],
    },
    {
      entry: 'daphne -e ENDPOINT MODULE:APP',
      needs: 'daphne',
      given: { port: 8123 },
      command: ['daphne', '-e', 'ADDRESS', 'application:asgi'],
      bare: 'tcp:8123',
      stated: 'tcp:8124:interface=localhost',
      any: 'tcp:8124:interface=\\:\\:',
    },
  ],
  dask: [
    {
      entry: "LocalCluster(dashboard_address=':8787')",
      needs: 'distributed',
      stated: 'dashboard_address=f"{HOST}:{PORT}"',
      source: `from dask.distributed import LocalCluster
def listen():
    cluster = LocalCluster(n_workers=0, processes=False, ADDRESS)
    hold()`,
    },
    {
      entry: 'dask-scheduler',
      needs: 'distributed',
      command: ['dask-scheduler'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
    {
      entry: 'dask scheduler',
      needs: 'distributed',
      command: ['dask', 'scheduler'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
  ],
  debugpy: [
    {
      entry: 'debugpy.listen(5678) / debugpy.listen((host, port))',
      needs: 'debugpy',
      given: { port: 8123 },
      bare: 'PORT',
      stated: '(HOST, PORT)',
      // It gives its second process ten seconds to start, which a busy machine may need for others.
      source: `import debugpy
from debugpy.common import sockets
create_server = sockets.create_server
sockets.create_server = lambda host, port=0, **limits: create_server(host, port)
def listen():
    debugpy.listen(ADDRESS)
    hold()`,
    },
    {
      entry: 'python -m debugpy --listen [HOST:]PORT FILE',
      needs: 'debugpy',
      given: { port: 8123 },
      command: ['python3', '-m', 'debugpy', '--wait-for-client', '--listen', 'ADDRESS', 'application.py'],
      bare: '8123',
      stated: 'localhost:8124',
    },
  ],
  distributed: [
    {
      entry: "LocalCluster(dashboard_address=':8787')",
      needs: 'distributed',
      stated: 'dashboard_address=f"{HOST}:{PORT}"',
      source: `from distributed import LocalCluster
def listen():
    cluster = LocalCluster(n_workers=0, processes=False, ADDRESS)
    hold()`,
    },
  ],
  eventlet: [
    {
      entry: 'eventlet.listen((host, port)); eventlet.wsgi.server(sock, app)',
      needs: 'eventlet',
      given,
      source: 'import eventlet\ndef listen():\n    listener = eventlet.listen((HOST, PORT))\n    hold()',
    },
  ],
  flask_socketio: (['threading', 'gevent', 'eventlet'] as const).map((mode) => ({
    entry: 'socketio.run(app, host=None, port=None)',
    variant: mode,
    needs: 'Flask-SocketIO',
    ...(mode !== 'threading' && { raises: 'OSError' }),
    stated: keywords,
    source: `import flask, flask_socketio
app = flask.Flask(__name__)
socketio = flask_socketio.SocketIO(app, async_mode="${mode}")
def listen():
    socketio.run(app, ${mode === 'threading' ? 'allow_unsafe_werkzeug=True, ' : ''}ADDRESS)
    hold()`,
  })),
  gevent: [
    {
      entry: 'gevent.pywsgi.WSGIServer(listener, app).serve_forever()',
      needs: 'gevent',
      given: { port: 8123 },
      bare: 'PORT',
      stated: '(HOST, PORT)',
      source: `import gevent.pywsgi${wsgi}
def listen():
    server = gevent.pywsgi.WSGIServer(ADDRESS, app)
    server.serve_forever()
    hold()`,
    },
  ],
  grpc: [
    {
      entry: "server.add_insecure_port('[::]:50051'); server.start()",
      needs: 'grpcio',
      given: { host: '127.0.0.1' },
      bare: 'HOST',
      stated: 'f"{HOST}:{PORT}"',
      source: `import concurrent.futures, grpc
def listen():
    server = grpc.server(concurrent.futures.ThreadPoolExecutor())
    server.add_insecure_port(ADDRESS)
    server.start()
    hold()`,
    },
  ],
  hug: [
    {
      entry: "hug.API(__name__).http.serve(host='', port=8000)",
      needs: 'hug',
      stated: keywords,
      source: 'import hug\napi = hug.API(__name__)\ndef listen():\n    api.http.serve(ADDRESS)\n    hold()',
    },
    {
      entry: 'hug -f FILE',
      needs: 'hug',
      command: ['hug', '-f', 'api.py'],
      stated: ['--host', 'localhost', '-p', '8124'],
    },
  ],
  hypercorn: [
    {
      entry: 'await hypercorn.asyncio.serve(app, config)',
      needs: 'hypercorn',
      bare: 'pass',
      stated: 'config.bind = [f"{HOST}:{PORT}"]',
      source: `import asyncio, hypercorn.asyncio, hypercorn.config${asgi}
def listen():
    config = hypercorn.config.Config()
    ADDRESS
    asyncio.run(hypercorn.asyncio.serve(app, config))
    hold()`,
    },
    {
      entry: 'hypercorn.run.run(config)',
      needs: 'hypercorn',
      bare: 'pass',
      stated: 'config.bind = [f"{HOST}:{PORT}"]',
      source: `import hypercorn.config, hypercorn.run
def listen():
    config = hypercorn.config.Config()
    config.application_path = "application:asgi"
    ADDRESS
    hypercorn.run.run(config)
    hold()`,
    },
    {
      entry: 'hypercorn MODULE:APP',
      needs: 'hypercorn',
      command: ['python3', '-m', 'hypercorn', 'application:asgi'],
      stated: ['-b', 'localhost:8124'],
    },
  ],
  jupyter: [
    {
      entry: 'jupyter server',
      needs: 'jupyter-server',
      command: ['jupyter', 'server', '--no-browser', '--allow-root'],
      stated: ['--ip=localhost', '--port=8124'],
    },
    {
      entry: 'jupyter-lab',
      needs: 'jupyter-server',
      command: ['jupyter-server', '--no-browser', '--allow-root'],
      stated: ['--ip=localhost', '--port=8124'],
    },
  ],
  livereload: [
    {
      entry: 'livereload.Server().serve(port=5500, host=None)',
      needs: 'livereload',
      stated: keywords,
      source: `import livereload
def listen():
    server = livereload.Server()
    server.serve(ADDRESS)
    hold()`,
    },
    {
      entry: 'livereload [DIR]',
      needs: 'livereload',
      command: ['livereload'],
      stated: ['--host', 'localhost', '-p', '8124'],
    },
  ],
  locust: [
    {
      entry: 'locust -f FILE',
      needs: 'locust',
      command: ['locust', '-f', 'locustfile.py'],
      stated: ['--web-host', 'localhost', '-P', '8124'],
    },
    {
      entry: 'locust -f FILE --master',
      needs: 'locust',
      command: ['locust', '-f', 'locustfile.py', '--master'],
      stated: ['--master-bind-host', '127.0.0.1', '--master-bind-port', '8124'],
      any: ['--master-bind-host', '::', '--master-bind-port', '8124'],
      loopback: '127.0.0.1',
    },
  ],
  'logging.config': [
    {
      entry: 't = logging.config.listen(port=9030); t.start()',
      stated: 'PORT',
      source: `import logging.config
def listen():
    listener = logging.config.listen(ADDRESS)
    listener.start()
    hold()
    listener.join(10)`,
    },
  ],
  mkdocs: [
    {
      entry: 'mkdocs serve',
      needs: 'mkdocs',
      command: ['mkdocs', 'serve'],
      stated: ['-a', 'localhost:8124'],
    },
  ],
  'multiprocessing.connection': [
    {
      entry: 'multiprocessing.connection.Listener((host, port))',
      given,
      source:
        'import multiprocessing.connection\ndef listen():\n    listener = multiprocessing.connection.Listener((HOST, PORT))\n    hold()',
    },
  ],
  'multiprocessing.managers': [
    {
      entry: 'multiprocessing.managers.BaseManager(address=(host, port)).start()',
      given,
      source: `from multiprocessing.managers import BaseManager
def listen():
    manager = BaseManager(address=(HOST, PORT), authkey=b"key")
    manager.start()
    hold()`,
    },
    {
      entry: 'BaseManager(address=(host, port)).get_server().serve_forever()',
      given,
      source: `from multiprocessing.managers import BaseManager
def listen():
    manager = BaseManager(address=(HOST, PORT), authkey=b"key")
    server = manager.get_server()
    hold()`,
    },
  ],
  paste: [
    {
      entry: 'paste.httpserver.serve(app, host=None, port=None)',
      needs: 'Paste',
      stated: keywords,
      source: `import paste.httpserver${wsgi}\ndef listen():\n    paste.httpserver.serve(app, ADDRESS)\n    hold()`,
    },
  ],
  pelican: [
    {
      entry: 'pelican -l',
      needs: 'pelican',
      command: ['pelican', '-l'],
      stated: ['-b', 'localhost', '-p', '8124'],
    },
  ],
  prometheus_client: [
    {
      entry: "prometheus_client.start_http_server(port, addr='0.0.0.0')",
      needs: 'prometheus-client',
      given: { port: 8123 },
      bare: 'PORT',
      stated: 'PORT, HOST',
      source: 'import prometheus_client\ndef listen():\n    prometheus_client.start_http_server(ADDRESS)\n    hold()',
    },
  ],
  pydoc: [
    {
      entry: 'python -m pydoc -p PORT',
      given: { port: 8123 },
      // It ends with its input, and the other end of this one is never closed.
      command: ['sh', '-c', 'ADDRESS'],
      bare: 'python3 -m pydoc -p 8123 <> keyboard',
      stated: 'python3 -m pydoc -n localhost -p 8124 <> keyboard',
    },
  ],
  pyftpdlib: [
    {
      entry: 'FTPServer((host, port), handler).serve_forever()',
      needs: 'pyftpdlib',
      given,
      source: `from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer
def listen():
    server = FTPServer((HOST, PORT), FTPHandler)
    hold()`,
    },
    {
      entry: 'python -m pyftpdlib',
      needs: 'pyftpdlib',
      command: ['python3', '-m', 'pyftpdlib'],
      stated: ['-i', 'localhost', '-p', '8124'],
    },
  ],
  pyramid: [
    {
      entry: 'pserve FILE.ini',
      needs: 'pyramid',
      command: ['pserve3'],
      bare: 'development.ini',
      stated: 'localhost.ini',
      any: 'any.ini',
    },
  ],
  pytest_httpserver: [
    {
      entry: "HTTPServer(host='localhost', port=0).start()",
      needs: 'pytest-httpserver',
      given: { port: 8123 },
      bare: 'port=PORT',
      stated: keywords,
      source: `import pytest_httpserver
def listen():
    server = pytest_httpserver.HTTPServer(ADDRESS)
    server.start()
    hold()`,
    },
  ],
  quart: [
    {
      entry: 'app.run(host=None, port=None)',
      needs: 'quart',
      stated: keywords,
      source: 'import quart\napp = quart.Quart(__name__)\ndef listen():\n    app.run(ADDRESS)\n    hold()',
    },
    {
      entry: 'await app.run_task(host=..., port=...)',
      needs: 'quart',
      stated: keywords,
      source: `import asyncio, quart
app = quart.Quart(__name__)
async def serve():
    await app.run_task(ADDRESS)
def listen():
    asyncio.run(serve())
    hold()`,
    },
    {
      entry: 'quart run',
      needs: 'quart',
      command: ['quart', '--app', 'application:quart_app', 'run'],
      stated: ['-h', 'localhost', '-p', '8124'],
    },
  ],
  rpyc: [
    {
      entry: 'rpyc.utils.server.ThreadedServer(service, port=0).start()',
      needs: 'rpyc',
      given: { port: 8123 },
      bare: 'port=PORT',
      stated: 'hostname=HOST, port=PORT',
      source: `import rpyc, threading
from rpyc.utils.server import ThreadedServer
def listen():
    server = ThreadedServer(rpyc.VoidService, ADDRESS)
    threading.Thread(target=server.start, daemon=True).start()
    hold()`,
    },
    {
      entry: 'rpyc_classic',
      needs: 'rpyc',
      command: ['rpyc_classic'],
      stated: ['--host', 'localhost', '-p', '8124'],
    },
  ],
  smtpd: [
    {
      entry: 'smtpd.SMTPServer((host, port), remoteaddr)',
      given,
      source: 'import smtpd\ndef listen():\n    server = smtpd.SMTPServer((HOST, PORT), None)\n    hold()',
    },
    {
      entry: 'python -m smtpd [ADDR:PORT]',
      command: ['python3', '-m', 'smtpd', '-n'],
      stated: 'localhost:8124',
    },
  ],
  'sphinx-autobuild': [
    {
      entry: 'sphinx-autobuild SRC OUT',
      needs: 'sphinx-autobuild',
      command: ['sphinx-autobuild', 'docs', 'out'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
  ],
  thrift: [
    {
      entry: 'TSocket.TServerSocket(host=None, port=9090); TSimpleServer(...).serve()',
      needs: 'thrift',
      stated: keywords,
      source: `from thrift.server import TServer
from thrift.transport import TSocket
def listen():
    transport = TSocket.TServerSocket(ADDRESS)
    server = TServer.TSimpleServer(None, transport)
    server.serve()
    hold()`,
    },
  ],
  twisted: [
    {
      entry: "reactor.listenTCP(port, factory, interface='')",
      needs: 'Twisted',
      given: { port: 8123 },
      stated: 'interface=HOST',
      source:
        'from twisted.internet import protocol, reactor\ndef listen():\n    reactor.listenTCP(PORT, protocol.Factory(), ADDRESS)\n    hold()',
    },
    {
      entry: "reactor.listenSSL(port, factory, contextFactory, interface='')",
      needs: 'Twisted',
      given: { port: 8123 },
      stated: 'interface=HOST',
      source:
        'from twisted.internet import protocol, reactor, ssl\ndef listen():\n    reactor.listenSSL(PORT, protocol.Factory(), ssl.CertificateOptions(), ADDRESS)\n    hold()',
    },
    {
      entry: "reactor.listenUDP(port, protocol, interface='')",
      needs: 'Twisted',
      given: { port: 8123 },
      stated: 'interface=HOST',
      loopback: '127.0.0.1',
      source:
        'from twisted.internet import protocol, reactor\ndef listen():\n    reactor.listenUDP(PORT, protocol.DatagramProtocol(), ADDRESS)\n    hold()',
    },
    {
      entry: "endpoints.serverFromString(reactor, 'tcp:8080').listen(factory)",
      needs: 'Twisted',
      given: { port: 8123 },
      bare: 'f"tcp:{PORT}"',
      stated: 'f"tcp:{PORT}:interface={HOST}"',
      any: 'f"tcp:{PORT}:interface=\\\\:\\\\:"',
      source: `from twisted.internet import endpoints, protocol, reactor
def listen():
    endpoints.serverFromString(reactor, ADDRESS).listen(protocol.Factory())
    hold()`,
    },
    {
      entry: "endpoints.TCP4ServerEndpoint(reactor, port, interface='').listen(factory)",
      needs: 'Twisted',
      given: { port: 8123 },
      stated: 'interface=HOST',
      source: `from twisted.internet import endpoints, protocol, reactor
def listen():
    endpoints.TCP4ServerEndpoint(reactor, PORT, ADDRESS).listen(protocol.Factory())
    hold()`,
    },
    {
      entry: "endpoints.TCP6ServerEndpoint(reactor, port, interface='::').listen(factory)",
      needs: 'Twisted',
      given: { port: 8123 },
      stated: 'interface=HOST',
      source: `from twisted.internet import endpoints, protocol, reactor
def listen():
    endpoints.TCP6ServerEndpoint(reactor, PORT, ADDRESS).listen(protocol.Factory())
    hold()`,
    },
    {
      entry: "strports.service('tcp:8080', factory)",
      needs: 'Twisted',
      given: { port: 8123 },
      bare: 'f"tcp:{PORT}"',
      stated: 'f"tcp:{PORT}:interface={HOST}"',
      any: 'f"tcp:{PORT}:interface=\\\\:\\\\:"',
      source: `from twisted.application import strports
from twisted.internet import protocol
def listen():
    strports.service(ADDRESS, protocol.Factory()).startService()
    hold()`,
    },
    {
      entry: "internet.TCPServer(port, factory, interface='')",
      needs: 'Twisted',
      given: { port: 8123 },
      stated: 'interface=HOST',
      source: `from twisted.application import internet
from twisted.internet import protocol
def listen():
    internet.TCPServer(PORT, protocol.Factory(), ADDRESS).startService()
    hold()`,
    },
    {
      entry: 'twist web',
      needs: 'Twisted',
      command: ['twist3', 'web', '--path', '.'],
      stated: ['--listen', 'tcp:8124:interface=localhost'],
      any: ['--listen', 'tcp:8124:interface=\\:\\:'],
    },
  ],
  uwsgi: [
    {
      entry: 'uwsgi --http ADDR | --http-socket ADDR | --socket ADDR',
      given,
      command: ['uwsgi', '--http-socket', 'ADDRESS'],
      bare: '127.0.0.1:8123',
      stated: 'localhost:8124',
    },
  ],
  web: [
    {
      entry: 'web.application(urls, g).run()',
      needs: 'web.py',
      source: 'import web\napp = web.application((), {})\ndef listen():\n    app.run()\n    hold()',
    },
    {
      entry: 'web.httpserver.runsimple(app.wsgifunc(), (host, port))',
      needs: 'web.py',
      stated: '(HOST, PORT)',
      source: `import web
app = web.application((), {})
def listen():
    web.httpserver.runsimple(app.wsgifunc(), ADDRESS)
    hold()`,
    },
  ],
  websockets: [
    {
      entry: 'async with websockets.serve(handler, host, port)',
      needs: 'websockets',
      given: { port: 8123 },
      bare: 'port=PORT',
      stated: 'HOST, PORT',
      source: `import asyncio, websockets
async def serve():
    async with websockets.serve(print, ADDRESS):
        hold()
def listen():
    asyncio.run(serve())`,
    },
  ],
  'wsgiref.simple_server': [
    {
      entry: 'wsgiref.simple_server.make_server(host, port, app); .serve_forever()',
      given,
      source: `import wsgiref.simple_server${wsgi}
def listen():
    server = wsgiref.simple_server.make_server(HOST, PORT, app)
    hold()`,
    },
    {
      entry: 'wsgiref.simple_server.WSGIServer((host, port), WSGIRequestHandler)',
      given,
      source: `from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
def listen():
    server = WSGIServer((HOST, PORT), WSGIRequestHandler)
    hold()`,
    },
  ],
  'xmlrpc.server': [
    {
      entry: 'SimpleXMLRPCServer((host, port)); .serve_forever()',
      given,
      source: `from xmlrpc.server import SimpleXMLRPCServer
def listen():
    server = SimpleXMLRPCServer((HOST, PORT))
    hold()`,
    },
  ],
  zmq: [
    {
      entry: "socket.bind('tcp://*:5555')",
      needs: 'pyzmq',
      given,
      loopback: '127.0.0.1',
      source: `import zmq
def listen():
    socket = zmq.Context().socket(zmq.REP)
    socket.bind(f"tcp://{HOST}:{PORT}")
    hold()`,
    },
  ],
};

/** Entries that no program of Debian's packages can show: the notebook's own commands are too large, the other one is newer. */
const unproven = new Set([
  'jupyter lab',
  'jupyter notebook',
  "socket.bind_to_random_port('tcp://127.0.0.1')",
  'uwsgi --stats ADDR',
  'with websockets.sync.server.serve(handler, host, port) as server',
]);

/** Proven in another file of this folder. */
const firstSlice = [
  'aiohttp',
  'asyncio',
  'django',
  'flask',
  'gunicorn',
  'http.server',
  'socket',
  'socketserver',
  'tornado',
  'uvicorn',
  'waitress',
  'werkzeug',
];

/** What Debian 12 has no package of, or not of the part that listens. */
const notPackaged = [
  'bentoml',
  'bokeh',
  'chainlit',
  'dash',
  'fastapi',
  'fastmcp',
  'flower',
  'gradio',
  'granian',
  'litestar',
  'mcp',
  'mlflow',
  'nicegui',
  'panel',
  'ray',
  'robyn',
  'sanic',
  'streamlit',
  'tensorboard',
];

test('every framework of the catalogue is proven, or Debian does not have it', () => {
  assert.deepEqual([...Object.keys(programs), ...firstSlice, ...notPackaged].sort(), Object.keys(frameworks).sort());
});

const application = `${asgi.replace('def app(', 'def asgi(')}${wsgi.replace('def app(', 'def wsgi(')}
application = wsgi
try:
    import quart
    quart_app = quart.Quart(__name__)
except ImportError:
    pass
`;
const server = '[app:main]\nuse = egg:Paste#static\ndocument_root = .\n\n[server:main]\nuse = egg:waitress#main\n';
const files: Readonly<Record<string, string>> = {
  'application.py': application,
  'api.py': 'import hug\n@hug.get()\ndef hello():\n    return "ok"\n',
  'locustfile.py':
    'from locust import User, task\nclass Visitor(User):\n    @task\n    def visit(self):\n        pass\n',
  'mkdocs.yml': 'site_name: Handbook\n',
  'development.ini': server,
  'localhost.ini': `${server}host = localhost\nport = 8124\n`,
  'any.ini': `${server}host = ::\nport = 8124\n`,
  'docs/index.md': '# Handbook\n',
  'docs/index.rst': 'Handbook\n========\n',
  'docs/conf.py': 'project = "Handbook"\n',
  'content/page.md': 'Title: Page\n\nText\n',
};

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bindlint-catalogue-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  spawnSync('mkfifo', [path.join(folder, 'keyboard')]);
});
after(() => rmSync(folder, { recursive: true, force: true }));

prove({ language: 'python', frameworks, programs, unproven, files, folder: () => folder });
