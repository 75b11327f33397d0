import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';

import path from 'node:path';
import { positionsOf } from '../positions.ts';
import { type Document, type Entry, type Node, nodeAt } from '../syntax/document.ts';
import { type Notation, parseDocuments } from '../syntax/documents.ts';
import { SyntaxProblem } from '../syntax/problem.ts';
import { dataExplorer } from '../workspace/explorer.ts';
import { sizeLimit } from '../workspace/text-files.ts';
import { SettingsError } from './settings-error.ts';

/** Where settings are looked for in a folder; the first that holds some counts. */
export const SEARCH_PLACES = [
  'package.json',
  '.bindlintrc',
  '.bindlintrc.json',
  '.bindlintrc.jsonc',
  '.bindlintrc.yaml',
  '.bindlintrc.yml',
  '.bindlintrc.toml',
  'bindlint.config.json',
  'bindlint.config.jsonc',
  'bindlint.config.yaml',
  'bindlint.config.yml',
  'bindlint.config.toml',
  '.config/bindlintrc',
  '.config/bindlintrc.json',
  '.config/bindlintrc.jsonc',
  '.config/bindlintrc.yaml',
  '.config/bindlintrc.yml',
  '.config/bindlintrc.toml',
  'pyproject.toml',
] as const;

const mostPlaces = 100;

/**
 * Where settings are looked for in the folders of a project: also where its package.json says, as cosmiconfig documents it for those
 * who use programs: https://github.com/cosmiconfig/cosmiconfig#usage-for-end-users
 * @param top absolute path of the folder that holds the package.json
 * @throws SettingsError where what it says makes no sense
 */
export async function searchPlaces(top: string, around: Surroundings): Promise<readonly string[]> {
  const file = path.join(top, 'package.json');
  if (!existsSync(file) || !isReadable(file, around)) return SEARCH_PLACES;
  const content = readFileSync(file, 'utf8');
  if (!content.includes('"cosmiconfig"')) return SEARCH_PLACES;
  const meta = await read(file, content, 'json', ['cosmiconfig'], around);
  const { searchPlaces: given, mergeSearchPlaces } = (meta?.value ?? {}) as Record<string, unknown>;
  if (given === undefined) return SEARCH_PLACES;
  const refuse = (problem: string) =>
    new SettingsError(`cosmiconfig.searchPlaces ${problem}`, shown(file, around), meta!.lineOf(['searchPlaces']));
  if (!Array.isArray(given) || !given.every((place) => typeof place === 'string')) throw refuse('is a list of paths');
  if (given.length > mostPlaces) throw refuse(`names more than ${mostPlaces} paths`);
  const own = given.map((place: string) => path.posix.normalize(place.replaceAll('{name}', 'bindlint')));
  if (own.some((place) => /^(?:\.\.)?(?:\/|$)|^[A-Za-z]:/.test(place)))
    throw refuse('names a path outside of its folder');
  const known = loaders(around);
  // Other programs may take code; here only data is read.
  const data = own.filter((place) => known[path.extname(place) || 'noExt'] !== undefined);
  return mergeSearchPlaces === false ? data : [...new Set([...data, ...SEARCH_PLACES])];
}

/** Settings as they stand in a file, with the way back to its lines. */
export interface SettingsFile {
  /** Absolute. */
  readonly file: string;
  readonly value: unknown;
  /** Line of the key at a path, or of the nearest one above that is written; undefined for code. */
  lineOf(keys: readonly PropertyKey[]): number | undefined;
}

/** Where files may be read from, and how they are named in messages. */
export interface Surroundings {
  /** Absolute path of the working directory. */
  readonly cwd: string;
  /** Absolute path of a folder that nothing is read from outside of; absent for files the user named. */
  readonly within?: string;
  /** Where settings are looked for in a folder; `SEARCH_PLACES` unless given. */
  readonly places?: readonly string[];
}

type Loader = (file: string, content: string) => Promise<SettingsFile | null | { readonly bindlint?: SettingsFile }>;

/** A file's path as messages show it. */
export function shown(file: string, { cwd }: Surroundings): string {
  const relative = path.relative(cwd, file);
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative)
    ? file
    : relative.replaceAll(path.sep, '/');
}

/**
 * The settings in one folder, or undefined.
 * @param folder absolute path
 * @throws SettingsError where there are some and they cannot be read
 */
export async function searchFolder(folder: string, around: Surroundings): Promise<SettingsFile | undefined> {
  const places: string[] = [];
  for (const place of around.places ?? SEARCH_PLACES) {
    const file = path.join(folder, place);
    if (!existsSync(file) || !isReadable(file, around)) continue;
    // Most projects have these two, and most of those say nothing to bindlint: then cosmiconfig need not be loaded.
    if ((place === 'package.json' || place === 'pyproject.toml') && !readFileSync(file).includes('bindlint')) continue;
    places.push(place);
  }
  if (places.length === 0) return undefined;
  const explorer = await dataExplorer(places, loaders(around));
  const result = await explorer.search(folder);
  return result?.config as SettingsFile | undefined;
}

