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

/** Collects the numbers up to 65535 of a stream of bytes; colours within or around them do not count. */
function createNumbers(): { take(chunk: Buffer): void; has(number: number): boolean } {
  const seen = new Uint8Array(65_536);
  let state: 'text' | 'escape' | 'sequence' = 'text';
  let value = 0;
  let digits = 0;
  let isPart = false;
  let before = 0;
  let wasNumber = false;
  let pending: number | undefined;
  const finish = (next: number) => {
    // The numbers of an IPv4 address and of a version are no ports, but a full stop may end a sentence.
    if (digits > 0 && digits <= 5 && value <= 65_535 && !isPart) {
      if (next === 0x2e) pending = value;
      else seen[value] = 1;
    }
    digits = 0;
    value = 0;
  };
  return {
    take(chunk) {
      // An iterator over the bytes takes ten times as long.
      for (let index = 0; index < chunk.length; index++) {
        const byte = chunk[index]!;
        if (state === 'escape') {
          state = byte === 0x5b ? 'sequence' : 'text';
          continue;
        }
        if (state === 'sequence') {
          if (byte >= 0x40 && byte <= 0x7e) state = 'text';
          continue;
        }
        if (byte === 0x1b) {
          state = 'escape';
          continue;
        }
        const isDigit = byte >= 0x30 && byte <= 0x39;
        if (pending !== undefined && before === 0x2e) {
          if (!isDigit) seen[pending] = 1;
          pending = undefined;
        }
        if (isDigit) {
          if (digits === 0) isPart = before === 0x2e && wasNumber;
          digits++;
          if (digits <= 5) value = value * 10 + byte - 0x30;
        } else {
          const had = digits > 0;
          if (had) finish(byte);
          wasNumber = had;
        }
        before = byte;
      }
    },
    has(number) {
      return seen[number] === 1 || (digits > 0 && digits <= 5 && value === number && !isPart) || pending === number;
    },
  };
}
