import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { bindlint, write } from './command-line.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'bindlint-outcome-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** Each place of a project, and what may stand there. */
const places: Readonly<Record<string, readonly string[]>> = {
  'app.py': [
    'import uvicorn\nfrom settings import HOST, PORT\n\nuvicorn.run("app:app", host=HOST, port=PORT)\nprint("on 8000")\n',
    'import os\nimport uvicorn\n\nuvicorn.run("app:app", host=os.environ["HOST"], port=int(os.environ.get("PORT", "8000")))\n',
    'from flask import Flask\n\nFlask(__name__).run()\n',
    'print("nothing")\n',
    'def broken(:\n',
  ],
  'settings.py': ['HOST = "127.0.0.1"\nPORT = 8000\n', 'HOST = "0.0.0.0"\nPORT = 9000\n', 'NAME = "x"\n'],
  'serve.py': [
    'import uvicorn\n\n\ndef serve(host, port):\n    uvicorn.run("app:app", host=host, port=port)\n',
    'import socket\n\n\ndef serve(host, port):\n    one = socket.socket()\n    one.bind((host, port))\n    one.listen()\n',
  ],
  'main.py': [
    'from serve import serve\n\nserve("127.0.0.1", 8000)\n',
    'from serve import serve\n\nserve("0.0.0.0", 8001)\n',
    'print("calls nobody")\n',
  ],
  'other/client.py': [
    'import requests\nfrom settings import HOST\n\nrequests.get(f"http://{HOST}:8000")\n',
    'import json\n\njson.dumps(1)\n',
  ],
  'web/server.js': [
    "const express = require('express');\nconst { port } = require('./config');\n\nexpress().listen(port, '127.0.0.1');\n",
    "import { createServer } from 'node:http';\n\ncreateServer().listen(process.env.PORT);\n",
    'console.log(1);\n',
  ],
  'web/config.js': ['exports.port = 3000;\n', 'exports.port = 3001;\n'],
  'web/package.json': [
    '{ "dependencies": { "express": "4.18.0" } }',
    '{ "dependencies": { "express": "5.0.0" } }',
    '{ "bindlint": { "rules": { "loopback-host": "off" } } }',
  ],
  'web/package-lock.json': [
    '{ "lockfileVersion": 3, "packages": { "node_modules/express": { "version": "4.18.0" } } }',
    '{}',
  ],
  'requirements.txt': ['flask==2.0.0\n', 'flask==3.0.0\nuvicorn==0.20.0\n'],
  '.env': ['HOST=127.0.0.1\nPORT=8000\n', 'HOST=0.0.0.0\n'],
  'compose.yaml': [
    'services:\n  web:\n    build: .\n    ports: ["8000:8000"]\n',
    'services:\n  web:\n    build: .\n    env_file: .env\n    ports: ["9000:9000"]\n',
  ],
  Dockerfile: [
    'FROM python:3.12\nCOPY . .\nCMD ["python", "app.py"]\n',
    'FROM python:3.12\nCOPY . .\nCMD ["python", "main.py"]\n',
  ],
  'config/settings.yaml': ['server:\n  host: 127.0.0.1\n  port: 8000\n', 'name: x\n', 'server: [\n'],
  '.gitignore': ['settings.py\n', 'web/\n', 'other\n*.js\n', '.env\n'],
  '.ignore': ['serve.py\n', '!settings.py\n'],
  '.bindlintrc.yaml': [
    'preset: strict\n',
    'rules:\n  loopback-host: error\n',
    'ignore: ["web/**"]\n',
    'overrides:\n  - files: ["**/*.py"]\n    context: test\n',
    'expose:\n  ".": loopback\n',
  ],
  'web/.bindlintrc.yaml': ['rules:\n  implicit-host: error\n', 'ignore: [server.js]\n', 'preset: strict\n'],
  'pyproject.toml': [
    '[tool.ruff]\nline-length = 40\n',
    '[tool.ruff.lint]\nselect = ["S104"]\n',
    '[tool.bindlint.rules]\nloopback-host = "info"\n',
  ],
  'notes.md': ['one\n', 'two\n'],
  'quiet.py': ['print(1)\n', 'print(2)\n'],
};
const names = Object.keys(places);

type Edit =
  | { readonly kind: 'write'; readonly file: string; readonly variant: number }
  | { readonly kind: 'remove'; readonly file: string }
  | { readonly kind: 'touch'; readonly file: string }
  | { readonly kind: 'move'; readonly file: string; readonly to: string };

const file = fc.constantFrom(...names);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('write' as const), file, variant: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), file }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('touch' as const), file }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      file,
      to: fc.constantFrom('moved.py', 'web/moved.js', 'other/.env', 'other/settings.py'),
    }),
  },
);

function make(root: string, one: Edit): void {
  const target = path.join(root, one.file);
  if (one.kind === 'write') {
    const variants = places[one.file]!;
    write(root, { [one.file]: variants[one.variant % variants.length]! });
  } else if (!existsSync(target)) return;
  else if (one.kind === 'remove') rmSync(target);
  else if (one.kind === 'touch') appendFileSync(target, '\n');
  else if (one.kind === 'move') {
    mkdirSync(path.dirname(path.join(root, one.to)), { recursive: true });
    renameSync(target, path.join(root, one.to));
  }
}

let count = 0;
/** Enough files for an outcome to be kept. */
function tree(first: readonly number[]): { readonly root: string; readonly cache: string } {
  const root = path.join(scratch, `tree${count}`);
  const cache = path.join(scratch, `cache${count++}`);
  const filler = Array.from({ length: 320 }, (_, index) => [`filler/${index % 8}/${index}.md`, `${index}\n`]);
  write(root, Object.fromEntries(filler));
  for (const [index, name] of names.entries()) {
    const variant = first[index]!;
    if (variant > 0) make(root, { kind: 'write', file: name, variant });
  }
  return { root, cache };
}

