import { listCommand } from '../commands/command-nodes.ts';
import { healthDials } from '../containers/health-checks.ts';
import type { Environment, Workload } from '../containers/workload.ts';
import type { Dial, Publish, Slot, Span } from '../facts.ts';
import type { CommandLine, Word } from '../syntax/command.ts';
import type { Entry, Node, Scalar } from '../syntax/document.ts';
import { environmentOf, type Maps } from './environment.ts';
import {
  entriesAt,
  entryAt,
  isOpen,
  itemsAt,
  type Manifest,
  type MapNode,
  mapAt,
  podKinds,
  scalarAt,
  textAt,
} from './manifests.ts';
import { hostSlot, nameIn, portSlot, unsaid } from './slots.ts';

/** What a manifest says of its pods. */
export interface Pod {
  readonly manifest: Manifest;
  /** `FILE#Kind/name`: the network of its containers. */
  readonly scope: string;
  readonly labels: Labels;
  readonly hostNetwork: boolean;
  readonly containers: readonly PodContainer[];
  /** There may be containers that cannot be seen. */
  readonly open: boolean;
  /** It is written only in part: a patch that something else is the whole of. */
  readonly partial: boolean;
}

/** Labels as they are written, and the actions of a template that add more. */
export interface Labels {
  readonly pairs: ReadonlyMap<string, string>;
  readonly holes: ReadonlySet<string>;
}

export interface PodContainer {
  readonly scope: string;
  readonly span: Span;
  readonly node: MapNode;
  /** It runs and ends before the others. */
  readonly ends: boolean;
  readonly ports: readonly ContainerPort[];
  /** It may have ports that cannot be seen. */
  readonly open: boolean;
  readonly facts: readonly (Publish | Dial)[];
}

export interface ContainerPort {
  readonly name: string | undefined;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly port: Slot<number>;
  readonly host: Slot<number> | undefined;
  readonly hostAddress: string | undefined;
  /** It stands in a branch of a template. */
  readonly maybe: boolean;
  readonly keySpan: Span;
}

/** Where each kind keeps the template of its pods. */
const templatePaths: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** The pods that a manifest starts. */
export function podOf(manifest: Manifest): Pod | undefined {
  if (!podKinds.has(manifest.kind)) return undefined;
  const path = templatePaths[manifest.kind] ?? ['spec', 'template'];
  let template: MapNode | undefined = manifest.root;
  for (const key of path) template = mapAt(template, key);
  const spec = mapAt(template, 'spec');
  if (!template || !spec) return undefined;
  const scope = `${manifest.file}#${manifest.kind}/${manifest.name ?? ''}`;
  const main = itemsAt(spec, 'containers');
  const before = itemsAt(spec, 'initContainers');
  const hostNetwork = scalarAt(spec, 'hostNetwork');
  const hook = entryAt(mapAt(mapAt(manifest.root, 'metadata'), 'annotations'), 'helm.sh/hook');
  const isJob = manifest.kind === 'Job' || manifest.kind === 'CronJob' || hook !== undefined;
  const containers = [
    ...before.items.map((item) => ({ item, init: true })),
    ...main.items.map((item) => ({ item, init: false })),
  ].flatMap(({ item, init }, index) =>
    item.kind === 'map' ? containerOf(item, manifest, scope, index, init, isJob) : [],
  );
  return {
    manifest,
    scope,
    labels: labelsOf(mapAt(mapAt(template, 'metadata'), 'labels')),
    hostNetwork: hostNetwork?.value === true,
    containers,
    open: main.open || isOpen(spec) || hostNetwork?.filled?.unseen === true,
    partial:
      containers.length === 0 ||
      (selecting.has(manifest.kind) && manifest.version === 'apps/v1' && lacksSelector(manifest)) ||
      containers.some(({ node }) => !entryAt(node, 'image') && !isOpen(node)),
  };
}

/** Kinds that have to name the labels of their pods since `apps/v1`: without them it is a patch. */
const selecting = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

