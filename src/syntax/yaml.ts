import {
  Composer,
  type CST,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  Parser,
  Schema,
  type Document as YamlDocument,
  type Scalar as YamlScalar,
} from 'yaml';
import type { Span } from '../facts.ts';
import type { Comment } from './call.ts';
import type { Document, Entry, Node, Scalar } from './document.ts';
import { SyntaxProblem } from './problem.ts';

/** Entries that merge keys may copy in one file. */
const MAX_MERGED = 100_000;

/** Depth in brackets and indentation; the parser's own recursion has to bear it. */
const MAX_DEPTH = 500;

const MERGE_KEY = '<<';

/**
 * Reads all documents of a YAML file. Aliases and merge keys are resolved without copying what they point to.
 * @param file path for the spans
 * @param text decoded text without BOM
 * @throws SyntaxProblem where it is no YAML, or where its aliases expand to too much
 */
export function parse(file: string, text: string): readonly Document[] {
  // Readers disagree on 1.1 scalars (yes, 22:22); the core schema leaves them as text whatever %YAML says.
  const schema = new Schema({ schema: 'core', merge: false, resolveKnownTags: false });
  const composer = new Composer({ keepSourceTokens: true, uniqueKeys: false, prettyErrors: false, schema });
  const comments: Comment[] = [];
  const merged = { count: 0 };
  const documents: (Document & { readonly comments: Comment[] })[] = [];
  const starts: number[] = [];
  for (const document of composer.compose(tokensOf(file, text, comments), true, text.length)) {
    const error = document.errors[0];
    if (error !== undefined) throw new SyntaxProblem(lowerFirst(error.message), error.pos[0]);
    const root = new TreeReader(file, text, merged).read(document);
    starts.push(document.range[0]);
    documents.push({ file, text, notation: 'yaml', root, comments: [] });
  }
  comments.sort((a, b) => a.span.start - b.span.start);
  let index = 0;
  for (const comment of comments) {
    while (index + 1 < starts.length && starts[index + 1]! <= comment.span.start) index += 1;
    documents[index]!.comments.push(comment);
  }
  return documents;
}

/**
 * The parser's tokens, their comments noted on the way. The parser itself does not recurse, what composes its tokens
 * does: depth is refused in between.
 */
function* tokensOf(file: string, text: string, comments: Comment[]): Generator<CST.Token, void> {
  for (const token of new Parser().parse(text)) {
    noteComments(token, file, comments);
    yield token;
  }
}

