import { Buffer, isUtf8 } from 'node:buffer';

/** How a file's text stands on disk: enough to write it back byte for byte. */
export type Encoding = 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be';

export interface Decoded {
  /** Without BOM. */
  readonly text: string;
  readonly encoding: Encoding;
}

/** The bytes are no text that could be written back unchanged. */
export class UndecodableError extends Error {
  override readonly name = 'UndecodableError';
}

const marks: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-8-bom', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/**
 * Decodes strictly, so that `encode(text, encoding)` gives the same bytes again.
 * @throws {UndecodableError} for bytes that are not valid in the encoding the BOM names (UTF-8 without one), and for text that holds NUL
 */
export function decode(bytes: Uint8Array): Decoded {
  const [encoding, mark] = marks.find(([, start]) => start.every((byte, index) => bytes[index] === byte)) ?? [
    'utf-8' as const,
    [],
  ];
  const text = textOf(bytes.subarray(mark.length), encoding);
  if (text.includes('\0')) throw new UndecodableError('holds NUL characters, so it is no text');
  return { text, encoding };
}

function textOf(bytes: Uint8Array, encoding: Encoding): string {
  if (encoding === 'utf-8' || encoding === 'utf-8-bom') {
    if (isUtf8(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    throw new UndecodableError('not valid UTF-8');
  }
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UndecodableError(`not valid ${encoding.toUpperCase()}`);
  }
}

/** The bytes of a text in the encoding it was read in, with its BOM. */
export function encode(text: string, encoding: Encoding): Uint8Array {
  const mark = Buffer.from(marks.find(([name]) => name === encoding)?.[1] ?? []);
  if (encoding === 'utf-8' || encoding === 'utf-8-bom') return Buffer.concat([mark, Buffer.from(text, 'utf8')]);
  const units = Buffer.from(text, 'utf16le');
  return Buffer.concat([mark, encoding === 'utf-16be' ? units.swap16() : units]);
}
