import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import frameworks from '../../generated/python.ts';
import type { BindFailure, CallShape, CommandShape, Framework } from '../../src/framework.ts';
import { installedVersion, missing, type Observation, observe } from './observe.ts';

/** A program for one entry of the catalogue, with no host given, nor a port where there is a default. */
interface Program {
  readonly entry: string;
  /** The distribution that has to be there; Python's own library needs none. */
  readonly needs?: string;
  /** Python: defines bind(), which calls hold() behind the listening call. */
  readonly source?: string;
  /** The words of a command, run beside application.py and manage.py. */
  readonly command?: readonly string[];
  /** The address given because the entry has no default of its own, or nothing can be left out. */
  readonly given?: { readonly host?: string; readonly port?: number };
}

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
      source: `import uvicorn\n${asgi}\ndef bind():\n    uvicorn.run(app)\n    hold()`,
    },
    {
      entry: 'uvicorn.Server(uvicorn.Config(app, host=..., port=...)).run()',
      needs: 'uvicorn',
      source: `import uvicorn\n${asgi}\ndef bind():\n    uvicorn.Server(uvicorn.Config(app)).run()\n    hold()`,
    },
    {
      entry: 'uvicorn MODULE:APP',
      needs: 'uvicorn',
      command: ['python3', '-m', 'uvicorn', 'application:asgi'],
    },
  ],
  flask: [
    {
      entry: 'app.run(host=None, port=None)',
      needs: 'flask',
      source: 'import flask\napp = flask.Flask(__name__)\ndef bind():\n    app.run()\n    hold()',
    },
    {
      entry: 'flask run',
      needs: 'flask',
      command: ['python3', '-m', 'flask', '--app', 'application:flask_app', 'run'],
    },
  ],
  werkzeug: [
    {
      entry: 'werkzeug.serving.run_simple(hostname, port, app)',
      needs: 'werkzeug',
      given: { host: '127.0.0.1', port: 8123 },
      source: `import werkzeug.serving\n${wsgi}\ndef bind():\n    werkzeug.serving.run_simple(HOST, PORT, app)\n    hold()`,
    },
    {
      entry: 'werkzeug.serving.make_server(host, port, app); .serve_forever()',
      needs: 'werkzeug',
      given: { host: '127.0.0.1', port: 8123 },
      source: `import werkzeug.serving\n${wsgi}\ndef bind():\n    server = werkzeug.serving.make_server(HOST, PORT, app)\n    hold()`,
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
def bind():
    Server().run()
    hold()`,
    },
    { entry: 'gunicorn MODULE:APP', needs: 'gunicorn', command: ['python3', '-m', 'gunicorn', 'application:wsgi'] },
  ],
  aiohttp: [
    {
      entry: 'aiohttp.web.run_app(app, host=None, port=None)',
      needs: 'aiohttp',
      source: 'import aiohttp.web\ndef bind():\n    aiohttp.web.run_app(aiohttp.web.Application())\n    hold()',
    },
    {
      entry: 'await aiohttp.web.TCPSite(runner, host=None, port=None).start()',
      needs: 'aiohttp',
      source: `import aiohttp.web, asyncio
async def serve():
    runner = aiohttp.web.AppRunner(aiohttp.web.Application())
    await runner.setup()
    await aiohttp.web.TCPSite(runner).start()
    hold()
def bind():
    asyncio.run(serve())`,
    },
    {
      entry: 'python -m aiohttp.web MODULE:FUNC',
      needs: 'aiohttp',
      command: ['python3', '-m', 'aiohttp.web', 'application:aiohttp_app'],
    },
  ],
  tornado: [
    {
      entry: "tornado.web.Application.listen(port, address='')",
      needs: 'tornado',
      given: { port: 8123 },
      source: `import asyncio, tornado.web
async def serve():
    tornado.web.Application().listen(PORT)
    hold()
def bind():
    asyncio.run(serve())`,
    },
    {
      entry: 'HTTPServer(app).bind(port, address=None); .start(n)',
      needs: 'tornado',
      given: { port: 8123 },
      source: `import asyncio, tornado.httpserver, tornado.web
async def serve():
    server = tornado.httpserver.HTTPServer(tornado.web.Application())
    server.bind(PORT)
    hold()
def bind():
    asyncio.run(serve())`,
    },
  ],
  django: [
    {
      entry: "call_command('runserver')",
      needs: 'django',
      source: `${djangoSettings}
from django.core.management import call_command
def bind():
    call_command("runserver", use_reloader=False)
    hold()`,
    },
    {
      entry: "execute_from_command_line(['manage.py', 'runserver'])",
      needs: 'django',
      source: `${djangoSettings}
from django.core.management import execute_from_command_line
def bind():
    execute_from_command_line(["manage.py", "runserver", "--noreload"])
    hold()`,
    },
    {
      entry: 'django.core.servers.basehttp.run(addr, port, wsgi_handler)',
      needs: 'django',
      given: { host: '127.0.0.1', port: 8123 },
      source: `${djangoSettings}${wsgi}
from django.core.servers import basehttp
def bind():
    basehttp.run(HOST, PORT, app)
    hold()`,
    },
    {
      entry: 'python manage.py runserver [ADDR:PORT]',
      needs: 'django',
      command: ['python3', 'manage.py', 'runserver', '--noreload'],
    },
    {
      entry: 'python manage.py testserver --addrport ADDR:PORT',
      needs: 'django',
      command: ['python3', 'manage.py', 'testserver', '--noinput', 'empty.json'],
    },
  ],
  waitress: [
    {
      entry: 'waitress.serve(app, host=..., port=... | listen=...)',
      needs: 'waitress',
      source: `import waitress\n${wsgi}\ndef bind():\n    waitress.serve(app)\n    hold()`,
    },
    {
      entry: 'waitress.server.create_server(app, host=..., port=...)',
      needs: 'waitress',
      source: `import waitress\n${wsgi}\ndef bind():\n    server = waitress.create_server(app)\n    hold()`,
    },
    {
      entry: 'waitress-serve MODULE:APP',
      needs: 'waitress',
      command: ['python3', '-m', 'waitress', 'application:wsgi'],
    },
  ],
  'http.server': [
    {
      entry: 'http.server.HTTPServer((host, port), Handler); .serve_forever()',
      given: { host: '', port: 8123 },
      source: `import http.server\ndef bind():\n    server = http.server.HTTPServer((HOST, PORT), ${handler})\n    hold()`,
    },
    {
      entry: 'http.server.test(HandlerClass)',
      source: `import http.server\ndef bind():\n    http.server.test(${handler})\n    hold()`,
    },
    { entry: 'python -m http.server [PORT]', command: ['python3', '-m', 'http.server'] },
  ],
  socketserver: [
    {
      entry: 'socketserver.TCPServer((host, port), Handler); .serve_forever()',
      given: { host: '127.0.0.1', port: 8123 },
      source:
        'import socketserver\ndef bind():\n    server = socketserver.TCPServer((HOST, PORT), socketserver.BaseRequestHandler)\n    hold()',
    },
    {
      entry: 'socketserver.UDPServer((host, port), Handler)',
      given: { host: '127.0.0.1', port: 8123 },
      source:
        'import socketserver\ndef bind():\n    server = socketserver.UDPServer((HOST, PORT), socketserver.BaseRequestHandler)\n    hold()',
    },
  ],
  asyncio: [
    {
      entry: 'await asyncio.start_server(cb, host, port)',
      given: { port: 8123 },
      source: `import asyncio
async def serve():
    server = await asyncio.start_server(print, port=PORT)
    hold()
def bind():
    asyncio.run(serve())`,
    },
    {
      entry: 'await loop.create_server(factory, host, port)',
      given: { port: 8123 },
      source: `import asyncio
async def serve():
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, port=PORT)
    hold()
def bind():
    asyncio.run(serve())`,
    },
    {
      entry: 'await loop.create_datagram_endpoint(factory, local_addr=(host, port))',
      given: { host: '127.0.0.1', port: 8123 },
      source: `import asyncio
async def serve():
    await asyncio.get_running_loop().create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=(HOST, PORT))
    hold()
