import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import implicitHost from '../../rules/implicit-host.ts';
import misleadingListenLog from '../../rules/misleading-listen-log.ts';
import missingPort from '../../rules/missing-port.ts';
import { type FixOptions, type Plan, planFixes } from '../../src/fix/apply.ts';
import { unifiedDiff } from '../../src/fix/diff.ts';
import { analyze, type RunOptions } from '../../src/run.ts';
import { textWorkspace } from '../../src/workspace/text-workspace.ts';
import { bindError, claims, defaultPort, loopback, runOptions } from './rules.ts';

const all = { loopback, 'default-port': defaultPort, 'bind-error': bindError, claims };

async function planOf(
  texts: Readonly<Record<string, string>>,
  rules: RunOptions['rules'] = all,
  options: Partial<FixOptions> = {},
): Promise<Plan> {
  const workspace = textWorkspace(new Map(Object.entries(texts)));
  const run = runOptions(rules);
  const analysis = await analyze(workspace, run);
  return planFixes(analysis, workspace, { style: 'literal', unsafe: false, wanted: () => true, run, ...options });
}

async function fixed(file: string, text: string, rules?: RunOptions['rules'], options?: Partial<FixOptions>) {
  const plan = await planOf({ [file]: text }, rules, options);
  return { plan, text: plan.texts.get(file)?.after ?? text };
}

test('no argument is added to a call whose end is not understood', async () => {
  const broken = "import uvicorn\n\nuvicorn.run('service:app', 0}\n";
  const { plan, text } = await fixed('app.py', broken);
  assert.equal(text, broken);
  assert.ok(plan.refused.some(({ reason }) => reason === 'the statement is not understood'));
});

const threads = `import threading
import uvicorn

from app import api, ui


def run_server(app, host="127.0.0.1", port=8000, tls=None):
    if tls:
        uvicorn.run(
            app,
            host=host,
            port=port,
            ssl_keyfile=tls["key"],  # from the settings
            ssl_certfile=tls["cert"],
        )
    else:
        uvicorn.run(app, host=host, port=port, timeout_keep_alive=5)


def main():
    threading.Thread(target=run_server, args=(api,), daemon=True).start()
    threading.Thread(target=run_server, args=(ui,), kwargs={"port": 8080}, daemon=True).start()


if __name__ == "__main__":
    main()
`;

test('two servers in threads: both stay apart, both are seen to fail', async () => {
  const { plan, text } = await fixed('run.py', threads);
  const handler = `except SystemExit as error:
            if error.code:
                print(
                    f"cannot serve on {host}:{port}: the server gave up with status {error.code}; "
                    f"to see who holds the port: lsof -i :{port} (Windows: netstat -ano | findstr :{port})",
                    file=sys.stderr,
                    flush=True,
                )
                os._exit(1)  # sys.exit would end only this thread
            raise
`;
  assert.equal(
    text,
    `import os
import sys
import threading
import uvicorn

from app import api, ui


def run_server(app, host="0.0.0.0", port=8000, tls=None):
    if tls:
        try:
            uvicorn.run(
                app,
                host=host,
                port=port,
                ssl_keyfile=tls["key"],  # from the settings
                ssl_certfile=tls["cert"],
            )
        ${handler}    else:
        try:
            uvicorn.run(app, host=host, port=port, timeout_keep_alive=5)
        ${handler}

def main():
    threading.Thread(target=run_server, args=(api,), daemon=True).start()
    threading.Thread(target=run_server, args=(ui,), kwargs={"port": 8080}, daemon=True).start()


if __name__ == "__main__":
    main()
`,
  );
  assert.deepEqual(plan.refused, []);
  const ports = plan.analysis.facts.binds.filter((bind) => bind.via === 'call').map((bind) => bind.port.value);
  assert.deepEqual([...new Set(ports)].sort(), [8000, 8080]);
});

test('a second run changes nothing', async () => {
  const { text } = await fixed('run.py', threads);
  const again = await fixed('run.py', text);
  assert.deepEqual([...again.plan.texts], []);
  assert.deepEqual(again.plan.applied, []);
});

test('host and port of a call without arguments', async () => {
  const { text } = await fixed(
    'app.py',
    'from flask import Flask\napp = Flask(__name__)\n\nif __name__ == "__main__":\n    app.run()\n',
    { loopback, 'default-port': defaultPort },
  );
  assert.match(text, /app\.run\(host="0\.0\.0\.0", port=5000\)/);
});

test('style env reads variables where the value is fixed, and imports os', async () => {
  const { text, plan } = await fixed(
    'app.py',
    '"""Docs."""\nimport uvicorn\n\nuvicorn.run("app:app", host="127.0.0.1")\n',
    { loopback, 'default-port': defaultPort },
    { style: 'env' },
  );
  assert.equal(
    text,
    '"""Docs."""\nimport os\n\nimport uvicorn\n\nuvicorn.run("app:app", host=os.environ.get("HOST", "0.0.0.0"), port=int(os.environ.get("PORT", "8000")))\n',
  );
  assert.deepEqual(plan.refused, []);
});

