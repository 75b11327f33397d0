import type { Span } from '../facts.ts';
import type { Comment } from './call.ts';

/** A settings tree with spans, freed of its notation. */
export type Node =
  | { readonly kind: 'map'; readonly entries: readonly Entry[]; readonly span: Span }
  | { readonly kind: 'list'; readonly items: readonly Node[]; readonly span: Span }
  | Scalar;

export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Node;
  /** The entry came in through a merge key or an alias: its text belongs to another place too. */
  readonly shared?: true;
}

export interface Scalar {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** The text between the quotes, or the plain text, as written. */
  readonly text: string;
  /** With quotes; empty where the value is left out. */
  readonly span: Span;
  /** The quotes as written; empty for plain text. */
  readonly quote: string;
  /** The text cannot be replaced in place: block scalars, escapes, aliases. */
  readonly opaque?: true;
}

/** One document of a settings file. */
export interface Document {
  readonly file: string;
  readonly text: string;
  readonly notation: 'yaml' | 'json' | 'toml' | 'ini' | 'env';
  readonly root: Node;
  readonly comments: readonly Comment[];
}

/**
 * The node at a path of keys, or undefined.
 * @param path keys from the root; a number is a list's index
 */
export function nodeAt(root: Node, path: readonly (string | number)[]): Node | undefined {
  let node: Node | undefined = root;
  for (const key of path) {
    if (node === undefined) return undefined;
    if (node.kind === 'map') node = node.entries.findLast((entry) => entry.key === String(key))?.value;
    else if (node.kind === 'list' && typeof key === 'number') node = node.items[key];
    else return undefined;
  }
  return node;
}
