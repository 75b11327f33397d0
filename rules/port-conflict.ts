import type { Bind, Facts, Span } from '../src/facts.ts';
import { conflicts, groupedBy, hostConflicts, sharedPorts } from '../src/joins.ts';
import type { Problem, Repair, Rule } from '../src/rule.ts';

/** The second server to ask for an address does not get it. */
export default {
  summary: 'two servers of one program, two services of one host or two containers of one pod want the same address',
  severity: 'error',
  fixable: true,
  *check(facts) {
    yield* inOneNetwork(facts);
    for (const group of groupedBy(hostConflicts(facts), ([, second]) => second.port.span)) {
      const [first, second] = group[0]!;
      const own = first.scope === second.scope;
      yield {
        at: second.port.span,
        message:
          second.framework === 'kubernetes'
            ? `port ${second.port.value} on the host is asked for twice in one pod, so no node can run it`
            : `port ${second.port.value} on the host is published ${own ? 'twice by this service' : 'by another service too'}, so only one of them gets it`,
        ...((!first.port.fixed || !second.port.fixed) && { severity: 'warning' as const }),
        context: second.context,
        related: [{ at: first.port.span, message: 'published here' }],
        chain: second.port.chain,
      };
    }
    const pairs = conflicts(facts);
    for (const group of groupedBy(pairs, ([, second]) => second.port.span)) {
      const binds = [...new Set(group.flat())];
      const second = group[0]![1];
      const { port } = second;
      // A key of a settings file that belongs to the repository is what runs.
      const open = binds.some((bind) => !bind.port.fixed && bind.port.declared?.via !== 'config');
      const repairs = usingParameters(binds);
      const others = binds.filter((bind) => bind !== second);
      const at = port.origin.by === 'default' ? second.span : port.span;
      const shown = port.origin.by === 'default' ? `${port.value}, the default of ${port.origin.of},` : port.value;
      yield {
        at,
        message: others.every(
          (bind) => bind.port.span.start === port.span.start && bind.port.span.file === port.span.file,
        )
          ? `${binds.length} servers of this program share port ${port.value}, so only the first one gets it`
          : `port ${shown} is wanted by another server of this program, so only one of them gets it`,
        ...(open && { severity: 'warning' as const }),
        context: second.context,
        related: places(binds, at),
        chain: port.chain,
        ...(repairs && { fix: { safety: 'safe' as const, does: 'listen on the port that the caller gives', repairs } }),
      };
    }
  },
} satisfies Rule;

/** Containers of a pod, or of `network_mode: service:x`, share one set of ports. */
function* inOneNetwork(facts: Facts): Iterable<Problem> {
  for (const [first, second] of sharedPorts(facts)) {
    const { port } = second;
    yield {
      at: port.origin.by === 'default' ? second.span : port.span,
      message: `listens on port ${port.value} inside the container, which another container in the same network listens on too, so only one of them gets it`,
      context: second.context,
      related: [{ at: first.span, message: `listens on ${port.value} here` }],
      chain: port.chain,
    };
  }
}

/** Where each server is started: the last place on its way that tells it from the others. */
function places(binds: readonly Bind[], except: Span) {
  const key = (span: Span) => `${span.file}:${span.start}`;
  const users = new Map<string, number>();
  for (const bind of binds)
    for (const place of new Set(bind.reached.map(({ span }) => key(span))))
      users.set(place, (users.get(place) ?? 0) + 1);
  return binds.flatMap((bind) => {
    const own = bind.reached.filter((step) => users.get(key(step.span)) === 1);
    const step = own.findLast((candidate) => candidate.via !== 'call') ?? own.at(-1);
    const at = step?.span ?? bind.span;
    if (key(at) === key(except)) return [];
    return [{ at, message: `a server on port ${bind.port.value} starts here` }];
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
