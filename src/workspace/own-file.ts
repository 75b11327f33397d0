import {
  closeSync,
  constants,
  fstatSync,
  futimesSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { makeFolder } from './make-folder.ts';
import { replaceFile } from './replace-file.ts';

/**
 * What this user has written earlier; its time is now that of this use. A link is not followed, and a pipe not waited for.
 * @param file absolute path
 * @param user the number of this user; undefined where the system has none
 * @param maximumSize in bytes
 * @returns undefined for what others than this user may have written, and for what is larger
 * @throws Error where there is no such file
 */
export function readOwn(file: string, user: number | undefined, maximumSize: number): Buffer | undefined {
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const { size, mode, uid } = fstatSync(descriptor);
    const isOwn = user === undefined || (uid === user && (mode & 0o022) === 0);
    if (!isOwn || size > maximumSize) return undefined;
    try {
      const now = new Date();
      futimesSync(descriptor, now, now);
    } catch {}
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** What is kept in a folder of such files. */
export interface Kept {
  /** The names of its files. */
  readonly names: RegExp;
  readonly count: number;
  /** Of all together. In bytes. */
  readonly size: number;
}

/** What is older, no run is writing any more. In milliseconds. */
const longestWrite = 60_000;

/**
 * Replaces such a file as a whole. Removes those of the folder that were not used for longest, and what ended runs have left there.
 * @param file absolute path; its folder is made where it is missing
 * @throws an error of the file system where it cannot be written
 */
export function writeOwn(file: string, bytes: Uint8Array, kept: Kept): void {
  const folder = path.dirname(file);
  makeFolder(folder, 0o700);
  replaceFile(file, bytes, 0o600);
  forgetOthers(folder, kept);
}

function forgetOthers(folder: string, { names, count, size }: Kept): void {
  const whole: { readonly file: string; readonly used: number; readonly bytes: number }[] = [];
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    if (names.test(name)) whole.push({ file, used: stat.mtimeMs, bytes: stat.size });
    else if (names.test(name.replace(/\.[0-9a-f]+$/, '')) && stat.mtimeMs < Date.now() - longestWrite)
      rmSync(file, { force: true });
  }
  let left = size;
  for (const [place, { file, bytes }] of whole.sort((one, other) => other.used - one.used).entries()) {
    left -= bytes;
    if (place >= count || left < 0) rmSync(file, { force: true });
  }
}