function lacksSelector({ root }: Manifest): boolean {
  const spec = mapAt(root, 'spec');
  return !isOpen(spec) && entriesAt(spec, 'selector').length === 0;
}

/** The labels in a map. */
export function labelsOf(node: MapNode | undefined): Labels {
  const pairs = new Map<string, string>();
  for (const { key, value } of node?.entries ?? []) {
    if (value.kind === 'scalar')
      pairs.set(key, value.filled?.identity ?? (value.value === null ? value.text : String(value.value)));
  }
  return { pairs, holes: new Set(node?.holes) };
}

function containerOf(
  node: MapNode,
  manifest: Manifest,
  pod: string,
  index: number,
  init: boolean,
  isJob: boolean,
): PodContainer[] {
  const name = entryAt(node, 'name');
  const scope = `${pod}/${textAt(node, 'name') ?? index}`;
  const { items, open } = itemsAt(node, 'ports');
  const ports = items.flatMap((item) => (item.kind === 'map' ? containerPort(item) : []));
  // A name that only rendering shows may be any.
  const portsOpen =
    open || isOpen(node) || items.some((item) => isOpen(item) || scalarAt(item, 'name')?.filled?.unseen === true);
  const sidecar = scalarAt(node, 'restartPolicy')?.value === 'Always';
  return [
    {
      scope,
      span: name?.value.span ?? node.span,
      node,
      ends: isJob || (init && !sidecar),
      ports,
      open: portsOpen,
      facts: [
        ...ports.map((port) => portFact(port, scope, manifest)),
        ...probeFacts(probesOf(node), ports, portsOpen, scope, manifest),
        ...checksOf(node).flatMap((check) => checkFacts(check, scope, manifest)),
      ],
    },
  ];
}

function containerPort(node: MapNode): ContainerPort[] {
  const entry = entryAt(node, 'containerPort');
  if (entry?.value.kind !== 'scalar') return [];
  const host = scalarAt(node, 'hostPort');
  const address = scalarAt(node, 'hostIP');
  return [
    {
      name: textAt(node, 'name'),
      protocol: protocolOf(node),
      port: portSlot(entry.value),
      host: host && host.value !== 0 ? portSlot(host) : undefined,
      hostAddress: typeof address?.value === 'string' ? address.value : undefined,
      keySpan: entry.keySpan,
      maybe: node.branches !== undefined,
    },
  ];
}

/** What a port speaks. */
export function protocolOf(node: MapNode): ContainerPort['protocol'] {
  const value = scalarAt(node, 'protocol')?.value;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  return text === 'udp' || text === 'sctp' ? text : 'tcp';
}

const common = { kind: 'publish', via: 'manifest', language: 'yaml', framework: 'kubernetes', sure: true } as const;

function portFact(
  { port, host, hostAddress, keySpan, protocol, name, maybe }: ContainerPort,
  scope: string,
  manifest: Manifest,
): Publish {
  return {
    ...common,
    span: keySpan,
    scope,
    context: 'production',
    host: hostSide(hostAddress, host !== undefined, keySpan),
    port: host ?? unsaid(port.span),
    target: port,
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
    // In a branch of a template it may be another one's alternative.
    ...(host && maybe && { sure: false }),
    role: host ? 'publish' : 'documentation',
    ...(name !== undefined && { name }),
    ...(manifest.namespace !== undefined && { namespace: manifest.namespace }),
  };
}

/** Without an address a port of the host is one of all its addresses. */
function hostSide(address: string | undefined, published: boolean, at: Span): Slot<string> {
  if (address !== undefined) return { ...unsaid<string>(at), value: address, origin: { by: 'literal' }, fixed: true };
  if (!published) return unsaid(at);
  const docs = 'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports';
  return { ...unsaid<string>(at), value: '0.0.0.0', origin: { by: 'default', of: 'Kubernetes', docs }, fixed: true };
}

interface Probe {
  readonly entry: Entry;
  readonly port: Scalar;
  readonly host: Scalar | undefined;
}

