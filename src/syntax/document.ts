import type { Span, Step } from '../facts.ts';
import type { Comment } from './call.ts';

/** A settings tree with spans, freed of its notation. */
export type Node =
  | ({ readonly kind: 'map'; readonly entries: readonly Entry[]; readonly span: Span } & Rendered)
  | ({ readonly kind: 'list'; readonly items: readonly Node[]; readonly span: Span } & Rendered)
  | Scalar;

/** A collection of a template: what is put in when it is rendered, and cannot be seen. */
export interface Rendered {
  /** The actions that put in more, as written; `range`: what stands in a loop is put in any number of times. */
  readonly holes?: readonly string[];
  /** An item of a list: the branches it stands in. */
  readonly branches?: readonly Branch[];
}

export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Node;
  /** The entry came in through a merge key or an alias: its text belongs to another place too. */
  readonly shared?: true;
  /** Branches of a template that it stands in; with two alternatives of one group only one is rendered. */
  readonly branches?: readonly Branch[];
}

/** One branch of a template's condition. */
export interface Branch {
  readonly group: number;
  readonly index: number;
  /** It is rendered any number of times. */
  readonly loop?: true;
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
  /** It is opaque because it has an anchor, and for nothing else. */
  readonly anchored?: true;
  /** The action of a template that puts it in: where it stands, and the way to the value; `unseen`: the value is not known. */
  readonly filled?: {
    readonly site: Span;
    readonly chain: readonly Step[];
    readonly path?: string;
    readonly unseen?: true;
    /** The same text for what is sure to be the same value, where it is not known. */
    readonly identity?: string;
  };
}

/** One document of a settings file. */
export interface Document {
  readonly file: string;
  readonly text: string;
  readonly notation: 'yaml' | 'json' | 'toml' | 'ini' | 'env' | 'directives';
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
