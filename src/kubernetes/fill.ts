import type { Branch, Document, Entry, Node, Scalar } from '../syntax/document.ts';
import type { Action, Block, Template } from '../syntax/template.ts';
import { type Chart, ChartValues, type Value } from './chart-values.ts';

/**
 * The documents of a template with the values that can be seen put in, each at the place where it is written.
 * @param chart what it is filled in with; undefined: nothing is known
 */
export function filledIn(file: string, template: Template, chart: Chart | undefined): readonly Document[] {
  return template.documents.map((document, index) => {
    const from = index === 0 ? 0 : document.root.span.start;
    const to = template.documents[index + 1]?.root.span.start ?? document.text.length;
    const filler = new Filler(file, document.text, template, chart);
    return { ...document, root: filler.node(document.root, { from, to }) };
  });
}

interface Region {
  readonly from: number;
  readonly to: number;
}

/** Nodes that a file's values may put in. */
const MAX_GRAFTED = 20_000;

class Filler {
  readonly #text: string;
  readonly #file: string;
  readonly #assignments: Template['assignments'];
  readonly #actions: readonly Action[];
  readonly #values: ChartValues;
  #grafted = 0;

  constructor(file: string, text: string, template: Template, chart: Chart | undefined) {
    this.#text = text;
    this.#file = file;
    this.#assignments = template.assignments;
    this.#actions = template.actions;
    this.#values = new ChartValues(file, template, chart);
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
    let result: T = node;
    const left: string[] = [];
    for (const hole of holes) {
      const graft = this.#graft(hole);
      if (graft === 'nothing') continue;
      if (graft?.kind === 'map' && result.kind === 'map')
        result = { ...result, entries: [...result.entries, ...graft.entries] };
      else if (graft?.kind === 'list' && result.kind === 'list')
        result = { ...result, items: [...result.items, ...graft.items] };
      else left.push(this.#identity(hole));
    }
    return left.length > 0 ? { ...result, holes: left } : result;
  }

  #scalar(node: Scalar, region: Region): Node {
    if (node.span.start === node.span.end || node.value === null) {
      const holes = this.#within(region.from, region.to).filter((action) => action.prints && action.alone);
      if (holes.length > 0) return this.#filledBy(node, holes);
    }
    const lineStart = Math.max(region.from, this.#text.lastIndexOf('\n', node.span.start - 1) + 1);
    const newline = this.#text.indexOf('\n', node.span.end);
    const lineEnd = newline === -1 ? this.#text.length : newline;
    const near = this.#within(lineStart, Math.min(lineEnd, region.to)).filter(
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
    let text = normal(action.text);
    for (let depth = 0; depth < 3 && text.length < 2000; depth++) {
      text = text.replace(/\$\w+/g, (name) => {
        const [assigned, ...others] = this.#assignments.get(name) ?? [];
        const value = assigned && others.length === 0 && /^\$\w+\s*:=\s*([\s\S]*)$/.exec(assigned.text)?.[1];
        return value ? `(${normal(value)})` : name;
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
    let low = 0;
    let high = this.#actions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#actions[middle]!.start < from) low = middle + 1;
      else high = middle;
    }
    const found: Action[] = [];
    for (; low < this.#actions.length && this.#actions[low]!.start < to; low++) found.push(this.#actions[low]!);
    return found;
  }

  #blockAt(offset: number): Block | undefined {
    let low = 0;
    let high = this.#actions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#actions[middle]!.end <= offset) low = middle + 1;
      else high = middle;
    }
    return this.#actions[low - 1]?.after;
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
    const own = columnOf(this.#text, node.span.start);
    return this.#within(region.from, region.to).filter((action) => {
      if (!action.prints || !action.alone) return false;
      if (this.#columnOf(action) !== own) return false;
      return !this.#belongsDeeper(node, action);
    });
  }

  #columnOf({ text, start }: Action): number {
    const stated = /\bn?indent\s+(\d+)/.exec(text)?.[1];
    return stated === undefined ? columnOf(this.#text, start) : Number(stated);
  }

  /** It fills a key that has no value of its own. */
  #belongsDeeper(node: Extract<Node, { kind: 'map' | 'list' }>, action: Action): boolean {
    if (node.kind !== 'map') return false;
    const before = node.entries.findLast(({ keySpan }) => keySpan.end <= action.start);
    return (
      before?.value.kind === 'scalar' &&
      before.value.value === null &&
      before.value.span.start === before.value.span.end
    );
  }
}

const normal = (text: string) =>
  text
    .replace(/\|\s*n?indent\s+\d+/g, '')
    .replace(/\s+/g, ' ')
    .trim();

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
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
    if (next.kind === 'list') open.push(...next.items);
  }
  return count;
}
