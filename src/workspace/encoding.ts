import { Buffer, isUtf8 } from 'node:buffer';

/** How a file's text stands on disk: enough to write it back byte for byte. With a colon: one byte a character, as the file itself declares. */
export type Encoding = 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be' | `declared:${string}`;

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
 * @throws {UndecodableError} for bytes that are not valid in the encoding that the BOM or the file's first lines name (UTF-8 without one), and for text that holds NUL
 */
export function decode(bytes: Uint8Array): Decoded {
  const [encoding, mark] = marks.find(([, start]) => start.every((byte, index) => bytes[index] === byte)) ?? [
    isUtf8(bytes) ? ('utf-8' as const) : (declaredIn(bytes) ?? ('utf-8' as const)),
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
  if (encoding.startsWith('declared:')) {
    const table = tableOf(encoding);
    return Array.from(bytes, (byte) => table[byte]).join('');
  }
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UndecodableError(`not valid ${encoding.toUpperCase()}`);
  }
}

/** What Python reads in one of the first two lines. https://docs.python.org/3/reference/lexical_analysis.html#encoding-declarations */
const cookie = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;

/** The encoding of one byte a character that a file of code declares, if it is one that is known. */
function declaredIn(bytes: Uint8Array): Encoding | undefined {
  const lines = Buffer.from(bytes.subarray(0, 400))
    .toString('latin1')
    .split(/\r\n?|\n/, 2);
  const name = lines.map((line) => cookie.exec(line)?.[1]).find((found) => found !== undefined);
  if (name === undefined) return undefined;
  const encoding = `declared:${name.toLowerCase().replaceAll('_', '-')}` as const;
  return tableOf(encoding).length === 256 ? encoding : undefined;
}

const tables = new Map<string, readonly string[]>();

/** The characters of the 256 bytes; empty where the encoding is not known or has other characters than these. */
function tableOf(encoding: string): readonly string[] {
  const known = tables.get(encoding);
  if (known) return known;
  const name = encoding.slice('declared:'.length);
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  let table: readonly string[] = [];
  // The web takes this name for Windows' encoding, Python for the bytes as they are.
  if (/^(latin-?1|iso-?8859-1|l1|cp819)$/.test(name)) table = Array.from(bytes, (byte) => String.fromCharCode(byte));
  else {
    try {
      table = [...new TextDecoder(name.replace(/^cp(125\d)$/, 'windows-$1'), { fatal: true }).decode(bytes)];
    } catch {}
  }
  const whole = table.length === 256 && new Set(table).size === 256 && table[65] === 'A';
  tables.set(encoding, whole ? table : []);
  return whole ? table : [];
}

/**
 * The bytes of a text in the encoding it was read in, with its BOM.
 * @throws {UndecodableError} for a character that the encoding does not have
 */
export function encode(text: string, encoding: Encoding): Uint8Array {
  if (encoding.startsWith('declared:')) {
    const table = tableOf(encoding);
    const bytes = Array.from(text, (character) => table.indexOf(character));
    if (bytes.includes(-1)) throw new UndecodableError(`holds characters that ${encoding.slice(9)} does not have`);
    return Uint8Array.from(bytes);
  }
  const mark = Buffer.from(marks.find(([name]) => name === encoding)?.[1] ?? []);
  if (encoding === 'utf-8' || encoding === 'utf-8-bom') return Buffer.concat([mark, Buffer.from(text, 'utf8')]);
  const units = Buffer.from(text, 'utf16le');
  return Buffer.concat([mark, encoding === 'utf-16be' ? units.swap16() : units]);
}
