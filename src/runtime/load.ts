import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Attempt, Destination } from './attempt.ts';

/** What became of requests that were made at the same time. */
export interface Load {
  readonly wanted: number;
  readonly answered: number;
  /** How often each answer came: an HTTP status, `connected`, or why there was none. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** The slowest answer. */
  readonly milliseconds: number;
}

/**
 * Makes requests at the same time: over HTTP where that is spoken, else connections.
 * @param signal ends all of them at once
 */
export async function load(
  to: Destination,
  speaks: Attempt['speaks'],
  count: number,
  path: string,
  milliseconds: number,
  signal?: AbortSignal,
): Promise<Load> {
  const started = performance.now();
  const open = new Set<() => void>();
  const giveUp = () => {
    for (const end of open) end();
  };
  signal?.addEventListener('abort', giveUp, { once: true });
  const one =
    speaks === 'http' || speaks === 'https'
      ? () => askHttp(to, speaks, path, milliseconds, open)
      : () => connectOnce(to, speaks === 'tls', milliseconds, open);
  const results = await Promise.all(Array.from({ length: count }, one));
  signal?.removeEventListener('abort', giveUp);
  const outcomes = new Map<string, number>();
  for (const { outcome } of results) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  return {
    wanted: count,
    answered: results.filter(({ answered }) => answered).length,
    outcomes,
    milliseconds: performance.now() - started,
  };
}

const longestBody = 1 << 20;

interface Result {
  readonly answered: boolean;
  readonly outcome: string;
}

function askHttp(
  to: Destination,
  speaks: 'http' | 'https',
  path: string,
  milliseconds: number,
  open: Set<() => void>,
): Promise<Result> {
  return new Promise((resolve) => {
    const options = {
      host: to.host,
      port: to.port,
      path,
      agent: false,
      headers: { 'user-agent': 'bindlint', connection: 'close' },
      rejectUnauthorized: false,
    };
    const finish = (answered: boolean, outcome: string) => {
      clearTimeout(timer);
      resolve({ answered, outcome });
      asked.destroy();
    };
    const answer = (response: IncomingMessage) => {
      const done = () => finish(true, `status ${response.statusCode}`);
      // A stream of events never ends, and is an answer all the same.
      setTimeout(done, 1000).unref();
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > longestBody) done();
      });
      response.on('end', done);
      response.on('error', () => finish(false, 'the answer broke off'));
    };
    const asked = speaks === 'https' ? requestHttps(options, answer) : requestHttp(options, answer);
    const late = () => finish(false, 'no answer in time');
    const timer = setTimeout(late, milliseconds);
    open.add(late);
    asked.on('upgrade', (response, socket) => {
      socket.destroy();
      answer(response);
    });
    asked.on('error', (error: NodeJS.ErrnoException) => finish(false, error.code ?? error.message));
    asked.end();
  });
}

/** All connections are open at the same time for a moment. */
function connectOnce(to: Destination, tls: boolean, milliseconds: number, open: Set<() => void>): Promise<Result> {
  return new Promise((resolve) => {
    const options = { host: to.host, port: to.port, rejectUnauthorized: false };
    const socket = tls ? connectTls(options) : connect(options);
    const finish = (answered: boolean, outcome: string) => {
      clearTimeout(timer);
      resolve({ answered, outcome });
      setTimeout(() => socket.destroy(), 50);
    };
    const late = () => finish(false, 'no connection in time');
    const timer = setTimeout(late, milliseconds);
    open.add(late);
    socket.once(tls ? 'secureConnect' : 'connect', () => finish(true, 'connected'));
    socket.on('error', (error: NodeJS.ErrnoException) => finish(false, error.code ?? error.message));
  });
}