test('a handler that cannot see the failure gets one that can, in front of it', async () => {
  const { text } = await fixed(
    'serve.py',
    `import logging

import uvicorn

log = logging.getLogger("serve")

try:
    uvicorn.run("app:app", host="0.0.0.0", port=8000)
# the port is taken
except OSError as e:
    log.error("cannot start: %s", e)
`,
    { 'bind-error': bindError },
  );
  assert.equal(
    text,
    `import logging

import uvicorn

log = logging.getLogger("serve")

try:
    uvicorn.run("app:app", host="0.0.0.0", port=8000)
except SystemExit as error:
    if error.code:
        log.critical(
            "cannot serve on 0.0.0.0:8000: the server gave up with status %s; "
            "to see who holds the port: lsof -i :8000 (Windows: netstat -ano | findstr :8000)",
            error.code,
        )
    raise
# the port is taken
except OSError as e:
    log.error("cannot start: %s", e)
`,
  );
});

test('a value in a settings file is edited where it stands', async () => {
  const { text, plan } = await planOf(
    {
      'server.py':
        'import yaml\nimport uvicorn\n\nconfig = yaml.safe_load(open("config.yaml"))\nuvicorn.run("app:app", host=config["server"]["host"], port=config["server"]["port"])\n',
      'config.yaml': '# ours\nserver:\n  host: 127.0.0.1   # only here\n  port: 8000\n',
    },
    { loopback },
  ).then((made) => ({ plan: made, text: made.texts.get('config.yaml')?.after }));
  assert.equal(text, '# ours\nserver:\n  host: 0.0.0.0   # only here\n  port: 8000\n');
  assert.deepEqual([...plan.texts.keys()], ['config.yaml']);
});

test('ruff and bandit are told that 0.0.0.0 is meant', async () => {
  const plan = await planOf(
    {
      'pyproject.toml': '[tool.ruff.lint]\nselect = ["E", "S"]\n\n[tool.bandit]\n',
      'server.py': 'import uvicorn\n\nuvicorn.run("app:app", host="127.0.0.1", port=8000)  # the API\n',
    },
    { loopback },
  );
  assert.equal(
    plan.texts.get('server.py')?.after,
    'import uvicorn\n\nuvicorn.run("app:app", host="0.0.0.0", port=8000)  # the API  # noqa: S104  # nosec B104  # meant to be reached from other hosts\n',
  );
});

test('a claim that comes too early names the new host all the same, and needs no word to other linters', async () => {
  const plan = await planOf(
    {
      'pyproject.toml': '[tool.ruff.lint]\nselect = ["S"]\n',
      'server.py':
        'import socket\n\nsock = socket.socket()\nprint("server listening on 127.0.0.1:8000")\nsock.bind(("127.0.0.1", 8000))\nsock.listen()\n',
    },
    { loopback, 'misleading-listen-log': misleadingListenLog },
  );
  assert.equal(
    plan.texts.get('server.py')?.after,
    'import socket\n\nsock = socket.socket()\nprint("server listening on 0.0.0.0:8000")\nsock.bind(("0.0.0.0", 8000))  # noqa: S104 - meant to be reached from other hosts\nsock.listen()\n',
  );
});

test('a fix after which more has changed than was declared is left out, with a reason', async () => {
  const other = {
    summary: 'wants nonsense',
    severity: 'warning',
    *check(facts) {
      for (const bind of facts.binds) {
        const repair = {
          kind: 'fill',
          role: 'host',
          slot: bind.host,
          at: 'site',
          value: '0.0.0.0',
          expression: 'port',
        } as const;
        yield { at: bind.span, message: 'nonsense', fix: { safety: 'safe', repairs: [repair], does: 'nonsense' } };
      }
    },
  } satisfies RunOptions['rules'][string];
  const { plan, text } = await fixed(
    'a.py',
    'import uvicorn\n\nport = 8000\nuvicorn.run("app:app", host="127.0.0.1", port=port)\n',
    { nonsense: other },
  );
  assert.deepEqual(
    plan.refused.map(({ file, rule }) => [file, rule]),
    [['a.py', 'nonsense']],
  );
  assert.match(plan.refused[0]!.reason, /the host would be .* instead of 0\.0\.0\.0/);
  assert.match(text, /host="127\.0\.0\.1"/);
  const both = await fixed(
    'a.py',
    'import uvicorn\n\nport = 8000\nuvicorn.run("app:app", host="127.0.0.1", port=port)\n',
    {
      nonsense: other,
      'bind-error': bindError,
    },
  );
  assert.deepEqual(
    both.plan.applied.map(({ finding }) => finding.rule),
    ['bind-error'],
  );
});