def bind():
    asyncio.run(serve())`,
    },
  ],
  socket: [
    {
      entry: 'socket.create_server((host, port))',
      given: { host: '127.0.0.1', port: 8123 },
      source: 'import socket\ndef bind():\n    server = socket.create_server((HOST, PORT))\n    hold()',
    },
    {
      entry: 'socket.socket().bind((host, port)); .listen()',
      given: { host: '127.0.0.1', port: 8123 },
      source:
        'import socket\ndef bind():\n    server = socket.socket()\n    server.bind((HOST, PORT))\n    server.listen()\n    hold()',
    },
  ],
};

/** Entries that no program of Debian's packages can show. */
const unproven = new Set(['python manage.py runserver_plus [ADDR:PORT]']);

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
settings.configure(
    ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="x",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
urlpatterns = []
from django.core.management import execute_from_command_line
if __name__ == "__main__":
    execute_from_command_line(sys.argv)
`;

/** How the rest of a program uses bind(). */
const endings = {
  plain: 'bind()',
  handled: `try:
    bind()
except OSError:
    print("caught OSError")
except SystemExit:
    print("caught SystemExit")
except BaseException as error:
    print("caught", type(error).__name__)`,
  thread: `import threading
thread = threading.Thread(target=bind, daemon=True)
thread.start()
thread.join(15)
print("main goes on")`,
};

