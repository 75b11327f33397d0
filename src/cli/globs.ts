import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { globMatcher } from '../config/glob.ts';
import { gitRootOf } from '../workspace/disk-workspace.ts';
import { walkFor } from '../workspace/walk.ts';
import { MisuseError } from './misuse.ts';

/** A path of the command line that stands for several. */
export interface GlobPath {
  /** The folder in front of the first wildcard, as given. */
  readonly base: string;
  /** @param file relative to the base, with `/` */
  matches(file: string): boolean;
}

const wildcard = /[*?[\]{}]/;

/**
 * The paths that are globs, because they have wildcards and there is nothing of that very name.
 * @param cwd absolute path
 * @returns by the path as given
 * @throws {MisuseError} where no file fits
 */
export async function globsIn(paths: readonly string[], cwd: string): Promise<ReadonlyMap<string, GlobPath>> {
  const globs = new Map<string, GlobPath>();
  for (const given of paths) {
    if (!wildcard.test(given) || existsSync(path.resolve(cwd, given))) continue;
    const parts = given.replaceAll(path.sep, '/').split('/');
    const fixed = parts.findIndex((part) => wildcard.test(part));
    const base = parts.slice(0, fixed).join('/') || (given.startsWith('/') ? '/' : '.');
    const glob = { base, matches: globMatcher([parts.slice(fixed).join('/')]) };
    if (!(await fitsOne(path.resolve(cwd, base), glob))) {
      throw new MisuseError(`cannot read ${JSON.stringify(given)}: no file fits`);
    }
    globs.set(given, glob);
  }
  return globs;
}

async function fitsOne(folder: string, { matches }: GlobPath): Promise<boolean> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return false;
  const root = realpathSync(folder);
  return (await walkFor(root, gitRootOf(root)).list()).files.some(matches);
}
