import path from 'node:path';
import type { InputProblem } from '../problem.ts';
import { gitRootOf } from '../workspace/disk-workspace.ts';
import type { Io } from './io.ts';
import { MisuseError } from './misuse.ts';
import type { Project } from './project.ts';

/**
 * Writes new texts and keeps what they replace. Records belong to the git repository, so that undo finds them from everywhere in it.
 * @param changed by path relative to the project's root
 * @param staged the texts come from the index, and may differ from those on disk
 * @returns what could not be written
 * @throws {MisuseError} where what is replaced cannot be kept
 */
export async function writeTexts(
  changed: ReadonlyMap<string, { readonly before: string; readonly after: string }>,
  project: Pick<Project, 'root'>,
  io: Pick<Io, 'env'>,
  staged = false,
): Promise<readonly InputProblem[]> {
  if (changed.size === 0) return [];
  const [{ changedMeanwhile, writeChanges }, { recordRun }, { stateFolder }] = await Promise.all([
    import('../fix/write.ts'),
    import('../fix/undo.ts'),
    import('./user-folders.ts'),
  ]);
  const root = gitRootOf(project.root) ?? project.root;
  const prefix = path.relative(root, project.root).replaceAll(path.sep, '/');
  const texts = [...changed].map(([file, change]) => ({ file: path.posix.join(prefix, file), ...change }));
  const state = stateFolder(io.env);
  const { problems } = await writeChanges(root, texts, async (replacements) => {
    try {
      await recordRun(root, state, replacements);
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code;
      throw new MisuseError(
        `nothing was written, because what undo needs cannot be kept in ${JSON.stringify(state)}: ${why}`,
      );
    }
  });
  return problems.map(({ file, kind, message }) => ({
    file: path.posix.relative(prefix, file),
    kind,
    message: staged ? message.replace(changedMeanwhile, 'it has changes that are not staged') : message,
  }));
}
