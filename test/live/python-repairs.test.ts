import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { installedVersion, missing, type Observation, observe } from './observe.ts';

/** A server that opens PORT, and what keeps it up. */
interface Server {
  readonly name: string;
  /** The distribution that has to be there; Python's own library needs none. */
  readonly needs?: string;
  readonly imports: string;
  /** Statements that bind and serve; with `await` in them where `runs` is async. */
  readonly serve: string;
  readonly runs?: 'async';
  /** Signals or loops of its own keep it out of threads. */
  readonly mainOnly?: true;
  readonly udp?: true;
}

/** A server whose failure no handler can see. */
interface Hopeless {
  readonly name: string;
  readonly needs?: string;
  readonly source: string;
  /** What bindlint says that one has to do. */
  readonly advice: RegExp;
}

const port = 8765;
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
const djangoSettings = `import django
from django.conf import settings

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="x")
urlpatterns = []
django.setup()
`;
const forever = 'await asyncio.Event().wait()';

const servers: readonly Server[] = [
  {
    name: 'aiohttp.web.TCPSite',
    needs: 'aiohttp',
    runs: 'async',
    imports: 'from aiohttp import web',
    serve: `runner = web.AppRunner(web.Application())
await runner.setup()
site = web.TCPSite(runner, "127.0.0.1", PORT)
await site.start()
${forever}`,
  },
  {
    name: 'aiosmtpd Controller',
    needs: 'aiosmtpd',
    imports: 'from aiosmtpd.controller import Controller\nfrom aiosmtpd.handlers import Debugging',
    serve: 'controller = Controller(Debugging(), hostname="127.0.0.1", port=PORT)\ncontroller.start()\ntime.sleep(60)',
  },
  {
    name: 'asyncio.start_server',
    runs: 'async',
    imports: '',
    serve: `server = await asyncio.start_server(print, "127.0.0.1", PORT)
async with server:
    await server.serve_forever()`,
  },
  {
    name: 'asyncio create_server',
    runs: 'async',
    imports: '',
    serve: `loop = asyncio.get_running_loop()
server = await loop.create_server(asyncio.Protocol, "127.0.0.1", PORT)
await server.serve_forever()`,
  },
  {
    name: 'asyncio create_datagram_endpoint',
    runs: 'async',
    udp: true,
    imports: '',
    serve: `loop = asyncio.get_running_loop()
await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", PORT))
${forever}`,
  },
  {
    name: 'asyncssh.listen',
    needs: 'asyncssh',
    runs: 'async',
    imports: 'import asyncssh\n\nKEY = asyncssh.generate_private_key("ssh-ed25519")',
    serve: `await asyncssh.listen("127.0.0.1", PORT, server_host_keys=[KEY])\n${forever}`,
  },
  {
    name: 'bottle.run',
    needs: 'bottle',
    imports: 'import bottle',
    serve: 'bottle.run(host="127.0.0.1", port=PORT, quiet=True)',
  },
  {
    name: 'Bottle().run',
    needs: 'bottle',
    imports: 'from bottle import Bottle\n\napp = Bottle()',
    serve: 'app.run(host="127.0.0.1", port=PORT)',
  },
  {
    name: 'cheroot',
    needs: 'cheroot',
    imports: `from cheroot import wsgi\n${wsgi}`,
    serve: 'server = wsgi.Server(("127.0.0.1", PORT), app)\nserver.start()',
  },
  {
    name: 'debugpy',
    needs: 'debugpy',
    imports: 'import debugpy',
    serve: 'debugpy.listen(("127.0.0.1", PORT))\ntime.sleep(60)',
  },
  {
    name: 'django basehttp',
    needs: 'django',
    imports: `${djangoSettings}${wsgi}\nfrom django.core.servers import basehttp`,
    serve: 'basehttp.run("127.0.0.1", PORT, app)',
  },
  {
    name: 'eventlet',
    needs: 'eventlet',
    imports: `import eventlet\nimport eventlet.wsgi\n${wsgi}`,
    serve: 'eventlet.wsgi.server(eventlet.listen(("127.0.0.1", PORT), reuse_port=False), app)',
  },
  {
    name: 'Flask-SocketIO on werkzeug',
    needs: 'Flask-SocketIO',
    imports: `from flask import Flask
from flask_socketio import SocketIO

app = Flask(__name__)
socketio = SocketIO(app, async_mode="threading")`,
    serve: 'socketio.run(app, host="127.0.0.1", port=PORT, allow_unsafe_werkzeug=True)',
  },
  {
    name: 'Flask-SocketIO on eventlet',
    needs: 'Flask-SocketIO',
    imports: `from flask import Flask
from flask_socketio import SocketIO

app = Flask(__name__)
socketio = SocketIO(app, async_mode="eventlet")`,
    serve: 'socketio.run(app, host="127.0.0.1", port=PORT)',
  },
  {
    name: 'gevent',
    needs: 'gevent',
    imports: `from gevent.pywsgi import WSGIServer\n${wsgi}`,
    serve: 'server = WSGIServer(("127.0.0.1", PORT), app)\nserver.serve_forever()',
  },
  {
    name: 'grpc',
    needs: 'grpcio',
    imports: 'from concurrent import futures\n\nimport grpc',
    serve: `server = grpc.server(futures.ThreadPoolExecutor(), options=(("grpc.so_reuseport", 0),))
server.add_insecure_port(f"127.0.0.1:{PORT}")
server.start()
server.wait_for_termination()`,
  },
  {
    name: 'grpc.aio',
    needs: 'grpcio',
    runs: 'async',
    imports: 'import grpc.aio',
    serve: `server = grpc.aio.server(options=(("grpc.so_reuseport", 0),))
server.add_insecure_port(f"127.0.0.1:{PORT}")
await server.start()
await server.wait_for_termination()`,
  },
  {
    name: 'gunicorn BaseApplication',
    needs: 'gunicorn',
    mainOnly: true,
    imports: `from gunicorn.app.base import BaseApplication
${wsgi}

class Server(BaseApplication):
    def __init__(self, application, options):
        self.application = application
        self.options = options
        super().__init__()

    def load_config(self):
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self):
        return self.application
`,
    serve: 'Server(app, {"bind": f"127.0.0.1:{PORT}"}).run()',
  },
  {
    name: 'http.server.test',
    imports: 'import http.server',
    serve: 'http.server.test(http.server.SimpleHTTPRequestHandler, port=PORT, bind="127.0.0.1")',
  },
  {
    name: 'hug',
    needs: 'hug',
    imports: 'import hug\n\napi = hug.API(__name__)',
    serve: 'api.http.serve(host="127.0.0.1", port=PORT)',
  },
  {
    name: 'hypercorn.asyncio.serve',
    needs: 'hypercorn',
    runs: 'async',
    mainOnly: true,
    imports: `from hypercorn.asyncio import serve as hypercorn_serve\nfrom hypercorn.config import Config\n${asgi}`,
    serve: 'config = Config()\nconfig.bind = [f"127.0.0.1:{PORT}"]\nawait hypercorn_serve(app, config)',
  },
  {
    name: 'hypercorn.run',
    needs: 'hypercorn',
    mainOnly: true,
    imports: 'from hypercorn.config import Config\nfrom hypercorn.run import run',
    serve: 'config = Config()\nconfig.application_path = "asgi:app"\nconfig.bind = f"127.0.0.1:{PORT}"\nrun(config)',
  },
  {
    name: 'livereload',
    needs: 'livereload',
    mainOnly: true,
    imports: 'from livereload import Server',
    serve: 'server = Server()\nserver.serve(host="127.0.0.1", port=PORT)',
  },
  {
    name: 'multiprocessing Listener',
    imports: 'from multiprocessing.connection import Listener',
    serve: 'listener = Listener(("127.0.0.1", PORT), authkey=b"key")\nlistener.accept()',
  },
  {
    name: 'multiprocessing get_server',
    imports: 'from multiprocessing.managers import BaseManager',
    serve: `manager = BaseManager(address=("127.0.0.1", PORT), authkey=b"key")
server = manager.get_server()
server.serve_forever()`,
  },
  {
    name: 'multiprocessing manager',
    imports: 'from multiprocessing.managers import BaseManager',
    serve: 'manager = BaseManager(address=("127.0.0.1", PORT), authkey=b"key")\nmanager.start()\ntime.sleep(60)',
  },
  {
    name: 'paste',
    needs: 'Paste',
    imports: `from paste import httpserver\n${wsgi}`,
    serve: 'httpserver.serve(app, host="127.0.0.1", port=PORT)',
  },
  {
    name: 'prometheus_client',
    needs: 'prometheus-client',
    imports: 'from prometheus_client import start_http_server',
    serve: 'start_http_server(PORT, addr="127.0.0.1")\ntime.sleep(60)',
  },
  {
    name: 'pyftpdlib',
    needs: 'pyftpdlib',
    imports: 'from pyftpdlib.handlers import FTPHandler\nfrom pyftpdlib.servers import FTPServer',
    serve: 'server = FTPServer(("127.0.0.1", PORT), FTPHandler)\nserver.serve_forever()',
  },
  {
    name: 'pytest_httpserver',
    needs: 'pytest-httpserver',
    imports: 'from pytest_httpserver import HTTPServer',
    serve: 'server = HTTPServer(host="127.0.0.1", port=PORT)\nserver.start()\ntime.sleep(60)',
  },
  {
    name: 'quart',
    needs: 'quart',
    mainOnly: true,
    imports: 'from quart import Quart\n\napp = Quart(__name__)',
    serve: 'app.run(host="127.0.0.1", port=PORT)',
  },
  {
    name: 'quart run_task',
    needs: 'quart',
    runs: 'async',
    mainOnly: true,
    imports: 'from quart import Quart\n\napp = Quart(__name__)',
    serve: 'await app.run_task(host="127.0.0.1", port=PORT)',
  },
  {
    name: 'rpyc',
    needs: 'rpyc',
    imports: 'import rpyc\nfrom rpyc.utils.server import ThreadedServer',
    serve: 'server = ThreadedServer(rpyc.VoidService, hostname="127.0.0.1", port=PORT)\nserver.start()',
  },
  {
    name: 'smtpd',
    imports: 'import asyncore\nimport smtpd',
    serve: 'smtpd.DebuggingServer(("127.0.0.1", PORT), None)\nasyncore.loop()',
  },
  {
    name: 'socketserver over UDP',
    udp: true,
    imports: 'import socketserver',
    serve: `server = socketserver.UDPServer(("127.0.0.1", PORT), socketserver.DatagramRequestHandler)
server.serve_forever()`,
  },
  {
    name: 'thrift',
    needs: 'thrift',
    imports: 'from thrift.server import TServer\nfrom thrift.transport import TSocket',
    serve: `transport = TSocket.TServerSocket("127.0.0.1", PORT)
server = TServer.TSimpleServer(None, transport)
server.serve()`,
  },
  {
    name: 'tornado in a coroutine',
    needs: 'tornado',
    runs: 'async',
    imports: 'import tornado.web',
    serve: `application = tornado.web.Application([])
application.listen(PORT, "127.0.0.1")
${forever}`,
  },
  {
    name: 'tornado HTTPServer.bind',
    needs: 'tornado',
    runs: 'async',
    imports: 'import tornado.httpserver\nimport tornado.web',
    serve: `server = tornado.httpserver.HTTPServer(tornado.web.Application([]))
server.bind(PORT, "127.0.0.1")
server.start()
${forever}`,
  },
  {
    name: 'twisted listenTCP',
    needs: 'Twisted',
    imports: 'from twisted.internet import protocol, reactor',
    serve: `reactor.listenTCP(PORT, protocol.Factory(), interface="127.0.0.1")
reactor.run(installSignalHandlers=False)`,
  },
  {
    name: 'twisted strports',
    needs: 'Twisted',
    imports: 'from twisted.application import strports\nfrom twisted.internet import protocol, reactor',
    serve: `service = strports.service(f"tcp:{PORT}:interface=127.0.0.1", protocol.Factory())
service.startService()
reactor.run(installSignalHandlers=False)`,
  },
  {
    name: 'uvicorn.Server in a coroutine',
    needs: 'uvicorn',
    runs: 'async',
    imports: `import uvicorn\n${asgi}`,
    serve: `server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=PORT))
await server.serve()`,
  },
  {
    name: 'waitress.create_server',
    needs: 'waitress',
    imports: `import waitress\n${wsgi}`,
    serve: 'server = waitress.create_server(app, host="127.0.0.1", port=PORT)\nserver.run()',
  },
  {
    name: 'web.py',
    needs: 'web.py',
    imports: 'import web\n\napp = web.application((), {})',
    serve: 'web.httpserver.runsimple(app.wsgifunc(), ("127.0.0.1", PORT))',
  },
  {
    name: 'websockets in a with statement',
    needs: 'websockets',
    runs: 'async',
    imports: 'import websockets',
    serve: `async with websockets.serve(print, "127.0.0.1", PORT):\n    ${forever}`,
  },
  {
    name: 'websockets, awaited',
    needs: 'websockets',
    runs: 'async',
    imports: 'import websockets',
    serve: `server = await websockets.serve(print, "127.0.0.1", PORT)\nawait server.wait_closed()`,
  },
  {
    name: 'werkzeug run_simple',
    needs: 'werkzeug',
    imports: `from werkzeug.serving import run_simple\n${wsgi}`,
    serve: 'run_simple("127.0.0.1", PORT, app)',
  },
  {
    name: 'werkzeug make_server',
    needs: 'werkzeug',
    imports: `from werkzeug.serving import make_server\n${wsgi}`,
    serve: 'server = make_server("127.0.0.1", PORT, app)\nserver.serve_forever()',
  },
  {
    name: 'wsgiref',
    imports: `from wsgiref.simple_server import make_server\n${wsgi}`,
    serve: 'with make_server("127.0.0.1", PORT, app) as server:\n    server.serve_forever()',
  },
  {
    name: 'xmlrpc',
    imports: 'from xmlrpc.server import SimpleXMLRPCServer',
    serve: 'server = SimpleXMLRPCServer(("127.0.0.1", PORT))\nserver.serve_forever()',
  },
  {
    name: 'zmq',
    needs: 'pyzmq',
    imports: 'import zmq',
    serve: `context = zmq.Context()
socket = context.socket(zmq.REP)
socket.bind(f"tcp://127.0.0.1:{PORT}")
socket.recv()`,
  },
  {
    name: 'zmq.asyncio',
    needs: 'pyzmq',
    runs: 'async',
    imports: 'import zmq\nimport zmq.asyncio',
    serve: `context = zmq.asyncio.Context()
socket = context.socket(zmq.REP)
socket.bind(f"tcp://127.0.0.1:{PORT}")
await socket.recv()`,
  },
];

