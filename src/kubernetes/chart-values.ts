import type { Span, Step } from '../facts.ts';
import type { Entry, Node, Scalar } from '../syntax/document.ts';
import type { Block, Template } from '../syntax/template.ts';

/** What a chart's templates are filled in with. */
export interface Chart {
  /** values.yaml. */
  readonly values: Node | undefined;
  /** Chart.yaml. */
  readonly about: Node | undefined;
}

/** What an action stands for. */
export type Value =
  | {
      readonly kind: 'node';
      readonly node: Node;
      readonly chain: readonly Step[];
      /** `service.port`, or undefined where it stands in the template itself. */
      readonly path: string | undefined;
    }
  /** It is known that nothing is written there. */
  | { readonly kind: 'missing'; readonly chain: readonly Step[] }
  | { readonly kind: 'values' | 'root' | 'chart' }
  | { readonly kind: 'unseen' };

const unseen: Value = { kind: 'unseen' };
const maximumDepth = 30;
/** Longer than any action that a person writes. */
const maximumAction = 5000;

/** Hands the value on as it is, whatever its last argument. */
const handsOn = new Set([
  ...['quote', 'squote', 'int', 'int64', 'float64', 'toString', 'trim', 'toYaml', 'toJson', 'tpl', 'nindent', 'indent'],
  ...['required', 'print'],
]);

/** Reads the values of actions without executing anything: paths into the chart's values, defaults, conversions. */
export class ChartValues {
  readonly #template: Template;
  readonly #file: string;
  readonly #chart: Chart | undefined;
  /** Variables may be made of each other over and over. */
  readonly #variables = new Map<string, Value>();
  readonly #dots = new Map<Block, Value>();

  constructor(file: string, template: Template, chart: Chart | undefined) {
    this.#file = file;
    this.#template = template;
    this.#chart = chart;
  }

  /**
   * @param text an action's text
   * @param start where it stands
   * @param block the block it stands in: what `.` means there
   */
  valueOf(text: string, start: number, block: Block | undefined): Value {
    return this.#evaluate(text, start, block, 0);
  }

