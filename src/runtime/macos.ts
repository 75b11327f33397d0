import { ask } from './ask.ts';
import type { Listening, Machine, ProcessRow } from './sockets.ts';

/**
 * Reads what `lsof -nP -F pLtPn` prints, a field a line: process, user, then for each file the type (IPv4 or IPv6), the protocol and
 * the address.
 */
export function parseLsof(text: string): Listening[] {
  const found = new Map<string, Listening & { owners: number[] }>();
  let pid = 0;
  let user: string | undefined;
  let family: 4 | 6 | undefined;
  let protocol: 'tcp' | 'udp' | undefined;
  for (const line of text.split('\n')) {
    const value = line.slice(1).trim();
    if (line[0] === 'p') {
      pid = Number(value);
      user = undefined;
    } else if (line[0] === 'L') user = value;
    else if (line[0] === 'f') {
      family = undefined;
      protocol = undefined;
    } else if (line[0] === 't') family = value === 'IPv4' ? 4 : value === 'IPv6' ? 6 : undefined;
    else if (line[0] === 'P') protocol = value === 'TCP' ? 'tcp' : value === 'UDP' ? 'udp' : undefined;
    else if (line[0] === 'n' && family !== undefined && protocol !== undefined) {
      const match = /^(?:\[([^\]%]+)(?:%[^\]]*)?\]|(\*|[\d.]+)):(\d{1,5})(?: \(LISTEN\))?$/.exec(value);
      if (!match || Number(match[3]) > 65_535) continue;
      const any = family === 4 ? '0.0.0.0' : '::';
      const host = match[1] ?? (match[2] === '*' ? any : match[2]!);
      const key = `${protocol} ${family} ${host} ${match[3]}`;
      const known = found.get(key);
      if (known) {
        if (!known.owners.includes(pid)) known.owners.push(pid);
      } else {
        const owned = user === undefined ? {} : { user };
        found.set(key, { protocol, family, host, port: Number(match[3]), owners: [pid], ...owned });
      }
    }
  }
  return [...found.values()];
}

/** Reads what `ps -axo pid=,ppid=,pgid=,user=,lstart=,command=` prints. */
export function parsePs(text: string): ProcessRow[] {
  return text.split('\n').flatMap((line): ProcessRow[] => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\d{4})\s+(.*)$/.exec(line);
    if (!match) return [];
    const [, pid, parent, group, user, started, command] = match;
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        user: user!,
        started: started!,
        command: command!.slice(0, 4096),
      },
    ];
  });
}

/** Counts the connections to a port that `netstat -anp tcp` remembers. */
export function timeWaitIn(text: string, port: number): number {
  return text.split('\n').filter((line) => {
    const fields = line.trim().split(/\s+/);
    return fields.at(-1) === 'TIME_WAIT' && fields[3]?.endsWith(`.${port}`);
  }).length;
}

/** Sockets and processes as lsof and ps show them. */
export const macos: Machine = {
  async listening() {
    const { state, out } = await ask('lsof', ['-nP', '-iTCP', '-sTCP:LISTEN', '-FpLftPn'], process.env, 15_000);
    if (state !== 'ran') return { sockets: [], unseen: 'lsof cannot be run, so no socket can be seen' };
    const sockets = parseLsof(out);
    return process.getuid?.() === 0
      ? { sockets }
      : { sockets, unseen: 'only the sockets of this user are seen; run it with sudo to see those of others' };
  },
  async processes() {
    const { out } = await ask('ps', ['-axo', 'pid=,ppid=,pgid=,user=,lstart=,command='], process.env);
    return parsePs(out);
  },
  async timeWait(port) {
    return timeWaitIn((await ask('netstat', ['-anp', 'tcp'], process.env)).out, port);
  },
};