/** The probes and hooks of a container that connect to a port of it. */
function probesOf(node: MapNode): readonly Probe[] {
  const found: Probe[] = [];
  const look = (at: Node) => {
    for (const action of ['httpGet', 'tcpSocket', 'grpc']) {
      for (const { value } of entriesAt(at, action)) {
        for (const entry of entriesAt(value, 'port')) {
          if (entry.value.kind === 'scalar') found.push({ entry, port: entry.value, host: scalarAt(value, 'host') });
        }
      }
    }
  };
  for (const name of probes) for (const { value } of entriesAt(node, name)) look(value);
  for (const { value } of entriesAt(node, 'lifecycle')) {
    for (const hook of ['postStart', 'preStop']) for (const { value: action } of entriesAt(value, hook)) look(action);
  }
  return found;
}

/** The commands that probes run inside the container. */
function checksOf(node: MapNode): readonly Node[] {
  const actions = probes.flatMap((name) => entriesAt(node, name));
  const found = actions.flatMap(({ value }) => entriesAt(value, 'exec'));
  return found.flatMap(({ value }) => entriesAt(value, 'command').map((entry) => entry.value));
}

function checkFacts(command: Node, scope: string, { text }: Manifest): Dial[] {
  const line = commandIn(command, text);
  if (!line) return [];
  return healthDials([line], { framework: 'kubernetes', language: 'yaml', scope, context: 'production' }, text);
}

function probeFacts(
  found: readonly Probe[],
  ports: readonly ContainerPort[],
  open: boolean,
  scope: string,
  manifest: Manifest,
): Publish[] {
  const byName = portsByName(ports);
  const declared = declaredIn(ports);
  return found.map(({ entry, port, host }) => {
    const name = nameIn(port);
    const undeclared =
      name !== undefined && !open && !host && !byName.has(name)
        ? { asked: name, by: 'container' as const, at: placeIn(port), declared }
        : undefined;
    return {
      ...common,
      span: entry.keySpan,
      scope,
      context: 'production',
      host: host ? hostSlot(host) : unsaid(entry.keySpan),
      port: unsaid(port.span),
      target: name === undefined ? portSlot(port) : namedPort(port, name, byName),
      protocol: 'tcp',
      role: 'probe',
      ...(name !== undefined && { targetName: name }),
      ...(undeclared && { undeclared }),
      ...(manifest.namespace !== undefined && { namespace: manifest.namespace }),
    };
  });
}

const placeIn = ({ filled, span }: Scalar): Span => filled?.site ?? span;

/** The ports that can be asked for, by name where they have one. */
export function declaredIn(ports: readonly ContainerPort[]): { name: string | number; span: Span }[] {
  return ports.flatMap(({ name, port, keySpan }) => {
    const known = name ?? port.value;
    return known === undefined ? [] : [{ name: known, span: keySpan }];
  });
}

/** Ports by their names. */
export type PortsByName = ReadonlyMap<string, readonly ContainerPort[]>;

/** Ports by the names they have. */
export function portsByName(ports: readonly ContainerPort[]): PortsByName {
  const byName = new Map<string, ContainerPort[]>();
  for (const port of ports) {
    if (port.name === undefined) continue;
    const group = byName.get(port.name);
    if (group) group.push(port);
    else byName.set(port.name, [port]);
  }
  return byName;
}

/** The port that a name stands for; a name says nothing of its own. */
export function namedPort(node: Scalar, name: string, ports: PortsByName): Slot<number> {
  const found = ports.get(name) ?? [];
  const site = node.filled?.site ?? node.span;
  const values = new Set(found.map(({ port }) => port.value));
  const [first] = found;
  if (!first || values.size > 1 || first.port.value === undefined)
    return { value: undefined, origin: { by: 'unknown' }, span: node.span, site, chain: [], fixed: false };
  return {
    ...first.port,
    site,
    chain: [
      ...(node.filled?.chain ?? []),
      { span: node.filled?.site ?? node.span, note: `port ${name}` },
      ...first.port.chain,
    ],
  };
}

/**
 * What a pod's containers are, for those who put files together.
 * @param changed what something else may change: all of it, or the variables of these names
 */
