import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before } from 'node:test';
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
const djangoSettings = `
from django.conf import settings
settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="x")
urlpatterns = []
import django
django.setup()
`;
const handler = 'http.server.SimpleHTTPRequestHandler';

const programs: Readonly<Record<string, readonly Program[]>> = {
  uvicorn: [
    {
      entry: 'uvicorn.run(app, host=..., port=...)',
      needs: 'uvicorn',
      stated: 'host=HOST, port=PORT',
      source: `import uvicorn\n${asgi}\ndef listen():\n    uvicorn.run(app, ADDRESS)\n    hold()`,
    },
    {
      entry: 'uvicorn.Server(uvicorn.Config(app, host=..., port=...)).run()',
      needs: 'uvicorn',
      stated: 'host=HOST, port=PORT',
      source: `import uvicorn\n${asgi}\ndef listen():\n    uvicorn.Server(uvicorn.Config(app, ADDRESS)).run()\n    hold()`,
    },
    {
      entry: 'uvicorn MODULE:APP',
      needs: 'uvicorn',
      command: ['python3', '-m', 'uvicorn', 'application:asgi'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
  ],
  flask: [
    {
      entry: 'app.run(host=None, port=None)',
      needs: 'flask',
      stated: 'host=HOST, port=PORT',
      source: 'import flask\napp = flask.Flask(__name__)\ndef listen():\n    app.run(ADDRESS)\n    hold()',
    },
    {
      entry: 'flask run',
      needs: 'flask',
      command: ['python3', '-m', 'flask', '--app', 'application:flask_app', 'run'],
      stated: ['-h', 'localhost', '-p', '8124'],
    },
    {
      entry: 'manage.py run --host HOST',
      needs: 'flask',
      command: ['python3', 'group/manage.py', 'run'],
      bare: ['--host', '127.0.0.1'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
  ],
  werkzeug: [
    {
      entry: 'werkzeug.serving.run_simple(hostname, port, app)',
      needs: 'werkzeug',
      given: { host: '127.0.0.1', port: 8123 },
      source: `import werkzeug.serving\n${wsgi}\ndef listen():\n    werkzeug.serving.run_simple(HOST, PORT, app)\n    hold()`,
    },
    {
      entry: 'werkzeug.serving.make_server(host, port, app); .serve_forever()',
      needs: 'werkzeug',
      given: { host: '127.0.0.1', port: 8123 },
      source: `import werkzeug.serving\n${wsgi}\ndef listen():\n    server = werkzeug.serving.make_server(HOST, PORT, app)\n    hold()`,
    },
  ],
  gunicorn: [
    {
      entry: 'gunicorn.app.base.BaseApplication subclass .run()',
      needs: 'gunicorn',
      source: `import gunicorn.app.base\n${wsgi}
class Server(gunicorn.app.base.BaseApplication):
    def load_config(self):
        pass
    def load(self):
        return app
def listen():
    Server().run()
    hold()`,
    },
    {
      entry: 'gunicorn MODULE:APP',
      needs: 'gunicorn',
      command: ['python3', '-m', 'gunicorn', 'application:wsgi'],
      stated: ['-b', 'localhost:8124'],
    },
  ],
  aiohttp: [
    {
      entry: 'aiohttp.web.run_app(app, host=None, port=None)',
      needs: 'aiohttp',
      stated: 'host=HOST, port=PORT',
      source:
        'import aiohttp.web\ndef listen():\n    aiohttp.web.run_app(aiohttp.web.Application(), ADDRESS)\n    hold()',
    },
    {
      entry: 'await aiohttp.web.TCPSite(runner, host=None, port=None).start()',
      needs: 'aiohttp',
      stated: 'host=HOST, port=PORT',
      source: `import aiohttp.web, asyncio
async def serve():
    runner = aiohttp.web.AppRunner(aiohttp.web.Application())
    await runner.setup()
    await aiohttp.web.TCPSite(runner, ADDRESS).start()
    hold()
def listen():
    asyncio.run(serve())`,
    },
    {
      entry: 'python -m aiohttp.web MODULE:FUNC',
      needs: 'aiohttp',
      command: ['python3', '-m', 'aiohttp.web', 'application:aiohttp_app'],
      stated: ['-H', 'localhost', '-P', '8124'],
    },
  ],
  tornado: [
    {
      entry: "tornado.web.Application.listen(port, address='')",
      needs: 'tornado',
      given: { port: 8123 },
      stated: 'address=HOST',
      source: `import asyncio, tornado.web
async def serve():
    tornado.web.Application().listen(PORT, ADDRESS)
    hold()
def listen():
    asyncio.run(serve())`,
    },
    {
      entry: 'HTTPServer(app).bind(port, address=None); .start(n)',
      needs: 'tornado',
      given: { port: 8123 },
      stated: 'address=HOST',
      source: `import asyncio, tornado.httpserver, tornado.web
async def serve():
    server = tornado.httpserver.HTTPServer(tornado.web.Application())
    server.bind(PORT, ADDRESS)
    server.start()
    hold()
def listen():
    asyncio.run(serve())`,
    },
  ],
  django: [
    {
      entry: "call_command('runserver')",
      needs: 'django',
      bare: 'use_reloader=False',
      stated: 'f"{HOST}:{PORT}", use_reloader=False',
      source: `${djangoSettings}
from django.core.management import call_command
def listen():
    call_command("runserver", ADDRESS)
    hold()`,
    },
    {
      entry: "execute_from_command_line(['manage.py', 'runserver'])",
      needs: 'django',
      bare: '"--noreload"',
      stated: 'f"{HOST}:{PORT}", "--noreload"',
      source: `${djangoSettings}
from django.core.management import execute_from_command_line
def listen():
    execute_from_command_line(["manage.py", "runserver", ADDRESS])
    hold()`,
    },
    {
      entry: 'django.core.servers.basehttp.run(addr, port, wsgi_handler)',
      needs: 'django',
      given: { host: '127.0.0.1', port: 8123 },
      source: `${djangoSettings}${wsgi}
from django.core.servers import basehttp
def listen():
    basehttp.run(HOST, PORT, app)
    hold()`,
    },
    {
      entry: 'python manage.py runserver [ADDR:PORT]',
      needs: 'django',
      command: ['python3', 'manage.py', 'runserver', '--noreload'],
      stated: 'localhost:8124',
    },
    {
      entry: 'python manage.py runserver_plus [ADDR:PORT]',
      needs: 'django-extensions',
      command: ['python3', 'manage.py', 'runserver_plus'],
      stated: 'localhost:8124',
    },
    {
      entry: 'python manage.py testserver --addrport ADDR:PORT',
      needs: 'django',
      command: ['python3', 'manage.py', 'testserver', '--noinput', 'empty.json'],
      stated: ['--addrport', 'localhost:8124'],
    },
  ],
  waitress: [
    {
      entry: 'waitress.serve(app, host=..., port=... | listen=...)',
      needs: 'waitress',
      stated: 'host=HOST, port=PORT',
      source: `import waitress\n${wsgi}\ndef listen():\n    waitress.serve(app, ADDRESS)\n    hold()`,
    },
    {
      entry: 'waitress.server.create_server(app, host=..., port=...)',
      needs: 'waitress',
      stated: 'host=HOST, port=PORT',
      source: `import waitress\n${wsgi}\ndef listen():\n    server = waitress.create_server(app, ADDRESS)\n    hold()`,
    },
    {
      entry: 'waitress-serve MODULE:APP',
      needs: 'waitress',
      command: ['python3', '-m', 'waitress', 'ADDRESS', 'application:wsgi'],
      stated: ['--listen=localhost:8124'],
    },
  ],
  'http.server': [
    {
      entry: 'http.server.HTTPServer((host, port), Handler); .serve_forever()',
      given: { host: '', port: 8123 },
      source: `import http.server\ndef listen():\n    server = http.server.HTTPServer((HOST, PORT), ${handler})\n    hold()`,
    },
    {
      entry: 'http.server.test(HandlerClass)',
      stated: 'bind=HOST, port=PORT',
      source: `import http.server\ndef listen():\n    http.server.test(${handler}, ADDRESS)\n    hold()`,
    },
    {
      entry: 'python -m http.server [PORT]',
      command: ['python3', '-m', 'http.server'],
      stated: ['-b', 'localhost', '8124'],
    },
  ],
  socketserver: [
    {
      entry: 'socketserver.TCPServer((host, port), Handler); .serve_forever()',
      given: { host: '127.0.0.1', port: 8123 },
      source:
        'import socketserver\ndef listen():\n    server = socketserver.TCPServer((HOST, PORT), socketserver.BaseRequestHandler)\n    hold()',
    },
    {
      entry: 'socketserver.UDPServer((host, port), Handler)',
      given: { host: '127.0.0.1', port: 8123 },
      source:
        'import socketserver\ndef listen():\n    server = socketserver.UDPServer((HOST, PORT), socketserver.BaseRequestHandler)\n    hold()',
    },
  ],
  asyncio: [
    {
      entry: 'await asyncio.start_server(cb, host, port)',
      given: { port: 8123 },
      stated: 'host=HOST',
      source: `import asyncio
async def serve():
    server = await asyncio.start_server(print, port=PORT, ADDRESS)
    hold()
def listen():
    asyncio.run(serve())`,
    },
    {
      entry: 'await loop.create_server(factory, host, port)',
      given: { port: 8123 },
      stated: 'host=HOST',
      source: `import asyncio
async def serve():
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, port=PORT, ADDRESS)
    hold()
def listen():
    asyncio.run(serve())`,
    },
    {
      entry: 'await loop.create_datagram_endpoint(factory, local_addr=(host, port))',
      given: { host: '127.0.0.1', port: 8123 },
      source: `import asyncio
async def serve():
    await asyncio.get_running_loop().create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=(HOST, PORT))
    hold()
def listen():
    asyncio.run(serve())`,
    },
  ],
  socket: [
    {
      entry: 'socket.create_server((host, port))',
      given: { host: '127.0.0.1', port: 8123 },
      source: 'import socket\ndef listen():\n    server = socket.create_server((HOST, PORT))\n    hold()',
    },
    {
      entry: 'socket.socket().bind((host, port)); .listen()',
      given: { host: '127.0.0.1', port: 8123 },
      source:
        'import socket\ndef listen():\n    server = socket.socket()\n    server.bind((HOST, PORT))\n    server.listen()\n    hold()',
    },
  ],
};

const application = `${asgi.replace('def app(', 'def asgi(')}${wsgi.replace('def app(', 'def wsgi(')}
try:
    import flask
    flask_app = flask.Flask(__name__)
except ImportError:
    pass
def aiohttp_app(argv):
    import aiohttp.web
    return aiohttp.web.Application()
`;
const manage = `import sys
from django.conf import settings
try:
    import django_extensions
    extensions = ["django_extensions"]
except ImportError:
    extensions = []
settings.configure(
    INSTALLED_APPS=extensions, ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="x",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
urlpatterns = []
from django.core.management import execute_from_command_line
if __name__ == "__main__":
    execute_from_command_line(sys.argv)
`;

const files: Readonly<Record<string, string>> = {
  'group/manage.py': `import flask, flask.cli
cli = flask.cli.FlaskGroup(create_app=lambda: flask.Flask(__name__))
if __name__ == "__main__":
    cli()
`,
  'application.py': application,
  'manage.py': manage,
  'empty.json': '[]',
};

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bindlint-live-'));
  mkdirSync(path.join(folder, 'group'));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Flask-Script does not run with today's Flask, and setting an address listens nowhere yet. */
const unproven = new Set(['manage.py runserver --host HOST', "self.cfg.set('bind', ...) in load_config"]);

prove({ language: 'python', frameworks, programs, unproven, files, folder: () => folder });
