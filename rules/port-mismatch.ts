import { isLoopback } from '../src/address.ts';
import type { Bind, Dial, Facts, Publish, Span } from '../src/facts.ts';
import {
  containerOf,
  groupedBy,
  type Listeners,
  listed,
  listenersFor,
  listenersIn,
  listensElsewhere,
  publishesTo,
  serviceNamed,
} from '../src/joins.ts';
import type { Problem, Repair, Rule } from '../src/rule.ts';

/** The listening call is taken for right: what packages it follows. */
export default {
  summary: 'a published, probed or exposed port is not the one that the program in the container listens on',
  severity: 'error',
  fixable: true,
  *check(facts) {
    yield* undeclared(facts);
    const asked = askedIn(facts);
    const isAlone = aloneIn(facts, asked);
    const wrong = facts.publishes.flatMap((publish) => {
      const listeners = disagreeing(facts, publish, isAlone);
      if (!listeners) return [];
      const isOnly = listeners.every(({ network }) => asked(network, publish.role === 'documentation').size <= 1);
      return [{ publish, listeners, isOnly }];
    });
    const groups = new Map<string, typeof wrong>();
    for (const one of wrong) {
      const key = `${one.listeners[0]!.network} ${one.publish.target.value}`;
      const group = groups.get(key);
      if (group) group.push(one);
      else groups.set(key, [one]);
    }
    const told = new Set<string>();
    for (const group of groups.values()) {
      const strong = group.find(({ publish }) => publish.role !== 'documentation');
      const { publish, listeners } = strong ?? group[0]!;
      const binds = listeners.flatMap((one) => one.binds);
      const ports = [...new Set(binds.map(({ port }) => port.value!))];
      const others = group.filter((one) => one.publish !== publish && one.publish.span.start !== publish.span.start);
      const at = publish.target.value === undefined ? publish.span : publish.target.span;
      // The ports of a range stand in one place.
      if (told.has(placeOf(at))) continue;
      told.add(placeOf(at));
      const isOnly = group.every((one) => one.isOnly);
      const repairs =
        ports.length === 1 && isOnly ? fills([publish, ...others.map((one) => one.publish)], ports[0]!) : undefined;
      yield {
        at,
        message: `${saying(publish)}, but the program inside the container listens on ${listed(ports)}`,
        ...((!strong || (!isOnly && publish.role !== 'probe')) && { severity: 'warning' as const }),
        context: binds[0]!.context,
        related: [...places(binds), ...others.map((one) => ({ at: one.publish.span, message: saying(one.publish) }))],
        chain: publish.target.chain,
        ...(repairs && {
          fix: { safety: 'safe' as const, does: `name port ${ports[0]}, which the program listens on`, repairs },
        }),
      };
    }
    yield* overlaid(facts, isAlone, new Set(wrong.map(({ publish }) => publish)));
    yield* unserved(facts, new Set(groups.keys()));
    yield* proxied(facts, new Set(groups.keys()));
  },
} satisfies Rule;

/** A file that is laid over the one that publishes lets the program listen elsewhere; which of the two is to change, nobody knows. */
function* overlaid(facts: Facts, isAlone: ReturnType<typeof aloneIn>, told: ReadonlySet<Publish>): Iterable<Problem> {
  for (const publish of facts.publishes) {
    const { target, role, protocol, sure, scope, to = [] } = publish;
    if (told.has(publish) || role !== 'publish' || protocol !== 'tcp' || !sure || target.value === undefined) continue;
    const overlays = to.filter((one) => one !== scope && serviceOf(one) === serviceOf(scope));
    for (const one of listenersIn(facts, overlays)) {
      const listening = listensElsewhere(facts, one, target.value);
      if (!listening || !isAlone(one.network, listening, false)) continue;
      yield {
        at: target.span,
        message: `${saying(publish)}, but with ${one.network.replace(/#[^#]*$/, '')} laid over this file the program inside the container listens on ${listed(listening.map(({ port }) => port.value!))}`,
        context: listening[0]!.context,
        related: places(listening),
        chain: target.chain,
        advice: 'publish that port in the file that is laid over, or let the program listen on the same port with both',
      };
      break;
    }
  }
}

const placeOf = ({ file, start, end }: Span) => `${file}:${start}:${end}`;

const serviceOf = (scope: string) => scope.slice(scope.lastIndexOf('#') + 1);

