import type { Node } from '../syntax/document.ts';
import { foldersOf } from './modules.ts';

/** What a package.json says that bears on servers and modules. */
interface Package {
  readonly folder: string;
  readonly name: string | undefined;
  /** Ranges as they are written, by package. */
  readonly dependencies: ReadonlyMap<string, string>;
  /** `#config` and the like, to where they lead. */
  readonly imports: ReadonlyMap<string, string>;
  /** The files that the package's own name may lead to, likeliest first. */
  readonly entries: readonly string[];
  /** Where `name/part` leads, as far as it is written: `./part` to `./src/part.ts`. */
  readonly exports: ReadonlyMap<string, string>;
  /** The files that those who install the package import, where it is made to be installed. */
  readonly offered: readonly string[];
  /** A script of it starts the program with what stands in `.env`. */
  readonly loadsEnvironmentFile: boolean;
}

/** How a tsconfig.json leads from names to files. */
interface Paths {
  readonly folder: string;
  /** Relative to the root; undefined where names do not start there. */
  readonly base: string | undefined;
  readonly paths: readonly (readonly [pattern: string, targets: readonly string[]])[];
  readonly extends: string | undefined;
}

/** Where the names of an import map of Deno lead, as patterns. https://docs.deno.com/runtime/fundamentals/modules/#managing-third-party-modules-and-libraries */
type ImportMap = readonly (readonly [pattern: string, targets: readonly string[]])[];

const importMaps = ['deno.json', 'deno.jsonc', 'import_map.json'];

/** The packages that the project consists of, and what it depends on. */
export interface Packages {
  /** Files that have to be read for the programs in a folder. */
  wanted(folders: readonly string[]): readonly string[];
  add(file: string, root: Node | undefined): void;
  /** The lowest version of a dependency that the nearest package.json around a file allows. */
  version(name: string, file: string): string | undefined;
  /** Does a package.json around a file name this dependency? */
  dependsOn(name: string, file: string): boolean;
  /** Is a file what those import who install the package that it is in? */
  isOffered(file: string): boolean;
  /** Does the nearest package.json around a file start its programs with what stands in `.env`? */
  loadsEnvironmentFile(file: string): boolean;
  /** Where a module may lie that an import names, best first; empty for one that is no part of the project. */
  places(module: string, file: string): readonly string[];
  /** What an import map says that a module is, where it is none of the project. */
  mapped(module: string, file: string): string | undefined;
}

const endings = ['.ts', '.tsx', '.js', '.jsx', '.mjs', '.cjs', '.mts', '.cts'];
/** What a file ending stands for in TypeScript, where the built file is named. https://www.typescriptlang.org/docs/handbook/modules/reference.html#file-extension-substitution */
const sourcesOf: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.js', '.jsx'],
  '.jsx': ['.tsx', '.jsx'],
  '.mjs': ['.mts', '.mjs'],
  '.cjs': ['.cts', '.cjs'],
};
const ending = /\.(?:[cm]?[jt]s|[jt]sx)$/;
const built = /^(?:\.\/)?(?:dist|lib|build|out|esm|cjs)\//;

/**
 * Commands that load `.env` before the program: dotenv's preload, Node's own flag, what stands in front of it, and Bun, which always does.
 * https://nodejs.org/api/cli.html#--env-fileconfig https://bun.sh/docs/runtime/env
 */
const loadsEnvironment =
  /\bdotenv\/config\b|--env-file(?:-if-exists)?[= ](?:\.\/)?\.env(?:\s|$)|\bdotenv(?:x run)?\s+--\s|\benv-cmd\s+[^-]|(?:^|&&\s*)bun\s+(?:run\s+)?(?:--\S+\s+)*[\w./-]+\.[jt]sx?\b/;

/** Path segments put together, `.` and `..` taken out; undefined where it leads out of the root. */
function joined(...parts: readonly string[]): string | undefined {
  const segments: string[] = [];
  for (const segment of parts.join('/').split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return undefined;
  }
  return segments.join('/');
}

/** The files that a path without, or with another, ending may mean. */
function filesAt(base: string | undefined): readonly string[] {
  if (base === undefined) return [];
  const written = ending.exec(base)?.[0];
  const stem = written === undefined ? base : base.slice(0, -written.length);
  const exact = written === undefined ? [] : (sourcesOf[written]?.map((other) => stem + other) ?? [base]);
  const index = base === '' ? 'index' : `${base}/index`;
  return [
    ...exact,
    ...(base === '' ? [] : endings.map((other) => base + other)),
    ...endings.map((other) => index + other),
  ];
}

