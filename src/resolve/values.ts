import type { Origin, Span, Step } from '../facts.ts';
import type { BoundArguments, Trail, Value } from '../resolve.ts';

export const literal: Origin = { by: 'literal' };
export const unknownOrigin: Origin = { by: 'unknown' };

/** A trail that starts and ends where the value is written. */
export const known = (span: Span): Trail => ({ origin: literal, span, steps: [], adjustable: false });

/** A value that cannot be seen. `optional`: it may as well be missing, so a fallback holds. */
export const unknown = (
  span: Span,
  more: Partial<Trail> & { readonly optional?: true; readonly written?: string } = {},
): Value => ({ type: 'unknown', origin: unknownOrigin, span, steps: [], adjustable: false, ...more });

/** What is made of a value in a way that is not followed: unknown, but it still comes from where that came from. */
export const derived = (value: Value, span: Span): Value =>
  unknown(span, {
    adjustable: value.adjustable,
    origin: value.adjustable ? value.origin : unknownOrigin,
    steps: value.adjustable ? value.steps : [],
  });

/** The same values with one more step, nearer to the bind than theirs. */
export const through = (values: readonly Value[], step: Step): Value[] =>
  values.map((value) => ({ ...value, steps: [step, ...value.steps] }));

/** The same values, which hold only where the usual way gives nothing. */
export const asFallback = (values: readonly Value[]): Value[] =>
  values.map((value) => ({ ...value, fallback: true as const }));

/** A value that the user can set by other means: a variable, an option or a key stands before it. */
export const setBy = (value: Value, origin: Origin, steps: readonly Step[]): Value => ({
  ...value,
  origin,
  adjustable: true,
  steps: [...steps, ...value.steps],
});

export const isMissing = (value: Value): boolean =>
  value.type === 'none' || (value.type === 'unknown' && value.optional === true);

export const isText = (value: Value): value is Extract<Value, { type: 'string' | 'number' }> =>
  value.type === 'string' || value.type === 'number';

/** A variable that is set to nothing: a test for it leads to the fallback. */
const isEmptyText = (value: Value) => value.type === 'unknown' && value.written === '';

const isScalar = (value: Value) => isText(value) || value.type === 'boolean';

const samePlace = (a: Value, b: Value) =>
  a.type === b.type && a.span.file === b.span.file && a.span.start === b.span.start && a.span.end === b.span.end;

function same(a: Value, b: Value): boolean {
  if (a.type === 'none' || b.type === 'none') return a.type === b.type;
  if (isScalar(a) || isScalar(b)) return 'value' in a && 'value' in b && a.type === b.type && a.value === b.value;
  if (a.type === 'external' && b.type === 'external') return a.path === b.path;
  if (a.type === 'settings' && b.type === 'settings') return a.file === b.file && a.path.join('.') === b.path.join('.');
  if (a.type === 'class' && b.type === 'class') return a.class === b.class;
  if (a.type === 'function' && b.type === 'function') return a.function === b.function;
  if (a.type === 'module' && b.type === 'module') return a.index === b.index;
  if (a.type === 'unknown' && b.type === 'unknown')
    return a.adjustable && b.adjustable && JSON.stringify(a.origin) === JSON.stringify(b.origin);
  return a.type === b.type && samePlace(a, b);
}

function withoutFallback(value: Value): Value {
  const { fallback: _fallback, ...rest } = value;
  return rest as Value;
}

/**
 * The one value among those that a place may have; unknown where they disagree.
 * @param values at least one
 */
export function settle(values: readonly Value[]): Value {
  const first = values[0];
  if (!first) throw new Error('a value is always one of at least one');
  if (values.length === 1) return first;
  const spare = values.filter((value) => value.fallback);
  let usual = values.filter((value) => !value.fallback);
  if (usual.length === 0) return settle(values.map(withoutFallback));
  if (usual.every(isMissing) && spare.length > 0) {
    const fallback = settle(spare.map(withoutFallback));
    const primary = usual.find((value) => value.adjustable) ?? usual[0]!;
    return primary.adjustable ? setBy(fallback, primary.origin, primary.steps) : fallback;
  }
  // Where something is made or nothing, what matters is the thing.
  if (!usual.some(isScalar) && usual.some((value) => value.type !== 'none'))
    usual = usual.filter((value) => value.type !== 'none');
  const primary = usual.find((value) => value.adjustable) ?? usual[0]!;
  if (usual.every((value) => same(value, primary)))
    return spare.length > 0 && isEmptyText(primary) ? derived(primary, primary.span) : withEqual(primary, usual);
  return unknown(primary.span, {
    adjustable: usual.some((value) => value.adjustable),
    steps: usual[0]!.steps.slice(0, 1),
  });
}

/** A text with the places at which other branches write the same. */
function withEqual(value: Value, all: readonly Value[]): Value {
  if (!isText(value)) return value;
  const also: Value[] = [];
  for (const other of all.flatMap((one) => [one, ...(one.also ?? [])]))
    if (![value, ...also].some((known) => samePlace(known, other))) also.push(other);
  return also.length > 0 ? { ...value, also } : value;
}

/** Arguments bound ahead of a call, then those of the call. */
export function mergeArguments(first: BoundArguments | undefined, second: BoundArguments): BoundArguments {
  if (!first) return second;
  const rest = [...(first.rest ?? []), ...(second.rest ?? [])];
  return {
    positional: [...first.positional, ...second.positional],
    named: new Map([...first.named, ...second.named]),
    open: first.open || second.open,
    ...(rest.length > 0 && { rest }),
    span: second.span,
  };
}
