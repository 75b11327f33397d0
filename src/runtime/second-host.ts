import { type ChildProcess, spawn } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ask } from './ask.ts';

/** How far a connection from the second host came. `gone`: the second host itself is not there any more, or has stopped answering. */
export interface Reached {
  readonly end: 'connected' | 'bytes' | 'closed' | 'timeout' | 'error' | 'gone';
  readonly connected: boolean;
  readonly code?: string;
  readonly bytes: string;
}

/** A client on the other end of a cable. */
export interface SecondHost {
  /** This machine's addresses at that cable: IPv4, and IPv6 where there is any. */
  readonly addresses: readonly string[];
  connect(host: string, port: number, say: string | undefined, toAnswer: number, isSecure: boolean): Promise<Reached>;
  close(): Promise<void>;
}

/** How long a connection may take, in milliseconds; an answer may take longer. */
const toConnect = 5000;

/** Addresses for measurements, which no network uses: https://www.rfc-editor.org/rfc/rfc2544 */
const cables = ['198.18.0', '198.19.255', '198.18.127'];

/**
 * Lays a cable to a network namespace with a client in it.
 * @param programs the folder of the programs that `verify` runs beside the command
 * @returns why there can be none, where there can be none
 */
export async function openSecondHost(
  programs: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<SecondHost | string> {
  if (process.platform !== 'linux') return 'only Linux has network namespaces';
  if (process.getuid?.() !== 0) return 'a network namespace beside this one needs root';
  const used = Object.values(networkInterfaces()).flatMap((rows) => (rows ?? []).map(({ address }) => address));
  const prefix = cables.find((one) => !used.some((address) => address.startsWith(`${one}.`)));
  if (prefix === undefined) return 'its addresses are in use';
  const client = spawn('unshare', ['-n', process.execPath, path.join(programs, 'second-host.js')], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  client.on('error', () => {});
  client.stdin.on('error', () => {});
  let isMissing = false;
  const gone = new Promise<undefined>((resolve) => {
    client.once('error', ({ code }: NodeJS.ErrnoException) => {
      isMissing = code === 'ENOENT';
      resolve(undefined);
    });
    client.once('close', () => resolve(undefined));
  });
  const lines = createInterface({ input: client.stdout });
  const ready = await Promise.race([new Promise((resolve) => lines.once('line', resolve)), gone]);
  if (ready === undefined)
    return isMissing ? withoutProgram('unshare') : 'unshare cannot make a network namespace here';
  const refused = await layCable(client, prefix, env);
  if (refused !== undefined) {
    client.stdin.end();
    await gone;
    return refused;
  }
  const waiting = new Map<number, (reached: Reached) => void>();
  lines.on('line', (line) => {
    const { id, ...reached } = JSON.parse(line) as Reached & { id: number };
    waiting.get(id)?.(reached);
    waiting.delete(id);
  });
  let id = 0;
  const ipv6 = used.includes('::1') ? [`${sixFor(prefix)}:1`] : [];
  return {
    addresses: [`${prefix}.1`, ...ipv6],
    connect(host, port, say, toAnswer, isSecure) {
      id++;
      const own = id;
      client.stdin.write(`${JSON.stringify({ id: own, host, port, say, toConnect, toAnswer, isSecure })}\n`);
      const answer = new Promise<Reached>((resolve) => waiting.set(own, resolve));
      const failed: Reached = { end: 'gone', connected: false, bytes: '' };
      // One that was stopped answers as little as one that has ended.
      const late = new Promise<void>((resolve) => setTimeout(resolve, toConnect + toAnswer + 2000).unref());
      return Promise.race([answer, gone.then(() => failed), late.then(() => failed)]);
    },
    async close() {
      client.stdin.end();
      const late = setTimeout(() => client.kill('SIGKILL'), 1000);
      await gone;
      clearTimeout(late);
    },
  };
}

const packages: Readonly<Record<string, string>> = { unshare: 'util-linux', nsenter: 'util-linux', ip: 'iproute2' };

const withoutProgram = (program: string) =>
  `for a network namespace the program ${program} is missing (package ${packages[program]})`;

/** The start of an IPv6 address of the private range that goes with an IPv4 prefix. */
function sixFor(prefix: string): string {
  return `fd00:${prefix.split('.').slice(1).join(':')}:`;
}

/** @returns why it cannot be done, or undefined */
async function layCable(
  client: ChildProcess,
  prefix: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const here = `bindlint${client.pid}`.slice(0, 15);
  const there = 'bindlint0';
  const inside = (...args: string[]) => ['nsenter', '-t', String(client.pid), '-n', 'ip', ...args];
  const six = sixFor(prefix);
  const steps: (readonly string[])[] = [
    ['ip', 'link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', String(client.pid)],
    ['ip', 'addr', 'add', `${prefix}.1/30`, 'dev', here],
    ['ip', 'link', 'set', here, 'up'],
    inside('addr', 'add', `${prefix}.2/30`, 'dev', there),
    inside('link', 'set', there, 'up'),
    // Every address of this machine is at this end of the cable.
    inside('route', 'add', 'default', 'via', `${prefix}.1`),
  ];
  const optional = [
    ['ip', 'addr', 'add', `${six}:1/64`, 'dev', here, 'nodad'],
    inside('addr', 'add', `${six}:2/64`, 'dev', there, 'nodad'),
    inside('-6', 'route', 'add', 'default', 'via', `${six}:1`),
  ];
  for (const [index, [program, ...args]] of [...steps, ...optional].entries()) {
    const { state, status, err } = await ask(program!, args, env);
    if (index >= steps.length) continue;
    if (state === 'missing') return withoutProgram(program!);
    if (status !== 0) return `${program} ${args[0]} ${args[1]}: ${err.trim().split('\n')[0]}`;
  }
  return undefined;
}