const main = (source: string) => `${source}\n\nif __name__ == "__main__":\n    main()\n`;
const hopeless: readonly Hopeless[] = [
  {
    name: 'dask LocalCluster',
    needs: 'distributed',
    advice: /dashboard_link/,
    source: main(`from dask.distributed import LocalCluster


def main():
    with LocalCluster(dashboard_address=":${port}") as cluster:
        input("press enter to end it")
`),
  },
  {
    name: 'cherrypy.quickstart',
    needs: 'CherryPy',
    advice: /cheroot\.wsgi\.Server/,
    source: main(`import cherrypy


class Root:
    pass


def main():
    cherrypy.config.update({"server.socket_host": "0.0.0.0", "server.socket_port": ${port}})
    cherrypy.quickstart(Root())
`),
  },
  {
    name: 'daphne.server.Server',
    needs: 'daphne',
    advice: /abort_start/,
    source: main(`from daphne.server import Server
${asgi}

def main():
    Server(app, endpoints=["tcp:port=${port}:interface=0.0.0.0"]).run()
`),
  },
  {
    name: 'call_command runserver',
    needs: 'django',
    advice: /basehttp\.run/,
    source: main(`${djangoSettings}
from django.core.management import call_command


def main():
    call_command("runserver", "0.0.0.0:${port}", use_reloader=False)
`),
  },
  {
    name: 'logging.config.listen',
    advice: /ready\.wait/,
    source: main(`import logging.config


def main():
    listener = logging.config.listen(${port})
    listener.start()
    listener.join()
`),
  },
  {
    name: 'twisted endpoint',
    needs: 'Twisted',
    advice: /errback/,
    source: main(`from twisted.internet import endpoints, protocol, reactor


def main():
    endpoints.TCP4ServerEndpoint(reactor, ${port}, interface="0.0.0.0").listen(protocol.Factory())
    reactor.run()
`),
  },
  {
    name: 'quart in a thread',
    needs: 'quart',
    advice: /shutdown_trigger/,
    source: main(`import threading

from quart import Quart

app = Quart(__name__)


def serve():
    app.run(host="0.0.0.0", port=${port})


def main():
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    thread.join()
`),
  },
];