/** Gathers what package.json and tsconfig.json files say. */
export function createPackages(): Packages {
  const packages = new Map<string, Package>();
  const settings = new Map<string, Paths>();
  const maps = new Map<string, ImportMap>();
  const read = new Set<string>();
  const asked = new Set<string>();

  function wanted(folders: readonly string[]): readonly string[] {
    const files: string[] = [];
    for (const folder of folders) {
      if (asked.has(folder)) continue;
      asked.add(folder);
      for (const name of ['package.json', 'tsconfig.json', 'jsconfig.json', ...importMaps])
        files.push(joined(folder, name)!);
    }
    for (const { folder, extends: base } of settings.values()) {
      const file = base?.startsWith('.') ? joined(folder, base.endsWith('.json') ? base : `${base}.json`) : undefined;
      if (file !== undefined) files.push(file);
    }
    return files.filter((file) => !read.has(file));
  }

  function add(file: string, root: Node | undefined): void {
    if (read.has(file)) return;
    read.add(file);
    if (root?.kind !== 'map') return;
    const slash = file.lastIndexOf('/');
    const folder = slash === -1 ? '' : file.slice(0, slash);
    if (importMaps.some((name) => file === name || file.endsWith(`/${name}`))) {
      const imports = importsIn(root);
      if (imports.length > 0) maps.set(folder, imports);
    } else if (file.endsWith('package.json')) packages.set(folder, packageIn(root, folder));
    else settings.set(file, pathsIn(root, folder));
  }

  const around = <T>(file: string, of: (folder: string) => T | undefined): T | undefined => {
    for (const folder of foldersOf(file)) {
      const found = of(folder);
      if (found !== undefined) return found;
    }
    return undefined;
  };

  const rangeOf = (name: string, file: string) =>
    around(file, (folder) => packages.get(folder)?.dependencies.get(name));

  function places(module: string, file: string): readonly string[] {
    if (/^\.\.?(?:\/|$)/.test(module)) {
      const base = joined(file.slice(0, Math.max(0, file.lastIndexOf('/'))), module);
      const own = base === undefined ? undefined : packages.get(base);
      return [...(own?.entries ?? []).flatMap((entry) => filesAt(joined(base!, entry))), ...filesAt(base)];
    }
    if (/^[a-z]+:/.test(module) || module.startsWith('/')) return [];
    if (module.startsWith('#')) {
      const aliased = around(file, (folder) => {
        const own = packages.get(folder);
        const target =
          own &&
          matched(
            [...own.imports].map(([from, to]) => [from, [to]]),
            module,
          )[0];
        return target && filesAt(joined(folder, target));
      });
      if (aliased) return aliased;
    }
    const byMap = around(file, (folder) => {
      const found = matched(maps.get(folder) ?? [], module)[0];
      return found?.startsWith('.') ? filesAt(joined(folder, found)) : undefined;
    });
    if (byMap) return byMap;
    const byPaths = around(file, (folder) => throughPaths(folder, module));
    return byPaths ?? inWorkspace(module);
  }

  function throughPaths(folder: string, module: string): readonly string[] | undefined {
    for (const name of ['tsconfig.json', 'jsconfig.json']) {
      let paths = settings.get(joined(folder, name)!);
      for (let hops = 0; paths && hops < 4; hops++) {
        const { base, folder: own } = paths;
        const found = matched(paths.paths, module)
          .filter((target) => !/(^|\/)node_modules\//.test(target))
          .flatMap((target) => filesAt(joined(base ?? own, target)));
        if (found.length > 0) return found;
        if (base !== undefined && !isBare(module)) return filesAt(joined(base, module));
        const above: string | undefined = paths.extends;
        paths = above?.startsWith('.')
          ? settings.get(joined(own, above.endsWith('.json') ? above : `${above}.json`) ?? '')
          : undefined;
      }
    }
    return undefined;
  }

  /** A dependency's name is a word of its own; with `baseUrl` set, `config/server` is the project's. */
  function isBare(module: string): boolean {
    const name = module.startsWith('@') ? module.split('/').slice(0, 2).join('/') : module.split('/')[0]!;
    return (
      !module.includes('/') ||
      module.startsWith('@') ||
      [...packages.values()].some(({ dependencies }) => dependencies.has(name))
    );
  }

  function inWorkspace(module: string): readonly string[] {
    for (const { name, folder, entries, exports } of packages.values()) {
      if (name === undefined) continue;
      if (module === name) return entries.flatMap((entry) => filesAt(joined(folder, entry)));
      if (!module.startsWith(`${name}/`)) continue;
      const part = module.slice(name.length + 1);
      const written = exports.get(`./${part}`);
      return [...(written === undefined ? [] : [written]), part, `src/${part}`].flatMap((path) =>
        filesAt(joined(folder, path)),
      );
    }
    return [];
  }

  function mapped(module: string, file: string): string | undefined {
    if (maps.size === 0) return undefined;
    return around(file, (folder) => {
      const found = matched(maps.get(folder) ?? [], module)[0];
      return found?.startsWith('.') ? undefined : found;
    });
  }

  return {
    wanted,
    add,
    mapped,
    version: (name, file) => /\d+(?:\.\d+)*/.exec(rangeOf(name, file)?.replace(/^npm:.*@/, '') ?? '')?.[0],
    dependsOn: (name, file) => foldersOf(file).some((folder) => packages.get(folder)?.dependencies.has(name)),
    isOffered: (file) => around(file, (folder) => packages.get(folder)?.offered)?.includes(file) === true,
    loadsEnvironmentFile: (file) => around(file, (folder) => packages.get(folder)?.loadsEnvironmentFile) === true,
    places,
  };
}

/** Where the longest pattern that fits leads: `@/*` to `src/*`. */
function matched(paths: readonly (readonly [string, readonly string[]])[], module: string): readonly string[] {
  let best: { readonly length: number; readonly targets: readonly string[] } | undefined;
  for (const [pattern, targets] of paths) {
    const star = pattern.indexOf('*');
    if (star === -1) {
      if (pattern === module) return targets;
      continue;
    }
    const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
    const fits = module.startsWith(head) && module.endsWith(tail) && module.length >= head.length + tail.length;
    if (!fits || (best && best.length >= head.length)) continue;
    const middle = module.slice(head.length, module.length - tail.length);
    best = { length: head.length, targets: targets.map((target) => target.replace('*', () => middle)) };
  }
  return best?.targets ?? [];
}

const child = (node: Node | undefined, key: string): Node | undefined =>
  node?.kind === 'map' ? node.entries.findLast((entry) => entry.key === key)?.value : undefined;
const text = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;

const isTrue = (node: Node | undefined): boolean => node?.kind === 'scalar' && node.value === true;

/** Where an entry of `exports` leads, the source before what is built from it. */
function target(node: Node | undefined, depth = 0): string | undefined {
  if (depth > 4 || !node) return undefined;
  if (node.kind !== 'map') return text(node);
  for (const key of ['source', 'import', 'default', 'require', 'node'])
    for (const entry of node.entries) {
      const found = entry.key === key ? target(entry.value, depth + 1) : undefined;
      if (found !== undefined) return found;
    }
  return undefined;
}

function packageIn(root: Node, folder: string): Package {
  const dependencies = new Map<string, string>();
  for (const group of ['peerDependencies', 'devDependencies', 'optionalDependencies', 'dependencies']) {
    const node = child(root, group);
    if (node?.kind === 'map') for (const { key, value } of node.entries) dependencies.set(key, text(value) ?? '');
  }
  const leads = (node: Node | undefined) =>
    new Map(
      node?.kind === 'map'
        ? node.entries.flatMap(({ key, value }) => {
            const found = target(value);
            return found === undefined ? [] : [[key, found] as const];
          })
        : [],
    );
  const scripts = child(root, 'scripts');
  const exported = child(root, 'exports');
  const exports = leads(exported);
  const entry = [
    target(child(exported, '.')),
    text(exported),
    text(child(root, 'source')),
    text(child(root, 'module')),
    text(child(root, 'main')),
  ];
  const own = entry.filter((path) => path !== undefined);
  const sources = own.flatMap((path) => (built.test(path) ? [path.replace(built, 'src/'), path] : [path]));
  const isInstalled =
    !isTrue(child(root, 'private')) &&
    ['exports', 'files', 'types', 'typings', 'publishConfig'].some((key) => child(root, key) !== undefined);
  return {
    folder,
    name: text(child(root, 'name')),
    dependencies,
    imports: leads(child(root, 'imports')),
    entries: [...sources, 'src/index', 'index'],
    exports,
    offered: isInstalled ? [...sources, ...exports.values()].flatMap((path) => filesAt(joined(folder, path))) : [],
    loadsEnvironmentFile:
      scripts?.kind === 'map' && scripts.entries.some(({ value }) => loadsEnvironment.test(text(value) ?? '')),
  };
}

/** A name that ends in a slash stands for all that begin with it. */
function importsIn(root: Node): ImportMap {
  const imports = child(root, 'imports');
  if (imports?.kind !== 'map') return [];
  return imports.entries.flatMap(({ key, value }) => {
    const target = text(value);
    if (target === undefined) return [];
    const star = key.endsWith('/') ? '*' : '';
    return [[`${key}${star}`, [`${target}${star}`]] as const];
  });
}

function pathsIn(root: Node, folder: string): Paths {
  const options = child(root, 'compilerOptions');
  const base = text(child(options, 'baseUrl'));
  const paths = child(options, 'paths');
  return {
    folder,
    base: base === undefined ? undefined : joined(folder, base),
    paths:
      paths?.kind === 'map'
        ? paths.entries.map(({ key, value }) => [
            key,
            value.kind === 'list' ? value.items.flatMap((item) => text(item) ?? []) : [],
          ])
        : [],
    extends: text(child(root, 'extends')),
  };
}
