import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { analyze } from '../src/run.ts';
import { textWorkspace } from '../src/workspace/text-workspace.ts';

interface Row {
  readonly framework: string;
  /** As the measured table of Python's servers names it. */
  readonly entry: string;
  /** The shortest program or command of its kind, with no address where the entry has one by default. */
  readonly files: Readonly<Record<string, string>>;
  /** Where it listens; empty where it opens no port. */
  readonly listens: readonly string[];
}

const rows: readonly Row[] = [
  {
    framework: 'http.server (stdlib)',
    entry: 'http.server.HTTPServer((host, port), Handler); .serve_forever()',
    files: {
      'app.py':
        'from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer\nHTTPServer(("127.0.0.1", 9000), BaseHTTPRequestHandler).serve_forever()\n',
    },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'http.server (stdlib)',
    entry: 'http.server.ThreadingHTTPServer((host, port), Handler); .serve_forever()',
    files: {
      'app.py':
        'from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer\nThreadingHTTPServer(("127.0.0.1", 9000), BaseHTTPRequestHandler).serve_forever()\n',
    },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'http.server (stdlib)',
    entry: 'http.server.test(HandlerClass)',
    files: { 'app.py': 'import http.server\nhttp.server.test(http.server.SimpleHTTPRequestHandler)\n' },
    listens: ['0.0.0.0:8000'],
  },
  {
    framework: 'http.server (stdlib)',
    entry: 'python -m http.server',
    files: { 'start.sh': 'python -m http.server\n' },
    listens: ['0.0.0.0:8000'],
  },
  {
    framework: 'socketserver (stdlib)',
    entry: 'socketserver.TCPServer((host, port), Handler); .serve_forever()',
    files: { 'app.py': 'import socketserver\nsocketserver.TCPServer(("127.0.0.1", 9000), Handler).serve_forever()\n' },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'socketserver (stdlib)',
    entry: 'socketserver.ThreadingTCPServer((host, port), Handler)',
    files: { 'app.py': 'import socketserver\nsocketserver.ThreadingTCPServer(("127.0.0.1", 9000), Handler)\n' },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'socketserver (stdlib)',
    entry: 'socketserver.UDPServer((host, port), Handler)',
    files: { 'app.py': 'import socketserver\nsocketserver.UDPServer(("127.0.0.1", 9000), Handler)\n' },
    listens: ['127.0.0.1:9000 udp'],
  },
  {
    framework: 'socketserver (stdlib)',
    entry: 'socketserver.UnixStreamServer(path, Handler)',
    files: { 'app.py': 'import socketserver\nsocketserver.UnixStreamServer("/run/a.sock", Handler)\n' },
    listens: [],
  },
  {
    framework: 'wsgiref (stdlib)',
    entry: 'wsgiref.simple_server.make_server(host, port, app); .serve_forever()',
    files: {
      'app.py': 'from wsgiref.simple_server import make_server\nmake_server("127.0.0.1", 9000, app).serve_forever()\n',
    },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'xmlrpc.server (stdlib)',
    entry: 'SimpleXMLRPCServer((host, port)) / DocXMLRPCServer((host, port)); .serve_forever()',
    files: {
      'app.py':
        'from xmlrpc.server import DocXMLRPCServer, SimpleXMLRPCServer\nSimpleXMLRPCServer(("127.0.0.1", 9000)).serve_forever()\nDocXMLRPCServer(("127.0.0.1", 9001)).serve_forever()\n',
    },
    listens: ['127.0.0.1:9000', '127.0.0.1:9001'],
  },
  {
    framework: 'asyncio (stdlib)',
    entry: 'await asyncio.start_server(cb, host, port)',
    files: {
      'app.py':
        'import asyncio\nasync def main():\n    await asyncio.start_server(cb, port=9000)\nasyncio.run(main())\n',
    },
    listens: ["'':9000"],
  },
  {
    framework: 'asyncio (stdlib)',
    entry: 'await loop.create_server(factory, host, port)',
    files: {
      'app.py':
        'import asyncio\nasync def main():\n    loop = asyncio.get_running_loop()\n    await loop.create_server(factory, port=9000)\nasyncio.run(main())\n',
    },
    listens: ["'':9000"],
  },
  {
    framework: 'asyncio (stdlib)',
    entry: 'await asyncio.start_unix_server(cb, path)',
    files: {
      'app.py':
        'import asyncio\nasync def main():\n    await asyncio.start_unix_server(cb, "/run/a.sock")\nasyncio.run(main())\n',
    },
    listens: [],
  },
  {
    framework: 'asyncio (stdlib)',
    entry: 'await loop.create_datagram_endpoint(factory, local_addr=(host, port))',
    files: {
      'app.py':
        'import asyncio\nasync def main():\n    loop = asyncio.get_running_loop()\n    await loop.create_datagram_endpoint(factory, local_addr=("127.0.0.1", 9000))\nasyncio.run(main())\n',
    },
    listens: ['127.0.0.1:9000 udp'],
  },
  {
    framework: 'socket (stdlib)',
    entry: 'socket.create_server((host, port), family=AF_INET, reuse_port=False, dualstack_ipv6=False)',
    files: { 'app.py': 'import socket\nsocket.create_server(("127.0.0.1", 9000), family=socket.AF_INET)\n' },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'socket (stdlib)',
    entry: 'socket.socket().bind((host, port)); .listen()',
    files: { 'app.py': 'import socket\ns = socket.socket()\ns.bind(("127.0.0.1", 9000))\ns.listen()\n' },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'multiprocessing (stdlib)',
    entry: 'multiprocessing.managers.BaseManager(address=(host, port)).start()',
    files: {
      'app.py': 'from multiprocessing.managers import BaseManager\nBaseManager(address=("127.0.0.1", 9000)).start()\n',
    },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'multiprocessing (stdlib)',
    entry: 'BaseManager(address=(host, port)).get_server().serve_forever()',
    files: {
      'app.py':
        'from multiprocessing.managers import BaseManager\nBaseManager(address=("127.0.0.1", 9000)).get_server().serve_forever()\n',
    },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'multiprocessing (stdlib)',
    entry: 'multiprocessing.connection.Listener((host, port))',
    files: { 'app.py': 'from multiprocessing.connection import Listener\nListener(("127.0.0.1", 9000))\n' },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'logging.config (stdlib)',
    entry: 't = logging.config.listen(port=9030); t.start()',
    files: { 'app.py': 'import logging.config\nt = logging.config.listen(port=9030)\nt.start()\n' },
    listens: ['localhost:9030'],
  },
  {
    framework: 'pydoc (stdlib)',
    entry: 'python -m pydoc -p PORT',
    files: { 'start.sh': 'python -m pydoc -p 9000\n' },
    listens: ['localhost:9000'],
  },
  {
    framework: 'uvicorn',
    entry: 'uvicorn.run(app, host=..., port=...)',
    files: { 'app.py': 'import uvicorn\nuvicorn.run(app)\n' },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'uvicorn',
    entry: 'uvicorn.Server(uvicorn.Config(app, host=..., port=...)).run()',
    files: { 'app.py': 'import uvicorn\nuvicorn.Server(uvicorn.Config(app)).run()\n' },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'uvicorn',
    entry: 'await uvicorn.Server(config).serve()',
    files: {
      'app.py':
        'import asyncio, uvicorn\nasync def main():\n    config = uvicorn.Config(app)\n    await uvicorn.Server(config).serve()\nasyncio.run(main())\n',
    },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'uvicorn',
    entry: 'uvicorn.Config(app).bind_socket()',
    files: { 'app.py': 'import uvicorn\nuvicorn.Config(app).bind_socket()\n' },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'uvicorn',
    entry: 'uvicorn MODULE:APP (python -m uvicorn)',
    files: { 'start.sh': 'uvicorn a:app\npython -m uvicorn a:app --port 9001\n' },
    listens: ['127.0.0.1:8000', '127.0.0.1:9001'],
  },
  {
    framework: 'uvicorn',
    entry: 'uvicorn MODULE:APP --reload | --workers N',
    files: { 'start.sh': 'uvicorn a:app --reload\nuvicorn a:app --workers 2 --port 9001\n' },
    listens: ['127.0.0.1:8000', '127.0.0.1:9001'],
  },
  {
    framework: 'hypercorn',
    entry: 'hypercorn MODULE:APP',
    files: { 'start.sh': 'hypercorn a:app\n' },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'hypercorn',
    entry: 'hypercorn.run.run(config)',
    files: {
      'app.py':
        'from hypercorn.config import Config\nfrom hypercorn.run import run\nconfig = Config()\nconfig.bind = ["127.0.0.1:9000"]\nrun(config)\n',
    },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'hypercorn',
    entry: 'await hypercorn.asyncio.serve(app, config)',
    files: {
      'app.py':
        'import asyncio\nfrom hypercorn.asyncio import serve\nfrom hypercorn.config import Config\nconfig = Config()\nasyncio.run(serve(app, config))\n',
    },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'daphne',
    entry: 'daphne MODULE:APP',
    files: { 'start.sh': 'daphne a:app\n' },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'daphne',
    entry: "daphne.server.Server(app, endpoints=['tcp:port=8000:interface=127.0.0.1']).run()",
    files: {
      'app.py':
        "from daphne.server import Server\nServer(app, endpoints=['tcp:port=9000:interface=127.0.0.1']).run()\n",
    },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'granian',
    entry: 'granian MODULE:APP / granian.Granian(target, address=..., port=...).serve()',
    files: {
      'app.py': 'from granian import Granian\nGranian("a:app").serve()\n',
      'start.sh': 'granian a:app --port 9001\n',
    },
    listens: ['127.0.0.1:8000', '127.0.0.1:9001'],
  },
  {
    framework: 'starlette',
    entry: '(no server of its own)',
    files: { 'app.py': 'from starlette.applications import Starlette\napp = Starlette()\n' },
    listens: [],
  },
  {
    framework: 'fastapi',
    entry: 'fastapi dev [PATH]',
    files: { 'start.sh': 'fastapi dev main.py\n' },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'fastapi',
    entry: 'fastapi run [PATH]',
    files: { 'start.sh': 'fastapi run main.py\n' },
    listens: ['0.0.0.0:8000'],
  },
  {
    framework: 'litestar',
    entry: 'litestar run',
    files: { 'start.sh': 'litestar run\n' },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'quart',
    entry: 'app.run(host=None, port=None)',
    files: { 'app.py': 'from quart import Quart\napp = Quart(__name__)\napp.run()\n' },
    listens: ['127.0.0.1:5000'],
  },
  {
    framework: 'quart',
    entry: 'quart run (QUART_APP)',
    files: { 'start.sh': 'quart run\n' },
    listens: ['127.0.0.1:5000'],
  },
  {
    framework: 'sanic',
    entry: 'app.run(host=None, port=None)',
    files: { 'app.py': 'from sanic import Sanic\napp = Sanic("a")\napp.run()\n' },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'sanic',
    entry: 'sanic MODULE:APP',
    files: { 'start.sh': 'sanic a:app\n' },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'sanic',
    entry: 'await app.create_server(return_asyncio_server=True)',
    files: {
      'app.py':
        'import asyncio\nfrom sanic import Sanic\napp = Sanic("a")\nasync def main():\n    await app.create_server(return_asyncio_server=True)\nasyncio.run(main())\n',
    },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'robyn',
    entry: "app.start(host='127.0.0.1', port=8080)",
    files: { 'app.py': 'from robyn import Robyn\napp = Robyn(__file__)\napp.start()\n' },
    listens: ['127.0.0.1:8080'],
  },
  {
    framework: 'nicegui',
    entry: 'ui.run(host=None, port=None)',
    files: { 'app.py': 'from nicegui import ui\nui.run()\n' },
    listens: ['0.0.0.0:8080'],
  },
  {
    framework: 'gradio',
    entry: 'demo.launch(server_name=None, server_port=None)',
    files: { 'app.py': 'import gradio as gr\ndemo = gr.Blocks()\ndemo.launch()\n' },
    listens: ['127.0.0.1:7860'],
  },
  {
    framework: 'MCP python-sdk (FastMCP)',
    entry: "FastMCP(host='127.0.0.1', port=8000).run(transport='sse'|'streamable-http')",
    files: { 'app.py': 'from mcp.server.fastmcp import FastMCP\nmcp = FastMCP("a")\nmcp.run(transport="sse")\n' },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'fastmcp (jlowin)',
    entry: "mcp.run(transport='http', host=..., port=...)",
    files: { 'app.py': 'from fastmcp import FastMCP\nmcp = FastMCP("a")\nmcp.run(transport="http")\n' },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'chainlit',
    entry: 'chainlit run FILE',
    files: { 'start.sh': 'chainlit run app.py\n' },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'flask',
    entry: 'app.run(host=None, port=None)',
    files: { 'app.py': 'from flask import Flask\napp = Flask(__name__)\napp.run()\n' },
    listens: ['127.0.0.1:5000'],
  },
  {
    framework: 'flask',
    entry: 'app.run(debug=True) (reloader on)',
    files: { 'app.py': 'from flask import Flask\napp = Flask(__name__)\napp.run(debug=True)\n' },
    listens: ['127.0.0.1:5000'],
  },
  {
    framework: 'flask',
    entry: 'flask run [--debug]',
    files: { 'start.sh': 'flask run\nflask run --debug --port 9001\n' },
    listens: ['127.0.0.1:5000', '127.0.0.1:9001'],
  },
  {
    framework: 'werkzeug',
    entry: 'werkzeug.serving.run_simple(hostname, port, app)',
    files: { 'app.py': 'from werkzeug.serving import run_simple\nrun_simple("127.0.0.1", 9000, app)\n' },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'werkzeug',
    entry: 'werkzeug.serving.make_server(host, port, app); .serve_forever()',
    files: {
      'app.py': 'from werkzeug.serving import make_server\nmake_server("127.0.0.1", 9000, app).serve_forever()\n',
    },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'dash',
    entry: 'app.run(host=None, port=None)',
    files: { 'app.py': 'from dash import Dash\napp = Dash(__name__)\napp.run()\n' },
    listens: ['127.0.0.1:8050'],
  },
  {
    framework: 'gunicorn',
    entry: 'gunicorn MODULE:APP',
    files: { 'start.sh': 'gunicorn a:app\n' },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'gunicorn',
    entry: "gunicorn.conf.py: bind = '127.0.0.1:8000' or ['h:p', ...]",
    files: { 'gunicorn.conf.py': "bind = '127.0.0.1:9000'\n" },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'gunicorn',
    entry: 'gunicorn.app.base.BaseApplication subclass .run()',
    files: {
      'app.py':
        'from gunicorn.app.base import BaseApplication\nclass Application(BaseApplication):\n    def load_config(self):\n        self.cfg.set("bind", "127.0.0.1:9000")\n    def load(self):\n        return app\nApplication().run()\n',
    },
    listens: ['127.0.0.1:9000', '?:?'],
  },
  {
    framework: 'gunicorn + uvicorn worker',
    entry: 'gunicorn -k uvicorn.workers.UvicornWorker MODULE:APP',
    files: { 'start.sh': 'gunicorn -k uvicorn.workers.UvicornWorker a:app\n' },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'waitress',
    entry: 'waitress.serve(app, host=..., port=... | listen=...)',
    files: { 'app.py': 'from waitress import serve\nserve(app)\n' },
    listens: ['0.0.0.0:8080'],
  },
  {
    framework: 'waitress',
    entry: 'waitress-serve MODULE:APP (python -m waitress)',
    files: { 'start.sh': 'waitress-serve a:app\n' },
    listens: ['0.0.0.0:8080'],
  },
  {
    framework: 'waitress',
    entry: 'waitress.server.create_server(app, host=..., port=...)',
    files: { 'app.py': 'from waitress.server import create_server\ncreate_server(app)\n' },
    listens: ['0.0.0.0:8080'],
  },
  {
    framework: 'bottle',
    entry: "bottle.run(host='127.0.0.1', port=8080, server='wsgiref')",
    files: { 'app.py': 'import bottle\nbottle.run()\n' },
    listens: ['127.0.0.1:8080'],
  },
  {
    framework: 'bottle',
    entry: 'bottle.run(reloader=True)',
    files: { 'app.py': 'import bottle\nbottle.run(reloader=True)\n' },
    listens: ['127.0.0.1:8080'],
  },
  {
    framework: 'bottle',
    entry: 'python -m bottle MODULE:APP',
    files: { 'start.sh': 'python -m bottle a:app\n' },
    listens: ['localhost:8080'],
  },
  {
    framework: 'django',
    entry: 'python manage.py runserver [ADDR:PORT]',
    files: { 'start.sh': 'python manage.py runserver\n' },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'django',
    entry: "call_command('runserver', use_reloader=False)",
    files: {
      'app.py': "from django.core.management import call_command\ncall_command('runserver', use_reloader=False)\n",
    },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'django',
    entry: 'django.core.servers.basehttp.run(addr, port, wsgi_handler)',
    files: { 'app.py': 'from django.core.servers.basehttp import run\nrun("127.0.0.1", 9000, handler)\n' },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'django + daphne',
    entry: "python manage.py runserver (daphne's override)",
    files: {
      'start.sh': 'python manage.py runserver\n',
      'settings.py': 'INSTALLED_APPS = ["daphne", "django.contrib.auth"]\n',
    },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'cherrypy',
    entry: 'cherrypy.quickstart(Root())',
    files: { 'app.py': 'import cherrypy\ncherrypy.quickstart(Root())\n' },
    listens: ['127.0.0.1:8080'],
  },
  {
    framework: 'cherrypy',
    entry: 'cherrypy.engine.start(); cherrypy.engine.block()',
    files: { 'app.py': 'import cherrypy\ncherrypy.engine.start()\ncherrypy.engine.block()\n' },
    listens: ['127.0.0.1:8080'],
  },
  {
    framework: 'cheroot',
    entry: 'cheroot.wsgi.Server((host, port), app).start() / .safe_start()',
    files: {
      'app.py':
        'from cheroot import wsgi\nwsgi.Server(("127.0.0.1", 9000), app).start()\nwsgi.Server(("127.0.0.1", 9001), app).safe_start()\n',
    },
    listens: ['127.0.0.1:9000', '127.0.0.1:9001'],
  },
  {
    framework: 'cheroot',
    entry: 'cheroot MODULE:APP (python -m cheroot)',
    files: { 'start.sh': 'cheroot a:app\n' },
    listens: ['::1:8000'],
  },
  {
    framework: 'gevent',
    entry: 'gevent.pywsgi.WSGIServer(listener, app).serve_forever() / .start()',
    files: { 'app.py': 'from gevent.pywsgi import WSGIServer\nWSGIServer(("127.0.0.1", 9000), app).serve_forever()\n' },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'eventlet',
    entry: 'eventlet.listen((host, port)); eventlet.wsgi.server(sock, app)',
    files: {
      'app.py': 'import eventlet\nfrom eventlet import wsgi\nwsgi.server(eventlet.listen(("127.0.0.1", 9000)), app)\n',
    },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'flask-socketio',
    entry: 'socketio.run(app, host=None, port=None)',
    files: {
      'app.py':
        'from flask import Flask\nfrom flask_socketio import SocketIO\napp = Flask(__name__)\nsocketio = SocketIO(app)\nsocketio.run(app)\n',
    },
    listens: ['127.0.0.1:5000'],
  },
  {
    framework: 'uwsgi',
    entry: 'uwsgi --http ADDR | --http-socket ADDR | --socket ADDR',
    files: { 'start.sh': 'uwsgi --http 127.0.0.1:9000 --module a:app\n' },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'pyramid pserve',
    entry: 'pserve FILE.ini',
    files: {
      'start.sh': 'pserve production.ini\n',
      'production.ini': '[server:main]\nuse = egg:waitress#main\nlisten = 127.0.0.1:9000\n\n',
    },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'paste',
    entry: 'paste.httpserver.serve(app, host=None, port=None)',
    files: { 'app.py': 'from paste import httpserver\nhttpserver.serve(app)\n' },
    listens: ['127.0.0.1:8080'],
  },
  {
    framework: 'web.py',
    entry: 'web.application(urls, g).run()',
    files: { 'app.py': 'import web\napp = web.application(urls, globals())\napp.run()\n' },
    listens: ['0.0.0.0:8080'],
  },
  { framework: 'hug', entry: 'hug -f FILE', files: { 'start.sh': 'hug -f a.py\n' }, listens: ['0.0.0.0:8000'] },
  {
    framework: 'aiohttp',
    entry: 'aiohttp.web.run_app(app, host=None, port=None)',
    files: { 'app.py': 'from aiohttp import web\nweb.run_app(app)\n' },
    listens: ["'':8080"],
  },
  {
    framework: 'aiohttp',
    entry: 'await aiohttp.web.TCPSite(runner, host=None, port=None).start()',
    files: {
      'app.py':
        'import asyncio\nfrom aiohttp import web\nasync def main():\n    await web.TCPSite(runner).start()\nasyncio.run(main())\n',
    },
    listens: ["'':8080"],
  },
  {
    framework: 'aiohttp',
    entry: 'python -m aiohttp.web MODULE:FUNC',
    files: { 'start.sh': 'python -m aiohttp.web a:app\n' },
    listens: ['localhost:8080'],
  },
  {
    framework: 'tornado',
    entry: "tornado.web.Application.listen(port, address='') / HTTPServer.listen",
    files: {
      'app.py':
        'from tornado.httpserver import HTTPServer\nfrom tornado.web import Application\nApplication([]).listen(9000)\nHTTPServer(app).listen(9001)\n',
    },
    listens: ["'':9000", "'':9001"],
  },
  {
    framework: 'tornado',
    entry: 'HTTPServer(app).bind(port, address=None); .start(n)',
    files: {
      'app.py':
        'from tornado.httpserver import HTTPServer\nserver = HTTPServer(app)\nserver.bind(9000)\nserver.start(0)\n',
    },
    listens: ["'':9000"],
  },
  {
    framework: 'twisted',
    entry: "reactor.listenTCP(port, factory, interface='')",
    files: { 'app.py': 'from twisted.internet import reactor\nreactor.listenTCP(9000, factory)\n' },
    listens: ['0.0.0.0:9000'],
  },
  {
    framework: 'twisted',
    entry: "endpoints.serverFromString(reactor, 'tcp:8080').listen(factory)",
    files: {
      'app.py':
        "from twisted.internet import endpoints, reactor\nendpoints.serverFromString(reactor, 'tcp:9000').listen(factory)\n",
    },
    listens: ['0.0.0.0:9000'],
  },
  {
    framework: 'twisted',
    entry: 'application.internet.StreamServerEndpointService(...).startService()',
    files: {
      'app.py':
        'from twisted.application.internet import StreamServerEndpointService\nfrom twisted.internet import reactor\nfrom twisted.internet.endpoints import TCP4ServerEndpoint\nStreamServerEndpointService(TCP4ServerEndpoint(reactor, 9000), factory).startService()\n',
    },
    listens: ['0.0.0.0:9000'],
  },
  {
    framework: 'twisted',
    entry: 'twist web / twistd -n web',
    files: { 'start.sh': 'twist web\ntwistd -n web --listen tcp:9001\n' },
    listens: ['0.0.0.0:8080', '0.0.0.0:9001'],
  },
  {
    framework: 'websockets',
    entry: 'async with websockets.serve(handler, host, port) / await websockets.serve(...)',
    files: {
      'app.py':
        'import asyncio, websockets\nasync def main():\n    async with websockets.serve(handler, "127.0.0.1", 9000):\n        await asyncio.Future()\nasyncio.run(main())\n',
    },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'websockets',
    entry: 'with websockets.sync.server.serve(handler, host, port) as s: s.serve_forever()',
    files: {
      'app.py':
        'from websockets.sync.server import serve\nwith serve(handler, "127.0.0.1", 9000) as server:\n    server.serve_forever()\n',
    },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'autobahn',
    entry: "loop.run_until_complete(loop.create_server(WebSocketServerFactory('ws://127.0.0.1:9000'), port=9000))",
    files: {
      'app.py':
        "import asyncio\nfrom autobahn.asyncio.websocket import WebSocketServerFactory\nloop = asyncio.get_event_loop()\nloop.run_until_complete(loop.create_server(WebSocketServerFactory('ws://127.0.0.1:9000'), port=9000))\n",
    },
    listens: ["'':9000"],
  },
  {
    framework: 'grpcio',
    entry: "server.add_insecure_port('[::]:50051'); server.start()",
    files: {
      'app.py':
        "from concurrent import futures\nimport grpc\nserver = grpc.server(futures.ThreadPoolExecutor())\nserver.add_insecure_port('[::]:50051')\nserver.start()\n",
    },
    listens: [':::50051'],
  },
  {
    framework: 'grpcio',
    entry: 'grpc.aio.server().add_insecure_port(addr); await start()',
    files: {
      'app.py':
        "import asyncio, grpc\nasync def main():\n    server = grpc.aio.server()\n    server.add_insecure_port('127.0.0.1:9000')\n    await server.start()\nasyncio.run(main())\n",
    },
    listens: ['127.0.0.1:9000'],
  },
  {
    framework: 'jupyter notebook',
    entry: 'jupyter notebook',
    files: { 'start.sh': 'jupyter notebook\n' },
    listens: ['localhost:8888'],
  },
  {
    framework: 'jupyter server',
    entry: 'jupyter server (also jupyter lab)',
    files: { 'start.sh': 'jupyter server\njupyter lab --port 9001\n' },
    listens: ['localhost:8888', 'localhost:9001'],
  },
  { framework: 'mkdocs', entry: 'mkdocs serve', files: { 'start.sh': 'mkdocs serve\n' }, listens: ['127.0.0.1:8000'] },
  {
    framework: 'sphinx-autobuild',
    entry: 'sphinx-autobuild SRC OUT',
    files: { 'start.sh': 'sphinx-autobuild docs out\n' },
    listens: ['127.0.0.1:8000'],
  },
  {
    framework: 'livereload',
    entry: 'livereload.Server().serve(port=5500, host=None)',
    files: { 'app.py': 'from livereload import Server\nServer().serve()\n' },
    listens: ['127.0.0.1:5500'],
  },
  { framework: 'pelican', entry: 'pelican -l', files: { 'start.sh': 'pelican -l\n' }, listens: ['127.0.0.1:8000'] },
  {
    framework: 'prometheus_client',
    entry: "prometheus_client.start_http_server(port, addr='0.0.0.0')",
    files: { 'app.py': 'import prometheus_client\nprometheus_client.start_http_server(9000)\n' },
    listens: ['0.0.0.0:9000'],
  },
  {
    framework: 'aiosmtpd',
    entry: 'aiosmtpd.controller.Controller(handler).start()',
    files: { 'app.py': 'from aiosmtpd.controller import Controller\nController(handler).start()\n' },
    listens: ['::1:8025'],
  },
  {
    framework: 'asyncssh',
    entry: "await asyncssh.listen(host='', port=...)",
    files: {
      'app.py':
        'import asyncio, asyncssh\nasync def main():\n    await asyncssh.listen(port=9000)\nasyncio.run(main())\n',
    },
    listens: ["'':9000"],
  },
  {
    framework: 'rpyc',
    entry: 'rpyc.utils.server.ThreadedServer(service, port=0).start()',
    files: { 'app.py': 'from rpyc.utils.server import ThreadedServer\nThreadedServer(service).start()\n' },
    listens: ['0.0.0.0:0'],
  },
  {
    framework: 'pyftpdlib',
    entry: 'FTPServer((host, port), handler).serve_forever(); python -m pyftpdlib',
    files: {
      'app.py': 'from pyftpdlib.servers import FTPServer\nFTPServer(("127.0.0.1", 9000), handler).serve_forever()\n',
      'start.sh': 'python -m pyftpdlib\n',
    },
    listens: ['127.0.0.1:9000', '0.0.0.0:2121'],
  },
  {
    framework: 'pyzmq',
    entry: "socket.bind('tcp://*:5555')",
    files: { 'app.py': "import zmq\nsocket = zmq.Context().socket(zmq.REP)\nsocket.bind('tcp://*:5555')\n" },
    listens: ['*:5555'],
  },
  {
    framework: 'pytest-httpserver',
    entry: "HTTPServer(host='localhost', port=P).start()",
    files: { 'app.py': 'from pytest_httpserver import HTTPServer\nHTTPServer(port=9000).start()\n' },
    listens: ['localhost:9000'],
  },
  {
    framework: 'debugpy',
    entry: 'debugpy.listen(5678) / debugpy.listen((host, port))',
    files: { 'app.py': 'import debugpy\ndebugpy.listen(5678)\ndebugpy.listen(("127.0.0.1", 9000))\n' },
    listens: ['127.0.0.1:5678', '127.0.0.1:9000'],
  },
  {
    framework: 'locust',
    entry: 'locust -f FILE (web UI)',
    files: { 'start.sh': 'locust -f a.py\n' },
    listens: [':::8089'],
  },
  {
    framework: 'thrift',
    entry: 'TSocket.TServerSocket(host=None, port=9090); TSimpleServer(...).serve()',
    files: {
      'app.py':
        'from thrift.server import TServer\nfrom thrift.transport import TSocket\ntransport = TSocket.TServerSocket()\nTServer.TSimpleServer(processor, transport).serve()\n',
    },
    listens: [':::9090'],
  },
  {
    framework: 'dask.distributed',
    entry: 'LocalCluster() / dask-scheduler',
    files: { 'app.py': 'from dask.distributed import LocalCluster\nLocalCluster()\n', 'start.sh': 'dask-scheduler\n' },
    listens: ["'':8787", "'':8786"],
  },
  { framework: 'bokeh', entry: 'bokeh serve APP', files: { 'start.sh': 'bokeh serve a.py\n' }, listens: ["'':5006"] },
  {
    framework: 'bokeh',
    entry: 'bokeh.server.server.Server(apps, port=5006, address=None)',
    files: { 'app.py': 'from bokeh.server.server import Server\nServer({"/": app}).start()\n' },
    listens: ["'':5006"],
  },
  {
    framework: 'panel',
    entry: 'pn.serve(app, port=0, address=None) / panel serve FILE',
    files: { 'app.py': 'import panel as pn\npn.serve(app)\n', 'start.sh': 'panel serve a.py\n' },
    listens: ["'':0", "'':5006"],
  },
  {
    framework: 'celery flower',
    entry: 'celery -A APP flower',
    files: { 'start.sh': 'celery -A a flower\n' },
    listens: ["'':5555"],
  },
  {
    framework: 'streamlit',
    entry: 'streamlit run FILE',
    files: { 'start.sh': 'streamlit run a.py\n' },
    listens: ["'':8501"],
  },
  {
    framework: 'mlflow',
    entry: 'mlflow server / mlflow ui',
    files: { 'start.sh': 'mlflow server\nmlflow ui --port 9001\n' },
    listens: ['127.0.0.1:5000', '127.0.0.1:9001'],
  },
  {
    framework: 'ray serve',
    entry: 'serve.start(http_options=HTTPOptions(host, port)) / serve run',
    files: {
      'app.py':
        'from ray import serve\nfrom ray.serve.config import HTTPOptions\nserve.start(http_options=HTTPOptions(host="127.0.0.1", port=9000))\n',
      'start.sh': 'serve run a:app\n',
    },
    listens: ['?:?', '127.0.0.1:9000', '127.0.0.1:8000'],
  },
  {
    framework: 'tensorboard',
    entry: 'tensorboard --logdir D',
    files: { 'start.sh': 'tensorboard --logdir runs\n' },
    listens: ['localhost:6006'],
  },
  {
    framework: 'smtpd (stdlib, removed in 3.12)',
    entry: 'python -m smtpd -n',
    files: { 'start.sh': 'python -m smtpd -n\n' },
    listens: ['localhost:8025'],
  },
];

describe('every measured entry of Python is seen', () => {
  test('there is a row for each', () => {
    assert.equal(rows.length, 120);
    assert.equal(new Set(rows.map(({ framework, entry }) => `${framework}: ${entry}`)).size, rows.length);
  });

  for (const { framework, entry, files, listens } of rows) {
    test(`${framework}: ${entry}`, async () => {
      const { facts } = await analyze(textWorkspace(new Map(Object.entries(files))), {
        rules: {},
        factsOnly: true,
        severity: () => 'off',
      } as never);
      const found = facts.binds
        .filter(({ feeds }) => feeds === undefined)
        .map(
          ({ host, port, protocol }) =>
            `${host.value === '' ? "''" : (host.value ?? '?')}:${port.value ?? '?'}${protocol === 'udp' ? ' udp' : ''}`,
        );
      assert.deepEqual(found, listens);
    });
  }
});