test('unsafe fixes wait until they are asked for', async () => {
  const text = 'import uvicorn\n\n\ndef serve(app, host="0.0.0.0"):\n    uvicorn.run(app, host=host, port=8000)\n';
  const safe = await fixed('lib.py', text, { 'bind-error': bindError });
  assert.equal(safe.text, text);
  const unsafe = await fixed('lib.py', text, { 'bind-error': bindError }, { unsafe: true });
  assert.match(unsafe.text, /except SystemExit as error:/);
});

test('a function before another one keeps two lines apart from it', async () => {
  const { text } = await fixed(
    'serve.py',
    'import uvicorn\n\n\ndef main():\n    uvicorn.run("a:b", host="0.0.0.0", port=8000)\n\n\nmain()\n',
    { 'bind-error': bindError },
    { portFallback: 5 },
  );
  assert.match(text, /return port\n\n\ndef main/);
});

test('a server of the main program tries the next ports where that is wanted', async () => {
  const { plan, text } = await fixed(
    'serve.py',
    'import logging\n\nimport uvicorn\n\nlog = logging.getLogger("x")\n\n\ndef main(host="127.0.0.1"):\n    uvicorn.run("a:b", host=host, port=8000)\n\n\nif __name__ == "__main__":\n    main()\n',
    { loopback, 'bind-error': bindError },
    { portFallback: 5 },
  );
  assert.equal(
    text,
    `import logging
import os
import socket

import uvicorn


def first_free_port(host, port, tries=5):
    """Return the first free port from this one on; somebody else can still take it before the server does."""
    port = int(port)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + tries, 65536)):
        with socket.socket(family) as probe:
            if os.name == "posix":  # connections of the last run do not count
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
        if candidate != port:
            log.warning("port %s is taken, using %s", port, candidate)
        return candidate
    return port


log = logging.getLogger("x")


def main(host="0.0.0.0"):
    try:
        uvicorn.run("a:b", host=host, port=first_free_port(host, 8000))
    except SystemExit as error:
        if error.code:
            log.critical(
                "cannot serve on %s:8000: the server gave up with status %s; "
                "to see who holds the port: lsof -i :8000 (Windows: netstat -ano | findstr :8000)",
                host, error.code,
            )
        raise


if __name__ == "__main__":
    main()
`,
  );
  assert.deepEqual(plan.refused, []);
  const again = await fixed('serve.py', text, undefined, { portFallback: 5 });
  assert.equal(again.text, text);
});

test('no other port is tried where others count on this one, or where two servers look at once', async () => {
  const published = await planOf(
    {
      'serve.py': 'import uvicorn\n\nuvicorn.run("a:b", host="0.0.0.0", port=8000)\n',
      Dockerfile: 'FROM python\nEXPOSE 8000\nCMD ["python", "serve.py"]\n',
    },
    { 'bind-error': bindError },
    { portFallback: true },
  );
  const threaded = await planOf({ 'run.py': threads }, { 'bind-error': bindError }, { portFallback: true });
  for (const plan of [threaded, ...(published.analysis.facts.publishes.length > 0 ? [published] : [])]) {
    assert.ok(plan.applied.length > 0);
    assert.match(plan.refused[0]!.reason, /^no other port is tried: /);
    for (const { after } of plan.texts.values()) assert.doesNotMatch(after, /first_free_port/);
  }
});

test('git applies the diff: CRLF, no final newline, strange names', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bindlint-diff-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const texts: Record<string, string> = {
    'win dows/run.py': threads.replaceAll('\n', '\r\n'),
    'ü"q.py': 'import uvicorn\nuvicorn.run("app:app", host="127.0.0.1")',
    'plain.py': threads,
  };
  const plan = await planOf(texts);
  assert.deepEqual([...plan.texts.keys()].sort(), Object.keys(texts).sort());
  for (const [file, text] of Object.entries(texts)) {
    mkdirSync(path.join(folder, 'sub', path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, 'sub', file), text);
  }
  const git = (...args: string[]) =>
    spawnSync('git', ['-c', 'core.autocrlf=false', ...args], { cwd: folder, encoding: 'utf8' });
  git('init', '-q');
  writeFileSync(
    path.join(folder, 'fix.diff'),
    unifiedDiff(plan, (file) => `sub/${file}`),
  );
  const check = git('apply', '--check', 'fix.diff');
  assert.equal(check.stderr + check.status, '0');
  git('apply', 'fix.diff');
  const left = git('apply', '--check', '--reverse', 'fix.diff');
  assert.equal(left.stderr + left.status, '0');
});

