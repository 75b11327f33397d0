import { hostsOverlap, isLoopback, isLoopbackSix, isUnspecified } from './address.ts';
import type { Bind, Container, Dial, Facts, Publish, Slot, Span, Variable } from './facts.ts';
import { remembered } from './remembered.ts';
import type { Exposure, Fill, Fix, RuleOptions } from './rule.ts';
import { sameSpan } from './spans.ts';

/** Binds or publishes of one port that are held against each other; nobody starts more, and all pairs of them would be too many. */
const mostRivals = 20;

const key = (span: Span) => `${span.file}:${span.start}:${span.end}`;

/** Facts by the place that `place` names, in the order they come. */
export function groupedBy<T>(items: Iterable<T>, place: (item: T) => Span): T[][] {
  return [...inGroups(items, (item) => [key(place(item))]).values()];
}

/** The calls that take a value written elsewhere: related places of what is found where it is written. */
export function takenBy(binds: readonly Bind[], role: 'host' | 'port'): { at: Span; message: string }[] {
  const elsewhere = binds.filter(({ [role]: { site, span } }) => {
    return site.file !== span.file || span.start < site.start || site.end < span.end;
  });
  return groupedBy(elsewhere, (bind) => bind.span).map((group) => ({ at: group[0]!.span, message: 'it listens here' }));
}

/** The threads, processes and tasks that binds run in, as related places. */
export function startsOf(binds: readonly Bind[]): { at: Span; message: string }[] {
  const steps = binds.flatMap((bind) => bind.reached.filter((step) => step.via !== 'call'));
  return groupedBy(steps, (step) => step.span).map(([step]) => ({ at: step!.span, message: `runs in a ${step!.via}` }));
}

const containersByScope = new WeakMap<Facts, ReadonlyMap<string, Container>>();

/** The container that a scope is; undefined where no file describes it. */
export function containerOf(facts: Facts, scope: string): Container | undefined {
  let known = containersByScope.get(facts);
  if (!known) {
    known = new Map(facts.containers.map((container) => [container.scope, container]));
    containersByScope.set(facts, known);
  }
  return known.get(scope);
}

/** The network that a scope lives in: its own, that of another one, or `host`. */
export function networkOf(facts: Facts, scope: string): string {
  let at = scope;
  for (let hops = 0; hops < 8; hops++) {
    const network = containerOf(facts, at)?.network ?? at;
    if (network === at) return at;
    at = network;
  }
  return at;
}

/** Does it run in a container with a network of its own? Its loopback and its ports are then not the machine's. */
export function runsInContainer(facts: Facts, bind: Bind): boolean {
  return bind.scope !== '' && networkOf(facts, bind.scope) !== 'host';
}

/** The variable of its container that gives a bind an empty text for its port. */
export function emptiedBy(facts: Facts, { port, scope }: Bind): Variable | undefined {
  const { written, origin } = port;
  if (written !== '' || origin.by !== 'env') return undefined;
  const variable = containerOf(facts, scope)?.environment.findLast(({ name }) => name === origin.name);
  return variable?.value === '' ? variable : undefined;
}

/** What listens where a publish leads to. */
export interface Listeners {
  readonly network: string;
  readonly containers: readonly Container[];
  readonly binds: readonly Bind[];
  /** All programs there are known, so a port on which nothing is known to listen is not listened on. */
  readonly complete: boolean;
}

/** What is in each network. */
interface Networks {
  readonly binds: ReadonlyMap<string, readonly Bind[]>;
  /** Those that do not end by themselves. */
  readonly containers: ReadonlyMap<string, readonly Container[]>;
  readonly publishes: ReadonlyMap<string, readonly Publish[]>;
  /** By network, protocol and port. */
  readonly publishesOfPort: ReadonlyMap<string, readonly Publish[]>;
  /** Those of proxies that lead to containers, by the network of those. */
  readonly dials: ReadonlyMap<string, readonly Dial[]>;
  /** The ports, as above, on which something listens that is not on loopback. */
  readonly reachable: ReadonlySet<string>;
}

const portOf = (network: string, protocol: string, port: number | undefined) => `${network} ${protocol} ${port}`;

const networksByFacts = new WeakMap<Facts, Networks>();

