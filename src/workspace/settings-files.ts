import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Document } from '../syntax/document.ts';
import { type Notation, parseDocuments } from '../syntax/documents.ts';
import { SyntaxProblem } from '../syntax/problem.ts';
import { decode } from './encoding.ts';
import { dataExplorer } from './explorer.ts';
import { sizeLimit } from './text-files.ts';

/** Reads a file's text into trees; the path is the one that spans get. */
type Load = (file: string, text: string) => Promise<readonly Document[]>;

const load =
  (notation: Notation): Load =>
  (file, text) =>
    parseDocuments(file, text, notation);

/** The loaders there are, by ending, as cosmiconfig looks them up. None runs code. */
const LOADERS: Readonly<Record<string, Load>> = {
  '.yaml': load('yaml'),
  '.yml': load('yaml'),
  '.json': load('json'),
  '.jsonc': load('json'),
  '.toml': load('toml'),
  '.ini': load('ini'),
  '.cfg': load('ini'),
  '.properties': load('ini'),
  // Read where code names it: what the notation is, only its text tells.
  '.conf': (file, text) => parseDocuments(file, text, /^\s*\{/.test(text) ? 'json' : 'ini'),
  '.env': load('env'),
};

/** `.env` and its variants, which have no ending or an arbitrary one, and Flask's own; `.envrc` is a shell script. */
const DOTENV = /^\.(?:flask)?env(?:\.[\w.-]+)?$/;

function loaderOf(file: string): Load | undefined {
  const name = path.posix.basename(file);
  return DOTENV.test(name) ? LOADERS['.env'] : LOADERS[path.posix.extname(name).toLowerCase()];
}

const ENDING = /\.(?:ya?ml|jsonc?|toml|ini|cfg|properties)$/i;

/** One of these words, alone or among others (`app-config.prod.yaml`), makes a data file a settings file. */
const WORD = new Set([
  ...['config', 'configs', 'configuration', 'conf', 'cfg', 'settings', 'setting', 'appsettings', 'appconfig'],
  ...['application', 'app', 'server', 'servers', 'service', 'services', 'local', 'default', 'defaults'],
  ...['production', 'prod', 'development', 'dev', 'staging', 'gateway', 'network', 'env', 'environment'],
]);
const FOLDER = /(?:^|\/)\.?(?:config|configs|configuration|conf|conf\.d|settings|etc)\/(?:[^/]+\/)?[^/]+$/i;

/** Files of tools, each with a meaning of its own: builds, packages, checks, deployment. */
const TOOL_WORD = new Set([
  ...['package', 'composer', 'lock', 'lockfile', 'tsconfig', 'jsconfig', 'compose', 'docker', 'kustomization', 'chart'],
  ...['jest', 'babel', 'eslint', 'eslintrc', 'prettier', 'prettierrc', 'stylelint', 'biome', 'webpack', 'rollup'],
  ...['vite', 'vitest', 'karma', 'cypress', 'playwright', 'tailwind', 'postcss', 'typedoc', 'renovate', 'dependabot'],
  ...['commit', 'commitlint', 'codecov', 'mkdocs', 'readthedocs', 'pylintrc', 'mypy', 'pytest', 'tox', 'flake8'],
  ...[
    'setup',
    'pyproject',
    'cargo',
    'bindlint',
    'bindlintrc',
    'golangci',
    'nx',
    'lerna',
    'turbo',
    'angular',
    'logging',
  ],
  ...[
    'schema',
    'manifest',
    'openapi',
    'swagger',
    'translations',
    'deployment',
    'ingress',
    'helm',
    'travis',
    'appveyor',
  ],
]);
const TOOL_FOLDER =
  /(?:^|\/)(?:node_modules|bower_components|vendor|site-packages|\.git|\.github|\.gitlab|\.circleci|\.vscode|\.idea|k8s|kubernetes|helm|charts|templates|manifests|locales?|i18n|\.venv|venv)\//i;

/**
 * The settings files of a project among its files, by their names.
 * @param files paths relative to the root, with `/`
 */
export function settingsPlaces(files: readonly string[]): string[] {
  return files.filter(isSettingsFile);
}

/**
 * Does a path name a file that holds a program's settings?
 * @param file path relative to the root, with `/`
 */
export function isSettingsFile(file: string): boolean {
  if (TOOL_FOLDER.test(file)) return false;
  const name = path.posix.basename(file);
  if (DOTENV.test(name) || /[^.]\.env$/.test(name)) return name !== '.env.vault';
  if (!ENDING.test(name)) return false;
  const words = name
    .toLowerCase()
    .replace(ENDING, '')
    .split(/[._\- ]+/);
  if (words.some((word) => TOOL_WORD.has(word))) return false;
  return words.some((word) => WORD.has(word)) || FOLDER.test(file);
}

/**
 * Reads the settings in a text with the loaders that cosmiconfig is given.
 * @param file path for the spans; its name chooses the loader
 * @param text decoded text without BOM
 * @throws SyntaxProblem where it cannot be read as what its name says
 */
export async function loadDocuments(file: string, text: string): Promise<readonly Document[]> {
  const loader = loaderOf(file);
  if (loader === undefined) throw new SyntaxProblem('no notation is known for files of this name', 0);
  return loader(file, text);
}

/**
 * Loads one settings file through cosmiconfig. Nothing else is searched, imported or run.
 * @param root absolute path of the project
 * @param file path relative to it, with `/`; spans get it
 * @throws SyntaxProblem where it cannot be read as what its name says, or is too large
 * @throws UndecodableError where it is no text
 * @throws Error where it is no regular file inside the project
 */
export async function loadSettingsFile(root: string, file: string): Promise<readonly Document[]> {
  const loader = loaderOf(file);
  if (loader === undefined) throw new SyntaxProblem('no notation is known for files of this name', 0);
  const target = realpathSync(path.join(root, file));
  const fromRoot = path.relative(realpathSync(root), target);
  if (fromRoot.split(path.sep)[0] === '..' || path.isAbsolute(fromRoot))
    throw new Error(`${file} leads out of the project`);
  const found = statSync(target);
  if (!found.isFile()) throw new Error(`${file} is no regular file`);
  if (found.size > sizeLimit) throw new SyntaxProblem(`larger than ${sizeLimit} bytes`, 0, 'limit');
  const absolute = path.resolve(root, file);
  const explorer = await dataExplorer([], {
    [path.extname(absolute) || 'noExt']: async (_absolute, content) => loader(file, exactText(absolute, content)),
  });
  const result = await explorer.load(absolute);
  return result?.config ?? [];
}

/** cosmiconfig decodes everything as UTF-8 and keeps the BOM. */
function exactText(absolute: string, content: string): string {
  if (!/^\uFEFF|[\uFFFD\0]/.test(content)) return content;
  return decode(readFileSync(absolute)).text;
}
