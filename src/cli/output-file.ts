import { accessSync, constants, lstatSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../workspace/make-folder.ts';
import { replaceFile } from '../workspace/replace-file.ts';
import { type Io, print } from './io.ts';
import { MisuseError } from './misuse.ts';

/**
 * Prints to standard output or to a file, which is old or new at any moment.
 * @param file as given; undefined: standard output
 * @throws {MisuseError} where the file cannot be written
 */
export async function deliver(text: string, file: string | undefined, io: Io): Promise<void> {
  if (file === undefined) return print(io.stdout, text);
  const target = prepared(file, io);
  try {
    const old = lstatSync(target, { throwIfNoEntry: false });
    // A device, a pipe and a link outside of the project stay what they are.
    if (old?.isFile() !== false) replace(target, text, old?.mode);
    else writeFileSync(target, text);
  } catch (error) {
    throw unwritable(file, error);
  }
}

function replace(target: string, text: string, mode: number | undefined): void {
  try {
    replaceFile(target, text, mode === undefined ? undefined : mode & 0o777);
  } catch (error) {
    // A folder that takes no new files may hold one that can be written.
    if (mode === undefined || !['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
    writeFileSync(target, text);
  }
}

/**
 * Makes sure that a file can be written, before anything else is: its folder is made, and no link of the project is followed.
 * @param file as given
 * @returns its absolute path
 * @throws {MisuseError} where it cannot
 */
export function prepared(file: string, io: Pick<Io, 'cwd'>): string {
  const target = path.resolve(io.cwd, file);
  let link: string | undefined;
  try {
    link = linkOnTheWay(io.cwd, target);
    if (link === undefined) {
      makeFolder(path.dirname(target));
      if (lstatSync(target, { throwIfNoEntry: false })) accessSync(target, constants.W_OK);
    }
  } catch (error) {
    throw unwritable(file, error);
  }
  if (link === undefined) return target;
  const what = link === target ? 'it' : JSON.stringify(path.relative(io.cwd, link));
  throw new MisuseError(`cannot write ${JSON.stringify(file)}: ${what} is a link`);
}

/** A link below the working directory comes with the project, which may lead it anywhere. */
function linkOnTheWay(cwd: string, target: string): string | undefined {
  const parts = path.relative(cwd, target).split(path.sep);
  if (parts[0] === '..' || path.isAbsolute(parts[0]!)) return undefined;
  return parts
    .map((_, index) => path.join(cwd, ...parts.slice(0, index + 1)))
    .find((place) => lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink());
}

const unwritable = (file: string, error: unknown) =>
  new MisuseError(`cannot write ${JSON.stringify(file)}: ${(error as NodeJS.ErrnoException).code}`);
