import { type Dirent, existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { type FileList, type Found, skipped } from './search.ts';

/** The strongest first, as ripgrep ranks them. */
const ignoreFiles = ['.rgignore', '.ignore', '.gitignore'] as const;

/** One folder's ignore files, each read relative to it. */
interface Level {
  readonly folder: string;
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
  return { list: () => walk(root, gitRoot) };
}

async function walk(root: string, gitRoot: string | undefined): Promise<Found> {
  const files: string[] = [];
  let incomplete = false;
  const never = ignore({ ignorecase: false }).add([...skipped]);
  const exclude = gitRoot === undefined ? undefined : await rulesIn(path.join(gitRoot, '.git/info/exclude'));

  const isIgnored = (levels: readonly Level[], absolute: string, folder: boolean): boolean => {
    const relativeTo = (from: string) => path.relative(from, absolute).replaceAll(path.sep, '/') + (folder ? '/' : '');
    for (const [kind, name] of ignoreFiles.entries()) {
      for (const level of levels) {
        const verdict = level.rules[kind]?.test(relativeTo(level.folder));
        if (verdict?.ignored) return true;
        if (verdict?.unignored) return false;
        if (level.repository && gitRoot !== undefined && name === '.gitignore') break;
      }
    }
    return gitRoot !== undefined && exclude?.ignores(relativeTo(gitRoot)) === true;
  };

  const visit = async (folder: string, relative: string, above: readonly Level[]): Promise<void> => {
    let entries: Dirent[];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch {
      incomplete = true;
      return;
    }
    const levels = [await levelOf(folder), ...above];
    for (const entry of entries) {
      const isFolder = entry.isDirectory();
      if (!isFolder && !entry.isFile()) continue;
      const name = relative + entry.name;
      if (never.ignores(isFolder ? `${name}/` : name)) continue;
      const absolute = path.join(folder, entry.name);
      if (isIgnored(levels, absolute, isFolder)) continue;
      if (isFolder) await visit(absolute, `${name}/`, levels);
      else files.push(name);
    }
  };

  const above: Level[] = [];
  for (let folder = root; gitRoot !== undefined && folder !== gitRoot; ) {
    const parent = path.dirname(folder);
    if (parent === folder) break;
    folder = parent;
    above.push(await levelOf(folder));
  }
  // A root that is itself ignored was asked for by name.
  await visit(root, '', root !== gitRoot && isIgnored(above, root, true) ? [] : above);
  return { files, incomplete };
}

async function levelOf(folder: string): Promise<Level> {
  return {
    folder,
    rules: await Promise.all(ignoreFiles.map((name) => rulesIn(path.join(folder, name)))),
    repository: existsSync(path.join(folder, '.git')),
  };
}

async function rulesIn(file: string): Promise<Ignore | undefined> {
  try {
    return ignore({ ignorecase: false }).add(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