function noteComments(root: CST.Token, file: string, comments: Comment[]): void {
  const open: CST.Token[] = [root];
  const depths = [0];
  for (let token = open.pop(); token !== undefined; token = open.pop()) {
    const depth = depths.pop()!;
    if (depth > MAX_DEPTH) throw new SyntaxProblem(`nested deeper than ${MAX_DEPTH} levels`, token.offset, 'limit');
    if (token.type === 'comment') {
      const span = { file, start: token.offset, end: token.offset + token.source.length };
      comments.push({ span, text: token.source.replace(/^#+/, '').trim() });
    }
    const before = open.length;
    addParts(token, open);
    for (let at = before; at < open.length; at++) depths.push(depth + 1);
  }
}

function addParts(token: CST.Token, parts: CST.Token[]): void {
  if ('start' in token) {
    if (Array.isArray(token.start)) for (const part of token.start) parts.push(part);
    else parts.push(token.start);
  }
  if ('props' in token) for (const part of token.props) parts.push(part);
  if ('items' in token) {
    for (const { start, key, sep, value } of token.items) {
      for (const part of start) if (part.type !== 'space') parts.push(part);
      if (key) parts.push(key);
      if (sep) for (const part of sep) if (part.type !== 'space') parts.push(part);
      if (value) parts.push(value);
    }
  }
  if (token.type === 'document' && token.value) parts.push(token.value);
  if ('end' in token && token.end) for (const part of token.end) parts.push(part);
}

/** Reads one document; anchors do not reach into the next. */
class TreeReader {
  readonly #file: string;
  readonly #text: string;
  readonly #merged: { count: number };
  /** The latest node of each name; undefined while it is being read. */
  readonly #anchors = new Map<string, Node | undefined>();

  /** @param merged counts the entries copied by merge keys in the whole file */
  constructor(file: string, text: string, merged: { count: number }) {
    this.#file = file;
    this.#text = text;
    this.#merged = merged;
  }

  read(document: YamlDocument.Parsed): Node {
    return this.#node(document.contents, document.range[1]);
  }

  #span(start: number, end: number) {
    return { file: this.#file, start, end };
  }

  /** @param at where the value would stand if nothing is written */
  #node(node: unknown, at: number): Node {
    if (isAlias(node)) return this.#alias(node.source, node.range![0]);
    const anchor = isScalar(node) || isCollection(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const own = this.#own(node, at);
    if (anchor !== undefined) this.#anchors.set(anchor, own);
    return own;
  }

  #own(node: unknown, at: number): Node {
    if (isMap(node)) return this.#map(node.items, node.range!);
    if (isCollection(node)) {
      const [start, end] = node.range!;
      const items = node.items.map((item) => this.#node(item, start));
      return { kind: 'list', items, span: this.#span(start, end) };
    }
    return this.#scalar(isScalar(node) ? node : undefined, at);
  }

  #alias(name: string, offset: number): Node {
    const target = this.#anchors.get(name);
    if (target !== undefined) return target;
    const why = this.#anchors.has(name) ? 'stands inside what it names' : 'names no anchor';
    throw new SyntaxProblem(`the alias *${name} ${why}`, offset);
  }

  #map(
    pairs: readonly { readonly key: unknown; readonly value: unknown }[],
    [start, end]: readonly [number, number, number],
  ): Node {
    const own: Entry[] = [];
    const sources: Node[] = [];
    for (const { key, value } of pairs) {
      const { name, span } = this.#key(key, start);
      const node = this.#node(value, span.end);
      if (name === MERGE_KEY && isPlain(key)) sources.push(...(node.kind === 'list' ? node.items : [node]));
      else own.push({ key: name, keySpan: span, value: node, ...(isAlias(value) && { shared: true }) });
    }
    return { kind: 'map', entries: [...this.#merge(sources, own), ...own], span: this.#span(start, end) };
  }

  /** The entries that merge keys add to a map's own; of several sources the first wins. */
  #merge(sources: readonly Node[], own: readonly Entry[]): readonly Entry[] {
    if (sources.length === 0) return [];
    const merged: Entry[] = [];
    const taken = new Set(own.map((entry) => entry.key));
    for (const source of sources) {
      if (source.kind !== 'map') throw new SyntaxProblem('<< merges something that is no map', source.span.start);
      this.#merged.count += source.entries.length;
      if (this.#merged.count > MAX_MERGED) {
        throw new SyntaxProblem(`merge keys copy more than ${MAX_MERGED} entries`, source.span.start, 'limit');
      }
      for (const entry of source.entries) if (!taken.has(entry.key)) merged.push({ ...entry, shared: true });
      for (const entry of source.entries) taken.add(entry.key);
    }
    return merged;
  }

  #key(key: unknown, at: number): { readonly name: string; readonly span: Span } {
    const node = isScalar(key) ? this.#scalar(key, at) : this.#node(key, at);
    const span = isAlias(key) ? this.#span(key.range![0], key.range![1]) : node.span;
    if (node.kind !== 'scalar') return { name: this.#text.slice(node.span.start, node.span.end), span };
    return { name: typeof node.value === 'string' ? node.value : node.text, span };
  }

  #scalar(node: YamlScalar | undefined, at: number): Scalar {
    const [start, end] = node?.range ?? [at, at];
    const source = this.#text.slice(start, end);
    const type = node?.srcToken?.type;
    const quote = type === 'double-quoted-scalar' ? '"' : type === 'single-quoted-scalar' ? "'" : '';
    const text = quote === '' ? source : source.slice(1, -1);
    const isAnchored = node?.anchor !== undefined;
    const opaque =
      type === 'block-scalar' ||
      node?.tag !== undefined ||
      /[\r\n]/.test(source) ||
      (quote === '"' && text.includes('\\')) ||
      (quote === "'" && text.includes("'")) ||
      (source === '' && !this.#takesText(start));
    return {
      kind: 'scalar',
      value: scalarValue(node?.value),
      text,
      span: this.#span(start, end),
      quote,
      ...((opaque || isAnchored) && { opaque: true }),
      ...(isAnchored && !opaque && { anchored: true }),
    };
  }

  /** Plain text put here would be the value: a blank before it, nothing else on its line. */
  #takesText(offset: number): boolean {
    return /[ \t]/.test(this.#text.charAt(offset - 1)) && /^$|[\r\n]/.test(this.#text.charAt(offset));
  }
}

function isPlain(key: unknown): boolean {
  return isScalar(key) && key.srcToken?.type === 'scalar';
}

function scalarValue(value: unknown): Scalar['value'] {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
