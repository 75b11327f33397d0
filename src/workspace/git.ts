import { execFile, spawn } from 'node:child_process';
import { decode } from './encoding.ts';
import { isProgram, programPath } from './program-path.ts';
import { sizeLimit } from './text-files.ts';

/** git cannot answer; the message says why. */
export class GitError extends Error {
  override readonly name = 'GitError';
  /** Git's exit code, if it ran and ended by itself. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** What a repository's own settings could make git run is switched off. */
const safely = [
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.quotePath=false',
  '--no-optional-locks',
  '--literal-pathspecs',
];
const maximumOutput = 256 * 1024 * 1024;
/** Settings for one call, with their names as they are. */
type Settings = readonly (readonly [name: string, value: string])[];

/**
 * What is not in a partial clone is not fetched: that would run programs that the repository names, and use the network.
 * @param settings not as `-c`, which ends a name at its first `=`: https://git-scm.com/docs/git-config#ENVIRONMENT
 */
function environment(settings: Settings = []): NodeJS.ProcessEnv {
  const { env } = process;
  const given = Number(env.GIT_CONFIG_COUNT) || 0;
  const own = settings.flatMap(([name, value], index) => [
    [`GIT_CONFIG_KEY_${given + index}`, name],
    [`GIT_CONFIG_VALUE_${given + index}`, value],
  ]);
  return {
    ...env,
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_CONFIG_COUNT: String(given + settings.length),
    ...Object.fromEntries(own),
  };
}

function git(folder: string, ...args: string[]): Promise<string> {
  return gitWith([], folder, ...args);
}

function gitWith(settings: Settings, folder: string, ...args: string[]): Promise<string> {
  const options = { cwd: folder, maxBuffer: maximumOutput, env: environment(settings) };
  return new Promise((resolve, reject) => {
    execFile(program(), [...safely, ...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else {
        const status = typeof error.code === 'number' ? error.code : undefined;
        reject(new GitError(stderr.trim().split('\n')[0] || error.message, status));
      }
    });
  });
}

/** @throws {GitError} where it is not installed */
function program(): string {
  const { env, platform } = process;
  const found = programPath('git', { env, platform, isProgram });
  if (found === undefined) throw new GitError('git is not installed');
  return found;
}

/** Compares with the files on disk, without the programs that the repository's own settings would turn them into text with. */
async function compare(folder: string, ...args: string[]): Promise<string> {
  return gitWith(await withoutFilters(folder), folder, 'diff', ...args);
}

/** https://git-scm.com/docs/gitattributes#_filter: those of the user and of the system are trusted. */
async function withoutFilters(folder: string): Promise<Settings> {
  let output: string;
  try {
    const wanted = '^filter\\..*\\.(clean|smudge|process|required)$';
    output = await git(folder, 'config', '--includes', '--show-scope', '-z', '--name-only', '--get-regexp', wanted);
  } catch (error) {
    // There is none.
    if (error instanceof GitError && error.status === 1) return [];
    throw error;
  }
  const parts = output.split('\0');
  return parts.flatMap((part, at) =>
    part === 'local' || part === 'worktree'
      ? [[parts[at + 1]!, parts[at + 1]!.endsWith('.required') ? 'false' : ''] as const]
      : [],
  );
}

const listing = [
  '-z',
  '--relative',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  '--name-only',
  '--ignore-submodules=all',
];
const names = (output: string) => output.split('\0').filter((name) => name !== '');

/** The index as it differs from the work tree. Paths are relative to the folder, with `/`. */
export interface Index {
  /** Staged texts of files that differ in the work tree, or are gone from it; undefined: no text. */
  readonly texts: ReadonlyMap<string, string | undefined>;
  /** Files of the work tree that the index does not know. */
  readonly untracked: ReadonlySet<string>;
}

/**
 * Files whose staged text is another one than the last commit's; deleted ones are left out.
 * @param folder absolute path inside of a work tree; what lies outside of it is left out
 * @returns paths relative to the folder, with `/`
 * @throws {GitError} where there is no repository
 */
export async function stagedIn(folder: string): Promise<readonly string[]> {
  // Outside of a repository git compares any two files.
  await git(folder, 'rev-parse', '--show-toplevel');
  return names(await compare(folder, ...listing, '--diff-filter=ACMT', '--cached'));
}

/**
 * How what would be committed differs from what is on disk.
 * @param folder absolute path inside of a work tree; what lies outside of it is left out
 * @throws {GitError} where there is no repository
 */
export async function readIndex(folder: string): Promise<Index> {
  const [differing, untracked] = await Promise.all([
    compare(folder, ...listing, '--diff-filter=DMT'),
    git(folder, 'ls-files', '-z', '--others', '--exclude-standard'),
  ]);
  return { texts: await stagedTexts(folder, names(differing)), untracked: new Set(names(untracked)) };
}

/** Staged texts of regular files; links and submodules are left out. */
async function stagedTexts(folder: string, files: readonly string[]): Promise<Map<string, string | undefined>> {
  const texts = new Map<string, string | undefined>();
  if (files.length === 0) return texts;
  const wanted = new Set(files);
  const entries = names(await git(folder, 'ls-files', '-z', '--stage')).flatMap((entry) => {
    const match = /^100\d{3} ([0-9a-f]+) 0\t(.*)$/s.exec(entry);
    return match && wanted.has(match[2]!) ? [{ blob: match[1]!, file: match[2]! }] : [];
  });
  const blobs = await readBlobs(
    folder,
    entries.map(({ blob }) => blob),
  );
  for (const [index, { file }] of entries.entries()) texts.set(file, textOf(blobs[index]));
  return texts;
}

function textOf(blob: Uint8Array | undefined): string | undefined {
  if (blob === undefined || blob.length > sizeLimit) return undefined;
  try {
    return decode(blob).text;
  } catch {
    return undefined;
  }
}

/** The contents of blobs, in their order. */
function readBlobs(folder: string, blobs: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(program(), [...safely, 'cat-file', '--batch'], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: environment(),
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => reject(new GitError(error.message)));
    child.stdin.on('error', () => {});
    child.on('close', () => {
      const output = Buffer.concat(chunks);
      let at = 0;
      resolve(
        blobs.map(() => {
          const end = output.indexOf(0x0a, at);
          const size = /^\S+ blob (\d+)$/.exec(output.toString('latin1', at, Math.max(at, end)))?.[1];
          const from = end + 1;
          at = from + (size === undefined ? 0 : Number(size) + 1);
          return size === undefined ? undefined : output.subarray(from, from + Number(size));
        }),
      );
    });
    child.stdin.end(blobs.map((blob) => `${blob}\n`).join(''));
  });
}

/**
 * Files that differ from where a branch or commit and this one parted; untracked ones too, deleted ones not.
 * @param folder absolute path inside of a work tree; what lies outside of it is left out
 * @param ref a branch, tag or commit
 * @returns paths relative to the folder, with `/`
 * @throws {GitError} where there is no such commit, or no common one
 */
export async function changedSince(folder: string, ref: string): Promise<readonly string[]> {
  let commit: string;
  try {
    commit = (await git(folder, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`)).trim();
  } catch (error) {
    if (error instanceof GitError && /not a git repository|not installed/.test(error.message)) throw error;
    throw new GitError(`there is no commit ${JSON.stringify(ref)}`);
  }
  let base: string;
  try {
    base = (await git(folder, 'merge-base', 'HEAD', commit)).trim();
  } catch {
    throw new GitError(`HEAD and ${JSON.stringify(ref)} have no commit in common; a shallow clone may hide it`);
  }
  const [changed, untracked] = await Promise.all([
    compare(folder, ...listing, '--diff-filter=ACMT', base),
    git(folder, 'ls-files', '-z', '--others', '--exclude-standard'),
  ]);
  return [...names(changed), ...names(untracked)];
}