export function workloadsOf(pod: Pod, maps: Maps, changed: false | 'all' | ReadonlySet<string>): readonly Workload[] {
  const { manifest } = pod;
  return pod.containers.map((container) => {
    const { node } = container;
    const image = scalarAt(node, 'image');
    const directory = scalarAt(node, 'workingDir');
    const stated: Environment = environmentOf(node, manifest, maps);
    const environment: Environment =
      typeof changed === 'object' ? withUnknown(stated, changed, container.span) : stated;
    const entrypoint = commandAt(node, 'command', manifest);
    const command = commandAt(node, 'args', manifest);
    const mounts = itemsAt(node, 'volumeMounts').items.flatMap((item) => {
      const path = textAt(item, 'mountPath');
      return path === undefined ? [] : [path];
    });
    const unclear = entrypoint === 'unclear' || command === 'unclear' || isOpen(node) || changed === 'all';
    return {
      scope: container.scope,
      span: container.span,
      framework: 'kubernetes',
      ...(image && {
        image: {
          name: image.filled?.unseen || typeof image.value !== 'string' ? undefined : image.value,
          span: image.filled?.site ?? image.span,
        },
      }),
      ...(typeof entrypoint === 'object' && { entrypoint }),
      ...(typeof command === 'object' && { command }),
      ...(unclear && { unclear: true as const }),
      ...(typeof directory?.value === 'string' && { directory: directory.value }),
      // Knative gives each container its port in PORT.
      environment: manifest.kind === 'KnativeService' ? { ...environment, open: true } : environment,
      network: pod.hostNetwork ? 'host' : { of: pod.scope },
      names: [],
      labels: Object.fromEntries(pod.labels.pairs),
      ...(manifest.namespace !== undefined && { namespace: manifest.namespace }),
      files: [],
      ...(mounts.length > 0 && { unseen: mounts }),
      ...(container.ends && { ends: true as const }),
    };
  });
}

/** Variables of which another file says what they hold. */
function withUnknown(environment: Environment, names: ReadonlySet<string>, span: Span): Environment {
  const kept = environment.variables.filter(({ name }) => !names.has(name));
  return { ...environment, variables: [...kept, ...[...names].map((name) => ({ name, value: undefined, span }))] };
}

/** Stands for arguments that cannot be seen. */
const anyArguments = '$@';

function commandAt(node: MapNode, key: string, { text }: Manifest): readonly CommandLine[] | 'unclear' | undefined {
  const entries = entriesAt(node, key);
  const [entry] = entries;
  if (!entry) return undefined;
  if (entries.length > 1 || entry.branches) return 'unclear';
  const { value } = entry;
  if (value.kind === 'scalar') return value.value === null && !value.filled?.unseen ? undefined : 'unclear';
  // What is left out where it is empty is as if it were not there.
  if (value.kind === 'list' && value.items.length === 0 && !value.holes) return undefined;
  const line = commandIn(value, text);
  return line ? [line] : 'unclear';
}

/** A list of words, in which `$(NAME)` is a variable; undefined where one of them cannot be seen. */
function commandIn(node: Node, text: string): CommandLine | undefined {
  const line = listCommand(node, text);
  if (!line || node.kind !== 'list') return undefined;
  const words = line.words.map((word, index): Word => {
    const item = node.items[index];
    if (item?.kind === 'scalar' && item.filled?.unseen) return { value: anyArguments, span: word.span, expands: true };
    if (item?.kind === 'scalar' && item.filled) return { value: String(item.value), span: word.span, expands: false };
    // `$$(NAME)` is no variable.
    if (!/\$\([A-Za-z_]/.test(word.value) || word.value.includes('$$(')) return word;
    const value = word.value.replace(/\$\(([A-Za-z_][\w.-]*)\)/g, (_, name: string) => `\${${name}}`);
    return { value, span: word.span, expands: true };
  });
  const { append, ...rest } = line;
  if (node.holes) words.push({ value: anyArguments, span: { ...line.span, start: line.span.end }, expands: true });
  return { ...rest, words, ...(append && !node.holes && { append }) };
}
