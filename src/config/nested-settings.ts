import path from 'node:path';
import type { Workspace } from '../workspace/workspace.ts';
import { loadFolder, type Settings } from './settings.ts';
import { searchPlaces } from './settings-file.ts';

const shared = ['package.json', 'pyproject.toml'];
const endsWithOneOf = (places: readonly string[]) =>
  new RegExp(`(?:^|/)(?:${places.map((place) => place.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})$`);
const sharedPlaces = endsWithOneOf(shared);

/**
 * The settings in folders below the root, each for its own folder.
 * @param root absolute path
 * @param top absolute path of the repository around it
 * @param cwd absolute path of the working directory
 * @param ruleIds the rules there are
 * @throws SettingsError where some cannot be read or make no sense
 */
export async function nestedSettings(
  workspace: Workspace,
  root: string,
  top: string,
  cwd: string,
  ruleIds: readonly string[],
): Promise<readonly Settings[]> {
  const places = await searchPlaces(top, { cwd, within: top });
  const ownPlaces = endsWithOneOf(places.filter((place) => !shared.includes(place)));
  const { files } = await workspace.candidates({
    searches: [{ pattern: 'bindlint', paths: sharedPlaces, confirms: () => true }],
    always: (file) => ownPlaces.test(file),
    revision: 'settings',
  });
  const folders = new Set(files.flatMap((file) => foldersOf(file, places)));
  const found: Settings[] = [];
  for (const folder of folders) {
    const settings = await loadFolder(path.join(root, folder), { cwd, within: root, places }, ruleIds);
    if (settings !== undefined) found.push(settings);
  }
  return found;
}

/** The folders below the root whose settings a file may hold. */
function foldersOf(file: string, places: readonly string[]): string[] {
  return places.flatMap((place) => (file.endsWith(`/${place}`) ? [file.slice(0, -place.length - 1)] : []));
}
