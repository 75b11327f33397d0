import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import formats from '../generated/formats.ts';
import javascript from '../generated/javascript.ts';
import program from '../generated/program.ts';
import python from '../generated/python.ts';
import rules from '../generated/rules.ts';
import signs from '../generated/signs.ts';
import { prefilters } from '../src/prefilter.ts';
import { type Analysis, analyze, type RunOptions } from '../src/run.ts';
import { signsOf } from '../src/signs.ts';
import { parsePage } from '../src/testing/pages.ts';
import { analyzeProject } from '../src/triage.ts';
import { isSettingsFile } from '../src/workspace/settings-files.ts';
import { textWorkspace } from '../src/workspace/text-workspace.ts';
import type { Workspace } from '../src/workspace/workspace.ts';

const root = path.dirname(import.meta.dirname);
type Texts = ReadonlyMap<string, string>;

const options: RunOptions = {
  rules,
  host: '0.0.0.0',
  hostStated: false,
  severity: (_id, _file, _context, _lowered, { severity }) => severity,
  exposure: () => undefined,
};

function textsBelow(folder: string): Texts {
  return new Map(
    readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = path.join(entry.parentPath, entry.name);
        return [path.relative(path.join(root, folder), file).replaceAll(path.sep, '/'), readFileSync(file, 'utf8')];
      }),
  );
}

