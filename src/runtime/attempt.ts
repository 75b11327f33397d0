import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** How a connection attempt ended. */
export interface Attempt {
  /** `closed`: accepted, and closed without a word. */
  readonly result: 'answered' | 'accepted' | 'closed' | 'reset' | 'refused' | 'timed-out' | 'unreachable' | 'failed';
  /** What is spoken there, where that showed. */
  readonly speaks?: 'http' | 'https' | 'tls' | string;
  /** Status of the answer to a request. */
  readonly status?: number;
  /** In words: `refused`, `answers over HTTP with status 200`. */
  readonly words: string;
}

export interface Destination {
  /** An address of this machine. */
  readonly host: string;
  readonly port: number;
  /** The address to come from. */
  readonly from?: string;
}

/** How long a server may take before it is taken for one that waits for its client, in milliseconds. */
const greeting = 250;

/**
 * Tries to connect, and finds out what is spoken there: a greeting, HTTP or TLS.
 * @param signal ends the attempt at once
 */
export async function attempt(
  to: Destination,
  milliseconds: number,
  path = '/',
  signal?: AbortSignal,
): Promise<Attempt> {
  const exchange = (...how: [open: () => Socket, say: string | undefined, toConnect: number, toAnswer: number]) =>
    exchangeUnless(signal, ...how);
  const greeted = await exchange(() => connect(optionsFor(to)), undefined, milliseconds, greeting);
  if (greeted.end === 'bytes' || !greeted.connected) return described(greeted);
  const asked = await exchange(() => connect(optionsFor(to)), request(to, path), milliseconds, milliseconds);
  if (isHttp(asked.bytes) && !isPlainOverTls(asked.bytes)) return described(asked);
  const secure = (protocol: string) => () =>
    connectTls({ ...optionsFor(to), rejectUnauthorized: false, ALPNProtocols: [protocol], minVersion: 'TLSv1' });
  const patient = Math.min(milliseconds, 3000);
  const overTls = await exchange(secure('http/1.1'), request(to, path), patient, 3000);
  if (overTls.secured) return { ...described(overTls), ...tlsWords(overTls) };
  // A server of HTTP/2 alone does not agree to anything else.
  if (overTls.code?.endsWith('NO_APPLICATION_PROTOCOL')) {
    const second = await exchange(secure('h2'), undefined, patient, 3000);
    if (second.secured) return { result: 'answered', speaks: 'tls', words: 'TLS is expected, and HTTP/2' };
  }
  // What closes a connection by itself has no patience, and what it does with a request tells less.
  return described(greeted.end === 'quiet' ? asked : greeted);
}

function tlsWords({ bytes }: Exchange): Pick<Attempt, 'result' | 'speaks' | 'words'> & { readonly status?: number } {
  if (!isHttp(bytes)) return { result: 'answered', speaks: 'tls', words: 'TLS is expected' };
  const status = statusOf(bytes);
  return {
    result: 'answered',
    speaks: 'https',
    status,
    words: `TLS is expected: answers over HTTPS with status ${status}`,
  };
}

function optionsFor({ host, port, from }: Destination) {
  return { host, port, ...(from !== undefined && { localAddress: from }) };
}

/** A request that every HTTP server understands. */
export function request({ host, port }: Destination, path: string): string {
  const name = host.includes(':') ? `[${host.replace(/%.*$/, '')}]` : host;
  return `GET ${path} HTTP/1.1\r\nHost: ${name}:${port}\r\nUser-Agent: bindlint\r\nAccept: */*\r\nConnection: close\r\n\r\n`;
}

interface Exchange {
  readonly end: 'bytes' | 'quiet' | 'closed' | 'error' | 'timeout';
  readonly bytes: Buffer;
  readonly connected: boolean;
  readonly secured: boolean;
  readonly code?: string;
}

