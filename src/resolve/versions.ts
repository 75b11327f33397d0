import type { Workspace } from '../workspace/workspace.ts';

const places = [
  'requirements.txt',
  'requirements/base.txt',
  'requirements/prod.txt',
  'requirements/production.txt',
  'constraints.txt',
  'poetry.lock',
  'uv.lock',
  'pdm.lock',
  'Pipfile.lock',
  'pyproject.toml',
];

/**
 * Reads which version of a package the project pins, from its requirements and lock files at the root.
 * @param workspace the project's files
 * @returns the pinned version of a package, or undefined where none is pinned
 */
export async function pinnedVersions(workspace: Workspace): Promise<(name: string) => string | undefined> {
  const texts: string[] = [];
  for (const place of places) {
    if (!(await workspace.has(place))) continue;
    const source = await workspace.read(place);
    if (!('kind' in source)) texts.push(source.text);
  }
  return (name) => {
    const word = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/[-_.]+/g, '[-_.]+');
    const forms = [
      new RegExp(`^[ \\t"']*${word}(?:\\[[^\\]]*\\])?[ \\t]*===?[ \\t]*v?(\\d[\\d.]*)`, 'im'),
      new RegExp(`^name = "${word}"\\r?\\nversion = "(\\d[\\d.]*)`, 'im'),
      new RegExp(`"${word}": \\{[^}]*?"version": "==(\\d[\\d.]*)`, 'i'),
    ];
    for (const text of texts) {
      for (const form of forms) {
        const match = form.exec(text);
        if (match) return match[1];
      }
    }
    return undefined;
  };
}
