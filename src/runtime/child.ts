import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { closeSync, openSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ask, doAtOnce } from './ask.ts';
import { createPrinted, type Printed } from './output.ts';
import type { Listening, Machine } from './sockets.ts';
import { followTree, markVariable } from './tree.ts';
import type { Watchdog } from './watchdog.ts';

/** How the process that was started has ended. */
export interface Ending {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Since it was started. */
  readonly milliseconds: number;
}

/** A command that runs, with everything it has started. */
export interface Child {
  readonly pid: number;
  readonly printed: Printed;
  readonly ended: Ending | undefined;
  /** Can none of its processes hide? */
  readonly isWholeSeen: boolean;
  /** Is the limit of this process itself still changed? */
  readonly isUnrestored: boolean;
  milliseconds(): number;
  /** What is seen of it now. */
  look(): Promise<Look>;
  /**
   * Sends a signal to the topmost processes, as `kill` does; or to all that have not got it yet, as a service manager does.
   * @returns to how many
   */
  signal(signal: NodeJS.Signals, all?: boolean): Promise<number>;
  /** Ends all of it, at once; @returns what could not be ended. */
  kill(): Promise<readonly Unended[]>;
}

/** A process that did not end. */
export interface Unended {
  readonly pid: number;
  /** As far as that is known: `it belongs to another user`. */
  readonly why: string;
}

export interface Look {
  readonly pids: readonly number[];
  /** What its processes wait on. */
  readonly sockets: readonly Listening[];
  /** Paths of UNIX sockets. */
  readonly unix: readonly string[];
  /** Its processes that may not be looked into: those of another user. */
  readonly closed: readonly number[];
}

/** The command could not be started at all. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/**
 * Starts a command in a session of its own, without a shell and without a terminal.
 * @param words exactly as they were typed
 * @throws {StartError}
 */
