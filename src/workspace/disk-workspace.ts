import { accessSync, constants, existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { InputProblem } from '../problem.ts';
import { UndecodableError } from './encoding.ts';
import type { KnownFiles, Stamps } from './known-files.ts';
import { type Among, anyWord, type FileList, type FileSearch, type Found } from './search.ts';
import { holds, readText, TooLargeError } from './text-files.ts';
import { walk, walkFor } from './walk.ts';
import type { Source, Workspace } from './workspace.ts';

/** Up to so many files and folders are listed here; for more, ripgrep is worth its start. */
const listAtMost = 300;

/** Up to so many files are read and searched here. */
const readAtMost = 200;

/** Longer ones no system opens. */
const longestPath = 4096;

const none: ReadonlySet<string> = new Set();

/** Elsewhere a file has other names than the one that its folder lists: in capitals, or composed otherwise. */
const hasOneName = process.platform !== 'darwin' && process.platform !== 'win32';

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
  /** Absolute path of ripgrep's binary; that of its package, unless given. */
  readonly ripgrep?: string;
  /** From how many files and folders on ripgrep lists them. */
  readonly listAtMost?: number;
  /** From how many files on ripgrep searches them. */
  readonly readAtMost?: number;
  /** Threads that search files at most; as many as there are processors, unless given. */
  readonly threads?: number;
  /** Absolute path of the user's cache folder for bindlint; without it, nothing is remembered from run to run. */
  readonly cache?: string;
  /** The number of the user who has written there; where it is not known, everybody is believed. */
  readonly user?: number | undefined;
  /** When the run began, in milliseconds since 1970; now, unless given. */
  readonly began?: number;
  /** What has been listed already. */
  readonly listed?: { readonly search: FileList | FileSearch; readonly files: Promise<Found> };
}