/** Connects, says something or nothing, and waits for the first bytes. */
function exchangeUnless(
  signal: AbortSignal | undefined,
  open: () => Socket,
  say: string | undefined,
  toConnect: number,
  toAnswer: number,
): Promise<Exchange> {
  return new Promise((resolve) => {
    let connected = false;
    let secured = false;
    let socket: Socket;
    try {
      signal?.throwIfAborted();
      socket = open();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      resolve({ end: 'error', bytes: Buffer.alloc(0), connected, secured, ...(code !== undefined && { code }) });
      return;
    }
    const finish = (end: Exchange['end'], bytes: Buffer = Buffer.alloc(0), code?: string) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      socket.removeAllListeners();
      socket.on('error', () => {});
      socket.destroy();
      resolve({ end, bytes, connected, secured, ...(code !== undefined && { code }) });
    };
    const giveUp = () => finish('timeout');
    signal?.addEventListener('abort', giveUp);
    let timer = setTimeout(giveUp, toConnect);
    socket.once('connect', () => {
      connected = true;
      clearTimeout(timer);
      timer = setTimeout(() => finish('quiet'), toAnswer);
      if (say !== undefined && !('encrypted' in socket)) socket.write(say);
    });
    socket.once('secureConnect', () => {
      secured = true;
      if (say !== undefined) socket.write(say);
    });
    socket.once('data', (bytes) => finish('bytes', bytes));
    socket.once('end', () => finish('closed'));
    socket.once('close', () => finish('closed'));
    socket.once('error', (error: NodeJS.ErrnoException) => finish('error', Buffer.alloc(0), error.code));
  });
}

const isHttp = (bytes: Buffer) => bytes.subarray(0, 5).toString('latin1') === 'HTTP/';
/** Does it begin with the settings that a server of HTTP/2 sends first: https://www.rfc-editor.org/rfc/rfc9113#section-4.1 */
const isHttp2 = (bytes: Buffer) =>
  bytes.length >= 9 &&
  bytes.readUIntBE(0, 3) % 6 === 0 &&
  bytes[3] === 4 &&
  bytes[4] === 0 &&
  bytes.readUInt32BE(5) === 0;
const statusOf = (bytes: Buffer) => Number(/^HTTP\/[\d.]+ (\d{3})/.exec(bytes.subarray(0, 20).toString('latin1'))?.[1]);

/** Servers that tell a plain request from a TLS one say so with a status that others use too. */
function isPlainOverTls(bytes: Buffer): boolean {
  return [400, 497].includes(statusOf(bytes)) && /https|tls|ssl/i.test(bytes.subarray(0, 2048).toString('latin1'));
}

function described({ end, bytes, connected, code }: Exchange): Attempt {
  if (end === 'bytes') {
    if (isHttp(bytes)) {
      const status = statusOf(bytes);
      return { result: 'answered', speaks: 'http', status, words: `answers over HTTP with status ${status}` };
    }
    if (isHttp2(bytes)) return { result: 'answered', words: 'answers over HTTP/2 alone' };
    const first = bytes
      .subarray(0, 60)
      .toString('latin1')
      .split(/[\r\n]/)[0]!;
    const printable = /^[\x20-\x7e]{3,}$/.test(first);
    return {
      result: 'answered',
      ...(printable && { speaks: first }),
      words: printable ? `answers with ${JSON.stringify(first)}` : 'answers with something other than HTTP',
    };
  }
  if (end === 'quiet') return { result: 'accepted', words: 'accepts the connection and says nothing' };
  if (end === 'closed') return { result: 'closed', words: 'accepts the connection and closes it without an answer' };
  if (end === 'timeout') return { result: 'timed-out', words: 'timed out: nobody says yes or no' };
  if (connected || code === 'ECONNRESET' || code === 'EPIPE')
    return { result: 'reset', words: 'reset: the connection is accepted and torn down' };
  if (code === 'ECONNREFUSED') return { result: 'refused', words: 'refused: nothing listens there' };
  if (code === 'ETIMEDOUT') return { result: 'timed-out', words: 'timed out: nobody says yes or no' };
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT')
    return { result: 'unreachable', words: `there is no way to it (${code})` };
  return { result: 'failed', words: `failed (${code ?? 'unknown'})` };
}
