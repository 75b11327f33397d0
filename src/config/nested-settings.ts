import path from 'node:path';
import type { Workspace } from '../workspace/workspace.ts';
import { loadFolder, type Settings } from './settings.ts';
import { SEARCH_PLACES } from './settings-file.ts';

const shared = ['package.json', 'pyproject.toml'];
const endsWithOneOf = (names: readonly string[]) =>
  new RegExp(`(?:^|/)(?:${names.map((name) => name.replaceAll('.', '\\.')).join('|')})$`);
const sharedPlaces = endsWithOneOf(shared);
const ownPlaces = endsWithOneOf(SEARCH_PLACES.filter((place) => !shared.includes(place)));

/**
 * The settings in folders below the root, each for its own folder.
 * @param root absolute path
 * @param cwd absolute path of the working directory
 * @param ruleIds the rules there are
 * @throws SettingsError where some cannot be read or make no sense
 */
export async function nestedSettings(
  workspace: Workspace,
  root: string,
  cwd: string,
  ruleIds: readonly string[],
): Promise<readonly Settings[]> {
  const { files } = await workspace.candidates({
    searches: [{ pattern: 'bindlint', paths: sharedPlaces, confirms: () => true, revision: '' }],
    always: (file) => ownPlaces.test(file),
  });
  const folders = new Set(files.filter((file) => file.includes('/')).map((file) => path.posix.dirname(file)));
  const found: Settings[] = [];
  for (const folder of folders) {
    const settings = await loadFolder(path.join(root, folder), { cwd, within: root }, ruleIds);
    if (settings !== undefined) found.push(settings);
  }
  return found;
}
