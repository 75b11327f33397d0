import type { Bind } from '../src/facts.ts';
import { conflicts, groupedBy } from '../src/joins.ts';
import type { Repair, Rule } from '../src/rule.ts';

/** The second server to ask for an address does not get it. */
export default {
  summary: 'two servers of one program want the same address',
  severity: 'error',
  *check(facts) {
    const pairs = conflicts(facts);
    for (const group of groupedBy(pairs, ([, second]) => second.port.span)) {
      const binds = [...new Set(group.flat())];
      const second = group[0]![1];
      const { port } = second;
      const open = binds.some((bind) => !bind.port.fixed);
      const repairs = usingParameters(binds);
      const others = binds.filter((bind) => bind !== second);
      yield {
        at: port.origin.by === 'default' ? second.span : port.span,
        message: others.every(
          (bind) => bind.port.span.start === port.span.start && bind.port.span.file === port.span.file,
        )
          ? `${binds.length} servers of this program share port ${port.value}, so only the first one gets it`
          : `port ${port.value} is wanted by another server of this program, so only one of them gets it`,
        ...(open && { severity: 'warning' as const }),
        context: second.context,
        related: places(binds, port.span.start),
        chain: port.chain,
        ...(repairs && { fix: { safety: 'safe' as const, does: 'listen on the port that the caller gives', repairs } }),
      };
    }
  },
} satisfies Rule;

/** Where each server is started: the last place on its way that tells them apart. */
function places(binds: readonly Bind[], except: number) {
  return binds.flatMap((bind) => {
    const step = [...bind.reached].reverse().find((candidate) => candidate.via !== 'call') ?? bind.reached.at(-1);
    const at = step?.span ?? bind.span;
    return at.start === except ? [] : [{ at, message: `a server on port ${bind.port.value} starts here` }];
  });
}

/** The function takes a port from its callers, whose values differ, and does not use it. */
function usingParameters(binds: readonly Bind[]): Repair[] | undefined {
  const values = binds.map((bind) => bind.port.ignored?.value);
  if (values.some((value) => value === undefined) || new Set(values).size !== values.length) return undefined;
  if (binds.some((bind) => bind.port.siteFrame === undefined)) return undefined;
  return binds.map((bind) => ({
    kind: 'fill' as const,
    at: 'site' as const,
    role: 'port' as const,
    slot: bind.port,
    value: bind.port.ignored!.value!,
    expression: bind.port.ignored!.name,
  }));
}
