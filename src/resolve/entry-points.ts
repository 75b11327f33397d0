import type { Workspace } from '../workspace/workspace.ts';

const places = ['pyproject.toml', 'setup.cfg', 'setup.py'];

/** `serve = "package.module:function"`, as every packaging tool writes it. https://packaging.python.org/en/latest/specifications/entry-points/ */
const entry = /=[ \t]*["']?([A-Za-z_][\w.]*):([A-Za-z_]\w*)["']?/g;

/**
 * The functions that a project installs as commands.
 * @param files folders in which a package's settings may lie, the root as the empty string
 * @returns whether a function of a file is one
 */
export async function entryPoints(
  workspace: Workspace,
  files: readonly string[],
): Promise<(file: string, name: string) => boolean> {
  const functions = new Map<string, string[]>();
  for (const folder of files) {
    for (const place of places) {
      const file = folder === '' ? place : `${folder}/${place}`;
      if (!(await workspace.has(file))) continue;
      const source = await workspace.read(file);
      if ('kind' in source) continue;
      for (const [, module, name] of source.text.matchAll(entry))
        functions.set(name!, [...(functions.get(name!) ?? []), module!.replaceAll('.', '/')]);
    }
  }
  return (file, name) => {
    const module = file.replace(/(\/__init__)?\.pyw?$/, '');
    return (functions.get(name) ?? []).some((path) => module === path || module.endsWith(`/${path}`));
  };
}