/** What a run says, but for how long it took. */
async function said(root: string, argv: readonly string[], cache: string) {
  const { code, out, err } = await bindlint(['check', ...argv], root, '', { XDG_CACHE_HOME: cache, HOME: scratch });
  assert.notEqual(code, 3, err);
  return { code, out: out.replace(/"durationMs": ?\d+/, ''), err };
}

const outcomesIn = (cache: string) => {
  const folder = path.join(cache, 'bindlint');
  if (!existsSync(folder)) return [];
  const stores = readdirSync(folder).filter((name) => name.endsWith('.outcome'));
  return stores.map((name) => `${name} ${statSync(path.join(folder, name)).ino}`);
};

const argument = fc.constantFrom<readonly string[]>(
  ['--format', 'json'],
  [],
  ['app.py', 'web'],
  ['--format', 'sarif', '--preset', 'strict'],
  ['--unsafe-fixes', '--format', 'json'],
  ['--host', '127.0.0.1', '--format', 'json'],
);

test('whatever changes, what is said is what a run says that remembers nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(5), { minLength: names.length, maxLength: names.length }),
      fc.array(fc.record({ edits: fc.array(edit, { maxLength: 2 }), argv: argument }), { minLength: 2, maxLength: 6 }),
      async (first, steps) => {
        const { root, cache } = tree(first);
        for (const { edits, argv } of steps) {
          for (const one of edits) make(root, one);
          assert.deepEqual(await said(root, argv, cache), await said(root, [...argv, '--no-cache'], cache));
        }
        rmSync(root, { recursive: true });
        rmSync(cache, { recursive: true, force: true });
      },
    ),
    { numRuns: 12 },
  );
});

describe('an outcome that was kept', () => {
  const first = names.map((name) => (['serve.py', 'main.py', 'settings.py', 'app.py'].includes(name) ? 30 : 0));
  const project = async () => {
    const { root, cache } = tree(first);
    const before = await said(root, [], cache);
    const [store, ...others] = outcomesIn(cache);
    assert.ok(store);
    assert.deepEqual(others, []);
    return { root, cache, before, store };
  };

  test('stands where a file changes that nobody asked for, or a named file is spoken of alone', async () => {
    const { root, cache, before, store } = await project();
    write(root, { 'notes.md': 'other\n', 'filler/new.md': 'new\n', 'quiet.py': 'print(3)\n' });
    assert.equal(
      (await said(root, [], cache)).out.replace(/\d+ files seen/, ''),
      before.out.replace(/\d+ files seen/, ''),
    );
    await said(root, ['app.py'], cache);
    assert.deepEqual(outcomesIn(cache), [store]);
  });

  const changes: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
    'a file that was read changes': { 'settings.py': 'HOST = "0.0.0.0"\nPORT = 8000\n' },
    'a file that was read goes': { 'settings.py': undefined },
    'a module that was looked for appears': { 'ports.py': 'LAST = 70000\n' },
    'another file calls a function that was followed': {
      'late.py': 'from door import opened\n\nopened("127.0.0.1")\n',
    },
    'another file holds a server': { 'new.py': 'import uvicorn\n\nuvicorn.run("a:b", host="127.0.0.1")\n' },
    'the settings say otherwise': { '.bindlintrc.yaml': 'rules:\n  loopback-host: error\n' },
    'a file is ignored': { '.gitignore': 'settings.py\n' },
  };
  const asking = {
    'door.py': 'import uvicorn\n\n\ndef opened(host):\n    uvicorn.run("a:b", host=host, port=8000)\n',
    'last.py': 'import uvicorn\nfrom ports import LAST\n\nuvicorn.run("a:b", host="0.0.0.0", port=LAST)\n',
  };
  for (const [what, files] of Object.entries(changes)) {
    test(`is replaced where ${what}`, async () => {
      const { root, cache } = tree(first);
      write(root, asking);
      const before = await said(root, ['--format', 'json'], cache);
      const stores = outcomesIn(cache);
      assert.deepEqual(await said(root, ['--format', 'json'], cache), before);
      assert.deepEqual(outcomesIn(cache), stores);
      for (const [file, text] of Object.entries(files)) {
        if (text === undefined) rmSync(path.join(root, file));
        else write(root, { [file]: text });
      }
      const now = await said(root, ['--format', 'json'], cache);
      assert.notEqual(now.out, before.out);
      assert.deepEqual(now, await said(root, ['--format', 'json', '--no-cache'], cache));
      assert.ok(outcomesIn(cache).some((store) => !stores.includes(store)));
    });
  }

  test('is believed only whole, and only if nobody else may have written it', async () => {
    for (const spoil of [
      (file: string) => chmodSync(file, 0o666),
      (file: string) => truncateSync(file, 100),
      (file: string) => truncateSync(file, 3),
      (file: string) => writeFileSync(file, readFileSync(file).fill(0, 200, 300)),
    ]) {
      const { root, cache, before, store } = await project();
      spoil(path.join(cache, 'bindlint', store.split(' ')[0]!));
      assert.deepEqual(await said(root, [], cache), before);
      assert.notDeepEqual(outcomesIn(cache), [store]);
    }
  });

  test('is not one of rules of users, of texts that are not on disk, or of a run that remembers nothing', async () => {
    const { root, cache } = tree(first);
    for (const argv of [['--no-cache'], ['--staged'], ['--show-files'], ['--stdin', '--stdin-filename', 'app.py']])
      await bindlint(['check', ...argv], root, '', { XDG_CACHE_HOME: cache, HOME: scratch });
    assert.deepEqual(outcomesIn(cache), []);
  });
});
