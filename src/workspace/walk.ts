import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Ignore } from 'ignore';
import { type FileList, type Found, isSkipped } from './search.ts';

/** The strongest first, as ripgrep ranks them. */
const ignoreFiles = ['.rgignore', '.ignore', '.gitignore'] as const;

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
  const exclude = gitRoot === undefined ? undefined : await rulesIn(path.join(gitRoot, '.git/info/exclude'));
  const fromGitRoot = gitRoot === undefined ? '' : below(path.relative(gitRoot, root));

  const verdictsOn = function* (levels: readonly Level[], file: string) {
    for (const [kind, name] of ignoreFiles.entries()) {
      for (const level of levels) {
        const verdict = level.rules[kind]?.test(level.relative(file));
        if (verdict?.ignored || verdict?.unignored) yield verdict.ignored;
        if (level.repository && gitRoot !== undefined && name === '.gitignore') break;
      }
    }
    if (exclude?.ignores(fromGitRoot + file)) yield true;
  };
  const isIgnored = (levels: readonly Level[], file: string) => verdictsOn(levels, file).next().value === true;
  /** The rules of this package never let go of what is in a folder that they ignore, even where stronger rules do. */
  const isDisputed = (levels: readonly Level[], folder: string) => new Set(verdictsOn(levels, folder)).size > 1;

  const above: Level[] = [];
  let rootIsIgnored = false;
  for (let folder = root; gitRoot !== undefined && folder !== gitRoot && path.dirname(folder) !== folder; ) {
    folder = path.dirname(folder);
    const prefix = below(path.relative(folder, root));
    const names = new Set(ignoreFiles.filter((name) => existsSync(path.join(folder, name))));
    above.push({
      relative: (file) => prefix + file,
      rules: await rulesOf(folder, names),
      repository: existsSync(path.join(folder, '.git')),
    });
  }
  // A root that is itself ignored was asked for by name.
  if (above.length > 0) rootIsIgnored = isIgnored(above, '');

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
      else if (limit < Number.POSITIVE_INFINITY && isDisputed(levels, `${file}/`)) return undefined;
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
  return Promise.all(ignoreFiles.map((name) => (names.has(name) ? rulesIn(path.join(folder, name)) : undefined)));
}

async function rulesIn(file: string): Promise<Ignore | undefined> {
  let text: string;
  try {
    // A pipe would be waited for.
    if (!statSync(file).isFile()) return undefined;
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  if (!/^[^#\s]/m.test(text)) return undefined;
  return (await import('ignore')).default({ ignorecase: false }).add(text);
}
