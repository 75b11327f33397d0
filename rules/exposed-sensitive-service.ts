import { isUnspecified } from '../src/address.ts';
import type { Bind, Container, Facts, Publish } from '../src/facts.ts';
import {
  containerOf,
  declaredReach,
  groupedBy,
  listed,
  listenersIn,
  listeningBinds,
  listensElsewhere,
  networkOf,
  runsInContainer,
  takenBy,
  unreachable,
} from '../src/joins.ts';
import type { Problem, Rule, RuleOptions } from '../src/rule.ts';

/** What is declared to be for this machine only, and what lets everybody in, must not be open to others. */
export default {
  summary:
    'a server that is declared local, or a database or admin page without a password of its own, can be reached from other machines; info where nothing says that it is deployed',
  severity: 'warning',
  fixable: true,
  *check(facts, options) {
    yield* declared(facts, options);
    yield* published(facts, options);
    yield* unguarded(facts, options);
  },
} satisfies Rule;

function* declared(facts: Facts, options: RuleOptions): Iterable<Problem> {
  const open = listeningBinds(facts).filter(
    (bind) => isUnspecified(bind.host.value) && declaredReach([bind], options) === 'loopback',
  );
  for (const group of groupedBy(open, (bind) => bind.host.span)) {
    const bind = group[0]!;
    const { host } = bind;
    const written = host.origin.by !== 'default';
    const shown = host.value === '' ? 'all interfaces' : host.value;
    const loopback = host.value?.includes(':') ? '::1' : '127.0.0.1';
    // A container's loopback is not the machine's.
    const inside = runsInContainer(facts, bind);
    yield {
      at: written ? host.span : bind.span,
      message: `listens on ${shown}${inside ? ' inside the container' : ''}${host.origin.by === 'default' ? `, the default of ${host.origin.of}` : ''}, so other machines can connect, but expose declares it loopback`,
      context: bind.context,
      related: written ? takenBy(group, 'host') : [],
      chain: host.chain,
      ...(bind.sure &&
        !inside &&
        host.frame !== undefined && {
          fix: {
            safety: 'unsafe' as const,
            does: `listen on ${loopback}, which only programs on this machine can connect to`,
            repairs: [
              { kind: 'fill' as const, at: 'value' as const, role: 'host' as const, slot: host, value: loopback },
            ],
          },
        }),
    };
  }
}

/** Ports of a container's database, queue or admin page on all interfaces of the host. */
function* published(facts: Facts, options: RuleOptions): Iterable<Problem> {
  const open = facts.publishes.filter(
    ({ role, host, target, sure }) =>
      role === 'publish' && sure && isUnspecified(host.value) && target.value !== undefined,
  );
  // What listens on loopback inside the container is not reached.
  const shut = new Set(unreachable(facts).flatMap(({ publishes }) => publishes));
  const found = new Map<Container, Publish[]>();
  for (const publish of open) {
    const stated = options.exposure?.(publish.span.file);
    if (stated === 'private' || stated === 'public') continue;
    if (shut.has(publish)) continue;
    const port = publish.target.value!;
    const container = containersOf(facts, publish).find(
      (one) =>
        isSensitiveAt(one, port) &&
        // Another rule speaks of a port on which nothing listens.
        !listenersIn(facts, [one.scope]).some((listeners) => listensElsewhere(facts, listeners, port)),
    );
    if (container) found.set(container, [...(found.get(container) ?? []), publish]);
  }
  for (const [container, publishes] of found) {
    const { what, access, mild } = container.sensitive!;
    if (access !== 'open' && access !== 'default') continue;
    const [publish, ...others] = publishes as [Publish, ...Publish[]];
    const quiet = (mild || !isDeployed(facts, container)) && options.exposure?.(publish.span.file) !== 'loopback';
    const writable = publishes.every(
      ({ host }) => host.frame !== undefined && (host.origin.by === 'default' || host.origin.by === 'literal'),
    );
    const ports = [...new Set(publishes.map(({ target }) => target.value!))];
    yield {
      at: publish.span,
      message: `publishes port${ports.length > 1 ? 's' : ''} ${listed(ports)} of ${what} on all interfaces of the host, and ${access === 'open' ? 'it asks for no password' : 'its password is one that everybody knows'}, so whoever can reach the host can use it`,
      ...(quiet && { severity: 'info' as const }),
      context: publish.context,
      related: [
        { at: container.span, message: 'it runs here' },
        ...others.map(({ span }) => ({ at: span, message: 'published here too' })),
      ],
      advice: 'set a password, take the port out if only other containers connect, or publish it on 127.0.0.1',
      ...(writable && {
        fix: {
          // Somebody may connect from another machine now.
          safety: 'unsafe' as const,
          does: 'publish it on 127.0.0.1 of the host, which only programs on this machine can connect to',
          repairs: publishes.map(({ host }) => ({
            kind: 'fill' as const,
            at: 'value' as const,
            role: 'host' as const,
            slot: host,
            value: '127.0.0.1',
          })),
        },
      }),
    };
  }
}

