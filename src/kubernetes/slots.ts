import { parsePort } from '../address.ts';
import type { Frame, Slot, Span, Step } from '../facts.ts';
import type { Entry, Node, Scalar } from '../syntax/document.ts';

/** A slot of something that a manifest does not say. */
export function unsaid<T>({ file, end }: Span): Slot<T> {
  const span = { file, start: end, end };
  return { value: undefined, origin: { by: 'unknown' }, span, site: span, chain: [], fixed: false };
}

/** The port that a scalar says; a name has no value here. */
export function portSlot(node: Scalar): Slot<number> {
  return slotOf(node, (text) => {
    const value = parsePort(text);
    if (value !== undefined) return { value };
    return /^[-+]?\d+$/.test(text) ? { value, written: text } : { value };
  });
}

/** The address that a scalar says. */
export function hostSlot(node: Scalar): Slot<string> {
  return slotOf(node, (text) => ({ value: text === '' ? undefined : text }));
}

/** The name that stands where a number could; undefined where it is one, or cannot be seen. */
export function nameIn(node: Scalar): string | undefined {
  if (node.filled?.unseen || typeof node.value !== 'string') return undefined;
  return /^\d*$/.test(node.value) ? undefined : node.value;
}

function slotOf<T>(
  node: Scalar,
  read: (text: string) => { readonly value: T | undefined; readonly written?: string },
): Slot<T> {
  const { filled, span } = node;
  const site = filled?.site ?? span;
  const chain: readonly Step[] = filled?.chain ?? [];
  if (filled?.unseen || node.value === null)
    return { value: undefined, origin: { by: 'unknown' }, span, site, chain, fixed: false };
  const { path } = filled ?? {};
  const frame: Frame | undefined = node.opaque ? undefined : { before: '', after: '', quote: node.quote };
  return {
    ...read(typeof node.value === 'string' ? node.value : node.text),
    origin: path === undefined ? { by: 'literal' } : { by: 'config', path },
    span,
    site,
    chain,
    fixed: path === undefined,
    ...(frame && { frame }),
    ...(frame && !filled && { siteFrame: frame }),
  };
}

/** The column that the keys of a block map stand in; undefined in flow style. */
export function blockColumn(node: Extract<Node, { kind: 'map' }>, text: string): number | undefined {
  const first = node.entries.find((entry) => !entry.shared);
  if (!first || text[node.span.start] === '{') return undefined;
  return first.keySpan.start - (text.lastIndexOf('\n', first.keySpan.start - 1) + 1);
}

/** The empty place at the end of the line that an entry ends on; undefined where that cannot be told. */
export function lineEndAfter(entry: Entry, text: string): number | undefined {
  const last = lastScalar(entry.value);
  if (!last || last.filled || (last.opaque && /^[|>]/.test(text.slice(last.span.start, last.span.start + 1))))
    return undefined;
  const newline = text.indexOf('\n', last.span.end);
  const end = newline === -1 ? text.length : text[newline - 1] === '\r' ? newline - 1 : newline;
  return /^[ \t\]},]*(?:#.*)?$/.test(text.slice(last.span.end, end)) ? end : undefined;
}

function lastScalar(node: Node): Scalar | undefined {
  if (node.kind === 'scalar') return node;
  if (node.holes) return undefined;
  if (node.kind === 'list') {
    const item = node.items.at(-1);
    return item && lastScalar(item);
  }
  const entry = node.entries.at(-1);
  return entry && !entry.shared ? lastScalar(entry.value) : undefined;
}
