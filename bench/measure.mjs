// Whole processes, measured from outside: seconds on the clock and of the processors, peak memory.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';

const time = '/usr/bin/time';
export const scratch = mkdtempSync(path.join(tmpdir(), 'bindlint-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

export const machine = `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB`;

/** One run. Processor time and memory are known only where GNU time is installed. Linters exit 1 for findings. */
function measure({ command, cwd, env, statuses = [0, 1] }) {
  const figures = path.join(scratch, 'figures');
  const words = existsSync(time) ? [time, '-f', '%U %S %M', '-o', figures, ...command] : command;
  const start = process.hrtime.bigint();
  const { status, error, stderr } = spawnSync(words[0], words.slice(1), {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const wall = Number(process.hrtime.bigint() - start) / 1e9;
  if (error || !statuses.includes(status)) throw error ?? new Error(`${command.join(' ')}: ${status} ${stderr}`);
  if (!existsSync(time)) return { wall };
  const [user, system, memory] = readFileSync(figures, 'utf8').trim().split('\n').at(-1).split(' ').map(Number);
  return { wall, cpu: user + system, memory: memory / 1024 };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/**
 * Medians of interleaved runs, so that a busy moment hits every contender alike.
 * @param contenders `command`, `cwd`, `env` beside that of this process, `statuses` that count as done, `before` each run
 * @param runs counted; one more comes first and warms the caches
 */
export function medians(contenders, runs) {
  const results = contenders.map(() => []);
  for (let run = 0; run <= runs; run++) {
    for (const [index, contender] of contenders.entries()) {
      contender.before?.(run);
      const figures = measure(contender);
      if (run > 0) results[index].push(figures);
    }
  }
  return results.map((figures) => ({
    wall: median(figures.map(({ wall }) => wall)),
    cpu: median(figures.map(({ cpu }) => cpu ?? Number.NaN)),
    memory: median(figures.map(({ memory }) => memory ?? Number.NaN)),
  }));
}

const shown = (number, digits) => (Number.isNaN(number) ? '-' : number.toFixed(digits));
const row = (cells) => console.log(`| ${cells.join(' | ')} |`);

/**
 * Prints a Markdown table of ratios.
 * @param rows `name`, `figures`, `budget` of each
 * @param base the figures that everything is divided by
 */
export function printTable(title, rows, base) {
  console.log(`\n${title}\n`);
  row(['what', 'wall ms', 'wall ratio', 'cpu ms', 'cpu ratio', 'peak MB', 'budget']);
  row(['---', '--:', '--:', '--:', '--:', '--:', '---']);
  for (const { name, figures, budget } of rows) {
    const { wall, cpu, memory } = figures;
    row([
      name,
      shown(wall * 1000, 0),
      shown(wall / base.wall, 2),
      shown(cpu * 1000, 0),
      shown(cpu / base.cpu, 2),
      shown(memory, 0),
      budget ?? '',
    ]);
  }
}

/**
 * Prints a Markdown table of trees.
 * @param rows `others` and `servers` of each, and the figures of `least`, which it costs whoever looks, and of `check`
 */
export function printGrowth(title, rows) {
  console.log(`\n${title}\n`);
  row(['other files', 'servers', 'least, cpu ms', '`check`, cpu ms', 'cpu ms beyond the least', 'wall ms', 'peak MB']);
  row(['--:', '--:', '--:', '--:', '--:', '--:', '--:']);
  for (const { others, servers, least, check } of rows) {
    const cpu = [least.cpu, check.cpu, check.cpu - least.cpu].map((seconds) => shown(seconds * 1000, 0));
    row([others, servers, ...cpu, shown(check.wall * 1000, 0), shown(check.memory, 0)]);
  }
}