function networksOf(facts: Facts): Networks {
  let known = networksByFacts.get(facts);
  if (!known) {
    const network = (scope: string) => [networkOf(facts, scope)];
    const binds = listeningBinds(facts);
    const proxied = facts.dials.filter(({ to }) => to !== undefined);
    const reachedBy = ({ scope, to }: Publish) => new Set((to ?? [scope]).flatMap(network));
    known = {
      binds: inGroups(binds, ({ scope }) => (scope === '' ? [] : network(scope))),
      containers: inGroups(facts.containers, ({ scope, ends }) => (ends ? [] : network(scope))),
      publishes: inGroups(facts.publishes, reachedBy),
      publishesOfPort: inGroups(facts.publishes, (publish) =>
        [...reachedBy(publish)].map((at) => portOf(at, publish.protocol, publish.target.value)),
      ),
      dials: inGroups(proxied, ({ to }) => new Set(to!.flatMap(network))),
      reachable: new Set(
        binds
          .filter(({ scope, host }) => scope !== '' && !isLoopback(host.value))
          .map(({ scope, protocol, port }) => portOf(networkOf(facts, scope), protocol, port.value)),
      ),
    };
    networksByFacts.set(facts, known);
  }
  return known;
}

function inGroups<T>(items: Iterable<T>, groupsOf: (item: T) => Iterable<string>): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const name of groupsOf(item)) {
      const group = groups.get(name);
      if (group) group.push(item);
      else groups.set(name, [item]);
    }
  }
  return groups;
}

/** What leads to a network, whatever its port. */
export function publishesTo(facts: Facts, network: string): readonly Publish[] {
  return networksOf(facts).publishes.get(network) ?? [];
}

/** What proxies in other containers ask of a network. */
export function dialsTo(facts: Facts, network: string): readonly Dial[] {
  return networksOf(facts).dials.get(network) ?? [];
}

/**
 * What a publish leads to, once for each network: one image may run as several containers.
 * @returns nothing for the network of the host, where there is nothing to publish
 */
export function listenersFor(facts: Facts, publish: Publish): Listeners[] {
  return listenersIn(facts, publish.to ?? [publish.scope]);
}

/** What listens in the networks of some scopes. */
export function listenersIn(facts: Facts, scopes: readonly string[]): Listeners[] {
  const known = networksOf(facts);
  const networks = new Set(scopes.map((scope) => networkOf(facts, scope)));
  return [...networks].flatMap((network) => {
    if (network === 'host') return [];
    const containers = known.containers.get(network) ?? [];
    const complete = containers.length > 0 && containers.every(({ listens }) => listens === 'complete');
    return [{ network, containers, binds: known.binds.get(network) ?? [], complete }];
  });
}

/** May a file or secret that is not seen set the variable that the port is read from? */
export function maySetPort(facts: Facts, { port: { origin }, scope }: Bind): boolean {
  const container = origin.by === 'env' ? containerOf(facts, scope) : undefined;
  return (
    container?.open === true && !container.environment.some(({ name }) => origin.by === 'env' && name === origin.name)
  );
}

/** The binds of a network, where all that listens there is known and none of it listens on the port. */
export function listensElsewhere(
  facts: Facts,
  { binds, complete }: Listeners,
  asked: number,
): readonly Bind[] | undefined {
  const listening = binds.filter((bind) => bind.protocol === 'tcp');
  if (!complete || listening.length === 0) return undefined;
  if (listening.some(({ port, sure }) => !sure || !port.value || port.value === asked)) return undefined;
  if (listening.some((bind) => maySetPort(facts, bind))) return undefined;
  return listening;
}

/** The publishes that lead to a bind's network and ask for its port; not those that only document it, unless they are asked for. */
export function publishersOf(facts: Facts, bind: Bind, documentation = false): Publish[] {
  const { value } = bind.port;
  if (bind.scope === '' || value === undefined) return [];
  const asked = networksOf(facts).publishesOfPort.get(portOf(networkOf(facts, bind.scope), bind.protocol, value)) ?? [];
  return asked.filter(({ role }) => documentation || role !== 'documentation');
}

/** The binds on loopback that a published, probed or proxied port leads to, with those ports. */
export function unreachable(
  facts: Facts,
): { readonly bind: Bind; readonly publishes: readonly Publish[]; readonly dials: readonly Dial[] }[] {
  return listeningBinds(facts).flatMap((bind) => {
    if (!bind.sure || !isLoopback(bind.host.value) || !runsInContainer(facts, bind)) return [];
    const network = networkOf(facts, bind.scope);
    // Something else may answer there.
    if (networksOf(facts).reachable.has(portOf(network, bind.protocol, bind.port.value))) return [];
    const publishes = publishersOf(facts, bind).filter(
      ({ host, role, sure }) => sure && (role !== 'probe' || !isLoopback(host.value)),
    );
    const dials = dialsTo(facts, network).filter(
      ({ port }) => bind.protocol === 'tcp' && port.value === bind.port.value,
    );
    return publishes.length > 0 || dials.length > 0 ? [{ bind, publishes, dials }] : [];
  });
}

