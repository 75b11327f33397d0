import { closeSync, constants, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { TextDecoder } from 'node:util';
import { decode } from './encoding.ts';

/** Larger files are named as a problem and not read. In bytes. */
export const sizeLimit = 5 * 1024 * 1024;

/** A file is larger than `sizeLimit`. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

/** A link or a pipe that has taken a file's place since it was listed is neither followed nor waited for. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * A file's decoded text. Synchronous: for thousands of small files that is several times faster.
 * @param target absolute path of a regular file
 * @throws {TooLargeError} without reading it
 * @throws {UndecodableError}
 */
export function readText(target: string): string {
  const descriptor = openSync(target, flags);
  try {
    const { size } = fstatSync(descriptor);
    if (size > sizeLimit)
      throw new TooLargeError(`too large: ${megabytes(size)} MB, the limit is ${megabytes(sizeLimit)} MB`);
    const bytes = Buffer.allocUnsafe(size);
    let length = 0;
    while (length < size) {
      const read = readSync(descriptor, bytes, length, size - length, null);
      if (read === 0) break;
      length += read;
    }
    return decode(bytes.subarray(0, length)).text;
  } finally {
    closeSync(descriptor);
  }
}

function megabytes(bytes: number): string {
  return (bytes / (1024 * 1024)).toFixed(bytes > sizeLimit && bytes < sizeLimit * 2 ? 1 : 0);
}

const chunkSize = 1 << 20;
/** No literal that is searched for is longer. In characters. */
const overlap = 4096;

/**
 * Does a file of any size and content hold an expression? Only a part of it is in memory at a time.
 * @param target absolute path of a regular file
 */
export async function holds(target: string, expression: RegExp): Promise<boolean> {
  let decoder: TextDecoder | undefined;
  let tail = '';
  for await (const chunk of createReadStream(target, { highWaterMark: chunkSize }) as AsyncIterable<Buffer>) {
    decoder ??= new TextDecoder(encodingOf(chunk));
    const text = tail + decoder.decode(chunk, { stream: true });
    if (expression.test(text)) return true;
    tail = text.slice(-overlap);
  }
  return false;
}

function encodingOf(start: Buffer): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}
