import { contextOf } from '../context.ts';
import type { Origin, Span } from '../facts.ts';
import type { Project, Value, ValueOf } from '../resolve.ts';
import { type Document, type Node, nodeAt, type Scalar } from '../syntax/document.ts';
import { foldersOf } from './modules.ts';
import { isText, known, literal, setBy, unknown } from './values.ts';

/** What stands under a path of keys in the project's settings files. */
export type Setting =
  | { readonly found: 'value'; readonly value: Value }
  | { readonly found: 'section' }
  /** Several files say different things. */
  | { readonly found: 'many'; readonly span: Span }
  | undefined;

export interface SettingsLookup {
  /**
   * @param path keys from the root
   * @param file the file that is read, as the code names it; undefined: any where the path fits
   * @param reader the program that reads it
   */
  find(path: readonly string[], file: string | undefined, reader: string): Setting;
  /**
   * A variable in the `.env` file nearest to a program, where the project loads such files.
   * @param name the variable
   * @param files names to look for in its place, whether the project loads them or not
   * @param program the file that reads it
   */
  variable(name: string, program: string, files?: readonly string[]): Value | undefined;
  /** The settings object that dynaconf makes by itself, as one of its default files holds it. */
  dynaconf(span: Span): Value;
}

/** Code that puts what an environment file says into the environment. */
export const loadsEnvironmentFile = /dotenv|env_file|decouple|environs?\b.*Env\(|read_env|starlette\.config/;
/** Settings in sections for each environment, `default` behind all of them. https://www.dynaconf.com/configuration/#environments */
const layers = /\bFlaskDynaconf\(|\bDynaconf\([^)]*\benvironments\s*=|\bfrom dynaconf import\b[^\n]*\bsettings\b/;
/** What the settings object that dynaconf itself makes looks for. https://github.com/dynaconf/dynaconf/blob/master/dynaconf/constants.py */
export const dynaconfFiles = ['settings.toml', 'settings.yaml', 'settings.yml', 'settings.ini', 'settings.json'];
/** https://hydra.cc/docs/advanced/defaults_list/ */
const composes = /\bhydra\.(?:main|compose)\b|\bfrom hydra import\b/;
/** Defaults lists inside of files that a defaults list names. */
const maximumCompositions = 4;
/** Entries of a defaults list that are followed. */
const maximumParts = 40;
/** `${HOST:-0.0.0.0}`, `${oc.env:HOST,0.0.0.0}`, `$HOST`. */
const substituted = /^\$(?:(\w+)|\{(?:oc\.env:|env:)?(\w+)(?:(?::?[-=]|,|:)([^{}]*))?\})$/;

/** `%(host)s` of configparser; `${host}` and `${server:host}` of its extended form; `${server.host}` of OmegaConf. */
const reference = /^(?:%\(([\w.-]+)\)s|\$\{([\w.:-]+)\})$/;
/** A text that only its reader can put together. */
const interpolates = /%\([\w.-]+\)s/;
/** References behind each other that are followed. */
const maximumReferences = 8;

/** The value that a reference to another key of the same file stands for, or the value itself where it is none. */
function referred(node: Scalar, document: Document, path: readonly string[]): Scalar {
  let at = node;
  let section = path.slice(0, -1);
  for (let step = 0; step < maximumReferences; step++) {
    const [, percent, braces] = (typeof at.value === 'string' && reference.exec(at.value)) || [];
    const name = percent ?? braces;
    if (name === undefined) return at;
    const inIni = document.notation === 'ini';
    const keys = inIni ? (name.includes(':') ? name.split(':') : [...section, name]) : name.split('.');
    const found = looseNodeAt(document.root, keys) ?? inDefaults(document, keys);
    if (found?.kind !== 'scalar') return at;
    at = found;
    section = keys.slice(0, -1);
  }
  return at;
}

const isNamed = (file: string, name: string) => file === name || file.endsWith(`/${name}`);

/** Reads a value of a settings file. */
function scalarValue(node: Scalar, document: Document, note: string): Value {
  const trail = {
    ...known(node.span),
    origin: literal,
    steps: [{ span: node.span, note }],
    adjustable: true,
    declared: { via: 'config' as const, name: note, span: node.span },
  };
  if (node.value === null) return { type: 'none', ...trail };
  if (typeof node.value === 'boolean') return { type: 'boolean', value: node.value, ...trail };
  const quote = node.opaque && !node.anchored ? {} : { quote: node.quote, document };
  if (typeof node.value === 'number') return { type: 'number', value: node.value, ...quote, ...trail };
  if (document.notation === 'ini' && interpolates.test(node.value)) return unknown(node.span, trail);
  if (!node.value.includes('$')) return { type: 'string', value: node.value, ...quote, ...trail };
  const variable = substituted.exec(node.value);
  const name = variable?.[1] ?? variable?.[2];
  if (name === undefined) return unknown(node.span, trail);
  const origin: Origin = { by: 'env', name };
  const spare = variable?.[3];
  const step = { span: node.span, note: `variable ${name}` };
  return spare === undefined
    ? unknown(node.span, { ...trail, origin, optional: true, steps: [...trail.steps, step] })
    : { type: 'string', value: spare, ...trail, origin, steps: [...trail.steps, step] };
}

/** The node at a path, keys compared without regard to case where they are not found as they are. */
function looseNodeAt(root: Node, path: readonly string[]): Node | undefined {
  const exact = nodeAt(root, path);
  if (exact) return exact;
  let node: Node | undefined = root;
  for (const key of path) {
    if (node?.kind !== 'map') return undefined;
    const lower = key.toLowerCase();
    node = node.entries.findLast((entry) => entry.key.toLowerCase() === lower)?.value;
  }
  return node;
}

/** What `[DEFAULT]` of an INI file says for a key of one of its sections. https://docs.python.org/3/library/configparser.html */
function inDefaults({ root, notation }: Document, path: readonly string[]): Node | undefined {
  const [section, key] = path;
  if (notation !== 'ini' || path.length !== 2 || looseNodeAt(root, [section!]) === undefined) return undefined;
  return looseNodeAt(root, ['DEFAULT', key!]);
}

/** Of files that go by one name, those in the folders nearest to the program that reads them. */
function nearest<T extends { readonly document: Document }>(found: readonly T[], reader: string): T[] {
  const folders = foldersOf(reader);
  const shared = ({ document }: T) =>
    folders.findIndex((folder) => folder === '' || document.file.startsWith(`${folder}/`));
  const best = Math.min(...found.map(shared));
  return found.filter((one) => shared(one) === best);
}

/**
 * Looks into the project's settings files.
 * @param project the files that were read
 */
export function createSettingsLookup(project: Project): SettingsLookup {
  let loads: boolean | undefined;
  let named: readonly string[] | undefined;
  let layered: boolean | undefined;
  let composed: boolean | undefined;
  const inPrograms = (word: RegExp) => [...project.programs.values()].some((index) => word.test(index.program.text));
  const isLayered = () => {
    layered ??= inPrograms(layers);
    return layered;
  };

  /** What one document says at a path; with sections for environments, what all of those agree on. */
  function inDocument(document: Document, path: readonly string[], named: boolean): Node | 'many' | undefined {
    const direct = looseNodeAt(document.root, path) ?? inDefaults(document, path);
    if (direct || !named || !isLayered() || document.root.kind !== 'map') return direct;
    const all = document.root.entries.flatMap(({ value }) => looseNodeAt(value, path) ?? []);
    const [first] = all;
    const differ = all.some(
      (node) =>
        node.kind !== first!.kind ||
        (node.kind === 'scalar' && first!.kind === 'scalar' && node.value !== first!.value),
    );
    return differ ? 'many' : looseNodeAt(document.root, ['default', ...path]);
  }

  /**
   * What a file of Hydra and those of its defaults list say at a path.
   * @param own the file, with its folder
   */
  function inComposition(own: string, path: readonly string[], depth = 0): Setting {
    const settings = project.settings.find((one) => one.file === own);
    const document = settings?.documents[0];
    if (!document) {
      project.want([own]);
      return undefined;
    }
    const list = depth < maximumCompositions ? nodeAt(document.root, ['defaults']) : undefined;
    const parts = list?.kind === 'list' ? partsOf(list.items.slice(0, maximumParts), own) : [];
    if (!parts.some((part) => part === 'self')) parts.push('self');
    for (const part of parts.reverse()) {
      if (part === 'self') {
        const node = path.length === 0 ? undefined : nodeAt(document.root, path);
        if (node) return settingIn(node, document, path);
        continue;
      }
      const { file, mount } = part;
      const fits = mount.every((key, at) => at >= path.length || key === path[at]);
      if (file === undefined && fits) return { found: 'many', span: part.span };
      if (file === undefined) continue;
      const inside = project.settings.find((one) => one.file === file)?.documents[0];
      if (!inside) project.want([file]);
      const global = inside?.comments.some(({ text }) => /@package\s+_global_/.test(text));
      if (!fits && !global) continue;
      const rest = global ? path : path.slice(mount.length);
      if (rest.length === 0) return { found: 'section' };
      const setting = inComposition(file, rest, depth + 1);
      if (setting) return setting;
    }
    return undefined;
  }

  const settingIn = (node: Node, document: Document, path: readonly string[]): Setting =>
    node.kind === 'scalar'
      ? {
          found: 'value',
          value: scalarValue(referred(node, document, path), document, `${path.join('.')} in ${document.file}`),
        }
      : { found: 'section' };

  function dynaconf(span: Span): Value {
    const file = dynaconfFiles.find((name) => project.settings.some((settings) => isNamed(settings.file, name)));
    if (file === undefined)
      for (const name of dynaconfFiles)
        project.want(foldersOf(span.file).map((folder) => (folder === '' ? name : `${folder}/${name}`)));
    const origin: Origin = { by: 'config', path: '' };
    return { type: 'settings', path: [], file: file ?? dynaconfFiles[0]!, ...known(span), origin, adjustable: true };
  }

  function find(path: readonly string[], file: string | undefined, reader: string): Setting {
    if (file === undefined && path.length < 2) return undefined;
    composed ??= inPrograms(composes);
    if (composed && file !== undefined && /\.ya?ml$/.test(file)) {
      const [primary] = nearest(
        project.settings
          .filter((settings) => isNamed(settings.file, file))
          .flatMap(({ documents }) => documents.map((document) => ({ document }))),
        reader,
      );
      if (primary && nodeAt(primary.document.root, ['defaults'])) return inComposition(primary.document.file, path);
    }
    if (file !== undefined && !project.settings.some((settings) => isNamed(settings.file, file)))
      project.want(foldersOf(reader).map((folder) => (folder === '' ? file : `${folder}/${file}`)));
    let found: { node: Node; document: Document }[] = [];
    for (const settings of project.settings) {
      if (file !== undefined && !isNamed(settings.file, file)) continue;
      for (const document of settings.documents) {
        if (document.notation === 'env') continue;
        const node = inDocument(document, path, file !== undefined);
        if (node === 'many') return { found: 'many', span: document.root.span };
        if (node) found.push({ node, document });
      }
    }
    const own = found.filter(({ document }) => !/test|example|docs/.test(contextOf(document.file)));
    if (own.length > 0) found = own;
    if (file !== undefined) found = nearest(found, reader);
    const first = found[0];
    if (!first) return undefined;
    if (first.node.kind !== 'scalar') return { found: 'section' };
    const { value } = first.node;
    if (found.some(({ node }) => node.kind !== 'scalar' || node.value !== value))
      return { found: 'many', span: first.node.span };
    const note = `${path.join('.')} in ${first.document.file}`;
    return { found: 'value', value: scalarValue(referred(first.node, first.document, path), first.document, note) };
  }

  function variable(name: string, program: string, files?: readonly string[]): Value | undefined {
    const given = project.environment?.(name);
    if (given) return given;
    if (files) project.want(foldersOf(program).flatMap((folder) => files.map((file) => below(folder, file))));
    else {
      loads ??= inPrograms(loadsEnvironmentFile);
      if (!loads && project.loadsEnvironmentFile?.(program) !== true) return undefined;
    }
    const inFile = (place: string): Value | undefined => {
      const document = project.settings.find((settings) => settings.file === place)?.documents[0];
      const node = document && looseNodeAt(document.root, [name]);
      if (node?.kind !== 'scalar' || node.text === '' || node.text.includes('$')) return undefined;
      const value = scalarValue(node, document!, `${name} in ${place}`);
      // Whether the file comes into the image, only its build could tell.
      return project.environment
        ? unknown(value.span, { origin: literal, steps: value.steps, adjustable: true })
        : value;
    };
    for (const folder of foldersOf(program)) {
      for (const file of files ?? ['.env']) {
        const value = inFile(below(folder, file));
        if (value) return value;
      }
    }
    return files ? undefined : inNamedFiles(program, inFile);
  }

  /** What the files say that programs name themselves; which of several is read, nobody sees. */
  function inNamedFiles(program: string, inFile: (place: string) => Value | undefined): Value | undefined {
    named ??= [...project.programs.values()].flatMap(({ program: { text } }) =>
      loadsEnvironmentFile.test(text) ? environmentFilesNamed(text) : [],
    );
    const places = [...new Set(foldersOf(program).flatMap((folder) => named!.map((file) => below(folder, file))))];
    for (const place of places) project.want([place]);
    const values = places.flatMap((place) => inFile(place) ?? []);
    const [value] = values;
    const isSame = (other: Value) => isText(value!) && isText(other) && value.value === other.value;
    return value === undefined || values.every(isSame) ? value : unknown(value.span, { adjustable: true });
  }

  return { find, variable, dynaconf };
}

/** `dotenv.config({ path: './config/config.env' })`, `load_dotenv(".env.production")`, `.env.${process.env.NODE_ENV}`. */
function environmentFilesNamed(text: string): readonly string[] {
  const whole = [...text.matchAll(/["'`](?:\.{0,2}\/)*((?:[\w-]+\/)*[\w-]*\.env(?:\.[\w-]+)?)["'`]/g)];
  const chosen = /["'`/]\.env\.\$\{/.test(text)
    ? ['development', 'production', 'local'].map((mode) => `.env.${mode}`)
    : [];
  return [...whole.map(([, file]) => file!), ...chosen].filter((file) => !/example|sample|template|test/.test(file));
}

const below = (folder: string, file: string): string => (folder === '' ? file : `${folder}/${file}`);

/** An entry of a defaults list: a file and where its keys go; `file` undefined where the choice cannot be seen. */
interface ComposedPart {
  readonly file: string | undefined;
  readonly mount: readonly string[];
  readonly span: Span;
}

/**
 * The entries of a defaults list: `- server: local`, `- override /db: mysql`, `- base`, `- _self_`.
 * @param own the file that the list stands in
 */
function partsOf(items: readonly Node[], own: string): (ComposedPart | 'self')[] {
  const folder = own.includes('/') ? own.slice(0, own.lastIndexOf('/')) : '';
  return items.flatMap((item): (ComposedPart | 'self')[] => {
    if (item.kind === 'scalar') {
      if (item.value === '_self_') return ['self'];
      if (typeof item.value !== 'string') return [];
      const group = item.value.includes('/') ? item.value.slice(0, item.value.lastIndexOf('/')) : '';
      return [partOf(group, item.value.slice(group === '' ? 0 : group.length + 1), folder, item.span)];
    }
    if (item.kind !== 'map') return [];
    return item.entries.flatMap(({ key, value }) => {
      const group = key.replace(/^(?:(?:override|optional)\s+)+/, '');
      if (/^\/?hydra(?:\/|$)/.test(group)) return [];
      const options = value.kind === 'list' ? value.items : [value];
      return options.flatMap((option) =>
        option.kind === 'scalar' && option.value !== null
          ? [partOf(group, String(option.value), folder, option.span)]
          : [],
      );
    });
  });
}

function partOf(group: string, option: string, folder: string, span: Span): ComposedPart {
  const [path = '', fromGroup] = group.split('@');
  const [name = '', fromOption] = option.split('@');
  const stated = fromGroup ?? fromOption;
  const isAbsolute = path.startsWith('/');
  const mount = (stated === '_global_' ? '' : (stated ?? path.replaceAll('/', '.')))
    .split('.')
    .filter((key) => key !== '');
  const file = [isAbsolute ? '' : folder, path, name.replace(/\.ya?ml$/, '')].filter((part) => part !== '').join('/');
  return { file: isAbsolute || option.includes('$') ? undefined : `${file}.yaml`, mount, span };
}

/**
 * The value of a key as code reads it: what a file says, else the fallback that stands in the code, else a section of the
 * settings of which nothing more is known.
 * @param path keys from the root
 * @param file the file that is read, as the code names it
 * @param span the place that reads
 * @param fallback what the code takes where there is no such key
 */
export function settingOf(
  lookup: SettingsLookup,
  path: readonly string[],
  file: string | undefined,
  span: Span,
  fallback: () => Value | undefined,
): Value {
  const name = path.join('.');
  const origin: Origin = { by: 'config', path: name };
  const step = { span, note: `key ${name} of the settings` };
  const setting = lookup.find(path, file, span.file);
  if (setting?.found === 'value')
    return setBy(setting.value, setting.value.origin.by === 'env' ? setting.value.origin : origin, [step]);
  const trail = { ...known(span), origin, adjustable: true, steps: [step] };
  if (setting?.found === 'many') return unknown(span, trail);
  const spare = setting ? undefined : fallback();
  if (spare && (isText(spare) || spare.type === 'boolean' || spare.type === 'object'))
    return setBy(spare, origin, [step]);
  if (spare?.type === 'none') return unknown(span, { ...trail, optional: true });
  return {
    type: 'settings',
    path,
    ...trail,
    ...(file !== undefined && { file }),
    ...(spare?.type === 'map' && { spare }),
  };
}

/**
 * The value of a key below a section of the settings, as the last of their files says that has it.
 * @param span the place that reads
 * @param fallback what the code takes where there is no such key
 */
export function keyOfSettings(
  lookup: SettingsLookup,
  { path: outer, file, over }: ValueOf<'settings'>,
  key: string,
  span: Span,
  fallback: () => Value | undefined,
): Value {
  const path = [...outer, key];
  if (over === undefined) return settingOf(lookup, path, file, span, fallback);
  const holders = over.filter((other) => lookup.find(path, other, span.file) !== undefined);
  const value = settingOf(lookup, path, holders.at(-1) ?? file, span, fallback);
  // A section may have some of its keys in each file.
  return value.type === 'settings' ? { ...value, over, ...(file !== undefined && { file }) } : value;
}
