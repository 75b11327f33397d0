import type { Publish, Slot, Span, Variable } from '../facts.ts';
import { type Node, nodeAt, type Scalar } from '../syntax/document.ts';
import { type Stretch, unsaid } from './port-mappings.ts';

/** The text of a scalar; undefined where there is none. */
export function textOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
}

/** The text of a scalar with its place. */
export function stretchOf(item: Scalar): Stretch {
  if (item.opaque) return { text: String(item.value), span: item.span, exact: false };
  const start = item.span.start + item.quote.length;
  return { text: item.text, span: { ...item.span, start, end: start + item.text.length }, exact: true };
}

/** A variable that a scalar holds; anything else holds what cannot be seen. */
export function variableOf(name: string, value: Node | undefined, at: Span): Variable {
  if (value?.kind !== 'scalar' || value.value === null) return { name, value: undefined, span: at };
  const { span, quote, opaque } = value;
  return { name, value: String(value.value), span, ...(!opaque && { frame: { before: '', after: '', quote } }) };
}

/** The entries of a map as variables. */
export function variablesIn(node: Node | undefined): Variable[] {
  return node?.kind === 'map' ? node.entries.map(({ key, keySpan, value }) => variableOf(key, value, keySpan)) : [];
}

/** A port that a platform is told of: it says what the project believes, and opens nothing by itself. */
export function documentedPort(
  common: Pick<Publish, 'framework' | 'language' | 'scope' | 'context'>,
  span: Span,
  target: Slot<number>,
): Publish {
  const documentation = {
    via: 'manifest' as const,
    sure: false,
    protocol: 'tcp' as const,
    role: 'documentation' as const,
  };
  return { kind: 'publish', span, ...common, host: unsaid(span), port: unsaid(span), target, ...documentation };
}

/** The texts of a scalar or of a list of them. */
export function textsOf(node: Node | undefined, path: readonly string[] = []): string[] {
  const at = node && (path.length > 0 ? nodeAt(node, path) : node);
  const items = at?.kind === 'list' ? at.items : at ? [at] : [];
  return items.flatMap((item) => textOf(item) ?? []);
}
