import type { Span } from './facts.ts';

/** Are two stretches of text the very same? */
export const sameSpan = (a: Span, b: Span): boolean => a.file === b.file && a.start === b.start && a.end === b.end;

/** Does one stretch of text lie in another one? */
export const contains = (outer: Span, inner: Span): boolean =>
  outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end;
