import path from 'node:path';
import { harmless } from '../terminal.ts';
import { gitRootOf } from '../workspace/disk-workspace.ts';
import { type Io, print } from './io.ts';
import { scopeOf } from './scope.ts';

/**
 * Takes the last fix of the project around a folder back.
 * @throws {MisuseError} where there is no such folder
 */
export async function undoLast(folder: string | undefined, io: Io): Promise<number> {
  const { root: start } = scopeOf(folder === undefined ? [] : [folder], io.cwd);
  const [{ undo }, { stateFolder }] = await Promise.all([import('../fix/undo.ts'), import('./user-folders.ts')]);
  const state = stateFolder(io.env);
  // Without git, a fix was recorded for the folder it was called in or for.
  for (let root = gitRootOf(start) ?? start; ; root = path.dirname(root)) {
    const undone = await undo(root, state);
    const shown = (files: readonly string[]) =>
      files
        .map((file) => `  ${harmless(path.relative(io.cwd, path.join(root, file)).replaceAll(path.sep, '/'))}\n`)
        .join('');
    if (undone.state === 'undone') {
      const { restored, already, at } = undone;
      await print(io.stdout, `took back the fix of ${at}\n${shown(restored)}`);
      if (already.length > 0) await print(io.stdout, `these were as before already\n${shown(already)}`);
      return 0;
    }
    if (undone.state === 'refused') {
      await print(
        io.stderr,
        `bindlint: nothing taken back: these have changed since the fix of ${undone.at}\n${shown(undone.changed)}`,
      );
      return 1;
    }
    if (path.dirname(root) === root) break;
  }
  await print(io.stdout, 'there is no fix to take back\n');
  return 0;
}
