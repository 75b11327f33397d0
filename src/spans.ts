import type { Span } from './facts.ts';

/** Are two stretches of text the very same? */
export const sameSpan = (a: Span, b: Span): boolean => a.file === b.file && a.start === b.start && a.end === b.end;

/** Does one stretch of text lie in another one? */
export const contains = (outer: Span, inner: Span): boolean =>
  outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end;

/** Asks whether a place of a file lies in one of many stretches of its text. */
export function covering(spans: readonly Span[]): (at: number) => boolean {
  const apart: { readonly start: number; end: number }[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = apart.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else apart.push({ start, end });
  }
  return (at) => {
    let low = 0;
    for (let high = apart.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (apart[middle]!.end <= at) low = middle + 1;
      else high = middle;
    }
    return low < apart.length && apart[low]!.start <= at;
  };
}
