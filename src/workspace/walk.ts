import { isUtf8 } from 'node:buffer';
import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Ignore } from 'ignore';
import { type FileList, type Found, isSkipped } from './search.ts';

/** The strongest first, as ripgrep ranks them. Those of git count within its repository only. */
const ignoreFiles = ['.rgignore', '.ignore', '.gitignore', '.git'] as const;
const ofGit: ReadonlySet<string> = new Set(['.gitignore', '.git']);

/** One folder's ignore files. */
interface Level {
  /** Makes a path that is relative to the root relative to this folder. */
  relative(file: string): string;
  readonly rules: readonly (Ignore | undefined)[];
  /** A repository begins here: the .gitignore files above are another one's. */
  readonly repository: boolean;
}

/**
 * The same list in plain Node, for platforms without a ripgrep binary.
 * @param root absolute path of the folder
 * @param gitRoot the folder whose ignore files count too, when the root lies below it
 */
export function walkFor(root: string, gitRoot: string | undefined): FileList {
  return { list: async () => (await walk(root, gitRoot, Number.POSITIVE_INFINITY))! };
}

/**
 * Lists a folder as ripgrep would, unless it is a large one. Synchronous reads: for a few folders they are the fastest.
 * @param root absolute path of the folder
 * @param gitRoot the folder whose ignore files count too, when the root lies below it
 * @param limit files and folders to look at
 * @returns undefined where there are more, or where ripgrep would judge otherwise
 */
export async function walk(root: string, gitRoot: string | undefined, limit: number): Promise<Found | undefined> {
  const files: string[] = [];
  let incomplete = false;
  let looked = 0;

  const isLimited = limit < Number.POSITIVE_INFINITY;
  if (isLimited && gitRoot !== undefined && isFile(path.join(gitRoot, '.git'))) return undefined;

  const verdictsOn = function* (levels: readonly Level[], file: string) {
    for (const [kind, name] of ignoreFiles.entries()) {
      for (const level of levels) {
        const verdict = level.rules[kind]?.test(level.relative(file));
        if (verdict?.ignored || verdict?.unignored) yield verdict.ignored;
        if (level.repository && gitRoot !== undefined && ofGit.has(name)) break;
      }
    }
  };
  const isIgnored = (levels: readonly Level[], file: string) => verdictsOn(levels, file).next().value === true;
  /** The rules of this package never let go of what is in a folder that they ignore, even where stronger rules do. */
  const isDisputed = (levels: readonly Level[], folder: string) => new Set(verdictsOn(levels, folder)).size > 1;

  const above: Level[] = [];
  let rootIsIgnored = false;
  for (let folder = root; gitRoot !== undefined && path.dirname(folder) !== folder; ) {
    folder = path.dirname(folder);
    const prefix = below(path.relative(folder, root));
    const isBeyond = gitRoot.length > folder.length;
    const speaking = ignoreFiles.filter((name) => !(isBeyond && ofGit.has(name)));
    const names = new Set(speaking.filter((name) => existsSync(path.join(folder, name))));
    above.push({
      relative: (file) => prefix + file,
      rules: await rulesOf(folder, names),
      repository: names.has('.git'),
    });
  }
  // A root that is itself ignored was asked for by name.
  if (above.length > 0) rootIsIgnored = isIgnored(above, '');
  if (isLimited && rootIsIgnored) return undefined;

  const waiting: { readonly relative: string; readonly levels: readonly Level[] }[] = [
    { relative: '', levels: rootIsIgnored ? [] : above },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { relative } = next;
    let entries: Dirent[];
    try {
      entries = readdirSync(path.join(root, relative), { withFileTypes: true });
    } catch {
      incomplete = true;
      continue;
    }
    looked += entries.length;
    if (looked > limit) return undefined;
    const names = new Set<string>(entries.map(({ name }) => name));
    if (isLimited && entries.some((entry) => entry.name === '.git' && !entry.isDirectory())) return undefined;
    const own: Level = {
      relative: (file) => file.slice(relative.length),
      rules: await rulesOf(path.join(root, relative), names),
      repository: names.has('.git'),
    };
    const speaks = own.repository || own.rules.length > 0;
    const levels = speaks ? [own, ...next.levels] : next.levels;
    for (const entry of entries) {
      const isFolder = entry.isDirectory();
      if (!isFolder && !entry.isFile()) continue;
      const file = relative + entry.name;
      if (isSkipped(file, entry.name)) continue;
      if (isIgnored(levels, isFolder ? `${file}/` : file)) continue;
      if (!isFolder) files.push(file);
      else if (isLimited && isDisputed(levels, `${file}/`)) return undefined;
      else waiting.push({ relative: `${file}/`, levels });
    }
  }
  return { files, incomplete };
}

/** A relative path as a prefix. */
function below(relative: string): string {
  return relative === '' ? '' : `${relative.replaceAll(path.sep, '/')}/`;
}

/** @returns by kind; empty where the folder has no ignore file */
async function rulesOf(folder: string, names: ReadonlySet<string>): Promise<readonly (Ignore | undefined)[]> {
  if (!ignoreFiles.some((name) => names.has(name))) return [];
  const fileOf = (name: string) => (name === '.git' ? excludeOf(folder) : path.join(folder, name));
  return Promise.all(ignoreFiles.map((name) => (names.has(name) ? rulesIn(fileOf(name)) : undefined)));
}

/** What one clone ignores. In a linked worktree `.git` is a file that names the repository's folder. */
function excludeOf(folder: string): string {
  const git = path.join(folder, '.git');
  let common = git;
  try {
    if (isFile(git)) {
      const linked = path.resolve(
        folder,
        readFileSync(git, 'utf8')
          .replace(/^gitdir: /, '')
          .trimEnd(),
      );
      common = path.resolve(linked, readFileSync(path.join(linked, 'commondir'), 'utf8').trimEnd());
    }
  } catch {}
  return path.join(common, 'info/exclude');
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

async function rulesIn(file: string): Promise<Ignore | undefined> {
  let text: string;
  try {
    // A pipe would be waited for.
    if (!isFile(file)) return undefined;
    text = readable(readFileSync(file));
  } catch {
    return undefined;
  }
  if (!/^[^#\s]/m.test(text)) return undefined;
  return (await import('ignore')).default({ ignorecase: false }).add(text);
}

/** The lines before the first that is no UTF-8, without a BOM: as far as ripgrep reads. */
function readable(bytes: Buffer): string {
  let end = bytes.length;
  if (!isUtf8(bytes))
    for (let line = 0; line < bytes.length; ) {
      const next = bytes.indexOf('\n', line) + 1 || bytes.length;
      if (!isUtf8(bytes.subarray(line, next))) {
        end = line;
        break;
      }
      line = next;
    }
  return bytes.toString('utf8', 0, end).replace(/^\uFEFF/, '');
}