let folder: string;
let count = 0;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bindlint-live-'));
  writeFileSync(path.join(folder, 'application.py'), application);
  writeFileSync(path.join(folder, 'manage.py'), manage);
  writeFileSync(path.join(folder, 'empty.json'), '[]');
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** The words that run a program; `hold` keeps it up behind the listening call. */
function commandOf(program: Program, ending: keyof typeof endings, hold: boolean): readonly string[] {
  if (program.command) return program.command;
  const file = path.join(folder, `program${count++}.py`);
  const { host = '', port = 0 } = program.given ?? {};
  const head = `import time\nHOST, PORT = ${JSON.stringify(host)}, ${port}
def hold():\n    print("behind the call")\n${hold ? '    time.sleep(60)\n' : ''}`;
  writeFileSync(
    file,
    `${head}${program.source}\nif __name__ == "__main__":\n${endings[ending].replace(/^/gm, '    ')}\n`,
  );
  return ['python3', file];
}

/** Is a version in a range such as `>=2.1` or `<2.1`? */
function inRange(version: string, range: string): boolean {
  const [, operator, bound] = /^(>=|<)(.*)$/.exec(range) ?? [];
  const parts = (text: string) => text.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [a, b] = [parts(version), parts(bound!)];
  const difference = [0, 1, 2].map((at) => (a[at] ?? 0) - (b[at] ?? 0)).find((one) => one !== 0) ?? 0;
  assert.ok(operator, `not a range: ${range}`);
  return operator === '<' ? difference < 0 : difference >= 0;
}

/** The row of the catalogue that holds for what is installed. */
function failureOf(shape: CallShape): BindFailure {
  const row = shape.failure?.find(({ when }) => !when || inRange(installedVersion(when.package) ?? '0', when.range));
  assert.ok(row, 'the catalogue says nothing about the installed version');
  return row;
}

/** What a host of the catalogue looks like in the socket table. */
function addresses(host: string, port: number): readonly RegExp[] {
  const at = (pattern: string) => new RegExp(`^${pattern}:${port}$`);
  if (host === '') return [at('0\\.0\\.0\\.0'), at('\\[::\\]')];
  if (host === 'localhost') return [at('127\\.0\\.0\\.1'), at('\\[::1\\]')];
  return [at(host.includes(':') ? `\\[${host}\\]` : host.replaceAll('.', '\\.'))];
}

function assertBound(seen: Observation, protocol: 'tcp' | 'udp', host: string, port: number): void {
  const bound = seen[protocol];
  assert.ok(bound.length > 0, `nothing listens: ${seen.output}`);
  for (const one of bound) {
    assert.ok(
      addresses(host, port).some((address) => address.test(one)),
      `${one} is bound, where ${host || 'all interfaces'}:${port} was expected`,
    );
  }
}

