import type { Workspace } from '../workspace/workspace.ts';
import { foldersOf } from './modules.ts';

/** Lock files before what only asks for a version. */
const places = [
  'poetry.lock',
  'uv.lock',
  'pdm.lock',
  'Pipfile.lock',
  'requirements.txt',
  'requirements/base.txt',
  'requirements/prod.txt',
  'requirements/production.txt',
  'constraints.txt',
  'pyproject.toml',
  'Pipfile',
  'setup.cfg',
  'setup.py',
  'environment.yml',
  'environment.yaml',
  'package.json',
];
/** Folders that are looked into. */
const maximumFolders = 200;

/**
 * Reads which versions of packages the project pins, from its requirements, lock files and package.json.
 * @param workspace the project's files
 * @param folders in which they may lie, the root as the empty string
 * @returns the version that is pinned nearest to a file, or undefined where none is
 */
export async function pinnedVersions(
  workspace: Workspace,
  folders: readonly string[],
): Promise<(name: string, file: string) => string | undefined> {
  const texts = new Map<string, string[]>();
  for (const folder of folders.slice(0, maximumFolders)) {
    for (const place of places) {
      const file = folder === '' ? place : `${folder}/${place}`;
      if (!(await workspace.has(file))) continue;
      const source = await workspace.read(file);
      if (!('kind' in source)) texts.set(folder, [...(texts.get(folder) ?? []), source.text]);
    }
  }
  const known = new Map<string, string | undefined>();
  const inFolder = (name: string, folder: string): string | undefined => {
    const key = `${name} ${folder}`;
    if (!known.has(key)) known.set(key, versionIn(texts.get(folder) ?? [], name));
    return known.get(key);
  };
  return (name, file) => {
    for (const folder of foldersOf(file)) {
      const version = inFolder(name, folder);
      if (version !== undefined) return version;
    }
    return undefined;
  };
}

function versionIn(texts: readonly string[], name: string): string | undefined {
  const word = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/[-_.]+/g, '[-_.]+');
  const forms = [
    // requirements.txt, setup.cfg, and lists of such texts: "uvicorn[standard]==0.49.0"
    new RegExp(`(?:^[ \\t]*|["'])${word}(?:\\[[^\\]\\n]*\\])?[ \\t]*===?[ \\t]*v?(\\d[\\d.]*)`, 'im'),
    // poetry.lock, uv.lock, pdm.lock
    new RegExp(`^name = "${word}"\\r?\\nversion = "(\\d[\\d.]*)`, 'im'),
    // Pipfile.lock
    new RegExp(`"${word}": \\{[^}]*?"version": "==(\\d[\\d.]*)`, 'i'),
    // package.json: "json-server": "^1.0.0-beta.3"
    new RegExp(`"${word}"\\s*:\\s*"[~^>=v ]*(\\d[\\d.]*)`),
    // Poetry and Pipfile: uvicorn = "0.49.0", uvicorn = { version = "==0.49.0" }
    new RegExp(
      `^["']?${word}["']?[ \\t]*=[ \\t]*(?:\\{[^}\\n]*?\\bversion[ \\t]*=[ \\t]*)?["'](?:==[ \\t]*)?(\\d[\\d.]*)["']`,
      'im',
    ),
    // conda: - uvicorn=0.49.0
    new RegExp(`^[ \\t]*-[ \\t]*["']?${word}[ \\t]*={1,2}(\\d[\\d.]*)`, 'im'),
  ];
  for (const text of texts) {
    for (const form of forms) {
      const match = form.exec(text);
      if (match) return match[1];
    }
  }
  return undefined;
}
