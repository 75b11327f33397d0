import { lstatSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { gitRootOf } from '../workspace/disk-workspace.ts';
import type { GlobPath } from './globs.ts';
import { MisuseError } from './misuse.ts';

/** Which folder the facts are read from, and which part of it is spoken of. */
export interface Scope {
  /** Absolute path, links resolved. */
  readonly root: string;
  /** Files that were named, relative to the root, with `/`. */
  readonly named: readonly string[];
  /** Was this file, or a folder around it, asked for? */
  covers(file: string): boolean;
}

/**
 * Turns the paths of a command line into a scope. One folder is the root itself; otherwise the root is the git repository around
 * the first path, or without git the working directory or the nearest folder around all of them.
 * @param paths as given; none: the working directory
 * @param cwd absolute path
 * @param globs the paths that are globs, by the path as given
 * @throws {MisuseError} where a path does not exist, or lies outside of the root
 */
export function scopeOf(
  paths: readonly string[],
  cwd: string,
  globs: ReadonlyMap<string, GlobPath> = new Map(),
): Scope {
  const given = paths.map((shown) => {
    const glob = globs.get(shown);
    const absolute = path.resolve(cwd, glob?.base ?? shown);
    try {
      const target = realpathSync(absolute);
      const found = statSync(target);
      if (!found.isDirectory() && !found.isFile()) throw new Error('it is no regular file');
      // Where a file lies is told by its own path: a link could lead to any folder of the machine.
      const leads = !found.isDirectory() || lstatSync(absolute).isSymbolicLink();
      const folder = leads ? realpathSync(path.dirname(absolute)) : target;
      return { shown, target, folder, isFolder: found.isDirectory(), matches: glob?.matches };
    } catch (error) {
      throw new MisuseError(`cannot read ${JSON.stringify(shown)}: ${reasonOf(error)}`);
    }
  });
  const [first, ...others] = given;
  if (first === undefined) return { root: realpathSync(cwd), named: [], covers: () => true };
  if (first.isFolder && !first.matches && others.length === 0)
    return { root: first.target, named: [], covers: () => true };

  const folders = given.map(({ folder }) => folder);
  const root = gitRootOf(folders[0]!) ?? looseRoot(realpathSync(cwd), folders);
  const inside = given.map(({ shown, target, isFolder, matches }) => {
    const relative = path.relative(root, target).replaceAll(path.sep, '/');
    if (relative === '..' || relative.startsWith('../') || path.isAbsolute(relative)) {
      throw new MisuseError(
        `${JSON.stringify(shown)} lies outside of ${root}, the root of ${JSON.stringify(first.shown)}`,
      );
    }
    return { relative, isFolder, matches };
  });
  const named = inside.filter(({ isFolder }) => !isFolder).map(({ relative }) => relative);
  const files = new Set(named);
  const below = inside
    .filter(({ isFolder }) => isFolder)
    .map(({ relative, matches }) => ({ folder: relative === '' ? '' : `${relative}/`, matches }));
  return {
    root,
    named,
    covers: (file) =>
      files.has(file) ||
      below.some(
        ({ folder, matches }) =>
          file.startsWith(folder) && (matches === undefined || matches(file.slice(folder.length))),
      ),
  };
}

/**
 * The scope of a text that stands for one file, which need not exist.
 * @param filename its path, relative to `cwd` or absolute
 */
export function scopeOfText(filename: string, cwd: string): Scope {
  const absolute = path.resolve(realpathSync(cwd), filename);
  const folder = path.dirname(absolute);
  const root = gitRootOf(folder) ?? looseRoot(realpathSync(cwd), [folder]);
  const file = path.relative(root, absolute).replaceAll(path.sep, '/');
  return { root, named: [file], covers: (other) => other === file };
}

/** Without git: the working directory if everything lies in it, else the nearest folder around everything that was named. */
function looseRoot(cwd: string, folders: readonly string[]): string {
  if (folders.every((folder) => isWithin(folder, cwd))) return cwd;
  let common = folders[0]!;
  for (const folder of folders) while (!isWithin(folder, common)) common = path.dirname(common);
  return common;
}

function isWithin(folder: string, around: string): boolean {
  return folder === around || folder.startsWith(around.endsWith(path.sep) ? around : around + path.sep);
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'there is no such file or folder';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return code ?? (error as Error).message;
}
