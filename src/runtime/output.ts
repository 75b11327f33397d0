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
  /** The last lines, without control characters. */
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
    lastLines(count) {
      const lines = stripVTControlCharacters(text()).split(/\r\n|[\r\n]/);
      return lines
        .map((line) => line.trimEnd())
        .filter((line) => line !== '')
        .slice(-count);
    },
    text,
  };
}

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
      rest = unfinished.exec(text.slice(-64))?.[0] ?? '';
      note(text.slice(0, text.length - rest.length));
    },
    has(number) {
      note(rest);
      return seen[number] === 1;
    },
  };
}
