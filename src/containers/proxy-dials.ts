import { parsePort, splitAddress } from '../address.ts';
import type { Dial, Slot, Span } from '../facts.ts';

/** A destination that a proxy's configuration names, as a fact. */
export interface Destination {
  /** `127.0.0.1:8000`, without scheme and path. */
  readonly text: string;
  readonly start: number;
  /** As it is written; where that is not the address itself. */
  readonly length?: number;
  /** What an address means that is only a port: `:9000`. */
  readonly host?: string;
  /** Where none is written, and what says so. */
  readonly port?: { readonly value: number; readonly of: string; readonly docs: string };
  /** The group of servers that it belongs to. */
  readonly group?: string;
}

/**
 * The servers that a reverse proxy passes requests to.
 * @param framework the proxy's name
 * @param context the proxy runs where it is deployed; `test`, `docs` and the like are the caller's business
 */
export function proxyDials(file: string, framework: string, destinations: Iterable<Destination>): Dial[] {
  const dials: Dial[] = [];
  for (const { text, start, length = text.length, host: implied, port: usual, group } of destinations) {
    if (/[$]|\{\{/.test(text) || text.startsWith('unix:') || text.startsWith('/')) continue;
    const { host, port } = splitAddress(text, 'host');
    if (!host) continue;
    const span: Span = { file, start, end: start + length };
    const slot = <T>(value: T | undefined, from: number, to: number): Slot<T> => {
      const at: Span = length === text.length ? { file, start: start + from, end: start + to } : span;
      return {
        value,
        origin: { by: value === undefined ? 'unknown' : 'literal' },
        span: at,
        site: at,
        chain: [],
        fixed: true,
      };
    };
    dials.push({
      kind: 'dial',
      span,
      via: 'config',
      language: framework,
      framework,
      scope: '',
      context: 'production',
      sure: true,
      host: slot(host.text || (implied ?? ''), host.start, host.end),
      port:
        port === undefined && usual
          ? {
              ...slot<number>(usual.value, text.length, text.length),
              origin: { by: 'default', of: usual.of, docs: usual.docs },
              ...(length === text.length && { frame: { before: ':', after: '', quote: '', part: true as const } }),
            }
          : {
              ...slot(port && parsePort(port.text), port?.start ?? text.length, port?.end ?? text.length),
              ...(port &&
                length === text.length && { frame: { before: '', after: '', quote: '', part: true as const } }),
            },
      shown: false,
      ...(group !== undefined && { group }),
    });
  }
  return dials;
}

/**
 * Addresses outside of comments.
 * @param pattern its first group is the address; with the flags g and d
 */
export function* destinationsIn(text: string, pattern: RegExp): Iterable<Destination> {
  for (const { match, start } of matchesIn(text, pattern, 1)) yield { text: match[1]!, start };
}

/**
 * What is found outside of comments.
 * @param pattern with the flags g and d
 * @param group the one whose start is meant
 */
export function* matchesIn(
  text: string,
  pattern: RegExp,
  group: number,
): Iterable<{ readonly match: RegExpMatchArray; readonly start: number }> {
  let line = { end: -1, comment: 0 };
  for (const match of text.matchAll(pattern)) {
    const start = match.indices![group]![0];
    while (line.end < start) line = lineAt(text, line.end + 1);
    if (start < line.comment) yield { match, start };
  }
}

/** A line and where its comment begins; a hash inside of a word is none. */
function lineAt(text: string, start: number) {
  const newline = text.indexOf('\n', start);
  const end = newline === -1 ? text.length : newline;
  const comment = text.slice(start, end).search(/(?:^|[\s;{}])#/);
  return { end, comment: comment === -1 ? end + 1 : start + comment };
}
