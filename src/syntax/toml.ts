import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import type { Span } from '../facts.ts';
import type { Document, Entry, Node, Scalar } from './document.ts';
import { SyntaxProblem } from './problem.ts';

type Part = AST.TOMLBare | AST.TOMLQuoted;
type OpenMap = { readonly kind: 'map'; readonly entries: OpenEntry[]; readonly span: Span };
type OpenList = { readonly kind: 'list'; readonly items: OpenNode[]; readonly span: Span };
type OpenNode = OpenMap | OpenList | Scalar;
type OpenEntry = Omit<Entry, 'value'> & { readonly value: OpenNode };

/**
 * Reads a TOML file. Tables and dotted keys become nested maps, arrays of tables lists of maps.
 * @param file path for the spans
 * @param text decoded text without BOM
 * @throws SyntaxProblem where it is no TOML
 */
export function parse(file: string, text: string): readonly Document[] {
  const program = parseProgram(text);
  const root: OpenMap = { kind: 'map', entries: [], span: { file, start: 0, end: text.length } };
  const reader = new TreeReader(file, text);
  for (const item of program.body[0].body) {
    if (item.type === 'TOMLKeyValue') reader.add(root, item);
    else for (const [map, pair] of reader.table(root, item)) reader.add(map, pair);
  }
  const comments = program.comments.map(({ range: [start, end], value }) => ({
    span: { file, start, end },
    text: value.trim(),
  }));
  return [{ file, text, notation: 'toml', root: root satisfies Node, comments }];
}

function parseProgram(text: string): AST.TOMLProgram {
  try {
    return parseTOML(text, { tomlVersion: '1.1' });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new SyntaxProblem(error.message.charAt(0).toLowerCase() + error.message.slice(1), error.index);
  }
}

class TreeReader {
  readonly #file: string;
  readonly #text: string;
  /** Entries of each map by key, so that long tables stay linear. */
  readonly #index = new Map<OpenMap, Map<string, OpenNode>>();

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  #span([start, end]: readonly [number, number]): Span {
    return { file: this.#file, start, end };
  }

  #put(map: OpenMap, part: Part, value: OpenNode): void {
    const key = nameOf(part);
    map.entries.push({ key, keySpan: this.#span(part.range), value });
    const index = this.#index.get(map) ?? new Map<string, OpenNode>();
    this.#index.set(map, index.set(key, value));
  }

  /** The map at a key, made where it is not there yet; the last one where the key holds an array of tables. */
  #enter(map: OpenMap, part: Part, span: Span): OpenMap {
    let value = this.#index.get(map)?.get(nameOf(part));
    if (value?.kind === 'list') value = value.items.at(-1);
    if (value?.kind === 'map') return value;
    const made: OpenMap = { kind: 'map', entries: [], span };
    this.#put(map, part, made);
    return made;
  }

  /** The map that a `[table]` or `[[table]]` header opens, with each pair below it. */
  *table(root: OpenMap, table: AST.TOMLTable): Generator<readonly [OpenMap, AST.TOMLKeyValue]> {
    const { parts, last } = this.#path(table.key);
    const span = this.#span(table.range);
    let map = root;
    for (const part of parts) map = this.#enter(map, part, span);
    if (table.kind === 'array') {
      const known = this.#index.get(map)?.get(nameOf(last));
      const list: OpenList = known?.kind === 'list' ? known : { kind: 'list', items: [], span };
      if (list !== known) this.#put(map, last, list);
      map = { kind: 'map', entries: [], span };
      list.items.push(map);
    } else {
      map = this.#enter(map, last, span);
    }
    for (const pair of table.body) yield [map, pair];
  }

  /** Puts a pair into a map; a dotted key opens maps on the way. */
  add(root: OpenMap, pair: AST.TOMLKeyValue): void {
    const { parts, last } = this.#path(pair.key);
    let map = root;
    for (const part of parts) map = this.#enter(map, part, this.#span(pair.range));
    this.#put(map, last, this.#value(pair.value));
  }

  #path(key: AST.TOMLKey): { readonly parts: readonly Part[]; readonly last: Part } {
    return { parts: key.keys.slice(0, -1), last: key.keys.at(-1)! };
  }

  #value(node: AST.TOMLContentNode): OpenNode {
    const span = this.#span(node.range);
    if (node.type === 'TOMLArray') {
      return { kind: 'list', items: node.elements.map((element) => this.#value(element)), span };
    }
    if (node.type === 'TOMLInlineTable') {
      const map: OpenMap = { kind: 'map', entries: [], span };
      for (const pair of node.body) this.add(map, pair);
      return map;
    }
    return this.#scalar(node, span);
  }

  #scalar(node: AST.TOMLValue, span: Span): Scalar {
    const source = this.#text.slice(span.start, span.end);
    if (node.kind !== 'string') {
      const dated = node.value instanceof Date;
      const value = node.value instanceof Date ? source : node.value;
      return { kind: 'scalar', value, text: source, span, quote: '', ...(dated && { opaque: true }) };
    }
    const mark = node.style === 'basic' ? '"' : "'";
    const quote = node.multiline ? mark.repeat(3) : mark;
    const text = source.slice(quote.length, -quote.length);
    const opaque = node.multiline || (node.style === 'basic' && text.includes('\\'));
    return { kind: 'scalar', value: node.value, text, span, quote, ...(opaque && { opaque }) };
  }
}

function nameOf(part: Part): string {
  return part.type === 'TOMLBare' ? part.name : part.value;
}
