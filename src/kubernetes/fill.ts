import { type Positions, positionsOf } from '../positions.ts';
import type { Branch, Document, Entry, Node, Scalar } from '../syntax/document.ts';
import type { Action, Block, Template } from '../syntax/template.ts';
import { type Chart, ChartValues, type Value } from './chart-values.ts';

/**
 * The documents of a template with the values that can be seen put in, each at the place where it is written.
 * @param chart what it is filled in with; undefined: nothing is known
 */
export function filledIn(file: string, template: Template, chart: Chart | undefined): readonly Document[] {
  const [first] = template.documents;
  if (!first) return [];
  const filler = new Filler(file, first.text, template, chart);
  return template.documents.map((document, index) => {
    const from = index === 0 ? 0 : document.root.span.start;
    const to = template.documents[index + 1]?.root.span.start ?? document.text.length;
    return { ...document, root: filler.node(document.root, { from, to }) };
  });
}

interface Region {
  readonly from: number;
  readonly to: number;
}

/** Nodes that a file's values may put in. */
const MAX_GRAFTED = 20_000;
/** What an action prints is only told apart by its text where that is no longer. */
const longestIdentity = 2000;

class Filler {
  readonly #text: string;
  readonly #file: string;
  readonly #assignments: Template['assignments'];
  readonly #actions: readonly Action[];
  readonly #values: ChartValues;
  readonly #positions: Positions;
  /** The actions that put in whole lines. */
  readonly #lines: readonly { readonly action: Action; readonly start: number; readonly column: number }[];
  readonly #assigned = new Map<string, string | undefined>();
  #grafted = 0;

  constructor(file: string, text: string, template: Template, chart: Chart | undefined) {
    this.#text = text;
    this.#file = file;
    this.#assignments = template.assignments;
    this.#actions = template.actions;
    this.#values = new ChartValues(file, template, chart);
    this.#positions = positionsOf(text);
    this.#lines = template.actions
      .filter(({ prints, alone }) => prints && alone)
      .map((action) => ({ action, start: action.start, column: columnOf(action, this.#positions) }));
  }

  /** @param region from the node's key to the next one's */
  node(node: Node, region: Region): Node {
    if (node.kind === 'scalar') return this.#scalar(node, region);
    if (node.kind === 'list') return this.#list(node, region);
    return this.#map(node, region);
  }

  #map(node: Extract<Node, { kind: 'map' }>, region: Region): Node {
    const starts = node.entries.map(({ keySpan }) => keySpan.start);
    const own = this.#branches(region.from);
    const entries = node.entries.map((entry, index): Entry => {
      const to = starts[index + 1] ?? region.to;
      // What a merge key brings in stands somewhere else.
      if (entry.shared || to < entry.keySpan.end) return entry;
      const key = this.#unmasked(entry.keySpan.start, entry.keySpan.end, entry.key);
      const branches = this.#branches(entry.keySpan.start).slice(own.length);
      const value = this.node(entry.value, { from: entry.keySpan.end, to });
      return { ...entry, key, value, ...(branches.length > 0 && { branches }) };
    });
    const holes = this.#holesOf(node, region);
    return this.#withHoles({ ...node, entries }, holes);
  }

  #list(node: Extract<Node, { kind: 'list' }>, region: Region): Node {
    const own = this.#branches(region.from);
    let ranged = false;
    const items = node.items.map((item, index) => {
      const from = index === 0 ? Math.max(region.from, node.span.start) : item.span.start;
      const to = node.items[index + 1]?.span.start ?? region.to;
      if (to < from) return item;
      const read = this.node(item, { from, to });
      const branches = this.#branches(item.span.start).slice(own.length);
      if (branches.some(({ loop }) => loop)) ranged = true;
      return read.kind === 'scalar' || branches.length === 0 ? read : { ...read, branches };
    });
    const read = this.#withHoles({ ...node, items }, this.#holesOf(node, region));
    return ranged ? { ...read, holes: [...(read.holes ?? []), 'range'] } : read;
  }

  #withHoles<T extends Extract<Node, { kind: 'map' | 'list' }>>(node: T, holes: readonly Action[]): T {
    const entries: Entry[] = [];
    const items: Node[] = [];
    const left: string[] = [];
    for (const hole of holes) {
      if (isWithoutPorts(hole)) continue;
      const graft = this.#graft(hole);
      if (graft === 'nothing') continue;
      if (graft?.kind === 'map' && node.kind === 'map') for (const entry of graft.entries) entries.push(entry);
      else if (graft?.kind === 'list' && node.kind === 'list') for (const item of graft.items) items.push(item);
      else left.push(this.#identity(hole));
    }
    return {
      ...node,
      ...(node.kind === 'map' && entries.length > 0 && { entries: [...node.entries, ...entries] }),
      ...(node.kind === 'list' && items.length > 0 && { items: [...node.items, ...items] }),
      ...(left.length > 0 && { holes: left }),
    };
  }

  #scalar(node: Scalar, region: Region): Node {
    if (node.span.start === node.span.end || node.value === null) {
      const holes = this.#within(region.from, region.to).filter((action) => action.prints && action.alone);
      if (holes.length > 0) return this.#filledBy(node, holes);
    }
    const { start: lineStart } = this.#lineAt(node.span.start);
    const { end: lineEnd } = this.#lineAt(node.span.end);
    const near = this.#within(Math.max(region.from, lineStart), Math.min(lineEnd, region.to)).filter(
      (action) => !action.alone || action.prints,
    );
    const inside = near.filter((action) => action.start < node.span.end && node.span.start < action.end);
    if (near.some((action) => !action.prints && action.text !== '' && !action.alone)) return this.#unseen(node);
    if (inside.length === 0) return node;
    const [only] = inside;
    const { start, end } = node.span;
    const whole = start + node.quote.length === only!.start && only!.end === end - node.quote.length;
    if (inside.length === 1 && whole) return this.#put(node, only!);
    return this.#joined(node, inside);
  }

