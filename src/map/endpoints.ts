import type { Bind, Dial, Facts, Publish } from '../facts.ts';

/** What `map` lists, by file and place. */
export function endpointsOf(facts: Facts): (Bind | Publish | Dial)[] {
  const rows = [...facts.binds, ...facts.publishes, ...facts.dials].sort(
    (a, b) => compare(a.span.file, b.span.file) || a.span.start - b.span.start || a.span.end - b.span.end,
  );
  // One call on several ways is one row where nothing in it differs.
  const seen = new Set<string>();
  return rows.filter((row) => {
    if (row.kind !== 'bind') return true;
    const { span, via, framework, scope, host, port, failure, sure } = row;
    const shown = (slot: typeof host | typeof port) => [slot.value, slot.written, slot.origin, slot.chain];
    const key = JSON.stringify([span, via, framework, scope, shown(host), shown(port), failure.state, sure]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
