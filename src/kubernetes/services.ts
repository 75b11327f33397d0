import type { Publish, Slot, Span, Undeclared } from '../facts.ts';
import type { Entry, Scalar } from '../syntax/document.ts';
import {
  entriesAt,
  identityAt,
  isOpen,
  itemsAt,
  type Manifest,
  type MapNode,
  mapAt,
  scalarAt,
  textAt,
} from './manifests.ts';
import { type ContainerPort, type Labels, labelsOf, protocolOf } from './pods.ts';
import { blockColumn, lineEndAfter, nameIn, portSlot, unsaid } from './slots.ts';

/** A Service as a manifest describes it. */
export interface Service {
  readonly manifest: Manifest;
  /** Undefined: none, so no pods are chosen. */
  readonly selector: Labels | undefined;
  /** Clients connect to the pods themselves, or to a name somewhere else. */
  readonly direct: boolean;
  readonly ports: readonly ServicePort[];
  readonly open: boolean;
}

export interface ServicePort {
  readonly name: string | undefined;
  readonly keySpan: Span;
  readonly port: Slot<number>;
  readonly target: Slot<number>;
  /** The target by the name of a container's port. */
  readonly asked: { readonly name: string; readonly node: Scalar } | undefined;
  readonly protocol: ContainerPort['protocol'];
}

/** The Service that a manifest describes. */
export function serviceOf(manifest: Manifest): Service | undefined {
  if (manifest.kind !== 'Service') return undefined;
  const spec = mapAt(manifest.root, 'spec');
  const { items, open } = itemsAt(spec, 'ports');
  const selectors = entriesAt(spec, 'selector');
  const selector = mapAt(spec, 'selector');
  const chosen = selector && (selector.entries.length > 0 || selector.holes) ? labelsOf(selector) : undefined;
  const type = scalarAt(spec, 'type')?.value;
  return {
    manifest,
    selector: selectors.length > 1 ? undefined : chosen,
    direct: scalarAt(spec, 'clusterIP')?.value === 'None' || type === 'ExternalName',
    ports: items.flatMap((item) => (item.kind === 'map' ? servicePort(item, manifest.text) : [])),
    open: open || isOpen(spec),
  };
}

function servicePort(node: MapNode, text: string): ServicePort[] {
  const entries = entriesAt(node, 'port');
  return entries.flatMap((entry) => {
    if (entry.value.kind !== 'scalar') return [];
    const targets = entriesAt(node, 'targetPort');
    const target = targets.length === 1 && targets[0]!.value.kind === 'scalar' ? targets[0]!.value : undefined;
    const name = target && nameIn(target);
    const port = portSlot(entry.value);
    return [
      {
        name: textAt(node, 'name'),
        keySpan: entry.keySpan,
        port,
        target: targetSlot(node, entry, targets.length > 0 ? target : 'absent', port, text),
        asked: target && name !== undefined ? { name, node: target } : undefined,
        protocol: protocolOf(node),
      },
    ];
  });
}

/** Without a target it is the port itself; a target is then written in a line of its own. */
function targetSlot(
  node: MapNode,
  entry: Entry,
  target: Scalar | 'absent' | undefined,
  port: Slot<number>,
  text: string,
): Slot<number> {
  if (target === undefined) return unsaid(entry.keySpan);
  if (target !== 'absent') return portSlot(target);
  const { frame: _frame, siteFrame: _siteFrame, ...same } = port;
  if (isOpen(node)) return { ...same, value: undefined, origin: { by: 'unknown' } };
  const column = blockColumn(node, text);
  const end = column === undefined ? undefined : lineEndAfter(entry, text);
  if (column === undefined || end === undefined || entry.shared) return same;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const span = { file: entry.keySpan.file, start: end, end };
  const frame = { before: `${newline}${' '.repeat(column)}targetPort: `, after: '', quote: '' };
  return { ...same, siteFrame: frame, site: span };
}

/** One port of a Service that an Ingress sends requests to. */
export interface Backend {
  readonly manifest: Manifest;
  readonly service: string | undefined;
  readonly keySpan: Span;
  readonly port: Scalar;
}

