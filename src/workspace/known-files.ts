import { createHash } from 'node:crypto';
import { lstatSync, type Stats } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import searching from '../../generated/searching.ts';
import { readOwn, writeOwn } from './own-file.ts';

/** A file that changed in the moment before it was searched may change again and keep its stamp. In milliseconds. */
const settling = 3_000;
const maximumSize = 64 * 1024 * 1024;
/** Folders and questions that are remembered. */
const kept = { names: /^[0-9a-f]{32}\.files$/, count: 48, size: 256 * 1024 * 1024 };

/** What is known of the files of a list, by their places in it: of up to eight searches, one bit each. */
export interface Known {
  /** Searches that a path fits. */
  readonly fits: Uint8Array;
  /** Those of them that found something in the file. */
  readonly answers: Uint8Array;
}

/** What earlier runs found out about files that have not been touched since. */
export interface KnownFiles {
  /** Where a file is in the store; undefined: nobody has asked about it. Quickest for files in the order in which they were kept. */
  place(file: string): number | undefined;
  /** Searches that the path of a file at such a place fits. */
  fits(place: number): number;
  /**
   * Searches that found something in a file; undefined: nobody has looked since it was touched.
   * @param at its place in the list
   */
  answers(place: number, at: number): number | undefined;
  /**
   * Keeps answers for later runs; a store that cannot be written is no error.
   * @param kept places in the list
   */
  learn(kept: readonly number[], known: Known): void;
}

/** What a file system says of files that have not been touched since: size, times, inode and device, those of each file beside one another. */
export interface Stamps {
  readonly files: readonly string[];
  readonly numbers: Float64Array;
  /** Are a file's numbers known? Not of what may change unnoticed, or is no regular file. */
  has(at: number): boolean;
}

const inStamp = 5;

/**
 * Asks the file system once for each file.
 * @param root absolute path of the folder that files are relative to
 * @param files all that will be asked for
 * @param now milliseconds since 1970 when the run began
 */
export function fileStamps(root: string, files: readonly string[], now: number): Stamps {
  const prefix = root.endsWith(path.sep) ? root : root + path.sep;
  const numbers = new Float64Array(files.length * inStamp);
  const states = new Uint8Array(files.length);
  const [unasked, known, unknown] = [0, 1, 2];
  return {
    files,
    numbers,
    has(at) {
      if (states[at] === unasked) {
        states[at] = unknown;
        let stat: Stats | undefined;
        try {
          stat = lstatSync(prefix + files[at], { throwIfNoEntry: false });
        } catch {}
        if (stat?.isFile() && Math.max(stat.mtimeMs, stat.ctimeMs) <= now - settling) {
          states[at] = known;
          numbers.set([stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino, stat.dev], at * inStamp);
        }
      }
      return states[at] === known;
    },
  };
}

/**
 * Remembers which files hold what is searched for, so that a file is searched once and not in every run. A file is the same while
 * its size, its times, its inode and its device are; git's object ids would cost a comparison by git, which runs filters that the repository names.
 * @param root absolute path of the folder that files are relative to
 * @param folder absolute path of the user's cache folder for bindlint; made where it is missing
 * @param question names all that decides the answers, but for the code of every search
 * @param stamps of the files below the root
 * @param user whose stores are believed; undefined where the system has no numbers for users
 */
export function knownFiles(
  root: string,
  folder: string,
  question: string,
  stamps: Stamps,
  user: number | undefined,
): KnownFiles {
  const store = path.join(folder, `${hash(`${searching}\0${root}\0${question}`)}.files`);
  const before = load(store, user);
  const place = placesOf(before.names);
  const isSame = (place: number, at: number): boolean => {
    for (let part = 0; part < inStamp; part++)
      if (before.stamps[place * inStamp + part] !== stamps.numbers[at * inStamp + part]) return false;
    return true;
  };
  return {
    place,
    fits: (place) => before.fits[place]!,
    answers: (place, at) => (stamps.has(at) && isSame(place, at) ? before.answers[place] : undefined),
    learn(known, answers) {
      const bytes = packed(known, answers, stamps);
      if (bytes.length > maximumSize) return;
      try {
        writeOwn(store, bytes, kept);
      } catch {}
    },
  };
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** What a store holds: a file's place is that of its byte in `fits` and `answers`, and of its five numbers in `stamps`. */
interface Store {
  readonly names: readonly string[];
  readonly fits: Uint8Array;
  readonly answers: Uint8Array;
  readonly stamps: Float64Array;
}

const nothing: Store = {
  names: [],
  fits: new Uint8Array(),
  answers: new Uint8Array(),
  stamps: new Float64Array(),
};
/** A checksum of all that follows it, and the number of files. */
const headSize = 8;

/** Files that have come or gone since. Looking up more of them one by one takes longer than a map of all. */
const fewChanges = 64;

/** Finds names, quickest in their own order: listings of one folder hardly differ. */
function placesOf(names: readonly string[]): (file: string) => number | undefined {
  let next = 0;
  let changes = 0;
  let places: Map<string, number> | undefined;
  return (file) => {
    if (names[next] === file) return next++;
    if (changes++ < fewChanges) {
      const place = names.indexOf(file, next);
      if (place !== -1) next = place + 1;
      return place === -1 ? undefined : place;
    }
    places ??= new Map(names.map((name, place) => [name, place]));
    const place = places.get(file);
    if (place !== undefined) next = place + 1;
    return place;
  };
}

/** The head, then the stamps, what fits, the answers, and the names with a NUL between them. */
function packed(kept: readonly number[], { fits, answers }: Known, { files, numbers }: Stamps): Buffer {
  const count = kept.length;
  const names = Buffer.from(kept.map((at) => files[at]).join('\0'));
  const size = headSize + count * (inStamp * 8 + 2);
  const bytes = Buffer.alloc(size + names.length);
  const stamps = new Float64Array(bytes.buffer, bytes.byteOffset + headSize, count * inStamp);
  for (const [place, at] of kept.entries()) {
    for (let part = 0; part < inStamp; part++) stamps[place * inStamp + part] = numbers[at * inStamp + part]!;
    bytes[size - 2 * count + place] = fits[at]!;
    bytes[size - count + place] = answers[at]!;
  }
  names.copy(bytes, size);
  bytes.writeUInt32LE(count, 4);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

function load(store: string, user: number | undefined): Store {
  let bytes: Buffer | undefined;
  try {
    bytes = readOwn(store, user, maximumSize);
  } catch {}
  if (bytes === undefined || bytes.length < headSize) return nothing;
  const count = bytes.readUInt32LE(4);
  const size = headSize + count * (inStamp * 8 + 2);
  if (size > bytes.length || bytes.readUInt32LE(0) !== crc32(bytes.subarray(4))) return nothing;
  const names = bytes.toString('utf8', size).split('\0');
  if (names.length !== Math.max(count, 1)) return nothing;
  const numbers = bytes.subarray(headSize, headSize + count * inStamp * 8);
  return {
    names: names.slice(0, count),
    fits: bytes.subarray(size - 2 * count, size - count),
    answers: bytes.subarray(size - count, size),
    stamps: new Float64Array(new Uint8Array(numbers).buffer),
  };
}
