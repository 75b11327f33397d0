import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, type FileHandle, lstat, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { InputProblem } from '../problem.ts';
import { decode, encode, UndecodableError } from '../workspace/encoding.ts';

/** A file's text, and what it is to become. Both without BOM. */
export interface TextChange {
  /** Relative to the root, with `/`. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** A file that can be replaced: everything was looked at, nothing was written. */
export interface Replacement {
  readonly file: string;
  /** Absolute, links resolved. */
  readonly target: string;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** What was written, and what could not be. */
export interface Written {
  readonly files: readonly string[];
  readonly problems: readonly InputProblem[];
}

/**
 * Replaces files one by one, each as a whole: at any moment every file is old or new. Mode, encoding and BOM stay.
 * @param root absolute path; nothing outside it is written, links included
 * @param record is told what will be replaced and returns when that is safely kept
 */
export async function writeChanges(
  root: string,
  changes: readonly TextChange[],
  record: (replacements: readonly Replacement[]) => Promise<void>,
): Promise<Written> {
  const problems: InputProblem[] = [];
  const ready: Replacement[] = [];
  const inside = await realpath(root);
  for (const change of changes) {
    const prepared = await prepare(inside, change);
    if ('kind' in prepared) problems.push(prepared);
    else ready.push(prepared);
  }
  const files: string[] = [];
  if (ready.length > 0) await record(ready);
  for (const { file, target, before, after } of ready) {
    try {
      await replaceFile(target, before, after);
      files.push(file);
    } catch (error) {
      problems.push(problemOf(file, error));
    }
  }
  return { files, problems };
}

async function prepare(root: string, { file, before, after }: TextChange): Promise<Replacement | InputProblem> {
  try {
    const target = await locate(root, file);
    const bytes = await readFile(target);
    const decoded = decode(bytes);
    if (decoded.text !== before) throw new ChangedError();
    await access(path.dirname(target), constants.W_OK);
    await access(target, constants.W_OK);
    return { file, target, before: bytes, after: encode(after, decoded.encoding) };
  } catch (error) {
    return problemOf(file, error);
  }
}

/**
 * Absolute path of a regular file inside the root, links resolved.
 * @param root absolute, links resolved
 * @throws {RefusedError} where it lies outside or is no regular file
 */
export async function locate(root: string, file: string): Promise<string> {
  const target = await realpath(path.join(root, file));
  const relative = path.relative(root, target);
  if (relative === '' || relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative))
    throw new RefusedError('it links to a place outside the project');
  if (!(await stat(target)).isFile()) throw new RefusedError('it is no regular file');
  return target;
}

/** A file that must not be written. */
export class RefusedError extends Error {}

/** Why a file is not written that holds another text than the one that was read. */
export const changedMeanwhile = 'it has changed since it was read';

class ChangedError extends RefusedError {
  constructor() {
    super(changedMeanwhile);
  }
}

/**
 * Puts a new file in the place of an old one, or leaves everything as it is.
 * @param before what the file must hold up to the last moment
 * @throws {RefusedError} where it holds something else; an error of the file system where it cannot be written
 */
export async function replaceFile(target: string, before: Uint8Array, after: Uint8Array): Promise<void> {
  const folder = path.dirname(target);
  const old = await lstat(target);
  const temporary = path.join(folder, `.${path.basename(target).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`);
  let handle: FileHandle | undefined;
  try {
    handle = await open(temporary, 'wx', 0o600);
    await handle.writeFile(after);
    await sameOwner(handle, old);
    await handle.chmod(old.mode & 0o7777);
    await handle.sync();
    await handle.close();
    handle = undefined;
    if (!(await readFile(target)).equals(before)) throw new ChangedError();
    await rename(temporary, target);
  } catch (error) {
    await handle?.close();
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

async function sameOwner(handle: FileHandle, old: { readonly uid: number; readonly gid: number }): Promise<void> {
  const own = await handle.stat();
  if (own.uid === old.uid && own.gid === old.gid) return;
  try {
    await handle.chown(old.uid, old.gid);
  } catch {
    // Only root may give files away; the text matters more than its owner.
  }
}

/** Makes a rename last: systems that cannot sync a folder need no such thing. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows opens no folders.
  }
}

function problemOf(file: string, error: unknown): InputProblem {
  const reason =
    error instanceof RefusedError || error instanceof UndecodableError
      ? error.message
      : ((error as NodeJS.ErrnoException).code ?? String(error));
  const said = reason === 'EACCES' || reason === 'EPERM' || reason === 'EROFS' ? 'permission denied' : reason;
  return { file, kind: 'unsupported', message: `cannot be written: ${said}` };
}