function proveCall(framework: Framework, shape: CallShape, program: Program): void {
  const host = program.given?.host ?? shape.defaults?.host ?? framework.defaults.host;
  const port = program.given?.port ?? shape.defaults?.port ?? framework.defaults.port;
  const protocol = shape.protocol ?? 'tcp';

  test('listens where the catalogue says', async () => {
    assert.ok(host !== undefined && port !== undefined, 'no default and nothing given');
    for (const slot of ['host', 'port'] as const) {
      const mandatory = shape.onlyWritten ?? shape.required?.includes(slot) ?? false;
      assert.equal(program.given?.[slot] !== undefined, mandatory, `${slot} must be given`);
    }
    const seen = await observe(commandOf(program, 'plain', true), { cwd: folder });
    assertBound(seen, protocol, host, port);
    assert.equal(seen.output.includes('behind the call'), !shape.blocks, 'blocks');
  });

  test('a taken port ends the program as the catalogue says', async () => {
    const seen = await observe(commandOf(program, 'plain', false), { cwd: folder, taken: [port!] });
    assert.equal(seen.status, failureOf(shape).exit, seen.output);
    assert.doesNotMatch(seen.output, /behind the call/);
  });

  test('a taken port is caught as the catalogue says', async () => {
    const seen = await observe(commandOf(program, 'handled', false), { cwd: folder, taken: [port!] });
    const { raises, exit } = failureOf(shape);
    if (raises === 'exit') {
      assert.doesNotMatch(seen.output, /^caught/m);
      assert.equal(seen.status, exit, seen.output);
    } else {
      assert.match(seen.output, new RegExp(`^caught ${raises}$`, 'm'));
      assert.equal(seen.status, 0, seen.output);
    }
  });

  test('in a thread it is seen as the catalogue says', async () => {
    const { thread, exit } = failureOf(shape);
    if (thread === 'impossible') {
      const seen = await observe(commandOf(program, 'thread', true), { cwd: folder });
      assert.deepEqual([seen.tcp, seen.udp], [[], []]);
      assert.match(seen.output, /^main goes on$/m);
      return;
    }
    const seen = await observe(commandOf(program, 'thread', false), { cwd: folder, taken: [port!] });
    if (thread === 'exits') {
      assert.doesNotMatch(seen.output, /^main goes on$/m);
      assert.equal(seen.status, exit, seen.output);
    } else {
      assert.match(seen.output, /^main goes on$/m);
      assert.equal(seen.status, 0, seen.output);
      assert.equal(seen.output.includes('Traceback'), thread === 'traceback', seen.output);
    }
  });
}

function proveCommand(framework: Framework, shape: CommandShape, program: Program): void {
  const host = shape.defaults?.host ?? framework.defaults.host;
  const port = shape.defaults?.port ?? framework.defaults.port;

  test('listens where the catalogue says', async () => {
    assert.ok(host !== undefined && port !== undefined, 'no default');
    assertBound(await observe(program.command!, { cwd: folder }), 'tcp', host, port);
  });

  test('a taken port ends the program as the catalogue says', async () => {
    const seen = await observe(program.command!, { cwd: folder, taken: [port!] });
    assert.ok(shape.failure, 'the catalogue says nothing');
    assert.equal(seen.status === 0, shape.failure.exit === 0, seen.output);
    // A status that another version gives is named in the words.
    if (seen.status !== shape.failure.exit) assert.match(shape.failure.how, new RegExp(`status ${seen.status}\\b`));
  });
}

for (const [word, entries] of Object.entries(programs)) {
  const framework = frameworks[word];
  describe(word, { concurrency: 2 }, () => {
    test('is in the catalogue', () => assert.ok(framework));
    if (!framework) return;

    test('every entry of the catalogue is proven here', () => {
      const named = [...(framework.calls ?? []), ...(framework.commands ?? [])].map(
        (shape) => shape.entry ?? '(no entry)',
      );
      assert.deepEqual(named.filter((entry) => !unproven.has(entry)).sort(), entries.map(({ entry }) => entry).sort());
    });

    for (const program of entries) {
      const call = framework.calls?.find(({ entry }) => entry === program.entry);
      const command = framework.commands?.find(({ entry }) => entry === program.entry);
      describe(program.entry, { skip: missing(program.needs), concurrency: 2 }, () => {
        if (call) proveCall(framework, call, program);
        else if (command) proveCommand(framework, command, program);
      });
    }
  });
}
