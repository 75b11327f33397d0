import { parsePort } from '../address.ts';
import { type Started, unwrap } from '../commands/commands.ts';
import type { Dial, Origin, Slot, Span } from '../facts.ts';
import type { CommandLine, Word } from '../syntax/command.ts';
import { expand } from '../syntax/shell.ts';

/** Clients that take an address without a scheme, with the flags whose value is none. */
const valued: Readonly<Record<string, readonly string[]>> = {
  curl: [
    ...[
      '-o',
      '-m',
      '-H',
      '-X',
      '-d',
      '-u',
      '-w',
      '-A',
      '-b',
      '-e',
      '-T',
      '--output',
      '--max-time',
      '--header',
      '--request',
    ],
    ...[
      '--data',
      '--user',
      '--write-out',
      '--retry',
      '--retry-delay',
      '--retry-max-time',
      '--connect-timeout',
      '--cacert',
    ],
    ...['--cert', '--key', '--resolve', '--interface', '--unix-socket'],
  ],
  wget: ['-O', '-o', '-T', '-t', '-U', '--header', '--user', '--password', '--output-document', '--timeout', '--tries'],
  http: [],
  https: [],
  xh: [],
};

/** Programs that connect to a host and a port given apart, as flags or as two words, and where they connect without a host. */
const apart: Readonly<
  Record<string, { readonly host: readonly string[]; readonly port: readonly string[]; readonly usual?: string }>
> = {
  nc: { host: [], port: [] },
  ncat: { host: [], port: [] },
  netcat: { host: [], port: [] },
  pg_isready: { host: ['-h', '--host'], port: ['-p', '--port'] },
  'redis-cli': { host: ['-h'], port: ['-p'], usual: '127.0.0.1' },
  mysqladmin: { host: ['-h', '--host'], port: ['-P', '--port'] },
};

/** The ports of programs where none is given. */
const usual: Readonly<Record<string, number>> = { pg_isready: 5432, 'redis-cli': 6379, mysqladmin: 3306 };

