import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { InputProblem } from '../problem.ts';
import { UndecodableError } from './encoding.ts';
import { type Among, anyWord, type FileList, type FileSearch, type Found } from './search.ts';
import { holds, readText, TooLargeError } from './text-files.ts';
import { walk, walkFor } from './walk.ts';
import type { Search, Source, Workspace } from './workspace.ts';

/** Up to so many files and folders are listed here; for more, ripgrep is worth its start. */
const listAtMost = 300;

/** Up to so many files are read and searched here. */
const readAtMost = 200;

/** Texts that were searched are kept for those who read them next. In characters. */
const rememberedSize = 64 * 1024 * 1024;

/** Gitignore patterns of bindlint's own settings, and the absolute path of the folder they are relative to. */
export interface IgnorePatterns {
  readonly patterns: readonly string[];
  readonly folder: string;
}

export interface DiskWorkspaceOptions {
  readonly ignore?: readonly IgnorePatterns[];
  /** Files that were asked for by name: looked at even where they are ignored. Relative to the root, with `/`. */
  readonly named?: readonly string[];
  /** List in plain Node even where ripgrep is installed. */
  readonly withoutRipgrep?: boolean;
  /** From how many files and folders on ripgrep lists them. */
  readonly listAtMost?: number;
  /** From how many files on ripgrep searches them. */
  readonly readAtMost?: number;
  /** Threads that search files at most; as many as there are processors, unless given. */
  readonly threads?: number;
  /** Absolute path of the user's cache folder for bindlint; without it, nothing is remembered from run to run. */
  readonly cache?: string;
  /** When the run began, in milliseconds since 1970; now, unless given. */
  readonly began?: number;
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
  const began = options.began ?? Date.now();
  const named = new Set(options.named ?? []);
  const wanted = await wantedBy(options.ignore ?? [], root);
  const few = options.withoutRipgrep ? undefined : await walk(root, gitRoot, options.listAtMost ?? listAtMost);
  const search: FileList | FileSearch = few ? { list: async () => few } : await searchOf(root, gitRoot, options);

  const listing = search.list().then(({ files, incomplete }) => {
    const known = new Set([...files.filter(wanted), ...named]);
    return { files: [...known], incomplete, known };
  });
  // It runs ahead; who asks for it sees the error.
  listing.catch(() => {});

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

  const texts = new Map<string, string>();
  let room = rememberedSize;
  const textOf = (target: string): string => {
    let text = texts.get(target);
    if (text === undefined) {
      text = readText(target);
      room -= text.length;
      if (room > 0) texts.set(target, text);
    }
    return text;
  };

  const read = async (file: string): Promise<Source | InputProblem> => {
    const normal = path.posix.normalize(file);
    const { known } = await listing;
    // Listed files were reached without following a link.
    const target = known.has(normal) ? path.join(root, normal) : locate(normal);
    if (target === undefined) return unreadable(file, 'no such file inside the project');
    try {
      const text = textOf(target);
      return known.has(normal) ? { file, text } : { file, text, ignored: true };
    } catch (error) {
      if (error instanceof TooLargeError) return { file, kind: 'limit', message: error.message };
      if (error instanceof UndecodableError) return { file, kind: 'unsupported', message: error.message };
      return unreadable(file, reasonOf(error));
    }
  };

  /** @returns undefined for a file that cannot be read at all */
  const contains = async (file: string, expression: RegExp, search?: Search): Promise<boolean | undefined> => {
    const target = path.join(root, file);
    try {
      const text = textOf(target);
      return expression.test(text) && (search?.confirms(file, text) ?? true);
    } catch (error) {
      try {
        if (error instanceof TooLargeError || error instanceof UndecodableError) return await holds(target, expression);
      } catch {}
      return undefined;
    }
  };

  /** What holds the pattern and cannot be read as text is handed on, so that it is named as a problem. */
  const isConfirmed = (file: string, search: Search): boolean => {
    try {
      return search.confirms(file, textOf(path.join(root, file)));
    } catch {
      return true;
    }
  };

