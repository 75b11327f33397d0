import { ask } from './ask.ts';
import type { Listening, Machine, ProcessRow } from './sockets.ts';

function addressOf(text: string): { family: 4 | 6; host: string; port: number } | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d+|\*)$/.exec(text);
  if (!match || match[3] === '*') return undefined;
  const host = (match[1] ?? match[2]!).replace(/%.*$/, '');
  return { family: match[1] === undefined ? 4 : 6, host, port: Number(match[3]) };
}

/**
 * Reads what `netstat -ano` prints. The state is a word in the language of the system, so a listener is told by the peer that
 * cannot be.
 */
export function parseNetstat(text: string): Listening[] {
  return text.split(/\r?\n/).flatMap((line): Listening[] => {
    const [protocol, local, remote, ...rest] = line.trim().split(/\s+/);
    const at = local === undefined ? undefined : addressOf(local);
    if (!at || (protocol !== 'TCP' && protocol !== 'UDP')) return [];
    const pid = Number(rest.at(-1));
    if (protocol === 'TCP' && (rest.length < 2 || !/^(0\.0\.0\.0|\[::\]):0$/.test(remote ?? ''))) return [];
    if (protocol === 'UDP' && remote !== '*:*') return [];
    return [
      { protocol: protocol === 'TCP' ? 'tcp' : 'udp', ...at, owners: Number.isInteger(pid) && pid > 0 ? [pid] : [] },
    ];
  });
}

/** How many connections to a port `netstat -ano` remembers; the word for that is the same in the languages that were seen. */
export function timeWaitIn(text: string, port: number): number {
  return text.split(/\r?\n/).filter((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    return state === 'TIME_WAIT' && addressOf(local ?? '')?.port === port;
  }).length;
}

/** Reads what `Get-NetTCPConnection -State Listen | ConvertTo-Json` prints; one row is no list. */
export function parseNetTcpConnection(text: string): Listening[] {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    return [];
  }
  return (Array.isArray(rows) ? rows : [rows]).flatMap((row): Listening[] => {
    const { LocalAddress: host, LocalPort: port, OwningProcess: pid } = (row ?? {}) as Record<string, unknown>;
    if (typeof host !== 'string' || typeof port !== 'number') return [];
    return [
      {
        protocol: 'tcp',
        family: host.includes(':') ? 6 : 4,
        host: host.replace(/%.*$/, ''),
        port,
        owners: typeof pid === 'number' && pid > 0 ? [pid] : [],
      },
    ];
  });
}

/** Reads the ranges that `netsh interface ipv4 show excludedportrange protocol=tcp` prints. */
export function parseExcludedPorts(text: string): (readonly [first: number, last: number])[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const match = /^\s*(\d{1,5})\s+(\d{1,5})\s*\*?\s*$/.exec(line);
    return match ? [[Number(match[1]), Number(match[2])] as const] : [];
  });
}

/** Reads the list of processes that PowerShell makes of Win32_Process. */
export function parseProcesses(text: string): ProcessRow[] {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    return [];
  }
  return (Array.isArray(rows) ? rows : [rows]).flatMap((row): ProcessRow[] => {
    const { ProcessId, ParentProcessId, CommandLine, Name, CreationDate } = (row ?? {}) as Record<string, unknown>;
    if (typeof ProcessId !== 'number' || typeof ParentProcessId !== 'number') return [];
    return [
      {
        pid: ProcessId,
        parent: ParentProcessId,
        started: String(CreationDate ?? ''),
        command: String(CommandLine ?? Name ?? ''),
      },
    ];
  });
}

const netstat = () => ask('netstat', ['-ano'], process.env, 15_000);

/** Sockets and processes as netstat and PowerShell show them. */
export const windows: Machine = {
  async listening() {
    const { state, out } = await netstat();
    return state === 'ran'
      ? { sockets: parseNetstat(out) }
      : { sockets: [], unseen: 'netstat cannot be run, so no socket can be seen' };
  },
  async processes() {
    const list =
      'Get-CimInstance Win32_Process | Select-Object ProcessId,ParentProcessId,Name,CommandLine,CreationDate | ConvertTo-Json -Compress';
    const { out } = await ask('powershell', ['-NoProfile', '-NonInteractive', '-Command', list], process.env, 20_000);
    return parseProcesses(out);
  },
  async timeWait(port) {
    return timeWaitIn((await netstat()).out, port);
  },
};
