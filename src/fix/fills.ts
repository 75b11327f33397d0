import type { Frame, Span } from '../facts.ts';
import type { Fill } from '../rule.ts';

/** The place that a fill writes to, and how. */
export function targetOf(fill: Fill): { readonly span: Span; readonly frame: Frame | undefined } {
  if (fill.layer) return fill.layer;
  return fill.at === 'value'
    ? { span: fill.slot.span, frame: fill.slot.frame }
    : { span: fill.slot.site, frame: fill.slot.siteFrame };
}

/** Fills by what they are looked for by: each fact and each edit asks, and there may be thousands of both. */
export interface FillIndex {
  of(slot: unknown): readonly Fill[];
  at(role: Fill['role'], span: Span): readonly Fill[];
  /** Those that touch a place, and may reach beyond it. */
  around(span: Span): readonly Fill[];
  readonly layered: readonly Fill[];
}

const indices = new WeakMap<readonly Fill[], FillIndex>();

/** The index of fills, made once. */
export function indexOf(fills: readonly Fill[]): FillIndex {
  const known = indices.get(fills);
  if (known) return known;
  const slots = groupedBy<Fill, unknown>(fills, ({ slot }) => slot);
  const places = groupedBy(fills, (fill) => placeOf(fill.role, targetOf(fill).span));
  const files = new Map(
    [...groupedBy(fills, (fill) => targetOf(fill).span.file)].map(([file, own]) => {
      const sorted = own.toSorted((a, b) => targetOf(a).span.start - targetOf(b).span.start);
      return [file, { sorted, longest: Math.max(...own.map((fill) => lengthOf(targetOf(fill).span))) }] as const;
    }),
  );
  const index: FillIndex = {
    of: (slot) => slots.get(slot) ?? [],
    at: (role, span) => places.get(placeOf(role, span)) ?? [],
    around({ file, start, end }) {
      const { sorted, longest } = files.get(file) ?? { sorted: [], longest: 0 };
      let from = 0;
      for (let to = sorted.length; from < to; ) {
        const middle = (from + to) >> 1;
        if (targetOf(sorted[middle]!).span.start < start - longest) from = middle + 1;
        else to = middle;
      }
      const found: Fill[] = [];
      for (const fill of sorted.slice(from)) {
        if (targetOf(fill).span.start > end) break;
        found.push(fill);
      }
      return found;
    },
    layered: fills.filter(({ layer }) => layer !== undefined),
  };
  indices.set(fills, index);
  return index;
}

const placeOf = (role: Fill['role'], { file, start, end }: Span) => `${role} ${start} ${end} ${file}`;
const lengthOf = ({ start, end }: Span) => end - start;

function groupedBy<T, K>(all: readonly T[], keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}
