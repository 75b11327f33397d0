import { contextOf } from '../context.ts';
import type { Origin, Span } from '../facts.ts';
import type { Project, Value } from '../resolve.ts';
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
   * @param program the file that reads it
   */
  variable(name: string, program: string): Value | undefined;
}

const loadsEnvironmentFile = /dotenv|env_file|decouple|environs?\b.*Env\(|read_env|starlette\.config/;
/** Settings in sections for each environment, `default` behind all of them. https://www.dynaconf.com/configuration/#environments */
const layers = /\bDynaconf\([^)]*\benvironments\s*=/;
/** `${HOST:-0.0.0.0}`, `${oc.env:HOST,0.0.0.0}`, `$HOST`. */
const substituted = /^\$(?:(\w+)|\{(?:oc\.env:|env:)?(\w+)(?:(?::?[-=]|,|:)([^{}]*))?\})$/;

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
  const quote = node.opaque ? {} : { quote: node.quote, document };
  if (typeof node.value === 'number') return { type: 'number', value: node.value, ...quote, ...trail };
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
  let layered: boolean | undefined;
  const inPrograms = (word: RegExp) => [...project.programs.values()].some((index) => word.test(index.program.text));
  const isLayered = () => {
    layered ??= inPrograms(layers);
    return layered;
  };

  function find(path: readonly string[], file: string | undefined, reader: string): Setting {
    if (file === undefined && path.length < 2) return undefined;
    if (file !== undefined && !project.settings.some((settings) => isNamed(settings.file, file)))
      project.want(foldersOf(reader).map((folder) => (folder === '' ? file : `${folder}/${file}`)));
    let found: { node: Node; document: Document }[] = [];
    for (const settings of project.settings) {
      if (file !== undefined && !isNamed(settings.file, file)) continue;
      for (const document of settings.documents) {
        if (document.notation === 'env') continue;
        const node =
          looseNodeAt(document.root, path) ??
          (file !== undefined && isLayered() ? looseNodeAt(document.root, ['default', ...path]) : undefined);
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
    return { found: 'value', value: scalarValue(first.node, first.document, note) };
  }

  function variable(name: string, program: string): Value | undefined {
    if (project.environment) return project.environment(name);
    loads ??= inPrograms(loadsEnvironmentFile);
    if (!loads) return undefined;
    for (const folder of foldersOf(program)) {
      const place = folder === '' ? '.env' : `${folder}/.env`;
      const document = project.settings.find((settings) => settings.file === place)?.documents[0];
      const node = document && looseNodeAt(document.root, [name]);
      if (node?.kind === 'scalar' && node.text !== '' && !node.text.includes('$'))
        return scalarValue(node, document!, `${name} in ${place}`);
    }
    return undefined;
  }

  return { find, variable };
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