test('places are those of the text as it was, whatever was written above', async () => {
  const { plan } = await fixed('run.py', threads);
  for (const { finding } of plan.applied) {
    const at = threads.slice(finding.at.start, finding.at.end);
    assert.equal(at, finding.rule === 'loopback' ? '"127.0.0.1"' : 'uvicorn.run');
  }
  const text = 'import uvicorn\n\nuvicorn.run("a:b", host="127.0.0.1", port=8000); print(1)\n';
  const refused = await fixed('run.py', text);
  assert.deepEqual(
    refused.plan.refused.map(({ at, reason }) => [text.slice(at.start, at.end), reason]),
    [['uvicorn.run', 'the statement shares its line with others']],
  );
});

test('a claim goes with the address it shows', async () => {
  const { plan, text } = await fixed(
    'run.py',
    'import uvicorn\n\nuvicorn.run("a:b", host="0.0.0.0", port=8000)\nprint("server is running on http://0.0.0.0:8000")\nprint("bye")\n',
    { claims },
  );
  assert.deepEqual(plan.refused, []);
  assert.equal(text, 'import uvicorn\n\nuvicorn.run("a:b", host="0.0.0.0", port=8000)\nprint("bye")\n');
});

const strict = { 'implicit-host': implicitHost, 'missing-port': missingPort, 'bind-error': bindError };

test('two servers of one file get names of their own', async () => {
  const { text } = await fixed(
    'servers.js',
    "const http = require('http');\n\nhttp.createServer(api).listen(3000, () => {\n  console.log('api');\n});\nhttp.createServer(ui).listen(3001, () => {\n  console.log('ui');\n});\n",
    strict,
  );
  assert.match(text, /^const server = http\.createServer\(api\)\.listen\(3000, '::'/m);
  assert.match(text, /^const httpServer = http\.createServer\(ui\)\.listen\(3001, '::'/m);
});

test('a listener of another server is none of this one', async () => {
  const { text } = await fixed(
    'servers.js',
    "const express = require('express');\nconst app = express();\nconst server = app.listen(3000, '::');\nserver.on('error', (error) => {\n  console.error(error);\n  process.exit(1);\n});\nconst second = app.listen(3001, '::');\n",
    strict,
  );
  assert.match(text, /^second\.on\('error', /m);
});

test('a message names the port that a variable falls back on', async () => {
  const { text } = await fixed(
    'server.js',
    "const http = require('http');\n\nconst server = http.createServer();\nserver.listen(Number(process.env.PORT));\n",
    strict,
  );
  assert.match(text, /listen\(Number\(process\.env\.PORT \|\| 3000\), '::'\);/);
  assert.match(text, /const port = Number\(process\.env\.PORT \|\| 3000\);/);
});

test('lines that come into a try are indented as it is', async () => {
  const { text } = await fixed('server.ts', 'Bun.serve({\n  fetch,\n  port: 3000,\n});\n', strict);
  assert.match(
    text,
    /^try \{\n {2}Bun\.serve\(\{\n {4}fetch,\n {4}port: 3000,\n {4}hostname: .*,\n {2}\}\);\n\} catch/,
  );
});

test('a server of JavaScript tries the next ports, where nobody else counts on its own', async () => {
  const server = "const http = require('http');\n\nconst PORT = 3000;\n\nhttp.createServer().listen(PORT);\n";
  const rules = { 'bind-error': bindError };
  const { text } = await fixed('server.js', server, rules, { portFallback: 3 });
  assert.match(text, /^const net = require\('net'\);$/m);
  assert.match(text, /^async function firstFreePort\(port, host, tries = 3\) \{$/m);
  assert.match(
    text,
    /^firstFreePort\(PORT\)\.then\(\(port\) => \{\n {2}const server = http\.createServer\(\)\.listen\(port\);/m,
  );
  const again = await fixed('server.js', text, rules, { portFallback: 3 });
  assert.equal(again.text, text);
  const asked = await planOf({ 'server.js': server, 'client.js': "fetch('http://0.0.0.0:3000/');\n" }, rules, {
    portFallback: 3,
  });
  assert.match(asked.texts.get('server.js')!.after, /listen\(PORT\);\nserver\.on\('error'/);
  assert.match(asked.refused[0]!.reason, /^no other port is tried: port 3000 is a destination in client\.js$/);
  const said = await fixed(
    'server.js',
    "const http = require('http');\n\nhttp.createServer().listen(3000, () => console.log('up on http://localhost:3000'));\n",
    rules,
    { portFallback: 3 },
  );
  assert.match(said.text, /listen\(port, \(\) => console\.log\(`up on http:\/\/localhost:\$\{port\}`\)\)/);
  const held = await fixed('held.js', `${server.replace('http.create', 'exports.server = http.create')}`, rules, {
    portFallback: 3,
  });
  assert.doesNotMatch(held.text, /firstFreePort/);
  assert.match(held.plan.refused[0]!.reason, /before its port could be known/);
});