/**
 * Settings from one data file.
 * @param file absolute path
 * @throws SettingsError where there are none or they cannot be read
 */
export async function loadDataFile(file: string, around: Surroundings): Promise<SettingsFile> {
  if (!isReadable(file, around)) throw new SettingsError(unreadable(file), shown(file, around));
  const known = loaders(around);
  if (known[path.extname(file) || 'noExt'] === undefined) {
    throw new SettingsError('settings are JSON, YAML or TOML', shown(file, around));
  }
  const result = await (await dataExplorer([], known)).load(file);
  if (!result?.config) throw new SettingsError('holds no settings of bindlint', shown(file, around));
  return result.config as SettingsFile;
}

/**
 * Settings that a module exports by default. Runs its code: only for files that the user named on the command line.
 * @param file absolute path
 * @throws SettingsError where it cannot be imported
 */
export async function importSettings(file: string, around: Surroundings): Promise<SettingsFile> {
  if (!isReadable(file, around)) throw new SettingsError(unreadable(file), shown(file, around));
  try {
    const { importDefault } = await import('./import-module.ts');
    return { file, value: await importDefault(file), lineOf: () => undefined };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'ERR_UNKNOWN_FILE_EXTENSION'
        ? 'this Node cannot load TypeScript: write them as JavaScript or data'
        : message;
    throw new SettingsError(`cannot be loaded: ${why}`, shown(file, around));
  }
}

function unreadable(file: string): string {
  return `cannot be read: ${existsSync(file) ? 'it is no regular file' : 'no such file'}`;
}

function isReadable(file: string, around: Surroundings): boolean {
  let target: string;
  try {
    target = realpathSync(file);
    const found = statSync(target);
    if (!found.isFile()) return false;
    if (found.size > sizeLimit) throw new SettingsError(`larger than ${sizeLimit} bytes`, shown(file, around));
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    return false;
  }
  if (around.within !== undefined) {
    const inside = path.relative(realpathSync(around.within), target);
    if (inside.split(path.sep)[0] === '..' || path.isAbsolute(inside)) {
      throw new SettingsError('leads out of the project', shown(file, around));
    }
  }
  return true;
}

function loaders(around: Surroundings): Readonly<Record<string, Loader>> {
  const whole =
    (notation: Notation): Loader =>
    async (file, content) =>
      read(file, content, notation, [], around);
  const json: Loader = async (file, content) => {
    if (path.basename(file) !== 'package.json') return read(file, content, 'json', [], around);
    // cosmiconfig itself takes the key out of package.json; most have none and need no parsing.
    const own = content.includes('"bindlint"') ? await read(file, content, 'json', ['bindlint'], around) : null;
    return own === null ? {} : { bindlint: own };
  };
  const toml: Loader = async (file, content) => {
    if (path.basename(file) !== 'pyproject.toml') return read(file, content, 'toml', [], around);
    return content.includes('bindlint') ? read(file, content, 'toml', ['tool', 'bindlint'], around) : null;
  };
  const yaml = whole('yaml');
  return { noExt: yaml, '.yaml': yaml, '.yml': yaml, '.json': json, '.jsonc': json, '.toml': toml };
}

/** @param base keys that lead to the settings */
async function read(
  file: string,
  content: string,
  notation: Notation,
  base: readonly string[],
  around: Surroundings,
): Promise<SettingsFile | null> {
  const text = content.replace(/^\uFEFF/, '');
  const positions = positionsOf(text);
  let documents: readonly Document[];
  try {
    documents = await parseDocuments(file, text, notation);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    throw new SettingsError(`cannot parse: ${error.message}`, shown(file, around), positions.at(error.offset).line);
  }
  const [document, second] = documents;
  if (document === undefined) return null;
  if (second !== undefined) {
    const { line } = positions.at(second.root.span.start);
    throw new SettingsError('settings are one document, not several', shown(file, around), line);
  }
  const own = nodeAt(document.root, base);
  if (own === undefined) return null;
  const lineOf = (keys: readonly PropertyKey[]) => positions.at(keyOffset(document.root, [...base, ...keys])).line;
  return { file, value: dataOf(own), lineOf };
}

/** Where the last key of a path that is written stands. */
function keyOffset(root: Node, keys: readonly PropertyKey[]): number {
  let node: Node | undefined = root;
  let offset = root.span.start;
  for (const key of keys) {
    if (node?.kind === 'map') {
      const entry: Entry | undefined = node.entries.findLast((candidate) => candidate.key === String(key));
      node = entry?.value;
      offset = entry?.keySpan.start ?? offset;
    } else {
      node = node?.kind === 'list' ? node.items[Number(key)] : undefined;
      offset = node?.span.start ?? offset;
    }
  }
  return offset;
}

function dataOf(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(dataOf);
  const data: Record<string, unknown> = Object.create(null);
  for (const { key, value } of node.entries) data[key] = dataOf(value);
  return data;
}