/** The files of a folder on disk. */
export interface DiskWorkspace extends Workspace {
  /** The same files but for those that these patterns ignore; they are not listed once more. */
  ignoring(ignore: readonly IgnorePatterns[]): Promise<DiskWorkspace>;
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
export async function openWorkspace(folder: string, options: DiskWorkspaceOptions = {}): Promise<DiskWorkspace> {
  const root = realpathSync.native(folder);
  const gitRoot = gitRootOf(root);
  const began = options.began ?? Date.now();
  const named = new Set(options.named ?? []);
  const wanted = await wantedBy(options.ignore ?? [], root);
  const few =
    options.listed || options.withoutRipgrep ? undefined : await walk(root, gitRoot, options.listAtMost ?? listAtMost);
  let search = few ? { list: async () => few } : (options.listed?.search ?? (await searchOf(root, gitRoot, options)));
  const listed = (options.listed?.files ?? search.list()).catch((error: Error) => {
    if (error.name !== 'UnusableError') throw error;
    search = walkFor(root, gitRoot);
    return search.list();
  });

  const listing = listed.then(({ files, incomplete }) => {
    const known = new Set([...files.filter(wanted), ...named]);
    return { files: [...known], incomplete, known };
  });
  // It runs ahead; who asks for it sees the error.
  listing.catch(() => {});

  const within = root.endsWith(path.sep) ? root : root + path.sep;
  const absoluteOf = (file: string) => within + file;

  const entries = new Map<string, ReadonlySet<string> | undefined>();
  /**
   * What is in a folder. It costs less than asking for one file after another that is not there.
   * @returns undefined where the system does not say
   */
  const entriesOf = (folder: string): ReadonlySet<string> | undefined => {
    if (!entries.has(folder))
      entries.set(folder, folder === '' || mayBeThere(folder) ? namesIn(absoluteOf(folder)) : none);
    return entries.get(folder);
  };
  const mayBeThere = (file: string): boolean => {
    const cut = file.lastIndexOf('/');
    return entriesOf(file.slice(0, Math.max(cut, 0)))?.has(file.slice(cut + 1)) ?? true;
  };

  /** Absolute path of a regular file inside the root, links resolved. */
  const locate = (file: string): string | undefined => {
    if (path.posix.isAbsolute(file) || file === '..' || file.startsWith('../')) return undefined;
    if (file.length > longestPath || !mayBeThere(file)) return undefined;
    const absolute = absoluteOf(file);
    try {
      if (!statSync(absolute, { throwIfNoEntry: false })?.isFile()) return undefined;
      const target = realpathSync.native(absolute);
      return target.startsWith(within) ? target : undefined;
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
      if (room > text.length) {
        texts.set(target, text);
        room -= text.length;
      }
    }
    return text;
  };

  /** What says nothing is not read again. */
  const forget = (file: string) => {
    const target = absoluteOf(file);
    const text = texts.get(target);
    if (text === undefined) return;
    texts.delete(target);
    room += text.length;
  };

  const read = async (file: string): Promise<Source | InputProblem> => {
    const normal = path.posix.normalize(file);
    const { known } = await listing;
    // Listed files were reached without following a link.
    const target = known.has(normal) ? absoluteOf(normal) : locate(normal);
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
  const contains = async (file: string, { expression, confirms }: Question): Promise<boolean | undefined> => {
    const target = absoluteOf(file);
    try {
      const text = textOf(target);
      return expression.test(text) && (confirms?.(file, text) ?? true);
    } catch (error) {
      try {
        if (error instanceof TooLargeError || error instanceof UndecodableError) return await holds(target, expression);
      } catch {}
      return undefined;
    }
  };

  /** What holds the pattern and cannot be read as text is handed on, so that it is named as a problem. */
  const isConfirmed = (file: string, { confirms }: Question): boolean => {
    try {
      return confirms?.(file, textOf(absoluteOf(file))) ?? true;
    } catch {
      return true;
    }
  };

  const lookAtMost = options.readAtMost ?? readAtMost;

  /** @returns undefined where nothing searches many files at a time, or what does so cannot run */
  const searched = async (open: ReadonlySet<string>, { ask, paths }: Question): Promise<Found | undefined> => {
    if (!ask || !canSearch(search)) return undefined;
    const endings = new Set([...open].map((file) => path.posix.extname(file)));
    try {
      return await ask(search, { endings, fits: (file) => open.has(file) && paths.test(file) });
    } catch (error) {
      if ((error as Error).name === 'UnusableError') return undefined;
      throw error;
    }
  };

  /**
   * Looks into files that nobody has looked into, by whichever way is cheaper.
   * @param missed is told of each that does not hold what is asked
   * @returns those that hold what is asked, and those of which that cannot be said
   */
  const look = async (files: readonly string[], question: Question, missed: (file: string) => void) => {
    const found: string[] = [];
    const unread: string[] = [];
    const lookInto = async (file: string) => {
      const answer = await contains(file, question);
      if (answer) found.push(file);
      else missed(file);
      if (answer === undefined) unread.push(file);
    };
    const open = new Set(files);
    const answer = files.length > lookAtMost ? await searched(open, question) : undefined;
    if (answer === undefined) {
      for (const file of files) await lookInto(file);
      return { found, unread, unknown: unread };
    }
    for (const file of answer.files) {
      if (isConfirmed(file, question)) found.push(file);
      else missed(file);
    }
    const answered = new Set(answer.files);
    for (const file of named) if (open.has(file) && !answered.has(file)) await lookInto(file);
    const shut = new Set(answer.unread);
    unread.push(...files.filter((file) => isWithin(file, shut)));
    if (!answer.incomplete) return { found, unread, unknown: unread };
    // What could not be read has no answer, and then it is not known which files that concerns.
    unread.push(...files.filter((file) => !named.has(file) && !isReadable(absoluteOf(file))));
    return { found, unread, unknown: files };
  };

  let stamps: Stamps | undefined;
  const remembered = async (name: string, files: readonly string[]): Promise<KnownFiles | undefined> => {
    if (options.cache === undefined || !canSearch(search) || files.length <= lookAtMost) return undefined;
    const { fileStamps, knownFiles } = await import('./known-files.ts');
    stamps ??= fileStamps(root, files, began);
    return knownFiles(root, options.cache, name, stamps, options.user);
  };

  /**
   * Asks several questions of the files that they are about.
   * @param name names the questions: their answers are remembered from run to run, if anything is
   * @param everyPath remember the files too that no question is about, because asking their paths takes longer
   * @returns by each file's place in the listing, the questions that it is about and those that it answers, one bit each; `unread`: files that cannot be read at all
   */
  const answersTo = async (questions: readonly Question[], name: string, everyPath: boolean) => {
    const { files } = await listing;
    const memory = await remembered(name, files);
    const fits = new Uint8Array(files.length);
    const answers = new Uint8Array(files.length);
    const open = new Map<string, number>();
    let fitting = 0;
    for (let at = 0; at < files.length; at++) {
      const file = files[at]!;
      let place = everyPath ? memory?.place(file) : undefined;
      let fit = 0;
      if (place !== undefined) fit = memory!.fits(place);
      else for (let bit = 0; bit < questions.length; bit++) if (questions[bit]!.paths.test(file)) fit |= 1 << bit;
      if (fit === 0) continue;
      if (!everyPath) place = memory?.place(file);
      fits[at] = fit;
      fitting++;
      const answer = place === undefined ? undefined : memory!.answers(place, at);
      if (answer === undefined) open.set(file, at);
      else answers[at] = answer;
    }
    // What changes while it is searched must not count as searched: its stamp is that of before.
    if (memory) for (const at of open.values()) stamps!.has(at);
    const unread: string[] = [];
    const unknown = new Set<number>();
    for (const [bit, question] of questions.entries()) {
      const asked = [...open].filter(([, at]) => fits[at]! & (1 << bit)).map(([file]) => file);
      const looked = await look(asked, question, (file) => {
        const at = open.get(file)!;
        const isAskedAgain = fits[at]! >> (bit + 1) !== 0;
        if (answers[at] === 0 && !isAskedAgain) forget(file);
      });
      for (const file of looked.found) answers[open.get(file)!]! |= 1 << bit;
      unread.push(...looked.unread);
      for (const file of looked.unknown) unknown.add(open.get(file)!);
    }
    if (memory && fitting > lookAtMost) {
      const mayKeep = (at: number) => !unknown.has(at) && stamps!.has(at);
      if ([...open.values()].some(mayKeep)) {
        const all = Array.from(files.keys());
        memory.learn(
          all.filter((at) => (fits[at] === 0 ? everyPath : mayKeep(at))),
          { fits, answers },
        );
      }
    }
    return { files, fits, answers, unread };
  };

  const mentions = new Map<string, readonly string[]>();

  return {
    async candidates({ searches, always, revision }) {
      const questions = searches.map(
        ({ paths, pattern, confirms }): Question => ({
          paths,
          expression: new RegExp(pattern ?? '', 'm'),
          confirms,
          ...(pattern !== undefined && { ask: (ripgrep, among) => ripgrep.holding(pattern, among) }),
        }),
      );
      const { files, fits, answers, unread } = await answersTo(questions, revision, searches.length > 1);
      const found = files.filter((file, at) => answers[at] !== 0 || always?.(file));
      // What cannot be read is handed on, so that it is named as a problem.
      const candidates = new Set([...found, ...unread]);
      const closer = searches.reduce((all, { pattern }, index) => all | (pattern === undefined ? 1 << index : 0), 0);
      const quiet = files.filter((file, at) => (fits[at]! & closer) !== 0 && !candidates.has(file));
      return { files: [...candidates].sort(), quiet: quiet.sort(), seen: files.length };
    },
    async mentioning(words, paths, next = []) {
      if (words.length === 0) return [];
      const nameOf = (some: readonly string[]) => ['mentioning', paths, ...some].join('\n');
      const known = mentions.get(nameOf(words));
      if (known) return known;
      const groups = [words, next].filter((group) => group.length > 0);
      const all = groups.flat();
      let asked: Promise<Found> | undefined;
      const questions = groups.map((group): Question => {
        const expression = anyWord(group);
        return {
          paths,
          expression,
          // Of one group alone, the search has answered already.
          ...(groups.length > 1 && { confirms: (_: string, text: string) => expression.test(text) }),
          ask(ripgrep, among) {
            asked ??= ripgrep.mentioning(all, among);
            return asked;
          },
        };
      });
      const { files, answers } = await answersTo(questions, groups.map(nameOf).join('\n'), false);
      for (const [bit, group] of groups.entries())
        mentions.set(nameOf(group), files.filter((_, at) => (answers[at]! & (1 << bit)) !== 0).sort());
      return mentions.get(nameOf(words))!;
    },
    async has(file) {
      const normal = path.posix.normalize(file);
      return (await listing).known.has(normal) || locate(normal) !== undefined;
    },
    read,
    ignoring: async (ignore) => openWorkspace(folder, { ...options, ignore, listed: { search, files: listed } }),
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

/** What is asked of files. */
interface Question {
  readonly paths: Pick<RegExp, 'test'>;
  readonly expression: RegExp;
  /** A closer look at a text in which the expression is; unless given, that it is there is enough. */
  readonly confirms?: (file: string, text: string) => boolean;
  /** How a search of many files at a time is asked. */
  ask?(search: FileSearch, among: Among): Promise<Found>;
}

const canSearch = (search: FileList | FileSearch): search is FileSearch => 'holding' in search;

async function searchOf(
  root: string,
  gitRoot: string | undefined,
  { withoutRipgrep, threads, ripgrep: program }: DiskWorkspaceOptions,
): Promise<FileList | FileSearch> {
  const ripgrep = withoutRipgrep
    ? undefined
    : (await import('./ripgrep.ts')).ripgrepFor(root, gitRoot !== undefined, { threads, program });
  return ripgrep ?? walkFor(root, gitRoot);
}

function namesIn(absolute: string): ReadonlySet<string> | undefined {
  if (!hasOneName) return undefined;
  try {
    return new Set(readdirSync(absolute));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? none : undefined;
  }
}

/** Is a file one of these, or in a folder of these? */
function isWithin(file: string, places: ReadonlySet<string>): boolean {
  if (places.size === 0) return false;
  for (let at = file; at !== '.'; at = path.posix.dirname(at)) if (places.has(at)) return true;
  return false;
}

function isReadable(absolute: string): boolean {
  try {
    accessSync(absolute, constants.R_OK);
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