/** Does the system find a free port, so that none can be taken? Port 0, or in JavaScript no port at all. */
export function isChosenBySystem({ port, language }: Bind): boolean {
  if (port.value === 0) return true;
  const isWritten = port.site.start < port.site.end;
  return language !== 'python' && !isWritten && port.value === undefined && port.origin.by === 'unknown';
}

/** The binds that decide where something listens: option and settings rows only feed them. */
export function listeningBinds(facts: Facts): Bind[] {
  return facts.binds.filter((bind) => bind.feeds === undefined);
}

/** The binds of one place: a function that several callers use has one for each. */
export function bindsAt(facts: Facts, span: Span): readonly Bind[] {
  let places = bindsByPlace.get(facts);
  if (!places) {
    places = new Map(
      groupedBy(listeningBinds(facts), (bind) => bind.span).map((group) => [key(group[0]!.span), group]),
    );
    bindsByPlace.set(facts, places);
  }
  return places.get(key(span)) ?? [];
}

const bindsByPlace = new WeakMap<Facts, ReadonlyMap<string, readonly Bind[]>>();

/** What is written to open servers to others, or why that cannot be. */
export type Opening = { readonly host: string } | { readonly refused: string };

/**
 * The address that opens servers whose host stands in one place. A loopback of IPv6 keeps its family, which the socket may be made
 * for, unless nothing would then answer where IPv4 is asked for: at a published port, or where no family was chosen.
 */
export function openingOf(facts: Facts, group: readonly Bind[], wanted: string, published = false): Opening {
  const bind = group[0]!;
  const shared = group.find((one) => one.host.shared !== undefined)?.host.shared;
  if (shared !== undefined) return { refused: `${shared} takes the same text` };
  const chosen = !published && bind.host.origin.by !== 'default';
  const keepsFamily =
    isUnspecified(wanted) && isLoopbackSix(bind.host.value) && (chosen || bind.familiesApart !== true);
  const host = keepsFamily ? '::' : wanted;
  const rival = group.map((one) => rivalOf(facts, one, host)).find((found) => found !== undefined);
  if (rival === undefined) return { host };
  const { value } = rival.port;
  return { refused: `this program also listens on ${rival.host.value}, port ${value}, which ${host} would take too` };
}

/** Does the same call listen on all interfaces at the same port too? */
export function isOpenBeside(facts: Facts, bind: Bind): boolean {
  return bindsOnPort(facts, bind).some(
    (other) => sameSpan(other.span, bind.span) && isUnspecified(other.host.value) && areBeside(bind, other),
  );
}

/** Another server of the same program that holds its port on an address which `host` would take too. */
function rivalOf(facts: Facts, bind: Bind, host: string): Bind | undefined {
  if (!bind.port.value) return undefined;
  return bindsOnPort(facts, bind).find((other) => {
    if (other === bind || other.protocol !== bind.protocol || key(other.host.span) === key(bind.host.span))
      return false;
    if (bind.familiesApart && host.includes(':') !== other.host.value?.includes(':')) return false;
    if (hostsOverlap(bind.host.value, other.host.value) || !hostsOverlap(host, other.host.value)) return false;
    return areBeside(bind, other);
  });
}

/** Two addresses of one call, or two calls of one program, at the same time. */
function areBeside(first: Bind, second: Bind): boolean {
  if (exclude(first, second)) return false;
  if (sameSpan(first.span, second.span))
    return (
      first.reached.length === second.reached.length &&
      first.reached.every(({ span }, index) => sameSpan(span, second.reached[index]!.span))
    );
  return first.root !== undefined && first.root === second.root && first.via === 'call' && together(first, second);
}

const placeOnPort = ({ scope, port }: Bind) => `${port.value} ${scope}`;

const bindsByPort = remembered(
  (facts: Facts) =>
    new Map(
      [...inGroups(listeningBinds(facts), (one) => [placeOnPort(one)])].map(([place, group]) => [
        place,
        group.slice(0, mostRivals),
      ]),
    ),
);

