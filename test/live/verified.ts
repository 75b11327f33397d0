import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { repository } from './tools.ts';

const program = path.join(repository, 'bin/bindlint.js');

/** The words that give bindlint a network of its own, with loopback up, where the system allows that. */
export const ownNetwork = [
  ['unshare', '-n', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'],
  ['unshare', '-rn', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'],
].find(([first, ...words]) => spawnSync(first!, [...words, 'true']).status === 0);

/** Only root can lay a cable to a second network. */
export const hasSecondHost = ownNetwork !== undefined && process.getuid?.() === 0;

/** Why these tests cannot run, for `skip`. With BINDLINT_LIVE=required nothing is skipped. */
export const withoutNetwork =
  process.env.BINDLINT_LIVE !== 'required' && ownNetwork === undefined
    ? 'the system gives no network namespace, so ports of the machine would be taken'
    : false;

export interface Checked {
  readonly id: string;
  readonly port: number | null;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly message: string;
  readonly notes: readonly string[];
}

export interface Verified {
  readonly status: number | null;
  readonly stderr: string;
  readonly bound: readonly { readonly host: string; readonly port: number; readonly seconds: number }[];
  readonly checks: readonly Checked[];
  readonly output: readonly string[];
  readonly left: readonly { readonly pid: number; readonly command: string; readonly why: string }[];
  /** The most memory that bindlint itself took. */
  readonly megabytes: number;
  /** All outcomes, one a line: `binds passed listens on ...`. */
  readonly told: string;
}

/** Starts bindlint in a network of its own. */
export function start(words: readonly string[], cwd: string): ChildProcess {
  const all = [...(ownNetwork ?? []), process.execPath, program, ...words];
  return spawn(all[0]!, all.slice(1), { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HOME: cwd } });
}

/** The words that drop root's rights. */
export const dropped = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

/** The words that make the network's only address but loopback 192.0.2.10, and drop root's rights. */
export const asNobody = [
  'sh',
  '-c',
  `ip link add here type veth peer name there && ip addr add 192.0.2.10/24 dev here && ip link set here up && ip link set there up &&
exec ${dropped.join(' ')} "$@"`,
  'sh',
];

/** Why nothing can be run without root's rights, for `skip`. */
export const withoutNobody =
  hasSecondHost && spawnSync(dropped[0]!, [...dropped.slice(1), process.execPath, program, '--version']).status === 0
    ? false
    : 'rights can only be dropped by root, and another user has to be able to read this folder';

/**
 * Runs `bindlint verify` in a network of its own.
 * @param through words that bindlint is started with
 */
export async function verify(
  flags: readonly string[],
  command: readonly string[],
  cwd: string,
  through: readonly string[] = [],
): Promise<Verified> {
  const watched = ['-e', peak, program, 'verify', '--format', 'json', ...flags, '--', ...command];
  const all = [...(ownNetwork ?? []), ...through, process.execPath, ...watched];
  const child = spawn(all[0]!, all.slice(1), { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const told = out === '' ? { bound: [], checks: [], output: [] } : JSON.parse(out);
  const kilobytes = Number(/^peak (\d+)$/m.exec(err)?.[1] ?? Number.NaN);
  return {
    ...told,
    status,
    stderr: err.replace(/^peak \d+\n/m, ''),
    megabytes: kilobytes / 1024,
    told: (told.checks as Checked[])
      .map(({ id, port, outcome, message, notes }) => [id, port ?? '-', outcome, message, ...notes].join(' '))
      .join('\n'),
  };
}

/** Runs the program that follows, and says in the end how much memory it took. */
const peak = `process.argv.splice(1, 1, process.argv[1]);
process.on('exit', () => require('node:fs').writeSync(2, 'peak ' + process.resourceUsage().maxRSS + '\\n'));
require(process.argv[1]);`;
