import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';

const keptAtStart = 64 * 1024;
const keptAtEnd = 64 * 1024;

/** What a program printed: its start, its end and every number in it, however much it was. */
export interface Printed {
  /** In bytes. */
  readonly total: number;
  /** Did it print this number, and not as a part of a longer one or of an address? */
  names(port: number): boolean;
  /** Did it print a link to this port, as far as its text was kept? */
  links(port: number): boolean;
  /**
   * Lines of its start and end that name a port because it is taken: such as an earlier run did not print, or such as stand beside the
   * words for a taken address. A greeting that is printed before the port is opened is neither.
   */
  complaints(port: number, before: Printed): string[];
  /**
   * Does it say that it took this port in place of another? A line that an earlier run printed too is a greeting, unless it stands beside
   * new words for a taken address.
   */
  announces(port: number, inPlaceOf: number, before: Printed): boolean;
  /** The last lines, without control characters, each cut at some length. */
  lastLines(count: number): string[];
  /** Start and end, with what was left out between them. */
  text(): string;
}

/** Takes what a program prints, in bounded memory. */
export function createPrinted(): Printed & { take(chunk: Buffer): void } {
  const start: Buffer[] = [];
  let startLength = 0;
  const end: Buffer[] = [];
  let endLength = 0;
  let total = 0;
  const numbers = createNumbers();
  const text = () => {
    const cut = total - startLength - endLength;
    const head = Buffer.concat(start);
    const tail = Buffer.concat(end);
    const decode = (bytes: Buffer) => new StringDecoder('utf8').write(bytes);
    if (cut <= 0) return decode(Buffer.concat([head, tail]));
    return `${decode(head)}\n[${cut} bytes left out]\n${decode(tail)}`;
  };
  return {
    get total() {
      return total;
    },
    take(chunk) {
      total += chunk.length;
      numbers.take(chunk);
      let rest = chunk;
      if (startLength < keptAtStart) {
        const first = Buffer.from(rest.subarray(0, keptAtStart - startLength));
        start.push(first);
        startLength += first.length;
        rest = rest.subarray(first.length);
      }
      if (rest.length === 0) return;
      const last = Buffer.from(rest.subarray(-keptAtEnd));
      end.push(last);
      endLength += last.length;
      while (endLength - end[0]!.length >= keptAtEnd) endLength -= end.shift()!.length;
    },
    names: (port) => numbers.has(port),
    links: (port) => new RegExp(`https?://[^\\s/]*:${port}\\b`).test(stripVTControlCharacters(text())),
    complaints(port, before) {
      const own = linesOf(text());
      const isNew = unlike(before, (line) => withoutNumbers(line));
      return own.filter((_, at) => isNews(own, at, port, isNew));
    },
    announces(port, inPlaceOf, before) {
      const own = linesOf(text());
      const isNew = unlike(before, (line) => withoutNumbers(line, [port, inPlaceOf]));
      if (own.some((_, at) => isNews(own, at, port, isNew))) return true;
      // What stood in the middle of very much is known by its numbers alone.
      return total > keptAtStart + keptAtEnd && numbers.has(port) && !before.names(port);
    },
    lastLines: (count) =>
      linesOf(text())
        .slice(-count)
        .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}...` : line)),
    text,
  };
}

/** What is shown of a line. */
const longestLine = 300;

/** How many lines may stand between a port and the words for it being taken. */
const nearby = 3;

const takenWords =
  /\bEADDRINUSE\b|\bin use\b|\berrno[ :=]*(?:98|48|10048)\b|\balready (?:\w+ )?(?:used|bound|taken|occupied|listening)\b|\boccupied\b|only one usage of each socket/i;

const insteadWords = /\binstead\b|\bfall(?:s|ing)? ?back\b|\bunavailable\b|\bnot available\b|\btrying\b/i;

/** Tells the lines whose shape an earlier run did not print. */
function unlike(before: Printed, shape: (line: string) => string): (line: string) => boolean {
  const usual = new Set(linesOf(before.text()).map(shape));
  return (line) => !usual.has(shape(line));
}

/** Does a line name a port in a way that an earlier run did not, or beside words for a taken address that it did not print? */
function isNews(lines: readonly string[], at: number, port: number, isNew: (line: string) => boolean): boolean {
  if (!namesPort(lines[at]!, port)) return false;
  if (isNew(lines[at]!)) return true;
  return lines
    .slice(Math.max(0, at - nearby), at + nearby + 1)
    .some((line) => (takenWords.test(line) || insteadWords.test(line)) && isNew(line));
}

function linesOf(text: string): string[] {
  return stripVTControlCharacters(text)
    .split(/\r\n|[\r\n]/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}

const namesPort = (line: string, port: number) =>
  [...line.matchAll(token)].some(([word]) => Number(word) === port && /^\d{1,5}$/.test(word));

/** Times, process numbers and ids differ from run to run. */
const withoutNumbers = (line: string, kept: readonly number[] = []) =>
  line
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{8,}\b|\w*\d\w*/gi, (word) =>
      kept.includes(Number(word)) ? word : '#',
    )
    .trim();

// A colour, an address or version, or a number by itself; a full stop behind it may end a sentence.
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const token = /\u001b\[[\d;]*[@-~]|\d+(?:\.\d+)+|\d+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const unfinished = /[\d.;\u001b[]{1,64}$/;

/** Collects the numbers up to 65535 of a stream of bytes; colours within or around them do not count. */
function createNumbers(): { take(chunk: Buffer): void; has(number: number): boolean } {
  const seen = new Uint8Array(65_536);
  let rest = '';
  const note = (text: string) => {
    for (const [word] of text.matchAll(token))
      if (/^\d{1,5}$/.test(word) && Number(word) <= 65_535) seen[Number(word)] = 1;
  };
  return {
    take(chunk) {
      const text = rest + chunk.toString('latin1');
      // Most of what is printed in masses holds no number.
      if (!/\d/.test(text)) {
        rest = unfinished.exec(text.slice(-64))?.[0] ?? '';
        return;
      }
      rest = unfinished.exec(text.slice(-64))?.[0] ?? '';
      note(text.slice(0, text.length - rest.length));
    },
    has(number) {
      note(rest);
      return seen[number] === 1;
    },
  };
}
