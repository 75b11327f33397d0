import type { Index } from './git.ts';
import { textWorkspace } from './text-workspace.ts';
import type { Workspace } from './workspace.ts';

/**
 * The files as they would be committed: staged texts in place of those on disk, without what is not tracked.
 * @param isWanted tells which files the settings do not ignore
 */
export function stagedWorkspace(disk: Workspace, index: Index, isWanted: (file: string) => boolean): Workspace {
  const texts = new Map<string, string>();
  const hidden = new Set(index.untracked);
  for (const [file, text] of index.texts) {
    if (text === undefined || !isWanted(file)) hidden.add(file);
    else texts.set(file, text);
  }
  return textWorkspace(texts, without(disk, hidden));
}

function without(workspace: Workspace, hidden: ReadonlySet<string>): Workspace {
  const shown = (files: readonly string[]) => files.filter((file) => !hidden.has(file));
  return {
    async candidates(prefilter) {
      const { files, quiet, seen } = await workspace.candidates(prefilter);
      return { files: shown(files), quiet: shown(quiet), seen };
    },
    async mentioning(words, paths, next) {
      return shown(await workspace.mentioning(words, paths, next));
    },
    async has(file) {
      return !hidden.has(file) && (await workspace.has(file));
    },
    async read(file) {
      if (!hidden.has(file)) return workspace.read(file);
      return { file, kind: 'unsupported', message: 'cannot be read: there is no such staged text' };
    },
  };
}
