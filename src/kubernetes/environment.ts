import type { EntryPlace, Environment } from '../containers/workload.ts';
import type { Span, Variable } from '../facts.ts';
import type { Node, Scalar } from '../syntax/document.ts';
import {
  entriesAt,
  entryAt,
  isOpen,
  itemsAt,
  type Manifest,
  type MapNode,
  mapAt,
  scalarAt,
  textAt,
} from './manifests.ts';
import { blockColumn, lineEndAfter } from './slots.ts';

/** The config maps that stand in the same place as a manifest, by name. */
export type Maps = (name: string, beside: Manifest) => MapNode | undefined;

/** Variables that a container takes from one config map. */
const maximumVariables = 500;

/** What a container's `env` and `envFrom` set. */
export function environmentOf(node: MapNode, manifest: Manifest, maps: Maps): Environment {
  const { items, open: openList } = itemsAt(node, 'env');
  const from = itemsAt(node, 'envFrom');
  let open = openList || from.open || isOpen(node) || entriesAt(node, 'env').some(({ branches }) => branches);
  const variables: Variable[] = [];
  for (const item of from.items) {
    const name = item.kind === 'map' ? textAt(mapAt(item, 'configMapRef') ?? item, 'name') : undefined;
    const data = name === undefined ? undefined : maps(name, manifest);
    if (!data) {
      open = true;
      continue;
    }
    if (isOpen(data) || data.entries.length > maximumVariables) open = true;
    const prefix = textAt(item, 'prefix') ?? '';
    for (const { key, value, branches } of data.entries.slice(0, maximumVariables))
      if (value.kind === 'scalar')
        variables.push(variableOf(`${prefix}${key}`, value, value.span, branches !== undefined));
  }
  for (const item of items) {
    const variable = item.kind === 'map' ? entryOf(item, manifest, maps) : undefined;
    if (variable) variables.push(variable);
    else open = true;
  }
  const entry = entryPlace(node, manifest.text);
  return { variables, files: [], open, ...(entry && { entry }) };
}

function entryOf(item: MapNode, manifest: Manifest, maps: Maps): Variable | undefined {
  const name = scalarAt(item, 'name');
  if (!name || name.filled?.unseen || name.value === null) return undefined;
  const text = String(name.value);
  const maybe = item.branches !== undefined;
  const value = entryAt(item, 'value');
  if (value?.value.kind === 'scalar')
    return variableOf(text, value.value, value.keySpan, maybe || value.branches !== undefined);
  const reference = mapAt(mapAt(item, 'valueFrom'), 'configMapKeyRef');
  const map = reference && textAt(reference, 'name');
  const key = reference && textAt(reference, 'key');
  const data = map === undefined ? undefined : maps(map, manifest);
  const from = key === undefined ? undefined : entryAt(data, key)?.value;
  if (from?.kind === 'scalar') return variableOf(text, from, from.span, maybe);
  return { name: text, value: undefined, span: name.span };
}

function variableOf(name: string, node: Scalar, place: Span, maybe: boolean): Variable {
  const { value, filled, opaque, quote } = node;
  const unseen = filled?.unseen || maybe || (typeof value === 'string' && value.includes('$('));
  if (unseen) return { name, value: undefined, span: filled?.site ?? node.span };
  const written = value === null ? '' : typeof value === 'string' ? value : node.text;
  const empty = node.span.start === node.span.end;
  return {
    name,
    value: written,
    span: empty ? { ...place, start: place.end } : node.span,
    ...(!opaque && !empty && { frame: { before: '', after: '', quote } }),
  };
}

/** Where one more variable is written: behind the last one, or in a list of its own behind the image. */
function entryPlace(node: MapNode, text: string): EntryPlace | undefined {
  const entries = entriesAt(node, 'env');
  const [entry] = entries;
  if (entries.length > 1) return undefined;
  const written = entry && !(entry.value.kind === 'list' && entry.value.items.length === 0) ? entry : undefined;
  if (entry && !written) return undefined;
  if (!written) return newList(node, text);
  const list = written.value;
  if (list.kind !== 'list' || list.holes || written.shared || isShared(list) || written.branches) return undefined;
  const last = list.items.at(-1);
  if (last?.kind !== 'map' || last.branches || last.holes) return undefined;
  const { file } = list.span;
  if (text[list.span.start] === '[') {
    const end = last.span.end;
    if (text[last.span.start] !== '{') return undefined;
    return flowEntry({ file, start: end, end }, text.slice(last.span.start, end));
  }
  const column = blockColumn(last, text);
  const lastEntry = last.entries.at(-1);
  if (!lastEntry || lastEntry.shared) return undefined;
  const line = text.slice(text.lastIndexOf('\n', last.span.start - 1) + 1, last.span.start);
  // Items in flow style in a list in block style: - {name: A, value: b}
  const dash = /^[ \t]*-[ \t]+$/.exec(line)?.[0];
  const end = lineEndAfter(lastEntry, text);
  if (dash === undefined || end === undefined) return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const at = { file, start: end, end };
  if (column === undefined)
    return { span: at, before: `${newline}${dash}{ name: `, between: ', value: ', quote: '"', after: ' }' };
  return {
    span: at,
    before: `${newline}${dash}name: `,
    between: `${newline}${' '.repeat(dash.length)}value: `,
    quote: '"',
    after: '',
  };
}

/** The list is another one's too. */
function isShared(list: Extract<Node, { kind: 'list' }>): boolean {
  return list.items.some((item) => item.kind === 'map' && item.entries.some((entry) => entry.shared === true));
}

/** @param beside the entry in front of it, whose style it takes */
function flowEntry(span: Span, beside: string): EntryPlace {
  const pad = /^\{\s/.test(beside) ? ' ' : '';
  const mark = /^\{\s*"/.test(beside) ? '"' : '';
  return {
    span,
    before: `, {${pad}${mark}name${mark}: ${mark}`,
    between: `${mark}, ${mark}value${mark}: `,
    quote: '"',
    after: `${pad}}`,
  };
}

function newList(node: MapNode, text: string): EntryPlace | undefined {
  const image = entryAt(node, 'image');
  if (image?.value.kind !== 'scalar' || image.shared || image.branches || node.holes) return undefined;
  const { file, end: imageEnd } = image.value.span;
  if (image.value.filled || image.value.opaque || image.keySpan.file !== file) return undefined;
  const column = blockColumn(node, text);
  if (column === undefined) {
    if (text[node.span.start] !== '{') return undefined;
    const span = { file, start: imageEnd, end: imageEnd };
    return { span, before: ', "env": [{"name": "', between: '", "value": ', quote: '"', after: '}]' };
  }
  const end = lineEndAfter(image, text);
  if (end === undefined) return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const pad = `${newline}${' '.repeat(column)}`;
  return {
    span: { file, start: end, end },
    before: `${pad}env:${pad}  - name: `,
    between: `${pad}    value: `,
    quote: '"',
    after: '',
  };
}