/** The first of the binds on a bind's port in its scope. */
function bindsOnPort(facts: Facts, bind: Bind): readonly Bind[] {
  return bindsByPort(facts).get(placeOnPort(bind)) ?? [];
}

/**
 * The fills that write another host for binds that take theirs from one place. Where the project connects to that place too, the
 * calls that listen get it and the place stays as it is.
 */
export function hostFills(group: readonly Bind[], value: string): Fill[] {
  const { host } = group[0]!;
  const isNamed = group.every((bind) => bind.host.siteFrame && bind.host.chain.every(({ note }) => named.test(note)));
  if (!isNamed || !group.some(({ dialled }) => dialled))
    return [{ kind: 'fill', at: 'value', role: 'host', slot: host, value }];
  return groupedBy(group, (bind) => bind.host.site).map(([bind]) => ({
    kind: 'fill',
    at: 'site',
    role: 'host',
    slot: bind!.host,
    value,
  }));
}

const named = / is (?:set here|imported from )/;

const conflictsByFacts = new WeakMap<Facts, readonly (readonly [Bind, Bind])[]>();

/** Two binds of one program that want the same address at the same time. */
export function conflicts(facts: Facts): readonly (readonly [Bind, Bind])[] {
  let known = conflictsByFacts.get(facts);
  if (!known) {
    known = conflictsIn(facts);
    conflictsByFacts.set(facts, known);
  }
  return known;
}

function conflictsIn(facts: Facts): (readonly [Bind, Bind])[] {
  const binds = listeningBinds(facts).filter(
    (bind) =>
      bind.sure &&
      !bind.probes &&
      bind.via === 'call' &&
      // Sockets that take datagrams share a port, of a group that they join for one, and say so in an option.
      (bind.protocol === 'tcp' || bind.framework !== 'socket') &&
      (bind.port.value ?? 0) > 0 &&
      bind.root !== undefined,
  );
  const rivals = new Map<string, Bind[]>();
  const found: (readonly [Bind, Bind])[] = [];
  for (const second of binds) {
    const wanted = `${second.protocol} ${second.port.value} ${second.root}`;
    const earlier = rivals.get(wanted) ?? [];
    for (const first of earlier) {
      if (!hostsOverlap(first.host.value, second.host.value) || exclude(first, second)) continue;
      if (together(first, second)) found.push([first, second]);
    }
    if (earlier.length < mostRivals) earlier.push(second);
    rivals.set(wanted, earlier);
  }
  return found;
}

/** Binds of two containers that share a network, the host's for one, and want the same port of it. */
export function sharedPorts(facts: Facts): (readonly [Bind, Bind])[] {
  const rivals = new Map<string, Bind>();
  const found: (readonly [Bind, Bind])[] = [];
  for (const bind of listeningBinds(facts)) {
    const { value } = bind.port;
    if (!bind.sure || !value || containerOf(facts, bind.scope)?.ends) continue;
    const inside = runsInContainer(facts, bind) && sharesNetwork(facts, bind);
    const network = inside ? networkOf(facts, bind.scope) : hostOf(facts, bind);
    if (network === undefined) continue;
    const wanted = `${bind.protocol} ${value} ${network}`;
    const first = rivals.get(wanted);
    if (!first) rivals.set(wanted, bind);
    else if (
      first.scope !== bind.scope &&
      !areNamedAlike(facts, first.scope, bind.scope) &&
      hostsOverlap(first.host.value, bind.host.value)
    )
      found.push([first, bind]);
  }
  return found;
}

/** The host on whose network a bind listens, beside other containers that are always started there. */
function hostOf(facts: Facts, bind: Bind): string | undefined {
  if (bind.scope === '' || networkOf(facts, bind.scope) !== 'host' || maySetPort(facts, bind)) return undefined;
  const container = containerOf(facts, bind.scope);
  return container && !container.profiles ? machineOf(container) : undefined;
}

