import type { Bind, Facts, Span } from '../src/facts.ts';
import {
  conflicts,
  containerOf,
  groupedBy,
  hostConflicts,
  listed,
  runsInContainer,
  sharedPorts,
} from '../src/joins.ts';
import type { Problem, Repair, Rule } from '../src/rule.ts';

/** The second server to ask for an address does not get it. */
export default {
  summary: 'two servers of one program, two services of one host or two containers of one pod want the same address',
  severity: 'error',
  fixable: true,
  *check(facts) {
    yield* inOneNetwork(facts);
    yield* onOneHost(facts);
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

/** A port of the host that two services publish, or one and a server on the host's network. */
function* onOneHost(facts: Facts): Iterable<Problem> {
  for (const group of groupedBy(hostConflicts(facts), ([, { publish }]) => publish.port.span)) {
    const [first, { publish, scope }] = group[0]!;
    const { port } = publish;
    const rival = 'publish' in first ? first.publish.port : first.port;
    const isShared = 'publish' in first && first.scope !== scope && isSamePlace(first.publish.port.span, port.span);
    const services = isShared ? new Set(group.flatMap(([one, { scope: other }]) => [one.scope, other])) : [];
    yield {
      at: port.span,
      message: `port ${port.value} on the host is ${
        publish.framework === 'kubernetes'
          ? 'asked for twice in one pod, so no node can run it'
          : isShared
            ? `published by the services ${listed([...services].map((one) => one.replace(/^.*#/, '')))}, which share this line, so only one of them gets it`
            : !('publish' in first)
              ? "published, and a service on the host's network listens there too, so only one of them gets it"
              : first.scope === scope
                ? 'published twice by this service, so only one of them gets it'
                : 'published by another service too, so only one of them gets it'
      }`,
      ...((!rival.fixed || !port.fixed) && { severity: 'warning' as const }),
      context: publish.context,
      related: isShared
        ? groupedBy(
            [...services].flatMap((one) => containerOf(facts, one) ?? []),
            ({ span }) => span,
          ).map(([one]) => ({ at: one!.span, message: 'has it here' }))
        : 'publish' in first
          ? [{ at: rival.span, message: 'published here' }]
          : [{ at: first.span, message: `listens on ${rival.value} here` }],
      chain: port.chain,
    };
  }
}

const isSamePlace = (a: Span, b: Span) => a.file === b.file && a.start === b.start && a.end === b.end;

/** Containers of a pod, of the host's network, or of `network_mode: service:x`, share one set of ports. */
function* inOneNetwork(facts: Facts): Iterable<Problem> {
  for (const [first, second] of sharedPorts(facts)) {
    const { port } = second;
    yield {
      at: port.origin.by === 'default' ? second.span : port.span,
      message: runsInContainer(facts, second)
        ? `listens on port ${port.value} inside the container, which another container in the same network listens on too, so only one of them gets it`
        : `listens on port ${port.value} of the host, on whose network another container listens on it too, so only one of them gets it`,
      context: second.context,
      related: isSamePlace(first.span, second.span)
        ? [first, second].flatMap(({ scope }) => {
            const container = containerOf(facts, scope);
            return container ? [{ at: container.span, message: 'runs here' }] : [];
          })
        : [{ at: first.span, message: `listens on ${port.value} here` }],
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