export async function startChild(
  words: readonly string[],
  machine: Machine,
  watchdog: Watchdog,
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<Child> {
  const [program, ...args] = words;
  const mark = randomUUID();
  const started = performance.now();
  const isWindows = process.platform === 'win32';
  const marked = openMark(mark);
  const limited = await limitMark(options.env);
  let process_: ChildProcessWithoutNullStreams;
  let isRestored = true;
  try {
    process_ = spawn(program!, args, {
      cwd: options.cwd,
      env: { ...options.env, [markVariable]: mark },
      detached: !isWindows,
      // Standard input stays open and silent: some servers end when it does.
      stdio: ['pipe', 'pipe', 'pipe', ...(marked === undefined ? [] : [marked])],
      windowsHide: true,
    }) as ChildProcessWithoutNullStreams;
  } catch (error) {
    throw new StartError(whyNotStarted(program!, error as NodeJS.ErrnoException));
  } finally {
    if (limited) isRestored = limited.restore();
    if (marked !== undefined) closeSync(marked);
  }
  const printed = createPrinted();
  for (const stream of [process_.stdout, process_.stderr]) {
    stream.on('data', printed.take);
    stream.on('error', () => {});
  }
  process_.stdin.on('error', () => {});
  let ended: Ending | undefined;
  const exited = new Promise<void>((resolve) => {
    process_.once('exit', (status, signal) => {
      ended = { status, signal, milliseconds: performance.now() - started };
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    process_.once('spawn', resolve);
    process_.once('error', (error: NodeJS.ErrnoException) => reject(new StartError(whyNotStarted(program!, error))));
  });
  const pid = process_.pid!;
  // What could not be put back would mark all that is started from now on.
  const isUnrestored = limited !== undefined && !isRestored;
  const limit = isUnrestored ? undefined : limited?.limit;
  watchdog.watch({ leader: pid, mark, limit });
  const tree = await followTree(machine, pid, mark, limit);
  let isWatched = false;
  const signalled = new Set<number>();

  const child: Child = {
    pid,
    printed,
    get ended() {
      return ended;
    },
    isWholeSeen: limit !== undefined,
    isUnrestored,
    milliseconds: () => performance.now() - started,
    async look() {
      const rows = await tree.look();
      if (!isWatched) watchdog.watch({ leader: pid, mark, limit, started: tree.started });
      isWatched = true;
      const pids = rows.map((row) => row.pid);
      // The system knows that it has ended a moment before we are told how.
      if (!ended && !pids.includes(pid)) await exited;
      return { pids, ...(await held(machine, pids)) };
    },
    async signal(signal, all = false) {
      const rows = await tree.look();
      const own = new Set(rows.map((row) => row.pid));
      const asked = rows.filter((row) => (all || !own.has(row.parent)) && !signalled.has(row.pid));
      for (const { pid: one } of asked) {
        signalled.add(one);
        send(one, signal);
      }
      return asked.length;
    },
    async kill() {
      if (isWindows) await ask('taskkill', ['/PID', String(pid), '/T', '/F'], options.env);
      let left: readonly number[] = [];
      const refused = new Set<number>();
      // What forks while it is being killed is found by the next round.
      for (let round = 0; round < 50; round++) {
        const rows = await tree.look();
        left = rows.map((row) => row.pid);
        if (rows.length === 0 && round > 0) break;
        for (const row of rows) {
          if (row.group === row.pid) send(-row.pid, 'SIGKILL');
          if (send(row.pid, 'SIGKILL') === 'EPERM') refused.add(row.pid);
        }
        await wait(20);
      }
      // A pipe that some process outside of the tree still holds must not keep us.
      for (const stream of [process_.stdin, process_.stdout, process_.stderr]) stream.destroy();
      watchdog.release(pid);
      // Nor must one that may not be killed.
      process_.unref();
      const state = process.platform === 'linux' ? (await import('./linux.ts')).stateOf : () => undefined;
      return left.map((one) => ({ pid: one, why: whyUnended(refused.has(one), state(one)) }));
    },
  };
  return child;
}

/** Opens a file that every process of the command inherits and that has no name any more; only Linux shows it. */
function openMark(mark: string): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const file = path.join(tmpdir(), `bindlint-${mark}`);
  try {
    const opened = openSync(file, 'wx', 0o600);
    unlinkSync(file);
    return opened;
  } catch {
    return undefined;
  }
}

const leastQueue = 1 << 18;

/** Sets a limit on this process that what it starts next inherits, and that no other has. */
async function limitMark(
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly limit: number; restore(): boolean } | undefined> {
  if (process.platform !== 'linux') return undefined;
  const { queueLimit } = await import('./linux.ts');
  const before = queueLimit('self');
  if (before === undefined || before < leastQueue) return undefined;
  const limit = before - randomInt(1, leastQueue / 2);
  // The soft limit can be put back without rights.
  const set = (to: number) => {
    doAtOnce('prlimit', ['--pid', String(process.pid), `--msgqueue=${to}:`], env);
    return queueLimit('self') === to;
  };
  return set(limit) ? { limit, restore: () => set(before) || set(before) } : undefined;
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Why a process is still there.
 * @param isRefused the system did not allow to send it a signal
 * @param state the letter for what it does, as /proc/PID/stat has it
 */
export function whyUnended(isRefused: boolean, state: string | undefined): string {
  if (isRefused) return 'it belongs to another user';
  if (state === 'D') return 'it waits in the kernel, where no signal reaches it (state D)';
  return `it did not end within a second of SIGKILL${state === undefined ? '' : ` (state ${state})`}`;
}

/** @returns the system's word for why it could not be sent */
function send(pid: number, signal: NodeJS.Signals): string | undefined {
  if (pid === process.pid || pid === 0 || pid === 1 || pid === -1) return undefined;
  try {
    process.kill(pid, signal);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

function whyNotStarted(program: string, { code, message }: NodeJS.ErrnoException): string {
  const shown = JSON.stringify(program);
  if (code === 'ENOENT' && /\s/.test(program))
    return `there is no program ${shown}; give each word by itself, or a whole line to a shell: -- sh -c ${shown}`;
  if (code === 'ENOENT') return `there is no program ${shown}`;
  if (code === 'EACCES') return `${shown} may not be executed`;
  return `${shown} cannot be started: ${code ?? message}`;
}

/** What some processes wait on. */
async function held(machine: Machine, pids: readonly number[]): Promise<Omit<Look, 'pids'>> {
  if (process.platform !== 'linux') {
    const { sockets } = await machine.listening(true);
    return { sockets: sockets.filter(({ owners }) => owners.some((pid) => pids.includes(pid))), unix: [], closed: [] };
  }
  const { socketsOf, waiting, unixWaiting } = await import('./linux.ts');
  const sockets = waiting();
  const named = unixWaiting();
  const found = new Map<string, Listening & { owners: number[] }>();
  const unix = new Set<string>();
  const closed: number[] = [];
  for (const pid of pids) {
    const inodes = socketsOf(pid);
    if (inodes === undefined) closed.push(pid);
    for (const inode of inodes ?? []) {
      const socket = sockets.get(inode);
      if (socket) {
        const { uid, ...rest } = socket;
        const known = found.get(inode) ?? { ...rest, owners: [] };
        known.owners.push(pid);
        found.set(inode, known);
      }
      const path = named.get(inode);
      if (path !== undefined) unix.add(path);
    }
  }
  return { sockets: [...found.values()], unix: [...unix], closed };
}
