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
  const found = new Map<Container | Bind, { readonly container: Container; readonly publishes: Publish[] }>();
  for (const publish of open) {
    const stated = options.exposure?.(publish.span.file);
    if (stated === 'private' || stated === 'public') continue;
    if (shut.has(publish)) continue;
    const port = publish.target.value!;
    const containers = containersOf(facts, publish);
    const container = containers.find(
      (one) =>
        isSensitiveAt(one, port) &&
        // Another rule speaks of a port on which nothing listens.
        !listenersIn(facts, [one.scope]).some((listeners) => listensElsewhere(facts, listeners, port)),
    );
    const bind = container ? undefined : configuredAt(facts, containers, port);
    const holder = container ?? bind;
    if (!holder) continue;
    const known = found.get(holder) ?? { container: container ?? containerOf(facts, bind!.scope)!, publishes: [] };
    known.publishes.push(publish);
    found.set(holder, known);
  }
  for (const [holder, { container, publishes }] of found) {
    const { what, access, mild, password } = holder.sensitive!;
    if (access !== 'open' && access !== 'default') continue;
    const [publish, ...others] = publishes as [Publish, ...Publish[]];
    const quiet = (mild || !isDeployed(facts, container)) && options.exposure?.(publish.span.file) !== 'loopback';
    const writable = publishes.every(
      ({ host }) => host.frame !== undefined && (host.origin.by === 'default' || host.origin.by === 'literal'),
    );
    const ports = [...new Set(publishes.map(({ target }) => target.value!))];
    yield {
      at: publish.span,
      message: `publishes port${ports.length > 1 ? 's' : ''} ${listed(ports)} of ${what} on all interfaces of the host${isDocker(publish) ? ', past ufw' : ''}, and ${access === 'open' ? 'it asks for no password' : `its password${password === undefined ? '' : ` in ${password}`} is one that everybody knows`}`,
      ...(quiet && { severity: 'info' as const }),
      context: publish.context,
      related: [
        { at: holder.span, message: holder.kind === 'bind' ? 'it listens here' : 'it runs here' },
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

/** Docker lets in what it publishes before ufw is asked. https://docs.docker.com/engine/network/packet-filtering-firewalls/#docker-and-ufw */
const isDocker = ({ framework }: Publish) => /^(?:compose|docker|devcontainer)$/.test(framework);

function containersOf(facts: Facts, publish: Publish): Container[] {
  return (publish.to ?? [publish.scope]).flatMap((scope) => containerOf(facts, scope) ?? []);
}

/** The server that a settings file opens in a container, where that says whom it lets in. */
function configuredAt(facts: Facts, containers: readonly Container[], port: number): Bind | undefined {
  const scopes = new Set(containers.map(({ scope }) => scope));
  return listeningBinds(facts).find(
    (bind) =>
      bind.via === 'config' &&
      bind.sure &&
      bind.sensitive !== undefined &&
      bind.port.value === port &&
      isUnspecified(bind.host.value) &&
      scopes.has(bind.scope),
  );
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
  if (workFile.test(file)) return false;
  const beside = facts.containers.filter((one) => one.span.file === file);
  if (beside.some((one) => one.edited || catchesMail(one) || saysDevelopment(one))) return false;
  const scopes = new Set(beside.map(({ scope }) => scope));
  const worked = (bind: Bind) => scopes.has(bind.scope) && (bind.debug !== undefined || bind.context === 'development');
  if (facts.binds.some(worked)) return false;
  if (/(?:^|[./_-])(?:prod|production|deploy|deployment|staging)(?:[./_-]|$)/i.test(file)) return true;
  return container.restarts === true && !isBacking(facts, beside, scopes);
}

/** Files for work on the project by their names. */
const workFile = /(?:^|[./_-])(?:dev|develop|development|devcontainer|local|override|ci|tests?|e2e)(?:[./_-]|$)/i;

const catchesMail = ({ sensitive }: Container) => sensitive?.what === 'a mail catcher';

/**
 * Is there no program of the project, and no door for everybody? Nothing but databases and their tools, or what a project that has
 * programs uses: those are started elsewhere.
 */
function isBacking(facts: Facts, beside: readonly Container[], scopes: ReadonlySet<string>): boolean {
  const isOwn = ({ images, framework }: Container) => images.length > 0 || framework === 'dockerfile';
  if (beside.some(isOwn)) return false;
  if (!beside.every(({ sensitive }) => sensitive !== undefined) && !facts.containers.some(isOwn)) return false;
  return !facts.publishes.some(({ scope, port }) => scopes.has(scope) && (port.value === 80 || port.value === 443));
}

/** `NODE_ENV=development`, `APP_ENVIRONMENT=local`, `APP_URL=http://localhost:8000`: whoever uses it is at the machine itself. */
function saysDevelopment({ environment, span: { file } }: Container): boolean {
  return environment.some(
    ({ name, value = '', from, span }) =>
      (/(?:^|_)ENV(?:IRONMENT)?$/i.test(name) && /^(?:dev|develop|development|local)$/i.test(value)) ||
      // What only holds until whoever deploys it sets something else says nothing.
      ((from === undefined || span.file !== file) &&
        !/health|check|probe|metric|otel/i.test(name) &&
        isForLocalhost(name, value)),
  );
}

/** Pages, or brokers as their clients are told, at localhost, and none at a name of the internet. */
function isForLocalhost(name: string, value: string): boolean {
  const scheme = /advertised/i.test(name) ? /^\s*\w+:\/\/([\w.-]+)/ : /^\s*https?:\/\/([\w.-]+)/;
  const hosts = value.split(',').flatMap((part) => scheme.exec(part)?.[1] ?? []);
  return hosts.includes('localhost') && !hosts.some((host) => /\.[a-z]/i.test(host));
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
