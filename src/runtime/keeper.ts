import { type Keeper, keeperOf } from './advice.ts';
import { programOf } from './engine.ts';
import type { ProcessRow } from './sockets.ts';

/** What can be read of a process. */
export interface ProcessFiles {
  /** Its /proc/PID/cgroup. */
  cgroup(pid: number): string;
  /** A variable of its environment. */
  variable(pid: number, name: string): string | undefined;
}

/**
 * What keeps a process up and can be stopped without anything else: its container, its unit where nothing else runs in that, or its program of
 * a process manager.
 */
export function keeperFor(pid: number, rows: readonly ProcessRow[], files: ProcessFiles): Keeper | undefined {
  const keeper = keeperOf(files.cgroup(pid));
  if (keeper !== undefined && !keeper.kind.startsWith('systemd')) return keeper;
  const known = new Map(rows.map((row) => [row.pid, row]));
  const managed = managedBy(pid, known, files);
  if (managed || keeper === undefined) return managed;
  const isMember = (one: number) => {
    const own = keeperOf(files.cgroup(one));
    return own?.kind === keeper.kind && own.name === keeper.name;
  };
  const members = rows.filter((row) => isMember(row.pid));
  return isOfOneServer(pid, members, known) ? keeper : undefined;
}

const plainWord = /^[\w.:-]{1,100}$/;

/** A program of supervisor or pm2, which stops it by its name. */
function managedBy(pid: number, known: ReadonlyMap<number, ProcessRow>, files: ProcessFiles): Keeper | undefined {
  const above = new Set<number>();
  for (let row = known.get(pid); row && !above.has(row.pid); row = known.get(row.parent)) {
    above.add(row.pid);
    if (row.pid === pid) continue;
    if (/(?:^|[\s/])supervisord(?:\s|$)/.test(row.command)) {
      const [group, name] = ['SUPERVISOR_GROUP_NAME', 'SUPERVISOR_PROCESS_NAME'].map((one) => files.variable(pid, one));
      if (name === undefined || !plainWord.test(name)) return undefined;
      const isGroup = group !== undefined && group !== name && plainWord.test(group);
      return { kind: 'supervisor', name: isGroup ? `${group}:${name}` : name };
    }
    if (/^PM2 .*God Daemon/.test(row.command)) {
      const id = files.variable(pid, 'pm_id');
      return id !== undefined && /^\d+$/.test(id) ? { kind: 'pm2', name: id } : undefined;
    }
  }
  return undefined;
}

/** They start one program and wait for it. */
const wrappers =
  /^(?:(?:\S*\/)?(?:sh|bash|dash|ash|zsh|npm|npx|yarn|pnpm|bun|poetry|pipenv|uv|pdm|hatch|bundle|env|dumb-init|tini|gosu|su-exec|setpriv|runuser|timeout|nice)|(?:\S*\/)?(?:node|python[\d.]*|ruby[\d.]*) (?:\S*\/)?(?:npm|npx|npm-cli\.js|yarn|yarn\.js|pnpm|pnpm\.cjs|poetry|pipenv|uv|bundle))(?: |$)/;

/** Is everything in a unit there for the sake of one process? */
function isOfOneServer(pid: number, members: readonly ProcessRow[], known: ReadonlyMap<number, ProcessRow>): boolean {
  const own = new Map(members.map((row) => [row.pid, row]));
  const mains = members.filter(({ parent }) => !own.has(parent));
  const [main] = mains;
  const holder = own.get(pid);
  if (main === undefined || holder === undefined || mains.length !== 1) return false;
  const starter = known.get(main.parent);
  if (main.parent !== 1 && (starter === undefined || programOf(starter.command) !== 'systemd')) return false;
  if (main.pid === pid) return true;
  // What listens in a session is the session's, and others may not log in any more without the unit.
  if (/\bsshd\b/.test(programOf(main.command))) return false;
  const above: ProcessRow[] = [];
  for (let row = own.get(holder.parent); row && above.length <= members.length; row = own.get(row.parent))
    above.push(row);
  if (above.every((row) => isAlike(row.command, holder.command))) return true;
  if (!above.every(({ command }) => wrappers.test(command) || isAlike(command, holder.command))) return false;
  const line = new Set(above.map((row) => row.pid));
  return members.every((row) => line.has(row.pid) || isBelow(row, pid, own));
}

/** A server and its workers: the same command, or titles of the same program as nginx has them. */
const isAlike = (one: string, other: string) =>
  one === other || (/^\S+: /.test(one) && /^\S+: /.test(other) && programOf(one) === programOf(other));

function isBelow(row: ProcessRow, pid: number, own: ReadonlyMap<number, ProcessRow>): boolean {
  for (let one: ProcessRow | undefined = row, steps = 0; one && steps <= own.size; one = own.get(one.parent), steps++)
    if (one.pid === pid) return true;
  return false;
}
