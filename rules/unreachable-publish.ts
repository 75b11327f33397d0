import { isLoopback } from '../src/address.ts';
import type { Bind, Dial, Facts, Publish } from '../src/facts.ts';
import {
  bindsAt,
  containerOf,
  groupedBy,
  hostFixInContainers,
  listed,
  networkOf,
  openingOf,
  serviceNamed,
  takenBy,
  unreachable,
} from '../src/joins.ts';
import type { Fix, Rule } from '../src/rule.ts';

/** What is published leads to the container's own address, where nobody listens. https://docs.docker.com/engine/network/ */
export default {
  summary: 'a port is published or probed, and what listens on it is bound to loopback inside the container',
  severity: 'error',
  fixable: true,
  *check(facts, options) {
    const found = unreachable(facts);
    const told = new Set<string>();
    const hosts = new Map<string, string[]>();
    for (const { bind } of found) hosts.set(serverOf(bind), [...(hosts.get(serverOf(bind)) ?? []), bind.host.value!]);
    for (const group of groupedBy(found, ({ bind }) =>
      bind.host.origin.by === 'default' ? bind.span : bind.host.span,
    )) {
      const binds = group.map(({ bind }) => bind);
      // One server with several addresses is one defect.
      if (binds.every((one) => told.has(serverOf(one)))) continue;
      for (const one of binds) told.add(serverOf(one));
      const addresses = new Set(binds.flatMap((one) => hosts.get(serverOf(one))!));
      const publishes = [...new Set(group.flatMap((one) => one.publishes))];
      const dials = [...new Set(group.flatMap((one) => one.dials))];
      const { bind } = group[0]!;
      const { host } = bind;
      const byDefault = host.origin.by === 'default' ? `, the default of ${host.origin.of},` : '';
      const guarded = binds.find((one) => one.guarded !== undefined)?.guarded;
      const opening = openingOf(facts, binds, options.host, true);
      const refused = guarded ?? ('refused' in opening ? opening.refused : undefined);
      const fix =
        refused === undefined && 'host' in opening
          ? hostFixInContainers(binds, { ...options, host: opening.host })
          : undefined;
      yield {
        at: byDefault ? bind.span : host.span,
        message: `listens on ${listed(addresses)} inside the container${byDefault || ','} so ${consequence(publishes, dials)}`,
        context: bind.context,
        related: [
          ...groupedBy(publishes, ({ span }) => span).map(([publish]) => ({
            at: publish!.span,
            message: saying(publish!),
          })),
          ...groupedBy(dials, ({ span }) => span).map(([dial]) => ({
            at: dial!.span,
            message: dial!.variable === undefined ? 'proxied here' : 'named here',
          })),
          ...(byDefault ? [] : takenBy(binds, 'host')),
        ],
        chain: host.chain,
        ...(fix && { fix: onHostToo(facts, bind, fix) }),
        ...(refused !== undefined && { advice: `not widened by fix: ${refused}` }),
      };
    }
  },
} satisfies Rule;

/** A place that opens a container must not open the machine of another one, which shares its image and runs on the host's network. */
function onHostToo(facts: Facts, bind: Bind, fix: Fix): Fix {
  const own = containerOf(facts, bind.scope);
  const [repair] = fix.repairs;
  const layer = repair?.kind === 'fill' ? repair.layer : undefined;
  const place = layer?.span ?? bind.host.span;
  const others = bindsAt(facts, bind.span).filter(
    ({ scope, host }) => scope !== '' && networkOf(facts, scope) === 'host' && isLoopback(host.value),
  );
  const isShared = own === undefined || place.file !== own.span.file || own.framework === 'dockerfile';
  const names = others.filter(({ host }) => isShared || host.span.start === place.start).map(({ scope }) => scope);
  if (names.length === 0) return fix;
  return {
    ...fix,
    safety: 'unsafe',
    does: `${fix.does}, and on the host, on whose network ${listed(names)} runs it too`,
  };
}

const serverOf = ({ span, scope, port }: Bind) => `${span.file}:${span.start} ${scope} ${port.value}`;

function consequence(publishes: readonly Publish[], dials: readonly Dial[]): string {
  const published = publishes.filter(({ role }) => role === 'publish');
  const services = publishes.filter(({ role, by }) => role === 'service' && by === undefined);
  const passed = publishes.filter(({ by }) => by !== undefined);
  const ports = (some: readonly Publish[]) => listed(some.map(({ port, target }) => port.value ?? target.value!));
  const many = (some: readonly Publish[], word: string) =>
    new Set(some.map(({ port, target }) => port.value ?? target.value)).size > 1 ? `${word}s` : word;
  if (published.length > 0)
    return `the published ${many(published, 'port')} ${ports(published)} ${many(published, 'port') === 'port' ? 'reaches' : 'reach'} nobody`;
  if (services.length > 0)
    return `${many(services, 'port')} ${ports(services)} of ${listed(services.map(serviceNamed))} ${many(services, 'port') === 'port' ? 'reaches' : 'reach'} nobody`;
  if (passed.length > 0)
    return `what ${listed(passed.map(({ by }) => by!))} passes to port ${listed(passed.map(({ target }) => target.value!))} reaches nobody`;
  if (publishes.length === 0) {
    const passing = dials.filter(({ variable }) => variable === undefined);
    if (passing.length > 0)
      return `what ${listed(passing.map(({ framework }) => framework))} passes to port ${listed(passing.map(({ port }) => port.value!))} reaches nobody`;
    return `what connects to port ${listed(dials.map(({ port }) => port.value!))} as ${listed(dials.map(({ variable }) => variable!))} says reaches nobody`;
  }
  return `the probe of port ${listed(publishes.map(({ target }) => target.value!))} always fails`;
}

function saying(publish: Publish): string {
  const { role, by } = publish;
  if (by !== undefined) return 'proxied here';
  return role === 'probe'
    ? 'probed here'
    : role === 'service'
      ? `${serviceNamed(publish)} leads there`
      : 'published here';
}
