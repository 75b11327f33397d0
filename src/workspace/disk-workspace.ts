import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import type { InputProblem } from '../problem.ts';
import { decode, UndecodableError } from './encoding.ts';
import { ripgrepFor } from './ripgrep.ts';
import { anyWord, type FileSearch, type Found } from './search.ts';
import type { Source, Workspace } from './workspace.ts';

/** Larger files are named as a problem and not read. In bytes. */
export const sizeLimit = 5 * 1024 * 1024;

export interface DiskWorkspaceOptions {
  /** Gitignore patterns of bindlint's own settings, and the absolute path of the folder they are relative to. */
  readonly ignore?: { readonly patterns: readonly string[]; readonly folder: string };
  /** Files that were asked for by name: looked at even where they are ignored. Relative to the root, with `/`. */
  readonly named?: readonly string[];
  /** Search in plain Node even where ripgrep is installed. */
  readonly withoutRipgrep?: boolean;
}

/**
 * The nearest folder at or above this one that holds a git repository, or undefined.
 * @param folder absolute path
 */
export function gitRootOf(folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, '.git'))) return at;
    if (path.dirname(at) === at) return undefined;
  }
}

/**
 * The files below a folder on disk. Links are not followed out of it.
 * @param folder absolute path of an existing folder
 */
export async function openWorkspace(folder: string, options: DiskWorkspaceOptions = {}): Promise<Workspace> {
  const root = realpathSync.native(folder);
  const gitRoot = gitRootOf(root);
  const named = new Set(options.named ?? []);
  const wanted = await wantedBy(options.ignore, root);
  const search = await searchOf(root, gitRoot, options.withoutRipgrep ?? false);

  let listing: Promise<Found & { readonly known: ReadonlySet<string> }> | undefined;
  const list = () => {
    listing ??= search.list().then(({ files, incomplete }) => {
      const known = new Set([...files.filter(wanted), ...named]);
      return { files: [...known], incomplete, known };
    });
    return listing;
  };

  /** Absolute path of a regular file inside the root, links resolved. */
  const locate = (file: string): string | undefined => {
    if (path.posix.isAbsolute(file) || file === '..' || file.startsWith('../')) return undefined;
    const absolute = path.join(root, file);
    try {
      if (!statSync(absolute, { throwIfNoEntry: false })?.isFile()) return undefined;
      const target = realpathSync.native(absolute);
      return target.startsWith(root.endsWith(path.sep) ? root : root + path.sep) ? target : undefined;
    } catch {
      return undefined;
    }
  };

  const read = async (file: string): Promise<Source | InputProblem> => {
    const normal = path.posix.normalize(file);
    const { known } = await list();
    // Listed files were reached without following a link.
    const target = known.has(normal) ? path.join(root, normal) : locate(normal);
    if (target === undefined) return unreadable(file, 'no such file inside the project');
    try {
      const text = readText(target);
      return known.has(normal) ? { file, text } : { file, text, ignored: true };
    } catch (error) {
      if (error instanceof TooLargeError) return { file, kind: 'limit', message: error.message };
      if (error instanceof UndecodableError) return { file, kind: 'unsupported', message: error.message };
      return unreadable(file, reasonOf(error));
    }
  };

  /** Named files that the search passed over because they are ignored. */
  const namedHolding = async (found: readonly string[], expression: () => RegExp, fits: (file: string) => boolean) => {
    const have = new Set(found);
    const missed = [...named].filter((file) => !have.has(file) && fits(file));
    const more: string[] = [];
    for (const file of missed) {
      const source = await read(file);
      // What cannot be read is handed on, so that it is named as a problem.
      if ('kind' in source || expression().test(source.text)) more.push(file);
    }
    return [...found, ...more];
  };

  return {
    async candidates({ pattern, paths, always }) {
      const fits = (file: string) => paths.test(file) && (wanted(file) || named.has(file));
      const [all, holding] = await Promise.all([list(), search.holding(pattern, fits)]);
      const found = new Set(await namedHolding(holding.files, () => new RegExp(pattern, 'm'), fits));
      for (const file of all.files) if (always(file)) found.add(file);
      if (holding.incomplete) {
        for (const file of all.files) if (fits(file) && !isReadable(root, file)) found.add(file);
      }
      return { files: [...found].sort(), seen: all.files.length };
    },
    async mentioning(words, paths) {
      if (words.length === 0) return [];
      const fits = (file: string) => paths.test(file) && (wanted(file) || named.has(file));
      const { files } = await search.mentioning(words, fits);
      return (await namedHolding(files, () => anyWord(words), fits)).sort();
    },
    async has(file) {
      const normal = path.posix.normalize(file);
      return (await list()).known.has(normal) || locate(normal) !== undefined;
    },
    read,
  };
}

/** Tells which files the settings do not ignore. */
async function wantedBy(ignore: DiskWorkspaceOptions['ignore'], root: string): Promise<(file: string) => boolean> {
  if (ignore === undefined || ignore.patterns.length === 0) return () => true;
  const rules = (await import('ignore')).default({ ignorecase: false }).add([...ignore.patterns]);
  const prefix = path.relative(ignore.folder, root).replaceAll(path.sep, '/');
  return (file) => {
    const relative = path.posix.join(prefix, file);
    return relative.startsWith('../') || path.isAbsolute(relative) || !rules.ignores(relative);
  };
}

class TooLargeError extends Error {}

const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Synchronous: for thousands of small files that is several times faster. */
function readText(target: string): string {
  const descriptor = openSync(target, flags);
  try {
    const { size } = fstatSync(descriptor);
    if (size > sizeLimit) {
      throw new TooLargeError(`not read: ${megabytes(size)} MB, the limit is ${megabytes(sizeLimit)} MB`);
    }
    return decode(readFileSync(descriptor)).text;
  } finally {
    closeSync(descriptor);
  }
}

function megabytes(bytes: number): string {
  return (bytes / (1024 * 1024)).toFixed(bytes > sizeLimit && bytes < sizeLimit * 2 ? 1 : 0);
}

async function searchOf(root: string, gitRoot: string | undefined, withoutRipgrep: boolean): Promise<FileSearch> {
  const ripgrep = withoutRipgrep ? undefined : await ripgrepFor(root, gitRoot !== undefined);
  return ripgrep ?? (await import('./walk.ts')).walkFor(root, gitRoot);
}

function isReadable(root: string, file: string): boolean {
  try {
    accessSync(path.join(root, file), constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function unreadable(file: string, reason: string): InputProblem {
  return { file, kind: 'unsupported', message: `cannot be read: ${reason}` };
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return code ?? String(error);
}
