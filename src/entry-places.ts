import type { EntryPlace } from './containers/workload.ts';
import type { Span } from './facts.ts';
import type { Node } from './syntax/document.ts';

/** The offset behind what a node's last scalar writes. */
function endOf(node: Node, text: string): number {
  const last = node.kind === 'map' ? node.entries.findLast((entry) => !entry.shared) : undefined;
  if (last) return Math.max(endOf(last.value, text), last.keySpan.end);
  const item = node.kind === 'list' ? node.items.at(-1) : undefined;
  if (item) return Math.max(endOf(item, text), node.span.start);
  return node.span.start + text.slice(node.span.start, node.span.end).trimEnd().length;
}

/** The end of the line that an offset stands in, a comment on it included. */
function lineEndOf(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  const at = end === -1 ? text.length : end;
  return text[at - 1] === '\r' ? at - 1 : at;
}

/** The blanks before an offset, where nothing else stands there; `- ` counts as blanks. */
function indentOf(text: string, offset: number): string | undefined {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*(?:- *)?$/.test(line) ? line.replace('-', ' ') : undefined;
}

const newlineOf = (text: string) => (text.includes('\r\n') ? '\r\n' : '\n');
const emptyAt = (file: string, start: number): Span => ({ file, start, end: start });

/**
 * Where another entry of a map is written, behind the last one.
 * @param map the map, in block or flow style; entries of its own only
 * @returns the place and the text in front of the key; undefined where none can be written
 */
export function placeInMap(map: Node, text: string): { readonly span: Span; readonly before: string } | undefined {
  if (map.kind !== 'map') return undefined;
  const own = map.entries.filter(
    (entry) => !entry.shared && entry.keySpan.start >= map.span.start && entry.keySpan.end <= map.span.end,
  );
  const last = own.at(-1);
  if (!last) return undefined;
  const { file } = map.span;
  if (text[map.span.start] === '{') return { span: emptyAt(file, endOf(last.value, text)), before: ', ' };
  const indent = indentOf(text, last.keySpan.start);
  if (indent === undefined) return undefined;
  return { span: emptyAt(file, lineEndOf(text, endOf(last.value, text))), before: newlineOf(text) + indent };
}

/**
 * Where another item of a list is written, behind the last one.
 * @returns the place, the text in front of the item and the quotes it needs
 */
export function placeInList(
  list: Node,
  text: string,
): { readonly span: Span; readonly before: string; readonly quote: string } | undefined {
  if (list.kind !== 'list') return undefined;
  const last = list.items.at(-1);
  if (!last) return undefined;
  const { file } = list.span;
  const quote = last.kind === 'scalar' ? last.quote : '';
  if (text[list.span.start] === '[')
    return { span: emptyAt(file, endOf(last, text)), before: ', ', quote: quote || '"' };
  const line = text.slice(text.lastIndexOf('\n', last.span.start - 1) + 1, last.span.start);
  if (!/^[ \t]*-[ \t]+$/.test(line)) return undefined;
  return { span: emptyAt(file, lineEndOf(text, endOf(last, text))), before: newlineOf(text) + line, quote };
}

/**
 * Where one more variable is written in the environment of a service.
 * @param owner the map that has, or would have, the key `key`
 * @param key `environment`
 */
export function variablePlace(owner: Node, key: string, text: string): EntryPlace | undefined {
  if (owner.kind !== 'map') return undefined;
  const there = owner.entries.findLast((entry) => entry.key === key);
  if (there) {
    if (there.shared) return undefined;
    const inMap = placeInMap(there.value, text);
    if (inMap) return { ...inMap, between: ': ', quote: '', after: '' };
    const inList = placeInList(there.value, text);
    return inList && { ...inList, before: inList.before + inList.quote, between: '=', quote: '', after: inList.quote };
  }
  const place = placeInMap(owner, text);
  if (!place || place.before === ', ') return undefined;
  const indent = place.before.replace(/^\r?\n/, '');
  const outer = text.slice(0, owner.span.start).trimEnd().lastIndexOf('\n') + 1;
  const step = indent.length - /^[ \t]*/.exec(text.slice(outer))![0].length;
  const further = indent + ' '.repeat(step > 0 && step <= 8 ? step : 2);
  return {
    span: place.span,
    before: `${place.before}${key}:${newlineOf(text)}${further}`,
    between: ': ',
    quote: '',
    after: '',
  };
}