/** The backends of an Ingress, in its old form and in its new one. */
export function backendsOf(manifest: Manifest): readonly Backend[] {
  if (manifest.kind !== 'Ingress') return [];
  const found: Backend[] = [];
  const spec = mapAt(manifest.root, 'spec');
  const add = (entry: Entry | undefined, service: string | undefined) => {
    if (entry?.value.kind === 'scalar') found.push({ manifest, service, keySpan: entry.keySpan, port: entry.value });
  };
  const look = (backend: MapNode) => {
    for (const { value: service } of entriesAt(backend, 'service')) {
      const name = identityAt(service, 'name');
      for (const { value: port } of entriesAt(service, 'port'))
        for (const key of ['number', 'name']) for (const entry of entriesAt(port, key)) add(entry, name);
    }
    for (const entry of entriesAt(backend, 'servicePort')) add(entry, identityAt(backend, 'serviceName'));
  };
  for (const key of ['defaultBackend', 'backend'])
    for (const { value } of entriesAt(spec, key)) if (value.kind === 'map') look(value);
  for (const rule of itemsAt(spec, 'rules').items) {
    if (rule.kind !== 'map') continue;
    for (const { value: http } of entriesAt(rule, 'http')) {
      for (const path of itemsAt(http, 'paths').items) {
        for (const { value } of entriesAt(path, 'backend')) if (value.kind === 'map') look(value);
      }
    }
  }
  return found;
}

const common = { kind: 'publish', via: 'manifest', language: 'yaml', framework: 'kubernetes', sure: true } as const;

/** A row of a Service; `target` where the pods say what a name stands for. */
export function serviceFact(
  { manifest, direct, selector, open }: Service,
  { keySpan, port, target, asked, protocol, name }: ServicePort,
  found: {
    readonly to: readonly string[];
    readonly settled: boolean;
    readonly target?: Slot<number>;
    readonly undeclared?: Undeclared;
  },
): Publish {
  return {
    ...common,
    span: keySpan,
    scope: `${manifest.file}#Service/${manifest.name ?? ''}`,
    context: 'production',
    host: unsaid(keySpan),
    port,
    target: found.target ?? target,
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
    role: direct || !selector ? 'documentation' : 'service',
    to: found.to,
    ...(found.settled && !open && !direct && { settled: true as const }),
    ...(found.undeclared && { undeclared: found.undeclared }),
    ...(asked && { targetName: asked.name }),
    ...(name !== undefined && { name }),
    ...(manifest.namespace !== undefined && { namespace: manifest.namespace }),
  };
}

/** The Services that an Ingress asks for by one name. */
export interface AskedServices {
  /** Numbers and names that can be asked for; a name with the port it is, or `undefined` for one of several. */
  readonly ports: ReadonlyMap<string | number, ServicePort | undefined>;
  /** All ports are known, and nothing else changes them. */
  readonly complete: boolean;
  /** What is there in place of a port that was asked for: numbers for a number. */
  declared(asked: string | number): Undeclared['declared'];
}

/**
 * What can be asked of Services.
 * @param services those of one name that belong to an Ingress
 * @param settled nothing else changes it or them
 */
export function askedServices(services: readonly Service[], settled: boolean): AskedServices {
  const all = services.flatMap((service) => service.ports);
  const ports = new Map<string | number, ServicePort | undefined>();
  for (const port of all) {
    if (port.port.value !== undefined) ports.set(port.port.value, port);
    if (port.name === undefined) continue;
    const known = ports.get(port.name);
    const ambiguous = ports.has(port.name) && known?.port.value !== port.port.value;
    ports.set(port.name, ambiguous ? undefined : (known ?? port));
  }
  return {
    ports,
    complete:
      settled &&
      services.length > 0 &&
      services.every(({ open }) => !open) &&
      all.every(({ port }) => port.value !== undefined),
    declared: (asked) =>
      all.map(({ name, port, keySpan }) => ({
        name: typeof asked === 'number' ? port.value! : (name ?? port.value!),
        span: keySpan,
      })),
  };
}

/** A row of an Ingress: the port of the Service that it asks for. */
export function backendFact(
  { manifest, keySpan, port, service }: Backend,
  { ports, complete, declared }: AskedServices,
): Publish {
  const name = nameIn(port);
  const asked = name ?? portSlot(port).value;
  const undeclared: Undeclared | undefined =
    complete && asked !== undefined && !ports.has(asked)
      ? {
          ...{ asked, by: 'service', at: port.filled?.site ?? port.span, declared: declared(asked) },
          ...(service !== undefined && /^[\w.-]+$/.test(service) && { service }),
        }
      : undefined;
  return {
    ...common,
    span: keySpan,
    scope: `${manifest.file}#Ingress/${manifest.name ?? ''}`,
    context: 'production',
    host: unsaid(keySpan),
    port: unsaid(port.span),
    target: name === undefined ? portSlot(port) : namedServicePort(port, name, ports.get(name)),
    protocol: 'tcp',
    role: 'documentation',
    to: [],
    ...(undeclared && { undeclared }),
    ...(name !== undefined && { targetName: name }),
    ...(manifest.namespace !== undefined && { namespace: manifest.namespace }),
  };
}

function namedServicePort(node: Scalar, name: string, found: ServicePort | undefined): Slot<number> {
  if (!found) return unsaid(node.span);
  const site = node.filled?.site ?? node.span;
  return { ...found.port, site, chain: [{ span: site, note: `port ${name}` }, ...found.port.chain] };
}
