import path from 'node:path';
import type { InputProblem } from '../problem.ts';
import { gitRootOf } from '../workspace/disk-workspace.ts';
import type { Io } from './io.ts';
import type { Project } from './project.ts';

/**
 * Writes new texts and keeps what they replace. Records belong to the git repository, so that undo finds them from everywhere in it.
 * @param changed by path relative to the project's root
 * @returns what could not be written
 */
export async function writeTexts(
  changed: ReadonlyMap<string, { readonly before: string; readonly after: string }>,
  project: Pick<Project, 'root'>,
  io: Pick<Io, 'env'>,
): Promise<readonly InputProblem[]> {
  if (changed.size === 0) return [];
  const [{ writeChanges }, { recordRun }, { stateFolder }] = await Promise.all([
    import('../fix/write.ts'),
    import('../fix/undo.ts'),
    import('./user-folders.ts'),
  ]);
  const root = gitRootOf(project.root) ?? project.root;
  const prefix = path.relative(root, project.root).replaceAll(path.sep, '/');
  const texts = [...changed].map(([file, change]) => ({ file: path.posix.join(prefix, file), ...change }));
  const { problems } = await writeChanges(root, texts, (replacements) =>
    recordRun(root, stateFolder(io.env), replacements),
  );
  return problems.map((problem) => ({ ...problem, file: path.posix.relative(prefix, problem.file) }));
}