/** What is started together on one host: a compose project, a pod. Pods go to machines that have the port left. */
function machineOf({ framework, scope, project }: Container): string | undefined {
  if (framework === 'kubernetes') return scope.slice(0, scope.lastIndexOf('/'));
  return framework === 'compose' ? (project ?? scope.replace(/#.*$/, '')) : undefined;
}

/** A publish as one service has it that is started. */
export interface Published {
  readonly publish: Publish;
  readonly scope: string;
}

/**
 * What wants a port of the host which an earlier one of the same compose project, the first that is found, wants too: publishes, and
 * servers on the host's network. Services that only start where somebody asks for them are often there in place of each other, and other
 * files are other projects.
 */
export function hostConflicts(facts: Facts): (readonly [Published | Bind, Published])[] {
  const wanted = new Map<string, (Published | Bind)[]>();
  const found: (readonly [Published | Bind, Published])[] = [];
  for (const bind of listeningBinds(facts)) {
    const host = bind.sure && bind.port.value ? hostOf(facts, bind) : undefined;
    if (host === undefined || containerOf(facts, bind.scope)?.ends) continue;
    const port = `${host} ${bind.protocol} ${bind.port.value}`;
    wanted.set(port, [...(wanted.get(port) ?? []).slice(0, mostRivals), bind]);
  }
  for (const second of startedPublishes(facts)) {
    const { publish, host } = second;
    const port = `${host} ${publish.protocol} ${publish.port.value}`;
    const earlier = wanted.get(port) ?? [];
    const first = earlier.find(
      (one) =>
        !areNamedAlike(facts, one.scope, second.scope) &&
        ('publish' in one
          ? !isRepeated(one, second) && hostsOverlap(one.publish.host.value, publish.host.value)
          : hostsOverlap(one.host.value, publish.host.value)),
    );
    if (first) found.push([first, second]);
    if (earlier.length < mostRivals) earlier.push(second);
    wanted.set(port, earlier);
  }
  return found;
}

/** The publishes of services and pods that are started by themselves, with the host that each of them opens a port of. */
function* startedPublishes(facts: Facts): Iterable<Published & { readonly host: string }> {
  for (const publish of facts.publishes) {
    // Commands of a script are often there in place of each other.
    if (publish.role !== 'publish' || publish.via === 'command' || !publish.sure || !publish.port.value) continue;
    const scopes = publish.to ?? [publish.scope];
    for (const scope of scopes) {
      const container = containerOf(facts, scope);
      if (!container || container.profiles || container.ends || networkOf(facts, scope) === 'host') continue;
      // What is laid over a file in another one is there in its place.
      if (scopes.length > 1 && scope !== publish.scope && serviceOf(scope) === serviceOf(publish.scope)) continue;
      const host = publish.framework === 'kubernetes' ? container.network : machineOf(container);
      if (host !== undefined) yield { publish, scope, host };
    }
  }
}

/** Files of one project that name a service alike speak of one service. */
function areNamedAlike(facts: Facts, scope: string, other: string): boolean {
  return scope !== other && serviceOf(scope) === serviceOf(other) && containerOf(facts, scope)?.framework === 'compose';
}

const serviceOf = (scope: string) => scope.slice(scope.lastIndexOf('#') + 1);

/** What a file lays over another one may repeat it. */
function isRepeated(first: Published, second: Published): boolean {
  const [one, other] = [first.publish, second.publish];
  if (sameSpan(one.span, other.span) && first.scope === second.scope) return true;
  return one.scope !== other.scope && (one.to ?? other.to) !== undefined && one.target.value === other.target.value;
}

/** What is different on the way to each: the branch of one statement, or what a condition comes to. */
function exclude(first: Bind, second: Bind): boolean {
  const parts = (bind: Bind) => (bind.exclusive ?? []).map((one) => one.split('=') as [string, string]);
  const others = parts(second);
  return parts(first).some(([what, comesTo]) =>
    others.some(([other, otherwise]) => what === other && comesTo !== otherwise),
  );
}

/** Both run at once: the one that comes first does not hold up its caller. */
function together(first: Bind, second: Bind): boolean {
  const beside = (bind: Bind) => bind.reached.some((step) => step.via !== 'call');
  if (sameSpan(first.span, second.span)) {
    const at = first.reached.findIndex(
      (step, index) => !sameSpan(step.span, second.reached[index]?.span ?? first.span),
    );
    return (
      at !== -1 &&
      (first.reached.slice(at).some((step) => step.via !== 'call') ||
        second.reached.slice(at).some((step) => step.via !== 'call'))
    );
  }
  const ordered = (bind: Bind) => bind.reached[0]?.span.start ?? bind.span.start;
  const earlier = ordered(first) <= ordered(second) ? first : second;
  return beside(earlier) || !earlier.blocks;
}

/** Has a more specific rule spoken about the place where a bind's host is written? */
export function isSpokenFor(facts: Facts): (bind: Bind) => boolean {
  const placeOf = ({ host, span }: Bind) => key(host.origin.by === 'default' ? span : host.span);
  const places = new Set(unreachable(facts).map(({ bind }) => placeOf(bind)));
  return (bind) => places.has(placeOf(bind));
}

/** Others in the same network of containers, a pod's or the host's: its loopback is theirs too. */
export function sharesNetwork(facts: Facts, bind: Bind): boolean {
  const own = containerOf(facts, bind.scope);
  if (!own) return false;
  const beside = networksOf(facts).containers.get(networkOf(facts, bind.scope)) ?? [];
  const machine = runsInContainer(facts, bind) ? undefined : machineOf(own);
  return beside.some(
    (one) =>
      one.scope !== bind.scope &&
      (runsInContainer(facts, bind) || (machine !== undefined && machineOf(one) === machine)),
  );
}

/** `the service web`; without its name where no file says it. */
export function serviceNamed({ scope }: Publish): string {
  const name = /#Service\/([\w.-]+)$/.exec(scope)?.[1];
  return name === undefined ? 'the service' : `the service ${name}`;
}

/** `8000`, `8000 and 8080`, `8000, 8080 and 9090`. */
export function listed(values: Iterable<string | number>, word: 'and' | 'or' = 'and'): string {
  const all = [...new Set(values)];
  if (all.length <= 1) return String(all[0] ?? '');
  return `${all.slice(0, -1).join(', ')} ${word} ${all.at(-1)}`;
}

/** Who is meant to reach binds at one place, by the files that they and their hosts stand in; undefined where nobody said so. */
export function declaredReach(binds: readonly Bind[], { exposure }: RuleOptions): Exposure | undefined {
  const files = binds.flatMap(({ span, host }) => [span.file, host.span.file]);
  return files.map((file) => exposure?.(file)).find((declared) => declared !== undefined);
}

/** Opens a server in a container where its process is given the host: by a variable, by a flag, in the code. */
export function hostFixInContainer(bind: Bind, options: RuleOptions): Fix | undefined {
  const { host } = bind;
  const value = options.host;
  const wanted = options.layer ?? 'auto';
  const layers = host.layers ?? [];
  const variable = layers.find(({ layer }) => layer === 'environment');
  const flag = layers.find(({ layer }) => layer === 'command');
  const written = host.frame !== undefined;
  const environment = host.origin.by === 'env' && writtenIn(host, bind) !== 'code';
  const inPlace =
    wanted === 'auto'
      ? !(variable && host.origin.by === 'env') && !flag
      : wanted === 'code'
        ? writtenIn(host, bind) === 'code' || layers.length === 0
        : wanted === 'command'
          ? !flag
          : !variable || environment;
  const layer = inPlace
    ? undefined
    : wanted === 'command'
      ? flag
      : wanted === 'environment'
        ? variable
        : host.origin.by === 'env'
          ? variable
          : (flag ?? variable);
  if (layer === undefined && !written) return undefined;
  const place = layer ? `, by ${layer.layer === 'command' ? 'the option ' : ''}${layer.name}` : '';
  return {
    safety: 'safe',
    does: `listen on ${value} inside the container${place}`,
    repairs: [{ kind: 'fill', at: 'value', role: 'host', slot: host, value, ...(layer && { layer }) }],
  };
}

/** The same for one server in several containers: each of them is given the option by its own command. */
export function hostFixInContainers(binds: readonly Bind[], options: RuleOptions): Fix | undefined {
  const fix = hostFixInContainer(binds[0]!, options);
  const [repair] = fix?.repairs ?? [];
  if (!fix || repair?.kind !== 'fill' || repair.layer?.layer !== 'command') return fix;
  const others = binds.slice(1).flatMap((bind) => hostFixInContainer(bind, options)?.repairs ?? []);
  // What one of them can only be given at its own place is there for all.
  if (others.some((one) => one.kind === 'fill' && !one.layer))
    return hostFixInContainer(binds[0]!, { ...options, layer: 'code' });
  const places = new Map(
    [...fix.repairs, ...others].map((one) => [one.kind === 'fill' && one.layer ? key(one.layer.span) : one, one]),
  );
  return { ...fix, repairs: [...places.values()] };
}

function writtenIn(host: Slot<string>, bind: Bind): 'code' | 'elsewhere' {
  return host.span.file === bind.span.file || host.frame?.code !== undefined ? 'code' : 'elsewhere';
}