/** Code with the port written into it, f-strings and all. */
const withPort = (code: string) =>
  code.replaceAll(/f"([^"]*)\{PORT\}([^"]*)"/g, `"$1${port}$2"`).replaceAll('PORT', String(port));
const indented = (text: string) => text.replaceAll(/^(?=.)/gm, '    ');

/** The server as the program itself. */
function inMain({ imports, serve, runs }: Server): string {
  const body = indented(withPort(serve));
  const head = `import time\n${imports}\n\n\n`;
  if (runs !== 'async') return `${head}def main():\n${body}\n\n\nif __name__ == "__main__":\n    main()\n`;
  return `import asyncio\n${head}async def main():\n${body}\n\n\nif __name__ == "__main__":\n    asyncio.run(main())\n`;
}

/** The server in a daemon thread, with the port as a parameter. */
function inThread({ imports, serve, runs }: Server): string {
  const body = indented(serve.replaceAll('PORT', 'port'));
  const asynchronous = runs === 'async';
  const run = asynchronous ? '\n\ndef run(port):\n    asyncio.run(serve(port))\n' : '';
  return `import logging
import threading
import time
${asynchronous ? 'import asyncio\n' : ''}${imports}

logger = logging.getLogger(__name__)


${asynchronous ? 'async ' : ''}def serve(port):
${body}
${run}

def main():
    threading.Thread(target=${asynchronous ? 'run' : 'serve'}, args=(${port},), daemon=True).start()
    while True:
        time.sleep(1)


if __name__ == "__main__":
    main()
`;
}

const fileOf = (name: string, form: string) => `${name.toLowerCase().replaceAll(/[^a-z]+/g, '_')}_${form}.py`;
const cli = path.join(import.meta.dirname, '../../bin/bindlint.js');

interface Report {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function bindlint(args: readonly string[], cwd: string): Promise<Report> {
  const env = { ...process.env, XDG_STATE_HOME: path.join(cwd, '..', 'state') };
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], { cwd, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

describe('what bindlint fix writes for the servers that Debian has', { concurrency: 2 }, () => {
  let folder = '';
  let project = '';
  let report: Report;
  const originals = new Map<string, string>();

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'bindlint-repairs-'));
    project = path.join(folder, 'project');
    mkdirSync(project);
    for (const server of servers) {
      originals.set(fileOf(server.name, 'main'), inMain(server));
      if (!server.mainOnly) originals.set(fileOf(server.name, 'thread'), inThread(server));
    }
    for (const { name, source } of hopeless) originals.set(fileOf(name, 'hopeless'), source);
    writeFileSync(path.join(project, 'asgi.py'), asgi);
    for (const [file, text] of originals) writeFileSync(path.join(project, file), text);
    // What a taken port does depends on the version.
    const pinned = [...new Set(servers.flatMap(({ needs }) => needs ?? []))].flatMap((name) => {
      const version = installedVersion(name);
      return version === undefined ? [] : `${name}==${version}\n`;
    });
    writeFileSync(path.join(project, 'requirements.txt'), pinned.join(''));
    report = await bindlint(['fix', '--preset', 'strict', '.'], project);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const text = (file: string) => readFileSync(path.join(project, file), 'utf8');
  const run = (file: string, taken: readonly number[]) => observe(['python3', file], { cwd: project, taken });
  const serves = (seen: Observation, udp: boolean) =>
    seen[udp ? 'udp' : 'tcp'].some((address) => address.endsWith(`:${port}`));

  const prove = async (file: string, udp: boolean, status: number | undefined) => {
    const after = text(file);
    assert.notEqual(after, originals.get(file), `nothing was fixed\n${report.stdout}`);
    const free = await run(file, []);
    assert.ok(serves(free, udp), `nothing listens on ${port}: ${free.tcp} ${free.output}\n${after}`);
    assert.equal(free.status, null, `${free.output}\n${after}`);
    assert.doesNotMatch(free.output, /cannot serve/);
    const taken = await run(file, [port]);
    assert.match(taken.output, new RegExp(`cannot serve on (\\S+:|port )${port}: .*lsof -i :${port} `), after);
    assert.ok(taken.status !== null && taken.status > 0, `status ${taken.status}: ${taken.output}\n${after}`);
    if (status !== undefined) assert.equal(taken.status, status, taken.output);
  };

  test('it ends without an error of its own', () => {
    assert.ok(report.status < 2, `${report.status}: ${report.stderr}`);
  });

  test('everything that it wrote compiles', { skip: missing() }, () => {
    const files = [...originals.keys()];
    const compiled = spawnSync('/usr/bin/python3', ['-m', 'py_compile', ...files], { cwd: project, encoding: 'utf8' });
    assert.equal(compiled.status, 0, compiled.stderr);
  });

  test('a second run finds nothing to write', async () => {
    const before = [...originals.keys()].map(text);
    await bindlint(['fix', '--preset', 'strict', '.'], project);
    assert.deepEqual([...originals.keys()].map(text), before);
  });

  for (const server of servers) {
    const skip = missing(server.needs);
    const udp = server.udp ?? false;
    test(`${server.name}, in the main program`, { skip }, () => prove(fileOf(server.name, 'main'), udp, undefined));
    if (server.mainOnly) continue;
    test(`${server.name}, in a daemon thread`, { skip }, () => prove(fileOf(server.name, 'thread'), udp, 1));
  }

  for (const { name, needs, advice } of hopeless) {
    test(`${name}: says what to do, and writes nothing`, { skip: missing(needs) }, async () => {
      const file = fileOf(name, 'hopeless');
      const seen = await bindlint(['check', '--preset', 'strict', file], project);
      assert.match(seen.stdout, advice);
      assert.match(seen.stdout, /unhandled-bind-error/);
      assert.equal(text(file), originals.get(file));
    });
  }
});
