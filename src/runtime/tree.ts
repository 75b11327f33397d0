import type { Machine, ProcessRow } from './sockets.ts';

type Row = Omit<ProcessRow, 'command' | 'user'> & { readonly command?: string };

/** The processes that one command has started, found again where they have left their parent. */
export interface ProcessTree {
  /** When the leader was started; empty: it had ended before it was seen; undefined: nobody has looked yet. */
  readonly started: string | undefined;
  /** Looks for them. */
  look(): Promise<readonly Row[]>;
}

/**
 * The variable that marks every process of one command; those that clear their environment have inherited a file with that mark, and those
 * that close all files a limit.
 */
export const markVariable = 'BINDLINT_VERIFY';

/** How many tables in succession have to be without the command before it has ended. */
const emptyTables = 3;

/**
 * Follows the processes of a command: its children, what is in its session or group, and what carries its mark, so that a process that
 * forks and leaves all of these is still known.
 * @param leader the process that was started, in a session of its own where there are sessions
 * @param mark the value of the variable that marks them
 * @param limit the limit that marks them, where there is one
 */
export async function followTree(
  machine: Pick<Machine, 'processes'>,
  leader: number,
  mark: string,
  limit: number | undefined = undefined,
  platform: NodeJS.Platform = process.platform,
): Promise<ProcessTree> {
  const known = new Map<number, string>();
  const strangers = new Map<number, string>();
  const linux = platform === 'linux' ? await import('./linux.ts') : undefined;
  const isMarked = (pid: number) => linux?.isMarked(pid, markVariable, mark, limit) === true;
  let leaderStarted: string | undefined;
  let isReused = false;

  async function read(): Promise<readonly Row[]> {
    const all: readonly Row[] = linux ? linux.processTable() : await machine.processes();
    const rows = all.filter(({ pid }) => pid !== process.pid);
    const nowLeader = rows.find(({ pid }) => pid === leader)?.started;
    // One that is not in the first table has ended; its number may be given to another.
    leaderStarted ??= nowLeader ?? '';
    isReused ||= nowLeader !== undefined && nowLeader !== leaderStarted;
    const own = new Map<number, Row>();
    for (const row of rows) {
      const { pid, started, group, session } = row;
      const isStranger = strangers.get(pid) === started;
      const isOwn =
        known.get(pid) === started ||
        (!isReused && [pid, group, session].includes(leader)) ||
        (!isStranger && isMarked(pid));
      if (isOwn) own.set(pid, row);
      else strangers.set(pid, started);
    }
    for (let grown = true; grown; ) {
      grown = false;
      for (const row of rows) {
        if (own.has(row.pid) || !own.has(row.parent)) continue;
        own.set(row.pid, row);
        grown = true;
      }
    }
    for (const { pid, started } of own.values()) known.set(pid, started);
    return [...own.values()];
  }

  return {
    get started() {
      return leaderStarted;
    },
    async look() {
      // A table is no snapshot: one that forks and ends while it is read is not in it any more, and its child not yet.
      for (let time = 1; ; time++) {
        const rows = await read();
        if (rows.length > 0 || time === emptyTables) return rows;
      }
    },
  };
}