  #evaluate(text: string, start: number, block: Block | undefined, depth: number): Value {
    if (depth > maximumDepth || text.length > maximumAction) return unseen;
    const tokens = tokensOf(text, start);
    if (!tokens) return unseen;
    const reader = { tokens, at: 0 };
    const value = this.#pipeline(reader, block, depth);
    return reader.at === tokens.length ? value : unseen;
  }

  #pipeline(reader: Reader, block: Block | undefined, depth: number): Value {
    let piped: Value | undefined;
    for (;;) {
      piped = this.#command(reader, block, depth + 1, piped);
      if (reader.tokens[reader.at]?.text !== '|') return piped;
      reader.at++;
    }
  }

  #command(reader: Reader, block: Block | undefined, depth: number, piped: Value | undefined): Value {
    const first = reader.tokens[reader.at];
    if (!first || depth > maximumDepth) return unseen;
    if (first.kind === 'word') {
      reader.at++;
      const rendered = first.text === 'include' ? this.#rendered(reader, block, depth) : undefined;
      if (rendered) return piped ? unseen : rendered;
      const args: Value[] = [];
      for (let next = reader.tokens[reader.at]; next && next.text !== '|' && next.text !== ')'; ) {
        args.push(this.#operand(reader, block, depth));
        next = reader.tokens[reader.at];
      }
      return applied(first.text, piped ? [...args, piped] : args);
    }
    const value = this.#operand(reader, block, depth);
    return piped ? unseen : value;
  }

  /** `include "common.tplvalues.render" (dict "value" X "context" $)` puts X in, as charts of many authors do. */
  #rendered(reader: Reader, block: Block | undefined, depth: number): Value | undefined {
    const [name, open, dict, key] = reader.tokens.slice(reader.at, reader.at + 4);
    if (!name || !/\btplvalues?\.render"$/.test(name.text)) return undefined;
    if (open?.text !== '(' || dict?.text !== 'dict' || key?.text !== '"value"') return undefined;
    reader.at += 4;
    const value = this.#operand(reader, block, depth);
    let deep = 1;
    for (let next = reader.tokens[reader.at]; next && deep > 0; next = reader.tokens[reader.at]) {
      if (next.text === '(') deep++;
      if (next.text === ')') deep--;
      reader.at++;
    }
    return value.kind === 'node' && holdsActions(value.node) ? unseen : value;
  }

  #operand(reader: Reader, block: Block | undefined, depth: number): Value {
    const token = reader.tokens[reader.at++];
    if (!token || depth > maximumDepth) return unseen;
    if (token.text === '(') {
      const value = this.#pipeline(reader, block, depth + 1);
      if (reader.tokens[reader.at]?.text !== ')') return unseen;
      reader.at++;
      const next = reader.tokens[reader.at];
      if (next?.kind === 'path' && next.start === reader.tokens[reader.at - 1]!.start + 1) {
        reader.at++;
        return this.#field(value, next);
      }
      return value;
    }
    const span = { file: this.#file, start: token.start, end: token.start + token.text.length };
    if (token.kind === 'literal') return literalOf(token.text, span);
    if (token.kind !== 'path') return unseen;
    if (token.text.startsWith('$')) {
      const name = /^\$\w*/.exec(token.text)![0];
      const base: Value = name === '$' ? { kind: 'root' } : this.#variable(name, depth);
      return this.#field(base, { ...token, text: token.text.slice(name.length) });
    }
    return this.#field(this.#dot(block, depth), token);
  }

  /** What `.` means in a block. */
  #dot(block: Block | undefined, depth: number): Value {
    if (!block) return { kind: 'root' };
    if (block.keyword === 'define' || block.keyword === 'range') return unseen;
    const known = this.#dots.get(block);
    if (known) return known;
    const value =
      block.keyword === 'with' && block.argument !== ''
        ? this.#evaluate(block.argument.replace(/^\$\w+\s*:=\s*/, ''), -1, block.parent, depth + 1)
        : this.#dot(block.parent, depth + 1);
    this.#dots.set(block, value);
    return value;
  }

  #variable(name: string, depth: number): Value {
    const known = this.#variables.get(name);
    if (known) return known;
    // One that is made of itself is not known.
    this.#variables.set(name, unseen);
    const value = this.#assigned(name, depth);
    this.#variables.set(name, value);
    return value;
  }

  #assigned(name: string, depth: number): Value {
    const assigned = this.#template.assignments.get(name);
    const [only] = assigned ?? [];
    if (!only || assigned!.length > 1 || only.text.length > maximumAction) return unseen;
    const value = /^\$\w+\s*:=\s*([\s\S]*)$/.exec(only.text)?.[1];
    if (value === undefined) return unseen;
    return this.#evaluate(value, only.at + only.text.length - value.length, only.block, depth + 1);
  }

  #field(base: Value, token: Token): Value {
    let value = base;
    const names = token.text.split('.').filter((name) => name !== '');
    const site = { file: this.#file, start: token.start, end: token.start + token.text.length };
    for (const name of names) {
      if (value.kind === 'root') {
        if (name === 'Values') value = this.#chart ? { kind: 'values' } : unseen;
        else value = name === 'Chart' && this.#chart ? { kind: 'chart' } : unseen;
      } else if (value.kind === 'values') value = entryOf(this.#chart?.values, name, 'missing');
      else if (value.kind === 'chart')
        value = entryOf(this.#chart?.about, `${name[0]!.toLowerCase()}${name.slice(1)}`, 'unseen');
      else if (value.kind === 'node') value = below(value, name);
      else return value;
    }
    if (value.kind === 'node' && token.start >= 0 && names.length > 0) {
      return {
        ...value,
        chain: [{ span: site, note: token.text }, ...value.chain.filter((step) => step.span.file !== this.#file)],
      };
    }
    return value;
  }
}

const entriesByName = new WeakMap<Node, ReadonlyMap<string, Entry>>();

/** The last entry of a name; a chart's values are asked for once for each action. */
function entryOfName(node: Node | undefined, name: string): Entry | undefined {
  if (node?.kind !== 'map') return undefined;
  let known = entriesByName.get(node);
  if (!known) {
    known = new Map(node.entries.map((entry) => [entry.key, entry]));
    entriesByName.set(node, known);
  }
  return known.get(name);
}

function entryOf(node: Node | undefined, name: string, otherwise: 'missing' | 'unseen'): Value {
  const entry = entryOfName(node, name);
  if (!entry) return otherwise === 'missing' ? { kind: 'missing', chain: [] } : unseen;
  return {
    kind: 'node',
    node: entry.value,
    chain: [{ span: entry.keySpan, note: `${name} in ${entry.keySpan.file}` }],
    path: name,
  };
}

function below(value: Extract<Value, { kind: 'node' }>, name: string): Value {
  const entry = entryOfName(value.node, name);
  if (!entry) return value.node.kind === 'map' && !value.node.holes ? { kind: 'missing', chain: value.chain } : unseen;
  const { value: node } = entry;
  const path = value.path === undefined ? name : `${value.path}.${name}`;
  return { kind: 'node', node, path, chain: [{ span: entry.keySpan, note: `${path} in ${entry.keySpan.file}` }] };
}

/** Nothing that would be printed: what `default` replaces. */
function isEmpty(node: Node): boolean {
  if (node.kind === 'map') return node.entries.length === 0;
  if (node.kind === 'list') return node.items.length === 0;
  return node.value === null || node.value === '' || node.value === 0 || node.value === false;
}

const holdsActions = (node: Node) => node.kind === 'scalar' && node.text.includes('{{');

function applied(name: string, args: readonly Value[]): Value {
  const last = args.at(-1);
  if (!last) return unseen;
  if (name === 'default' && args.length === 2) {
    if (last.kind === 'missing') return args[0]!;
    if (last.kind === 'node') return isEmpty(last.node) ? args[0]! : last;
    return unseen;
  }
  if (name === 'coalesce') {
    for (const arg of args) {
      if (arg.kind === 'missing' || (arg.kind === 'node' && isEmpty(arg.node))) continue;
      return arg;
    }
    return unseen;
  }
  if (name === 'tpl') {
    const [text] = args;
    const plain = text?.kind === 'node' && text.node.kind === 'scalar' && !text.node.text.includes('{{');
    return plain ? text : unseen;
  }
  if (name === 'omit') return args[0]!;
  if (!handsOn.has(name)) return unseen;
  // `print` of several joins them.
  if (name === 'print' && args.length > 1) return unseen;
  if (last.kind === 'node' && last.node.kind === 'scalar' && last.node.text.includes('{{')) return unseen;
  return last;
}

function literalOf(text: string, span: Span): Value {
  const quoted = /^["`]/.test(text);
  const inner = quoted ? text.slice(1, -1) : text;
  const number = quoted || !/^-?\d+$/.test(inner) ? undefined : Number(inner);
  const node: Scalar = {
    kind: 'scalar',
    value: inner === 'true' || inner === 'false' ? inner === 'true' : (number ?? inner),
    text: inner,
    span: quoted ? { ...span, start: span.start + 1, end: span.end - 1 } : span,
    quote: '',
    ...(quoted && inner.includes('\\') && { opaque: true as const }),
  };
  return { kind: 'node', node, chain: [], path: undefined };
}

interface Token {
  readonly kind: 'path' | 'word' | 'literal' | 'mark';
  readonly text: string;
  readonly start: number;
}

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
}

/** The tokens of an action; undefined where it holds something else. */
function tokensOf(text: string, start: number): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const part =
    /(\s+)|("(?:[^"\\\n]|\\.)*"|`[^`]*`|-?\d+\b(?!\.)|true\b|false\b)|(\$?(?:\.[A-Za-z_]\w*)+|\$\w*(?:\.[A-Za-z_]\w*)*|\.)|([A-Za-z_]\w*)|([()|])/y;
  for (part.lastIndex = 0; part.lastIndex < text.length; ) {
    const at = part.lastIndex;
    const match = part.exec(text);
    if (!match || tokens.length > 200) return undefined;
    const [whole, blank, literal, path, word] = match;
    if (blank !== undefined) continue;
    const kind = literal !== undefined ? 'literal' : path !== undefined ? 'path' : word !== undefined ? 'word' : 'mark';
    tokens.push({ kind, text: whole, start: start < 0 ? -1 : start + at });
  }
  return tokens;
}