/** The inputs of every page of fixtures, and the example projects. */
const projects: readonly (readonly [name: string, texts: Texts])[] = [
  ...readdirSync(path.join(root, 'fixtures'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('projects'))
    .flatMap((name) =>
      parsePage(readFileSync(path.join(root, 'fixtures', name), 'utf8')).map(
        ({ title, files }) => [`${name}: ${title}`, files] as const,
      ),
    ),
  ...readdirSync(path.join(root, 'fixtures/projects'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => [name, textsBelow(`fixtures/projects/${name}`)] as const),
];

/** Every file is a candidate, and every program is parsed. */
const everything = (texts: Texts) => {
  const asked = prefilters(signs, isSettingsFile, '');
  const workspace: Workspace = {
    ...textWorkspace(texts),
    candidates: async () => ({ files: [...texts.keys()].sort(), quiet: [], seen: texts.size }),
  };
  return analyze(workspace, options, { ...asked, isCandidate: () => true });
};

/** What was found out. */
function outcome({ facts, findings, suppressed, problems }: Analysis) {
  return { facts, findings, suppressed, problems };
}

test('the signs are those of the catalogue and the formats', () => {
  assert.deepEqual(signs, signsOf(python, javascript, program, formats));
});

const isCode = /\.(?:pyw?|[cm]?[jt]s|[jt]sx)$/;

describe('the findings are the same as if every program were parsed', () => {
  assert.ok(projects.length > 100);
  for (const [name, texts] of projects) {
    test(name, async () => {
      const every = await everything(texts);
      const code = [...texts.keys()].filter((file) => isCode.test(file) && !/(?:^|\/)build\/lib\//.test(file));
      assert.ok(every.parsed >= code.length - every.problems.length);
      assert.deepEqual(outcome(await analyze(textWorkspace(texts), options)), outcome(every));
    });
  }

  test('all of them as one project', async () => {
    const texts = new Map(
      projects.flatMap(([, files], index) => [...files].map(([file, text]) => [`p${index}/${file}`, text] as const)),
    );
    const every = await everything(texts);
    const some = await analyze(textWorkspace(texts), options);
    assert.ok(some.findings.length > 100);
    assert.deepEqual(outcome(some), outcome(every));
  });
});

/** Programs whose tokens stand at `·` behind one another, and may stand apart. */
const spellings: readonly (readonly [file: string, text: string])[] = [
  ['a.ts', "import express from 'express';\nconst app = express();\napp·.·listen·(·3000·,·'127.0.0.1'·);\n"],
  ['a.ts', "import express from 'express';\nconst app = express();\napp·?.·listen·?.·(·3000, '127.0.0.1');\n"],
  ['a.ts', "import express from 'express';\nconst app = express();\napp·.listen·!·(3000, '127.0.0.1');\n"],
  ['a.ts', "Bun·.·serve·<Data>·(·{ port: 3000, hostname: '127.0.0.1', fetch: () => new Response() }·);\n"],
  ['a.ts', "import { Server } from 'socket.io';\nconst io = new Server·<A,·B>·(·3000·);\n"],
  ['a.ts', "import { WebSocketServer } from 'ws';\nnew WebSocketServer·<typeof Socket>·(·{ port: 3000 });\n"],
  ['a.ts', "export default·{ port: 3000, hostname: '127.0.0.1',·fetch·(request) { return new Response(); } };\n"],
  ['a.ts', "const fetch = () => new Response();\nexport default { port: 3000, hostname: '127.0.0.1',·fetch·};\n"],
  ['a.js', "const { createServer·:·make } = require('node:http');\nmake()·.·listen·(·3000, '127.0.0.1');\n"],
  [
    'a.js',
    "import { serve·as·start } from '@hono/node-server';\nstart({ fetch: app.fetch, port: 3000, hostname: '127.0.0.1' });\n",
  ],
  ['a.js', "const HOST = '0.0.0.0';\nfetch(`http://${HOST}:3000/`);\n"],
  ['a.py', 'import uvicorn\nuvicorn·.·run·(·"app:app", host="127.0.0.1", port=8000·)\n'],
  ['a.py', 'import threading\nimport uvicorn\nthreading.Thread(·target·=·uvicorn.run·,·args=("app:app",)·).start()\n'],
  ['a.py', 'import threading\nimport uvicorn\nthreading.Thread(args=("app:app",), target=uvicorn.run·).start()\n'],
  [
    'a.py',
    'import socketserver\nclass S·(·socketserver.TCPServer·):\n    pass\nS(("127.0.0.1", 9000), None)·.·serve_forever()\n',
  ],
  ['a.py', 'import requests\nHOST = "0.0.0.0"\nrequests.get(f"http://{HOST}:80/")\n'],
];

test('a server is found however its tokens stand apart', async () => {
  const apart = {
    ts: ['', ' ', '\n', '\r\n\t', '/* a */', ' // a\n'],
    js: ['', ' ', '\n', '\r\n\t', '/* a */', ' // a\n'],
    py: ['', ' ', ' \\\n', '\t'],
  };
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...spellings), fc.infiniteStream(fc.nat(5)), async ([file, text], choices) => {
      const separators = apart[file.slice(2) as keyof typeof apart];
      const word = (before: string | undefined, after: string | undefined) =>
        /\w/.test(before ?? '') && /\w/.test(after ?? '');
      const spaced = text.replace(/·/g, (_, at: number) => {
        const separator = separators[choices.next().value! % separators.length]!;
        return separator === '' && word(text[at - 1], text[at + 1]) ? ' ' : separator;
      });
      const texts = new Map([[file, spaced]]);
      const every = await everything(texts);
      assert.deepEqual(outcome(await analyze(textWorkspace(texts), options)), outcome(every), spaced);
    }),
    { numRuns: 400 },
  );
  for (const [file, text] of spellings) {
    const texts = new Map([[file, text.replaceAll('·', ' ')]]);
    const { facts } = await analyze(textWorkspace(texts), options);
    assert.ok(facts.binds.length + facts.dials.length > 0, text);
  }
});

test('nothing is passed over that would be parsed', async () => {
  let nothing = 0;
  for (const [, texts] of projects) {
    for (const [file, text] of texts) {
      const one = new Map([[file, text]]);
      const sorted = await analyzeProject(textWorkspace(one), options);
      assert.deepEqual(sorted, await analyze(textWorkspace(one), options), file);
      if (sorted.parsed === 0) nothing++;
    }
  }
  assert.ok(nothing > 10);
});

test('declarations of a settings file are no settings', async () => {
  const texts = new Map([
    ['vite.config.d.ts', 'declare const config: { server: { host: string } };\nexport default config;\n'],
    ['.next/static/chunks/webpack.js', 'self.webpackChunk = { devServer: { port: 3000 } };\n'],
    ['package.json', '{ "scripts": { "dev": "vite" } }\n'],
  ]);
  assert.deepEqual((await analyze(textWorkspace(texts), options)).problems, []);
});