/** Another port fits, so that who reaches the server does not see that this one leads nowhere. */
function* unserved(facts: Facts, told: ReadonlySet<string>): Iterable<Problem> {
  const groups = new Map<string, { readonly publishes: Publish[]; readonly listening: readonly Bind[] }>();
  for (const publish of facts.publishes) {
    if (!publish.unserved) continue;
    const asked = publish.target.value!;
    const all = listenersFor(facts, publish).map((one) => ({ ...one, listening: listensElsewhere(facts, one, asked) }));
    if (all.some(({ network, listening }) => !listening || told.has(`${network} ${asked}`))) continue;
    const key = `${all.map(({ network }) => network).join(' ')} ${asked}`;
    const group = groups.get(key);
    if (group) group.publishes.push(publish);
    else groups.set(key, { publishes: [publish], listening: all.flatMap((one) => one.listening!) });
  }
  const ranges = new Set<string>();
  for (const { publishes, listening } of groups.values()) {
    const publish = publishes.find(({ role }) => role === 'probe') ?? publishes[0]!;
    if (ranges.has(placeOf(publish.target.span))) continue;
    ranges.add(placeOf(publish.target.span));
    yield {
      at: publish.target.span,
      message: `${saying(publish)}, but nothing inside the container listens there`,
      ...(publish.role !== 'probe' && { severity: 'warning' as const }),
      context: listening[0]!.context,
      related: [
        ...places(listening),
        ...publishes.filter((one) => one !== publish).map((one) => ({ at: one.span, message: saying(one) })),
      ],
      advice: 'take the port out, or let the program listen on it',
    };
  }
}

/** A proxy passes requests to a port of other containers on which nobody listens; silent where anything else of them speaks of that port. */
function* proxied(facts: Facts, told: ReadonlySet<string>): Iterable<Problem> {
  const groups = new Map<string, { readonly dials: Dial[]; readonly listeners: readonly Listeners[] }>();
  for (const dial of facts.dials) {
    if (!dial.to || dial.port.value === undefined) continue;
    const listeners = listenersIn(facts, dial.to);
    const key = `${listeners.map(({ network }) => network).join(' ')} ${dial.port.value}`;
    const group = groups.get(key);
    if (group) group.dials.push(dial);
    else groups.set(key, { dials: [dial], listeners });
  }
  for (const { dials, listeners } of groups.values()) {
    const { port, context } = dials[0]!;
    const asked = port.value!;
    const isWrong = ({ network }: Listeners) =>
      !told.has(`${network} ${asked}`) &&
      publishesTo(facts, network).every(({ target }) => target.value !== undefined && target.value !== asked);
    if (listeners.length === 0 || !listeners.every((one) => listensElsewhere(facts, one, asked) && isWrong(one)))
      continue;
    const binds = listeners.flatMap((one) => one.binds);
    const ports = [...new Set(binds.map((bind) => bind.port.value!))];
    const repairs = ports.length === 1 ? fillsOf(dials, ports[0]!) : undefined;
    yield {
      at: port.span,
      message: `${asking(dials[0]!)}, but the program inside the container listens on ${listed(ports)}`,
      context: context === 'production' ? binds[0]!.context : context,
      related: [
        ...places(binds),
        ...dials
          .slice(1, maximumListed)
          .map(({ port: { span } }) => ({ at: span, message: `asks for port ${asked} too` })),
      ],
      ...(repairs && {
        fix: { safety: 'safe' as const, does: `ask for port ${ports[0]}, which the program listens on`, repairs },
      }),
    };
  }
}

function asking({ framework, variable, host, port }: Dial): string {
  const whose = `port ${port.value} of the container${isLoopback(host.value) ? '' : ` ${host.value}`}`;
  return variable === undefined
    ? `${framework} passes requests to ${whose}`
    : `connects to ${whose}, as ${variable} says`;
}

/** Only where each of them is written where it stands. */
function fillsOf(dials: readonly Dial[], value: number): readonly Repair[] | undefined {
  if (dials.some(({ port }) => port.frame === undefined)) return undefined;
  return groupedBy(dials, ({ port }) => port.span).map(([dial]) => ({
    kind: 'fill',
    at: 'value',
    role: 'port',
    slot: dial!.port,
    value,
  }));
}

/** More ports than this do not help who reads. */
const maximumListed = 10;