const url =
  /\b(https?|tcp|wss?|grpc):\/\/(?:[^\s/@'"`]*@)?(\[[0-9a-f:.%]+\]|[^\s/:'"`?#$(){},]+)(?::(\$\{[^}]*\}|\$\w+|\d+))?(?=$|[\s/'"`?#),;|])/gi;
const schemePorts: Readonly<Record<string, number>> = { http: 80, https: 443, ws: 80, wss: 443 };

/**
 * The destinations of a health check's commands: a row for each that can be told.
 * @param lines the commands of HEALTHCHECK, of compose's healthcheck or of an exec probe
 * @param check whose check it is
 * @param text of its file
 */
export function healthDials(
  lines: readonly CommandLine[],
  check: Pick<Dial, 'framework' | 'language' | 'scope' | 'context'>,
  text = '',
): Dial[] {
  const passes = alwaysPasses(lines, text);
  const base = { ...check, ...(passes && { passes }) };
  return lines.flatMap((line) => {
    const started = unwrap(line);
    if (started.length === 0)
      return line.words.flatMap((word) => urlDials(word, nameOf(line.words[0]!.value), line, base));
    return started.flatMap((one) => dialsOf(one, base));
  });
}

/** What hides every failure at the end of a check: `|| true`, `; exit 0`. */
const hiding = /(?:\|\||;)\s*(?:(?:\/bin\/)?true|:|exit 0)\s*(?:;\s*)?$/;
/** Words by which a check may end before, or not come to its end. */
const branching = /\b(?:if|case|while|until|for|exit [1-9$]\S*|kill)\b|(?:^|\s)set -\w*e/;

/** Where a check is made to pass, whatever it asks. */
function alwaysPasses(lines: readonly CommandLine[], text: string): Span | undefined {
  const [first] = lines;
  if (!first || lines.some(({ opaque }) => opaque)) return undefined;
  const script = lines.length === 1 ? shellWord(first) : undefined;
  const span = script ?? { ...first.span, end: lines.at(-1)!.span.end };
  const quotes = script?.quote?.length ?? 0;
  const { start, end } = { start: span.start + quotes, end: span.end - quotes };
  const written = text.slice(start, end);
  // Of a group only its own failure is hidden.
  if (/^[ \t\r\n]*[)}]/.test(text.slice(end, end + 100))) return undefined;
  const hides = first.form === 'exec' && !script ? null : hiding.exec(written);
  if (!hides || branching.test(written.slice(0, hides.index))) return undefined;
  return { file: span.file, start: start + hides.index, end };
}

/** The script that `sh -c` is given. */
function shellWord({ words }: CommandLine): (Span & { readonly quote: string | undefined }) | undefined {
  const [shell, flag, script] = words;
  if (!shell || !script || !/^(?:ba|da|a)?sh$/.test(nameOf(shell.value)) || !/^-\w*c$/.test(flag!.value))
    return undefined;
  return { ...script.span, quote: script.quote };
}

const nameOf = (program: string) => program.slice(program.lastIndexOf('/') + 1).replace(/\.exe$/i, '');

type Base = Pick<Dial, 'framework' | 'language' | 'scope' | 'context' | 'passes'>;

function dialsOf(started: Started, base: Base): Dial[] {
  const { args, line, programWord } = started;
  const check = nameOf(started.program);
  const found = args.flatMap((word) => urlDials(word, check, line, base, programWord.span));
  if (found.length > 0) return found;
  const two = apart[check];
  if (two) return apartDials(started, check, two, base);
  const skipped = valued[check];
  if (!skipped) return [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    if (skipped.includes(word.value)) at++;
    else if (!word.value.startsWith('-')) {
      const bare = /^(\[[0-9a-f:]+\]|[\w.-]+)(?::(\$\{[^}]*\}|\$\w+|\d+))?(?=\/|$)/i.exec(word.value);
      if (!bare) return [];
      const host = slice(word, 0, bare[1]!.length);
      const port = bare[2] === undefined ? undefined : slice(word, bare[1]!.length + 1, bare[0].length);
      return [dial(check, base, programWord.span, host, port, check === 'https' ? 443 : 80, line)];
    }
  }
  return [];
}

function apartDials(started: Started, check: string, flags: (typeof apart)[string], base: Base): Dial[] {
  const { args, line, programWord } = started;
  const after = (names: readonly string[]): Word | undefined => {
    const at = args.findIndex(({ value }) => names.includes(value));
    if (at !== -1) return args[at + 1];
    const joined = args.find(({ value }) => names.some((name) => value.startsWith(`${name}=`)));
    return joined && slice(joined, joined.value.indexOf('=') + 1, joined.value.length);
  };
  if (flags.host.length > 0) {
    const [host, port] = [after(flags.host), after(flags.port)];
    if (host) return [dial(check, base, programWord.span, host, port, usual[check], line)];
    // Without a host the others take a socket of the machine, and PostgreSQL's is named after its port.
    if (!port || (flags.usual === undefined && check !== 'pg_isready')) return [];
    const nowhere = { ...programWord.span, start: programWord.span.end };
    const there = { value: flags.usual ?? 'localhost', span: nowhere, expands: false };
    return [dial(check, base, programWord.span, there, port, usual[check], line)];
  }
  const plain = args.filter(({ value }) => !value.startsWith('-'));
  const port = plain.at(-1);
  const host = plain.at(-2);
  if (!host || !port || !/^\d+$|\$/.test(port.value)) return [];
  return [dial(check, base, programWord.span, host, port, undefined, line)];
}

function urlDials(word: Word, check: string, line: CommandLine, base: Base, at: Span = word.span): Dial[] {
  const found: Dial[] = [];
  for (const match of word.value.matchAll(url)) {
    const [whole, scheme, hostText, portText] = match as unknown as [string, string, string, string | undefined];
    const end = match.index + whole.length;
    const from = portText === undefined ? end - hostText.length : end - portText.length - 1 - hostText.length;
    const host = slice(word, from, from + hostText.length);
    const port = portText === undefined ? undefined : slice(word, end - portText.length, end);
    found.push(dial(check, base, at, host, port, schemePorts[scheme.toLowerCase()], line));
  }
  // Python: `socket.create_connection(('localhost', 8000))`, `s.connect(("localhost", 8000))`.
  for (const match of word.value.matchAll(
    /\b(?:create_connection|connect|connect_ex)\(\s{0,9}\(\s{0,9}(["'])([\w.:-]{1,253})\1\s{0,9},\s{0,9}(\d{1,5})\s{0,9}\)/g,
  )) {
    const [whole, quote, hostText, portText] = match as unknown as [string, string, string, string];
    const from = match.index + whole.indexOf(quote) + 1;
    const to = match.index + whole.lastIndexOf(portText);
    const port = slice(word, to, to + portText.length);
    found.push(dial(check, base, at, slice(word, from, from + hostText.length), port, undefined, line));
  }
  for (const match of word.value.matchAll(/\/dev\/tcp\/([\w.-]+)\/(\d+)/g)) {
    const from = match.index + '/dev/tcp/'.length;
    const host = slice(word, from, from + match[1]!.length);
    const port = slice(word, from + match[1]!.length + 1, from + match[1]!.length + 1 + match[2]!.length);
    found.push(dial('bash', base, at, host, port, undefined, line));
  }
  return found;
}

function slice(word: Word, from: number, to: number): Word {
  const value = word.value.slice(from, to);
  if (word.quote === undefined) return { value, span: word.span, expands: word.expands };
  const start = word.span.start + word.quote.length;
  return { value, span: { ...word.span, start: start + from, end: start + to }, quote: '', expands: word.expands };
}

function dial(
  check: string,
  base: Base,
  span: Span,
  host: Word,
  port: Word | undefined,
  usualPort: number | undefined,
  line: CommandLine,
): Dial {
  const nowhere = { file: host.span.file, start: host.span.end, end: host.span.end };
  const address = slotOf(host, line, (text) => text.replace(/^\[|\]$/g, ''));
  return {
    kind: 'dial',
    span,
    via: 'command',
    ...base,
    sure: true,
    shown: false,
    check,
    host: address,
    port: port
      ? slotOf(port, line, parsePort)
      : {
          value: usualPort,
          origin: { by: 'default', of: check, docs: '' },
          span: nowhere,
          site: nowhere,
          chain: [],
          fixed: true,
        },
  };
}

function slotOf<T>(word: Word, line: CommandLine, read: (text: string) => T | undefined): Slot<T> {
  const common = { span: word.span, site: word.span, chain: [] };
  const frame =
    word.quote === undefined || line.opaque
      ? undefined
      : { before: '', after: '', quote: word.quote, part: true as const };
  const { literal, name, fallback } = expand(word.value);
  if (literal !== undefined)
    return {
      value: read(literal),
      origin: { by: 'literal' },
      ...common,
      fixed: true,
      ...(frame && { frame, siteFrame: frame }),
    };
  const origin: Origin = name === undefined ? { by: 'unknown' } : { by: 'env', name };
  const note = name === undefined ? [] : [{ span: word.span, note: `variable ${name}` }];
  const value = fallback === undefined ? undefined : read(fallback);
  return { value, origin, ...common, chain: note, fixed: false };
}
