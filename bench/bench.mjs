// npm run bench [-- FILES | FOLDER] [--runs N] [--peers], or --scaling [FILES ...]: prints the tables of docs/benchmarks.md.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { rgPath } from '@vscode/ripgrep';
import { tsImport } from 'tsx/esm/api';
import { machine, medians, printGrowth, printTable, scratch } from './measure.mjs';
import { peers } from './peers.mjs';
import { writeTree } from './tree.mjs';

const root = path.dirname(import.meta.dirname);
const program = path.join(root, 'bin/bindlint.js');
if (!existsSync(path.join(root, 'dist/main.js'))) throw new Error('not built: npm run build');

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '5' }, peers: { type: 'boolean' }, scaling: { type: 'boolean' } },
});
const runs = Number(options.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs takes a whole number from 1 on, not ${options.runs}`);

/** What the engine looks for in files: it is asked with a workspace that only listens. */
async function searchesOf() {
  const { analyze } = await tsImport('../src/run.ts', import.meta.url);
  let searches;
  const workspace = {
    candidates: async (prefilter) => {
      searches = prefilter.searches;
      return { files: [], quiet: [], seen: 0 };
    },
    mentioning: async () => [],
    has: async () => false,
    read: async (file) => ({ file, kind: 'unsupported', message: 'empty' }),
  };
  await analyze(workspace, { rules: {}, severity: () => 'off', host: '0.0.0.0', hostStated: false });
  return searches;
}

function project(name, files) {
  const folder = path.join(scratch, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

const bindlint = (...args) => [process.execPath, program, ...args];
const nothing = { name: '`node -e 0`', command: [process.execPath, '-e', '0'], cwd: scratch };

function print(title, contenders, figures, base, count) {
  const rows = contenders.map((contender, index) => ({ ...contender, figures: figures[index] }));
  printTable(`${title}; medians of ${count} runs`, rows, base ?? figures[0]);
}

function oneFile() {
  const files = {
    'a.py': 'def double(number):\n    return 2 * number\n',
    'app.py': 'import uvicorn\n\nuvicorn.run("app:app", host="127.0.0.1", port=8000)\n',
    'config.yaml': 'server:\n  host: 127.0.0.1\n  port: 8000\n',
    'server.js': "const express = require('express');\n\nconst app = express();\napp.listen(3000, '127.0.0.1');\n",
  };
  const check = (name, file, budget) => ({
    name,
    command: bindlint('check', file),
    cwd: project(file.replace('.', '-'), { [file]: files[file] }),
    budget,
  });
  const contenders = [
    nothing,
    { name: '`--version`', command: bindlint('--version'), cwd: scratch, budget: '1.2' },
    check('a file without candidates', 'a.py', '1.5'),
    check('a Python file with findings', 'app.py', '2.5'),
    check('a YAML file with findings', 'config.yaml', '2.5'),
    check('a JavaScript file with findings', 'server.js', '2.5'),
  ];
  const count = 3 * runs;
  print('One file', contenders, medians(contenders, count), undefined, count);
}

const endings = ['py', 'pyw', 'js', 'cjs', 'mjs', 'jsx', 'ts', 'cts', 'mts', 'tsx'];

/** ripgrep listing the same literals, each in the files of its language. With the smallest process of Node, a tree costs that at the least. */
async function floorOf(folder) {
  const search = [rgPath, '--no-config', '--no-messages', '--hidden', '--glob=!.git', '--files-with-matches', '--text'];
  return (await searchesOf())
    .filter(({ pattern }) => pattern)
    .map(({ pattern, paths }) => {
      const searched = endings.filter((ending) => paths.test(`a.${ending}`));
      const types = [...searched.map((ending) => `--type-add=searched:*.${ending}`), '--type=searched'];
      return {
        name: `ripgrep with the same literals, .${searched[0]} and the like`,
        command: [...search, ...types, `--regexp=${pattern}`, './'],
        cwd: folder,
      };
    });
}

const sum = (figures) => ({
  wall: figures.reduce((all, { wall }) => all + wall, 0),
  cpu: figures.reduce((all, { cpu }) => all + cpu, 0),
  memory: Number.NaN,
});

/** A run that remembers nothing of earlier ones. */
function scan(folder) {
  const cache = path.join(scratch, 'cold');
  return {
    name: '`check` of the whole tree, nothing remembered',
    command: bindlint('check', '--quiet'),
    cwd: folder,
    env: { XDG_CACHE_HOME: cache },
    before: () => rmSync(cache, { recursive: true, force: true }),
  };
}

async function wholeTree(title, folder) {
  // In a given folder it must not be anybody's file.
  const own = path.join(folder, `bench_${randomUUID().replaceAll('-', '')}`);
  const [server, other] = [`${own}_server.py`, `${own}.py`];
  const least = [nothing, ...(await floorOf(folder))];
  const again = (cache) => ({
    ...scan(folder),
    env: { XDG_CACHE_HOME: path.join(scratch, cache) },
    budget: '1.3 x cpu',
  });
  const contenders = [
    ...least,
    { ...scan(folder), budget: '2 x cpu, 250 MB' },
    {
      ...again('warm'),
      name: 'the same again, one file changed that is about no server',
      before: (run) => {
        writeFileSync(server, 'import uvicorn\n\nuvicorn.run("app:app", port=8000)\n');
        writeFileSync(other, `def double(number):\n    return ${run} * number\n`);
      },
    },
    {
      ...again('warm-server'),
      name: 'the same again, a server changed',
      before: (run) => writeFileSync(server, `import uvicorn\n\nuvicorn.run("app:app", port=${8001 + run})\n`),
    },
    ...(options.peers ? peers(folder) : []),
  ];
  let figures;
  try {
    figures = medians(contenders, runs);
  } finally {
    for (const file of [server, other]) rmSync(file, { force: true });
  }
  const base = sum(figures.slice(0, least.length));
  const together = { name: 'these together' };
  print(title, contenders.toSpliced(least.length, 0, together), figures.toSpliced(least.length, 0, base), base, runs);
}

/** One row a tree: what the check costs beyond its least should grow with the servers, and hardly with the other files. */
async function growth(title, trees) {
  const rows = [];
  for (const { others, servers } of trees) {
    const folder = path.join(scratch, `tree-${others}-${servers}`);
    writeTree(folder, others + servers, servers);
    const least = [nothing, ...(await floorOf(folder))];
    const figures = medians([...least, scan(folder)], runs);
    rows.push({ others, servers, least: sum(figures.slice(0, -1)), check: figures.at(-1) });
    rmSync(folder, { recursive: true });
  }
  printGrowth(`${title}, nothing remembered; medians of ${runs} runs`, rows);
}

async function scaling() {
  const sizes = positionals.length > 0 ? positionals.map(Number) : [1_000, 5_000, 20_000, 40_000, 100_000];
  await growth(
    'More files that are about no server',
    sizes.map((others) => ({ others, servers: 50 })),
  );
  await growth(
    'More servers among as many other files',
    [50, 100, 250, 500, 1_000].map((servers) => ({ others: 5_000, servers })),
  );
}

console.log(machine);
if (options.scaling) await scaling();
else {
  oneFile();
  const [target = '5000'] = positionals;
  if (/^\d+$/.test(target)) {
    const folder = path.join(scratch, 'tree');
    writeTree(folder, Number(target));
    await wholeTree(`A made-up tree of ${target} files`, folder);
  } else await wholeTree('A given tree', path.resolve(target));
}