/** A name or a port of a Service that nobody declares resolves to nothing, whatever listens. */
function* undeclared(facts: Facts): Iterable<Problem> {
  for (const fact of [...facts.publishes, ...facts.dials]) {
    const { undeclared: missing, span } = fact;
    if (!missing) continue;
    const { asked, by, at, declared } = missing;
    const few = declared.length > 0 && declared.length <= maximumListed;
    const known = few ? `, only ${listed(declared.map(({ name }) => name))}` : '';
    const message = {
      container: `probes the port named ${asked}, which the container does not declare${known}, so the probe always fails`,
      pods: `${fact.kind === 'publish' ? serviceNamed(fact) : 'the service'} leads to the port named ${asked}, which no container of its pods declares${known}, so it reaches nobody`,
      service: `asks for port ${asked} of the service${missing.service === undefined ? '' : ` ${missing.service}`}, which does not have it${known}, so requests reach nobody`,
    }[by];
    yield {
      at: at.file === span.file ? at : span,
      message,
      related: groupedBy(declared.slice(0, maximumListed), (one) => one.span).map(([one]) => ({
        at: one!.span,
        message: `declares ${one!.name} here`,
      })),
      ...(fact.kind === 'dial' ? { context: fact.context } : { chain: fact.target.chain }),
    };
  }
}

/** The networks that a publish leads to, where every one of them is known and none listens on the port. */
function disagreeing(
  facts: Facts,
  publish: Publish,
  isAlone: ReturnType<typeof aloneIn>,
): readonly Listeners[] | undefined {
  const { target, protocol, role } = publish;
  if (target.value === undefined || protocol !== 'tcp' || !publish.sure) return undefined;
  const all = listenersFor(facts, publish);
  if (all.length === 0) return undefined;
  for (const one of all) {
    const listening = listensElsewhere(facts, one, target.value);
    if (!listening || !isAlone(one.network, listening, role === 'documentation')) return undefined;
  }
  return all;
}

/** What is asked for in each network, with what only documents it or without. */
function askedIn(facts: Facts) {
  const known = new Map<string, ReadonlyMap<number | undefined, boolean>>();
  return (network: string, documentation: boolean): ReadonlyMap<number | undefined, boolean> => {
    const key = `${documentation} ${network}`;
    let ports = known.get(key);
    if (!ports) {
      const found = new Map<number | undefined, boolean>();
      for (const { protocol, role, undeclared: missing, target } of publishesTo(facts, network))
        if (protocol === 'tcp' && !missing && (documentation || role !== 'documentation'))
          found.set(target.value, (found.get(target.value) ?? true) && target.chain.length === 0);
      known.set(key, found);
      ports = found;
    }
    return ports;
  };
}

/** Does nothing that is asked for in a network fit what listens? Where another port fits, this may belong to something that is not seen. */
function aloneIn(facts: Facts, asked: ReturnType<typeof askedIn>) {
  return (network: string, listening: readonly Bind[], documentation: boolean): boolean => {
    const ports = asked(network, documentation);
    const isKnown = [...ports.keys()].every(
      (port) => port !== undefined && !listening.some((bind) => bind.port.value === port),
    );
    // Of several ports, each could belong to something that is not seen, were the command not written beside them.
    return isKnown && (ports.size <= 1 || (!documentation && listening.every((bind) => isWrittenIn(facts, bind))));
  };
}

/** Does a manifest itself say which program its container starts, and on which port? */
function isWrittenIn(facts: Facts, { via, span, scope, port }: Bind): boolean {
  const container = containerOf(facts, scope);
  return via === 'command' && port.fixed && container !== undefined && container.span.file === span.file;
}

function saying(publish: Publish): string {
  const { role, target } = publish;
  if (role === 'probe') return `probes port ${target.value}`;
  if (publish.by !== undefined) return `${publish.by} passes requests to port ${target.value} of the container`;
  if (role === 'service') return `${serviceNamed(publish)} leads to port ${target.value}`;
  return role === 'publish' ? `publishes port ${target.value} of the container` : `exposes port ${target.value}`;
}

function places(binds: readonly Bind[]) {
  const seen = new Set<string>();
  return binds.flatMap(({ span, port }) => {
    const key = `${span.file}:${span.start}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ at: span, message: `listens on ${port.value} here` }];
  });
}

/** Only what is written where it stands, or at the port that a name stands for: a variable may be read by the program too. */
function fills(publishes: readonly Publish[], port: number): readonly Repair[] | undefined {
  const writable = publishes.filter(
    ({ target, targetName }) =>
      target.frame !== undefined &&
      (target.chain.length === 0 || (targetName !== undefined && target.origin.by === 'literal')),
  );
  if (writable.length < publishes.length) return undefined;
  return groupedBy(writable, ({ target }) => target.span).map(([publish]) => ({
    kind: 'fill',
    at: 'value',
    role: 'port',
    slot: publish!.target,
    value: port,
  }));
}
