// Whole processes against the smallest process of Node: npm run bench [-- FILES | FOLDER]. Prints a Markdown table.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { tsImport } from 'tsx/esm/api';
import { writeTree } from './tree.mjs';

const root = path.dirname(import.meta.dirname);
const program = path.join(root, 'bin/bindlint.js');
const time = '/usr/bin/time';
if (!existsSync(path.join(root, 'dist/main.js'))) throw new Error('not built: npm run build');

const scratch = mkdtempSync(path.join(tmpdir(), 'bindlint-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** The regular expression by which the engine chooses files: it is asked with a workspace that only listens. */
async function prefilterPattern() {
  const { analyze } = await tsImport('../src/run.ts', import.meta.url);
  let pattern;
  const workspace = {
    candidates: async (prefilter) => {
      pattern = prefilter.pattern;
      return { files: [], seen: 0 };
    },
    mentioning: async () => [],
    has: async () => false,
    read: async (file) => ({ file, kind: 'unsupported', message: 'empty' }),
  };
  await analyze(workspace, { rules: {}, severity: () => 'off', host: '0.0.0.0', hostStated: false });
  return pattern;
}

/** One run: seconds on the clock and of the processors, peak memory in MB; the latter two only where GNU time is installed. */
function measure({ command, cwd }) {
  const figures = path.join(scratch, 'figures');
  const words = existsSync(time) ? [time, '-f', '%U %S %M', '-o', figures, ...command] : command;
  const start = process.hrtime.bigint();
  const { status, error, stderr } = spawnSync(words[0], words.slice(1), { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  const wall = Number(process.hrtime.bigint() - start) / 1e9;
  if (error || status === null || status > 1) throw error ?? new Error(`${command.join(' ')}: ${stderr}`);
  if (!existsSync(time)) return { wall };
  const [user, system, memory] = readFileSync(figures, 'utf8').trim().split('\n').at(-1).split(' ').map(Number);
  return { wall, cpu: user + system, memory: memory / 1024 };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Medians of interleaved runs, so that a busy moment hits every contender alike. */
function medians(contenders, runs) {
  const results = contenders.map(() => []);
  for (let run = 0; run <= runs; run++) {
    for (const [index, contender] of contenders.entries()) {
      const figures = measure(contender);
      if (run > 0) results[index].push(figures); // the first warms the caches
    }
  }
  return results.map((figures) => ({
    wall: median(figures.map(({ wall }) => wall)),
    cpu: median(figures.map(({ cpu }) => cpu ?? Number.NaN)),
    memory: median(figures.map(({ memory }) => memory ?? Number.NaN)),
  }));
}

function project(name, files) {
  const folder = path.join(scratch, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

const shown = (number, digits) => (Number.isNaN(number) ? '-' : number.toFixed(digits));
const row = (cells) => console.log(`| ${cells.join(' | ')} |`);

function printTable(title, names, figures, base, runs, budgets) {
  console.log(`\n${title}; medians of ${runs} runs\n`);
  row(['what', 'wall ms', 'ratio', 'cpu ms', 'cpu ratio', 'peak MB', 'budget']);
  row(['---', '--:', '--:', '--:', '--:', '--:', '---']);
  for (const [index, { wall, cpu, memory }] of figures.entries()) {
    row([
      names[index],
      shown(wall * 1000, 0),
      shown(wall / base.wall, 2),
      shown(cpu * 1000, 0),
      shown(cpu / base.cpu, 2),
      shown(memory, 0),
      budgets[index] ?? '',
    ]);
  }
}

const bindlint = (...args) => [process.execPath, program, ...args];
const nothing = { command: [process.execPath, '-e', '0'], cwd: scratch };

console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim()}`);
{
  const plain = project('plain', { 'a.py': 'def double(number):\n    return 2 * number\n' });
  const python = project('python', {
    'app.py': 'import uvicorn\n\nuvicorn.run("app:app", host="127.0.0.1", port=8000)\n',
  });
  const yaml = project('yaml', { 'config.yaml': 'server:\n  host: 127.0.0.1\n  port: 8000\n' });
  const runs = 15;
  const figures = medians(
    [
      nothing,
      { command: bindlint('--version'), cwd: scratch },
      { command: bindlint('check', 'a.py'), cwd: plain },
      { command: bindlint('check', 'app.py'), cwd: python },
      { command: bindlint('check', 'config.yaml'), cwd: yaml },
    ],
    runs,
  );
  const names = [
    '`node -e 0`',
    '`--version`',
    'a file without candidates',
    'a Python file with findings',
    'a YAML file with findings',
  ];
  printTable('One file', names, figures, figures[0], runs, ['', '', '1.5', '2.5', '2.5']);
}
{
  const [target = '5000'] = process.argv.slice(2);
  let folder = path.resolve(target);
  if (/^\d+$/.test(target)) {
    folder = path.join(scratch, 'tree');
    writeTree(folder, Number(target));
  }
  const pattern = await prefilterPattern();
  const search = [rgPath, '--no-config', '--no-messages', '--hidden', '--glob=!.git', '--files-with-matches', '--text'];
  const runs = 5;
  const figures = medians(
    [
      nothing,
      { command: [...search, `--regexp=${pattern}`, './'], cwd: folder },
      { command: bindlint('check', '--quiet'), cwd: folder },
    ],
    runs,
  );
  const base = { wall: figures[0].wall + figures[1].wall, cpu: figures[0].cpu + figures[1].cpu, memory: Number.NaN };
  const names = ['`node -e 0`', 'ripgrep with the same literals', 'both together', '`check` of the whole tree'];
  const title = /^\d+$/.test(target) ? `A made-up tree of ${target} files` : 'A given tree';
  printTable(title, names, [figures[0], figures[1], base, figures[2]], base, runs, ['', '', '', '2 x cpu, 250 MB']);
}