  /** Text between actions: the whole of it is known only if all of them are. */
  #joined(node: Scalar, inside: readonly Action[]): Scalar {
    const from = node.span.start + node.quote.length;
    const to = node.span.end - node.quote.length;
    let text = '';
    let at = from;
    for (const action of inside) {
      const value = this.#values.valueOf(action.text, action.at, action.block);
      if (value.kind !== 'node' || value.node.kind !== 'scalar' || value.node.text.includes('{{'))
        return this.#unseen(node);
      text += this.#text.slice(at, action.start) + String(value.node.value ?? '');
      at = action.end;
    }
    text += this.#text.slice(at, to);
    return { ...node, value: text, text, opaque: true, filled: { site: node.span, chain: [] } };
  }

  #put(node: Scalar, action: Action): Scalar {
    const value = this.#values.valueOf(action.text, action.at, action.block);
    if (value.kind !== 'node' || value.node.kind !== 'scalar' || value.node.value === null) return this.#unseen(node);
    if (value.node.text.includes('{{')) return this.#unseen(node);
    return scalarFrom(value, node);
  }

  #unseen(node: Scalar): Scalar {
    const start = node.span.start + node.quote.length;
    const end = node.span.end - node.quote.length;
    let identity = '';
    let at = start;
    for (const action of this.#within(start, end)) {
      identity += `${this.#text.slice(at, action.start)}{{${this.#identity(action)}}}`;
      at = action.end;
    }
    identity += this.#text.slice(at, end);
    const text = this.#text.slice(start, end);
    return {
      ...node,
      value: null,
      text,
      opaque: true,
      filled: { site: node.span, chain: [], unseen: true, identity },
    };
  }

  /** An action with its variables put in: what it prints is the same wherever that is the same, within the chart. */
  #identity(action: Action): string {
    const here = `in ${this.#file}:${action.start}`;
    if (action.text.length > longestIdentity) return here;
    let text = normal(action.text);
    for (let depth = 0; depth < 3; depth++) {
      const names = text.match(/\$\w+/g) ?? [];
      const more = names.reduce((sum, name) => sum + (this.#assignedTo(name)?.length ?? 0), 0);
      if (text.length + more > longestIdentity) return here;
      text = text.replace(/\$\w+/g, (name) => {
        const value = this.#assignedTo(name);
        return value === undefined ? name : `(${value})`;
      });
    }
    let block = action.block;
    while (block && (block.keyword === 'if' || block.argument === '')) block = block.parent;
    const own = block || /\$\w/.test(text);
    // What `.` or a variable means here is another thing elsewhere.
    return own
      ? `${text} in ${this.#file}:${block?.group ?? action.start}`
      : text.replace(/\$(?=[\s).]|$)/g, '.').replace(/\.\./g, '.');
  }

  /** What a variable stands for, where it is set once and is no longer than an identity may be. */
  #assignedTo(name: string): string | undefined {
    if (this.#assigned.has(name)) return this.#assigned.get(name);
    const assigned = this.#assignments.get(name);
    const [only] = assigned ?? [];
    const readable = only && assigned!.length === 1 && only.text.length <= longestIdentity;
    const value = readable ? /^\$\w+\s*:=\s*([\s\S]*)$/.exec(only.text)?.[1] : undefined;
    const known = value ? normal(value) : undefined;
    this.#assigned.set(name, known);
    return known;
  }

  /** A key without a value, followed by whole lines that are put in. */
  #filledBy(node: Scalar, holes: readonly Action[]): Node {
    const [only, ...others] = holes;
    const graft = others.length === 0 ? this.#graft(only!) : undefined;
    if (graft === 'nothing') return node;
    if (graft?.kind === 'map' || graft?.kind === 'list') return graft;
    if (graft?.kind === 'scalar') return graft;
    const span = { ...node.span };
    return { kind: 'map', entries: [], span, holes: holes.map((hole) => this.#identity(hole)) };
  }

  /** What stands in the chart's values in place of an action; `nothing`: it is empty there. */
  #graft(hole: Action): Node | 'nothing' | undefined {
    const value = this.#values.valueOf(hole.text, hole.at, hole.block);
    if (value.kind === 'missing') return 'nothing';
    if (value.kind !== 'node') return undefined;
    if (value.node.kind === 'scalar') return value.node.value === null ? 'nothing' : scalarFrom(value, value.node);
    this.#grafted += sizeOf(value.node, MAX_GRAFTED - this.#grafted);
    if (this.#grafted >= MAX_GRAFTED) return undefined;
    return marked(value.node, value);
  }

  /** The actions in a stretch of text. */
  #within(from: number, to: number): readonly Action[] {
    return stretch(this.#actions, from, to);
  }

  #blockAt(offset: number): Block | undefined {
    return this.#actions[firstAt(this.#actions, ({ end }) => end > offset) - 1]?.after;
  }

  #branches(offset: number): readonly Branch[] {
    const branches: Branch[] = [];
    for (let block = this.#blockAt(offset); block; block = block.parent)
      branches.unshift({
        group: block.group,
        index: block.index,
        ...(block.keyword === 'range' && { loop: true as const }),
      });
    return branches;
  }

  #unmasked(start: number, end: number, key: string): string {
    const inside = this.#within(start, end);
    return inside.length === 0 ? key : this.#text.slice(start, end);
  }

  /** Whole lines that are put into this collection and not into one inside it, going by their column. */
  #holesOf(node: Extract<Node, { kind: 'map' | 'list' }>, region: Region): readonly Action[] {
    // Nothing is put in behind a closing bracket.
    if (/[[{]/.test(this.#text.charAt(node.span.start))) return [];
    const own = this.#positions.at(node.span.start).column - 1;
    const entries = node.kind === 'map' ? node.entries.filter(({ shared }) => !shared) : [];
    return stretch(this.#lines, region.from, region.to).flatMap(({ action, column }) =>
      column === own && !belongsDeeper(entries, action) ? [action] : [],
    );
  }

  #lineAt(offset: number): { readonly start: number; readonly end: number } {
    const { line } = this.#positions.at(offset);
    const start = this.#positions.start(line);
    const next = this.#positions.start(line + 1);
    return { start, end: this.#text[next - 1] === '\n' ? next - 1 : next };
  }
}

const normal = (text: string) =>
  text
    .replace(/\|\s*n?indent\s+\d+/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** It fills a key that has no value of its own. */
function belongsDeeper(entries: readonly Entry[], { start }: Action): boolean {
  const before = entries[firstAt(entries, ({ keySpan }) => keySpan.end > start) - 1];
  return (
    before?.value.kind === 'scalar' && before.value.value === null && before.value.span.start === before.value.span.end
  );
}

/** The index of the first item that is behind, in a list in the order of the text. */
function firstAt<T>(items: readonly T[], behind: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (behind(items[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function stretch<T extends { readonly start: number }>(items: readonly T[], from: number, to: number): readonly T[] {
  const first = firstAt(items, ({ start }) => start >= from);
  let end = first;
  while (end < items.length && items[end]!.start < to) end++;
  return items.slice(first, end);
}

/** The column that an action puts whole lines in at. */
function columnOf({ text, start }: Action, positions: Positions): number {
  const stated = /\bn?indent\s+(\d+)/.exec(text)?.[1];
  return stated === undefined ? positions.at(start).column - 1 : Number(stated);
}

function scalarFrom(value: Extract<Value, { kind: 'node' }>, at: Scalar): Scalar {
  const node = value.node as Scalar;
  return {
    ...node,
    filled: {
      site: at.span,
      chain: value.chain,
      ...(value.path !== undefined && { path: value.path }),
    },
  };
}

/** The nodes of the values, each with the path to it. */
function marked(node: Node, value: Extract<Value, { kind: 'node' }>): Node {
  const visit = (inner: Node, path: string | undefined): Node => {
    if (inner.kind === 'scalar') {
      if (inner.text.includes('{{'))
        return { ...inner, value: null, opaque: true, filled: { site: inner.span, chain: [], unseen: true } };
      return { ...inner, filled: { site: inner.span, chain: value.chain, ...(path !== undefined && { path }) } };
    }
    if (inner.kind === 'list') return { ...inner, items: inner.items.map((item) => visit(item, path)) };
    const entries = inner.entries.map((entry) => ({
      ...entry,
      value: visit(entry.value, path === undefined ? undefined : `${path}.${entry.key}`),
    }));
    return { ...inner, entries };
  };
  return visit(node, value.path);
}

function sizeOf(node: Node, limit: number): number {
  const open = [node];
  let count = 0;
  for (let next = open.pop(); next !== undefined && count < limit; next = open.pop()) {
    count++;
    if (next.kind === 'map') for (const { value } of next.entries) open.push(value);
    if (next.kind === 'list') for (const item of next.items) open.push(item);
  }
  return count;
}

/** Named templates that put in where an image comes from, or where a pod may run: no port, container or network is in there. */
const withoutPorts =
  /^\(?\s*(?:include|template)\s+"[^"\n]{0,200}(?:pull-?secrets|tolerations|affinity|node-?selector|topologySpread\w*|priorityClass\w*|serviceAccount\w*)"/i;

/** The hole, or the block whose value it puts in. */
function isWithoutPorts({ text, block }: Action): boolean {
  if (withoutPorts.test(text)) return true;
  return block?.keyword === 'with' && /^\.\s*(?:\||$)/.test(text) && withoutPorts.test(block.argument);
}