  /**
   * Files that hold the expression, by whichever way is cheaper; `unread`: files that cannot be read at all.
   * @param asked what is remembered from run to run, if anything is
   */
  const searchFor = async (
    fits: (file: string) => boolean,
    expression: RegExp,
    ask: (search: FileSearch, among: Among) => Promise<Found>,
    asked?: Search,
  ): Promise<{ readonly found: string[]; readonly unread: string[] }> => {
    const { files, known } = await listing;
    const fitting = files.filter(fits);
    const found: string[] = [];
    const unread: string[] = [];
    const answers = new Map<string, boolean>();
    const look = async (file: string) => {
      const answer = await contains(file, expression, asked);
      if (answer) found.push(file);
      if (answer === undefined) unread.push(file);
      else answers.set(file, answer);
    };
    const lookAtMost = options.readAtMost ?? readAtMost;
    if (!canSearch(search) || fitting.length <= lookAtMost) {
      for (const file of fitting) await look(file);
      return { found, unread };
    }
    const memory = asked && (await remembered(asked));
    const open = memory && fitting.filter((file) => memory.holds(file) === undefined);
    if (memory && open && open.length <= lookAtMost) {
      for (const file of fitting) {
        const answer = memory.holds(file);
        if (answer === undefined) continue;
        answers.set(file, answer);
        if (answer) found.push(file);
      }
      for (const file of open) await look(file);
      if (open.length > 0) memory.learn(answers);
      return { found, unread };
    }
    const endings = new Set(fitting.map((file) => path.posix.extname(file)));
    const answer = await ask(search, { endings, fits: (file) => known.has(file) && fits(file) });
    const answered = new Set(answer.files);
    for (const file of answered) if (!asked || isConfirmed(file, asked)) found.push(file);
    for (const file of named) if (known.has(file) && fits(file) && !answered.has(file)) await look(file);
    if (answer.incomplete) unread.push(...fitting.filter((file) => !named.has(file) && !isReadable(root, file)));
    // What could not be read has no answer, and then it is not known which files that concerns.
    else {
      const holding = new Set(found);
      memory?.learn(new Map(fitting.map((file) => [file, holding.has(file)])));
    }
    return { found, unread };
  };

  const remembered = async ({ pattern, revision }: Search) => {
    if (options.cache === undefined) return undefined;
    const { knownFiles } = await import('./known-files.ts');
    return knownFiles(root, options.cache, `${pattern}\n${revision}`, began);
  };

  return {
    async candidates({ searches, always }) {
      const { files } = await listing;
      const candidates = new Set(files.filter(always));
      for (const search of searches) {
        const { pattern, paths } = search;
        const { found, unread } = await searchFor(
          (file) => paths.test(file),
          new RegExp(pattern, 'm'),
          (ripgrep, among) => ripgrep.holding(pattern, among),
          search,
        );
        // What cannot be read is handed on, so that it is named as a problem.
        for (const file of [...found, ...unread]) candidates.add(file);
      }
      return { files: [...candidates].sort(), seen: files.length };
    },
    async mentioning(words, paths) {
      if (words.length === 0) return [];
      const { found } = await searchFor(
        (file) => paths.test(file),
        anyWord(words),
        (ripgrep, among) => ripgrep.mentioning(words, among),
      );
      return found.sort();
    },
    async has(file) {
      const normal = path.posix.normalize(file);
      return (await listing).known.has(normal) || locate(normal) !== undefined;
    },
    read,
  };
}

/**
 * Tells which files the settings do not ignore.
 * @param root absolute path that files are relative to
 */
export async function wantedBy(all: readonly IgnorePatterns[], root: string): Promise<(file: string) => boolean> {
  const written = all.filter(({ patterns }) => patterns.length > 0);
  if (written.length === 0) return () => true;
  const { default: ignore } = await import('ignore');
  const parts = written.map(({ patterns, folder }) => ({
    rules: ignore({ ignorecase: false }).add([...patterns]),
    folder,
  }));
  return (file) =>
    parts.every(({ rules, folder }) => {
      const relative = path.relative(folder, path.join(root, file)).replaceAll(path.sep, '/');
      return relative.startsWith('../') || path.isAbsolute(relative) || !rules.ignores(relative);
    });
}

const canSearch = (search: FileList | FileSearch): search is FileSearch => 'holding' in search;

async function searchOf(
  root: string,
  gitRoot: string | undefined,
  { withoutRipgrep, threads }: DiskWorkspaceOptions,
): Promise<FileList | FileSearch> {
  const ripgrep = withoutRipgrep
    ? undefined
    : (await import('./ripgrep.ts')).ripgrepFor(root, gitRoot !== undefined, threads);
  return ripgrep ?? walkFor(root, gitRoot);
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