function containersOf(facts: Facts, publish: Publish): Container[] {
  return (publish.to ?? [publish.scope]).flatMap((scope) => containerOf(facts, scope) ?? []);
}

function isSensitiveAt({ sensitive }: Container, port: number): boolean {
  return sensitive?.ports.includes(port) ?? false;
}

/**
 * Is it started again by itself, where nothing of the same file is made for development? A file that starts databases for a
 * program on the developer's machine is not deployed.
 */
function isDeployed(facts: Facts, container: Container): boolean {
  const { file } = container.span;
  if (/(?:^|[./_-])(?:dev|develop|development|local)(?:[./_-]|$)/i.test(file)) return false;
  const beside = facts.containers.filter((one) => one.span.file === file);
  if (beside.some((one) => one.edited || saysDevelopment(one))) return false;
  const scopes = new Set(beside.map(({ scope }) => scope));
  const worked = (bind: Bind) => scopes.has(bind.scope) && (bind.debug !== undefined || bind.context === 'development');
  if (facts.binds.some(worked)) return false;
  return (
    container.restarts === true || /(?:^|[./_-])(?:prod|production|deploy|deployment|staging)(?:[./_-]|$)/i.test(file)
  );
}

/** `NODE_ENV=development`, `APP_ENVIRONMENT=local`. */
function saysDevelopment({ environment }: Container): boolean {
  return environment.some(
    ({ name, value = '' }) =>
      /(?:^|_)ENV(?:IRONMENT)?$/i.test(name) && /^(?:dev|develop|development|local)$/i.test(value),
  );
}

/** Servers outside of containers that are told to let everybody in. */
function* unguarded(facts: Facts, options: RuleOptions): Iterable<Problem> {
  const open = listeningBinds(facts).filter(
    (bind) =>
      bind.sensitive?.access === 'open' &&
      bind.sensitive.runsCode !== 'console' &&
      bind.sure &&
      isUnspecified(bind.host.value) &&
      (bind.scope === '' || networkOf(facts, bind.scope) === 'host' || bind.sensitive.runsCode) &&
      declaredReach([bind], options) === undefined,
  );
  for (const group of groupedBy(open, (bind) => bind.span)) {
    const bind = group[0]!;
    const { host } = bind;
    const shown = host.value === '' ? 'all interfaces' : host.value;
    const inside = runsInContainer(facts, bind) ? ' inside the container' : '';
    yield {
      at: host.origin.by === 'default' ? bind.span : host.span,
      message: `${bind.sensitive!.what} listens on ${shown}${inside} and asks for no password, so whoever can connect can use it`,
      // A settings file may belong to a container that was not seen.
      ...((bind.via !== 'command' || bind.sensitive!.mild) && { severity: 'info' as const }),
      context: bind.context,
      chain: host.chain,
      advice: 'set a password, or listen on 127.0.0.1',
    };
  }
}
