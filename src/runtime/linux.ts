import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { endianness } from 'node:os';
import type { Listening, Machine, ProcessRow } from './sockets.ts';

/** One line of /proc/net/tcp and its like: https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt */
export interface TableRow {
  readonly family: 4 | 6;
  readonly host: string;
  readonly port: number;
  /** The kernel's number: 10 is LISTEN, 6 is TIME_WAIT, 7 is an unconnected UDP socket. */
  readonly state: number;
  readonly uid: number;
  readonly inode: string;
}

const longestCommand = 4096;

/** Reads a table of sockets. */
export function parseSocketTable(text: string, bigEndian = endianness() === 'BE'): TableRow[] {
  const rows: TableRow[] = [];
  for (const line of text.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const [address, port] = fields[1]?.split(':') ?? [];
    if (address === undefined || port === undefined || fields[9] === undefined) continue;
    const { family, host } = addressOf(address, bigEndian);
    rows.push({
      family,
      host,
      port: Number.parseInt(port, 16),
      state: Number.parseInt(fields[3]!, 16),
      uid: Number(fields[7]),
      inode: fields[9],
    });
  }
  return rows;
}

/** The kernel prints each 32 bits as a number in the order of the processor. */
function addressOf(hex: string, bigEndian: boolean): { family: 4 | 6; host: string } {
  const bytes = Buffer.from(hex, 'hex');
  if (!bigEndian) bytes.swap32();
  if (bytes.length === 4) return { family: 4, host: bytes.join('.') };
  const mapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (mapped) return { family: 4, host: bytes.subarray(12).join('.') };
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return { family: 6, host: new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1) };
}

/** Reads the fields of /proc/PID/stat; the name in it may hold spaces and parentheses. */
export function parseStat(text: string): Omit<ProcessRow, 'command' | 'user'> | undefined {
  const end = text.lastIndexOf(')');
  const pid = Number.parseInt(text, 10);
  const fields = text.slice(end + 2).split(' ');
  if (end === -1 || fields.length < 20 || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return {
    pid,
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    started: fields[19]!,
  };
}

/** The letter for what a process does: `S` for one that sleeps. */
export function stateOf(pid: number): string | undefined {
  return /\) (\w) [^)]*$/.exec(text(`/proc/${pid}/stat`))?.[1];
}

function text(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function pids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The inodes of the sockets that a process holds; undefined where one may not look. */
export function socketsOf(pid: number): string[] | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? undefined : [];
  }
}

/** How many bytes of message queues a process may ask for: inherited by all that it starts, whatever they close, clear or leave. */
export function queueLimit(pid: number | 'self'): number | undefined {
  const found = /^Max msgqueue size\s+(\d+)\s/m.exec(text(`/proc/${pid}/limits`))?.[1];
  return found === undefined ? undefined : Number(found);
}

/**
 * Is this a process that carries a variable with this value, or that has inherited an open file with such a name?
 * @param limit the limit that marks them too
 */
export function isMarked(pid: number, variable: string, mark: string, limit?: number): boolean {
  if (limit !== undefined && queueLimit(pid) === limit) return true;
  const environment = text(`/proc/${pid}/environ`);
  if (`\0${environment}`.includes(`\0${variable}=${mark}\0`)) return true;
  try {
    return readdirSync(`/proc/${pid}/fd`).some((name) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${name}`).includes(mark);
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

/** The command line of a process, or its name where it has none. */
export function commandOf(pid: number): string {
  const line = Buffer.from(text(`/proc/${pid}/cmdline`).slice(0, longestCommand), 'latin1').toString('utf8');
  return line.replaceAll('\0', ' ').trim() || text(`/proc/${pid}/comm`).trim();
}

/** The processes, without those that have ended and wait to be noticed. */
export function processTable(): Omit<ProcessRow, 'command' | 'user'>[] {
  return pids().flatMap((pid) => parseStat(text(`/proc/${pid}/stat`)) ?? []);
}

const tables = [
  ['tcp', '/proc/net/tcp'],
  ['tcp', '/proc/net/tcp6'],
  ['udp', '/proc/net/udp'],
  ['udp', '/proc/net/udp6'],
] as const;

/** Everything that waits, by the inode of its socket. */
export function waiting(): Map<string, Omit<Listening, 'owners'> & { readonly uid: number }> {
  const found = new Map<string, Omit<Listening, 'owners'> & { readonly uid: number }>();
  for (const [protocol, file] of tables) {
    const wanted = protocol === 'tcp' ? 10 : 7;
    for (const { state, inode, family, host, port, uid } of parseSocketTable(text(file)))
      if (state === wanted) found.set(inode, { protocol, family, host, port, uid });
  }
  return found;
}

/** The paths of UNIX sockets that wait, by inode: https://man7.org/linux/man-pages/man5/proc_pid_net.5.html */
export function unixWaiting(): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of text('/proc/net/unix').split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const flags = Number.parseInt(fields[3] ?? '0', 16);
    if ((flags & 0x10000) !== 0 && fields[7] !== undefined) found.set(fields[6]!, fields.slice(7).join(' '));
  }
  return found;
}

function userNames(): Map<number, string> {
  const rows = text('/etc/passwd').split('\n');
  return new Map(rows.map((row) => row.split(':')).map((fields) => [Number(fields[2]), fields[0] ?? '']));
}

/** Sockets and processes as /proc shows them. */
export const linux: Machine = {
  async listening(owned) {
    const sockets = waiting();
    const owners = new Map<string, number[]>();
    let hidden = 0;
    for (const pid of owned ? pids() : []) {
      const inodes = socketsOf(pid);
      if (inodes === undefined) hidden++;
      for (const inode of inodes ?? []) if (sockets.has(inode)) owners.set(inode, [...(owners.get(inode) ?? []), pid]);
    }
    const names = userNames();
    const rows = [...sockets].map(([inode, { uid, ...socket }]) => ({
      ...socket,
      owners: owners.get(inode) ?? [],
      user: names.get(uid) ?? String(uid),
    }));
    return {
      sockets: rows,
      ...(hidden > 0 && {
        unseen: `${hidden} processes belong to other users and cannot be looked into; run it with sudo to see what they hold`,
      }),
    };
  },
  async processes() {
    const names = userNames();
    return processTable().map((row) => {
      let user: string | undefined;
      try {
        const { uid } = statSync(`/proc/${row.pid}`);
        user = names.get(uid) ?? String(uid);
      } catch {}
      return { ...row, command: commandOf(row.pid), ...(user !== undefined && { user }) };
    });
  },
  async timeWait(port) {
    return ['/proc/net/tcp', '/proc/net/tcp6']
      .flatMap((file) => parseSocketTable(text(file)))
      .filter((row) => row.state === 6 && row.port === port).length;
  },
};

/** Reads a number of the kernel's settings; undefined where there is none. */
export function kernelNumbers(name: string): number[] | undefined {
  const file = `/proc/sys/net/${name}`;
  if (!existsSync(file)) return undefined;
  return text(file).trim().split(/\s+/).map(Number);
}
