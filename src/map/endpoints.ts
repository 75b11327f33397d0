import type { Bind, Dial, Facts, Publish } from '../facts.ts';

/** What `map` lists, by file and place. */
export function endpointsOf(facts: Facts): (Bind | Publish | Dial)[] {
  return [...facts.binds, ...facts.publishes, ...facts.dials].sort(
    (a, b) => compare(a.span.file, b.span.file) || a.span.start - b.span.start || a.span.end - b.span.end,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
