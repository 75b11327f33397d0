import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { planFixes } from '../../src/fix/apply.ts';
import type { FixStyle } from '../../src/fix/edits.ts';
import { analyze } from '../../src/run.ts';
import { textWorkspace } from '../../src/workspace/text-workspace.ts';
import { bindError, loopback, runOptions } from '../fix/rules.ts';
import { missing, observe } from './observe.ts';

interface Server {
  readonly name: string;
  /** The distribution that has to be there; Python's own library needs none. */
  readonly needs?: string;
  readonly imports: string;
  /** Statements that serve on 127.0.0.1 and PORT. */
  readonly serve: string;
  /** Signals or loops of its own keep it out of threads. */
  readonly mainOnly?: true;
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

const servers: readonly Server[] = [
  {
    name: 'http.server',
    imports: 'from http.server import HTTPServer, SimpleHTTPRequestHandler\n',
    serve: 'server = HTTPServer(("127.0.0.1", PORT), SimpleHTTPRequestHandler)\nserver.serve_forever()',
  },
  {
    name: 'http.server in a with statement',
    imports: 'from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer\n',
    serve:
      'with ThreadingHTTPServer(("127.0.0.1", PORT), SimpleHTTPRequestHandler) as server:\n    server.serve_forever()',
  },
  {
    name: 'socketserver, with a handler that cannot see it',
    imports: 'import socketserver\n',
    serve:
      'try:\n    server = socketserver.TCPServer(("127.0.0.1", PORT), socketserver.StreamRequestHandler)\nexcept ConnectionRefusedError:\n    print("somebody else is there")\n    raise\nserver.serve_forever()',
  },
  {
    name: 'socket',
    imports: 'import socket\n',
    serve:
      'listener = socket.socket()\nlistener.bind(("127.0.0.1", PORT))\nlistener.listen()\nwhile True:\n    listener.accept()',
  },
  {
    name: 'socket.create_server',
    imports: 'import socket\n',
    serve: 'listener = socket.create_server(("127.0.0.1", PORT))\nwhile True:\n    listener.accept()',
  },
  {
    name: 'uvicorn',
    needs: 'uvicorn',
    imports: `import uvicorn\n${asgi}`,
    serve: 'uvicorn.run(app, host="127.0.0.1", port=PORT, timeout_keep_alive=5)',
  },
  {
    name: 'uvicorn, with a handler for OSError',
    needs: 'uvicorn',
    imports: `import uvicorn\n${asgi}`,
    serve: 'try:\n    uvicorn.run(app, host="127.0.0.1", port=PORT)\nexcept OSError as e:\n    print("taken", e)',
  },
  {
    name: 'uvicorn.Server',
    needs: 'uvicorn',
    imports: `import uvicorn\n${asgi}`,
    serve: 'config = uvicorn.Config(app, host="127.0.0.1", port=PORT)\nserver = uvicorn.Server(config)\nserver.run()',
  },
  {
    name: 'flask',
    needs: 'flask',
    imports: 'import flask\n\napp = flask.Flask(__name__)\n',
    serve: 'app.run(host="127.0.0.1", port=PORT)',
  },
  {
    name: 'waitress',
    needs: 'waitress',
    imports: `import waitress\n${wsgi}`,
    serve: 'waitress.serve(app, host="127.0.0.1", port=PORT)',
  },
  {
    name: 'aiohttp',
    needs: 'aiohttp',
    imports: 'from aiohttp import web\n',
    serve: 'web.run_app(web.Application(), host="127.0.0.1", port=PORT)',
    mainOnly: true,
  },
  {
    name: 'tornado',
    needs: 'tornado',
    imports: 'import tornado.ioloop\nimport tornado.web\n',
    serve:
      'app = tornado.web.Application([])\napp.listen(PORT, address="127.0.0.1")\ntornado.ioloop.IOLoop.current().start()',
    mainOnly: true,
  },
];

const indented = (text: string) => text.replaceAll(/^(?=.)/gm, '    ');
const guard = '\n\nif __name__ == "__main__":\n';

const inMain = (server: Server, port: number) =>
  `${server.imports}\n\ndef main():\n${indented(server.serve.replaceAll('PORT', String(port)))}\n${guard}    main()\n`;

const inThread = (server: Server) =>
  `import logging
import threading
import time
${server.imports}
logger = logging.getLogger(__name__)


def serve(port):
${indented(server.serve.replaceAll('PORT', 'port'))}


def main():
    threading.Thread(target=serve, args=(8765,), daemon=True).start()
    while True:
        time.sleep(1)
${guard}    main()
`;

async function fixed(text: string, style: FixStyle = 'literal', portFallback = false): Promise<string> {
  const workspace = textWorkspace(new Map([['serve.py', text]]));
  const run = runOptions({ loopback, 'bind-error': bindError });
  const analysis = await analyze(workspace, run);
  const plan = await planFixes(analysis, workspace, { style, portFallback, unsafe: false, wanted: () => true, run });
  assert.deepEqual(plan.refused, []);
  assert.deepEqual(plan.analysis.findings, []);
  const after = plan.texts.get('serve.py')?.after;
  assert.ok(after, 'nothing was fixed');
  return after;
}

describe('a fixed program serves, and says loudly when its port is taken', { concurrency: 2 }, () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'bindlint-fixes-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  let number = 0;
  const prove = async (text: string, port: number) => {
    const cwd = mkdtempSync(path.join(folder, 'run'));
    const name = `serve${number++}.py`;
    writeFileSync(path.join(cwd, name), text);
    const free = await observe(['python3', name], { cwd });
    assert.ok(free.tcp.includes(`0.0.0.0:${port}`), `${free.tcp} ${free.output}`);
    assert.equal(free.status, null);
    assert.doesNotMatch(free.output, /cannot serve/);
    const taken = await observe(['python3', name], { cwd, taken: [port] });
    assert.match(taken.output, new RegExp(`cannot serve on (0\\.0\\.0\\.0:|port )${port}: .*lsof -i :${port} `));
    return taken;
  };

  for (const server of servers) {
    const skip = missing(server.needs);
    test(`${server.name}, in the main program`, { skip }, async () => {
      const taken = await prove(await fixed(inMain(server, 8765)), 8765);
      assert.ok(taken.status !== null && taken.status > 0, `status ${taken.status}: ${taken.output}`);
    });
    if (server.mainOnly) continue;
    test(`${server.name}, in a daemon thread`, { skip }, async () => {
      const taken = await prove(await fixed(inThread(server)), 8765);
      assert.equal(taken.status, 1, taken.output);
    });
  }

  test('style env: the variable decides, without it the address that was fixed', { skip: missing() }, async () => {
    const server = servers[0]!;
    const text = await fixed(inMain(server, 8765), 'env');
    assert.match(text, /HTTPServer\(\(os\.environ\.get\("HOST", "0\.0\.0\.0"\), 8765\)/);
    const taken = await prove(text, 8765);
    assert.equal(taken.status, 1);
  });

  for (const server of servers.filter(({ name }) => name === 'http.server' || name === 'uvicorn')) {
    test(`${server.name}: the next free port, and a line that says so`, { skip: missing(server.needs) }, async () => {
      const text = await fixed(inMain(server, 8765), 'literal', true);
      const cwd = mkdtempSync(path.join(folder, 'run'));
      writeFileSync(path.join(cwd, 'serve.py'), text);
      const free = await observe(['python3', 'serve.py'], { cwd });
      assert.deepEqual([...free.tcp], ['0.0.0.0:8765']);
      const taken = await observe(['python3', 'serve.py'], { cwd, taken: [8765], seconds: 4 });
      assert.ok(taken.tcp.includes('0.0.0.0:8766'), `${taken.tcp} ${taken.output}`);
      assert.match(taken.output, /port 8765 is taken, using 8766/);
    });
  }
});
