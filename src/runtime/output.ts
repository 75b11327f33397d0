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
   * Lines of its start and end that name a port because it is taken: such as no earlier run printed, or such as stand beside the words for
   * a taken address. A greeting that is printed before the port is opened is neither.
   */
  complaints(port: number, before: readonly Printed[]): News;
  /**
   * Lines that say that it took this port in place of another. A line that an earlier run printed too is a greeting, unless it stands beside
   * new words for a taken address.
   */
  announces(port: number, inPlaceOf: number, before: readonly Printed[]): News;
  /** The last lines, without control characters, each cut at some length. */
  lastLines(count: number): string[];
  /** Start and end, with what was left out between them. */
  text(): string;
}

/** What a run printed that earlier ones did not. */
export interface News {
  readonly lines: readonly string[];
  /** Words for a taken address are among it, as no earlier run has printed any; else it may be a greeting that is never the same. */
  readonly isSure: boolean;
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
    complaints: (port, before) => newsOf(linesOf(text()), port, before, []),
    announces(port, inPlaceOf, before) {
      const news = newsOf(linesOf(text()), port, before, [port, inPlaceOf]);
      // What stood in the middle of very much is known by its numbers alone.
      const isOnlyCounted =
        news.lines.length === 0 &&
        total > keptAtStart + keptAtEnd &&
        numbers.has(port) &&
        !before.some((one) => one.names(port));
      return isOnlyCounted ? { lines: [String(port)], isSure: true } : news;
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

/** Lines that name a port in a way that no earlier run did, or beside words for a taken address that none has printed. */
function newsOf(own: readonly string[], port: number, before: readonly Printed[], kept: readonly number[]): News {
  const shape = (line: string) => withoutNumbers(line, kept);
  const earlier = before.map((one) => linesOf(one.text()));
  const telling = (line: string) => takenWords.test(line) || insteadWords.test(line);
  const concerns = (line: string) => telling(line) || [port, ...kept].some((one) => namesPort(line, one));
  const isNew = unlike(
    earlier.map((lines) => lines.map(shape)),
    earlier.map((lines) => lines.filter(concerns).map(shape)),
  );
  const isTold = (at: number) =>
    own.slice(Math.max(0, at - nearby), at + nearby + 1).some((line) => telling(line) && isNew(shape(line)));
  const places = [...own.keys()].filter((at) => namesPort(own[at]!, port));
  const isTelling = earlier.some((lines) => lines.some(telling));
  return {
    lines: places.filter((at) => isNew(shape(own[at]!)) || isTold(at)).map((at) => own[at]!),
    isSure: !isTelling && places.some(isTold),
  };
}

/**
 * Tells the shapes that no earlier run has printed, nor any that differ from run to run in the same places.
 * @param concerning those among them that may do so
 */
function unlike(
  earlier: readonly (readonly string[])[],
  concerning: readonly (readonly string[])[],
): (shape: string) => boolean {
  const usual = new Set(earlier.flat());
  const [first = [], second = []] = concerning.map((shapes) => new Set(shapes));
  const differing = (some: Iterable<string>, others: ReadonlySet<string>) =>
    [...some].filter((one) => !others.has(one)).slice(0, maximumDiffering);
  const varying =
    earlier.length < 2
      ? []
      : differing(first, new Set(second)).map((one) => [one, differing(second, new Set(first))] as const);
  const pairs = varying.flatMap(([one, others]) => others.map((other) => [wordsIn(one), wordsIn(other)] as const));
  return (shape) => !usual.has(shape) && !pairs.some(([one, other]) => isBetween(wordsIn(shape), one, other));
}

const maximumDiffering = 20;
const wordsIn = (line: string) => line.split(/\s+/);

/** Do most of its words stand where two lines have the same ones? */
function isBetween(line: readonly string[], one: readonly string[], other: readonly string[]): boolean {
  if (line.length === one.length && line.length === other.length) {
    const same = line.filter((_, at) => one[at] === other[at]);
    return same.length * 2 >= line.length && line.every((word, at) => one[at] !== other[at] || word === one[at]);
  }
  const shared = (from: (words: readonly string[], at: number) => string | undefined) => {
    let length = 0;
    while (from(one, length) !== undefined && from(one, length) === from(other, length)) length++;
    return length;
  };
  const atStart = shared((words, at) => words[at]);
  const atEnd = shared((words, at) => words[words.length - 1 - at]);
  const isAlike =
    line.slice(0, atStart).every((word, at) => word === one[at]) &&
    line.slice(line.length - atEnd).every((word, at) => word === one[one.length - atEnd + at]);
  return isAlike && line.length >= atStart + atEnd && (atStart + atEnd) * 2 > line.length;
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
