import type { Workload } from '../containers/workload.ts';
import { contextOf } from '../context.ts';
import type { Bind, Dial, Publish, Span, Undeclared } from '../facts.ts';
import type { InputProblem } from '../problem.ts';
import type { Maps } from './environment.ts';
import { type Kustomization, kustomized } from './kustomize.ts';
import { type Manifest, type MapNode, mapAt } from './manifests.ts';
import { near } from './nearness.ts';
import { declaredIn, namedPort, type Pod, podOf, portsByName, workloadsOf } from './pods.ts';
import { proxySettings } from './proxy-settings.ts';
import {
  type AskedServices,
  askedServices,
  backendFact,
  backendsOf,
  type Service,
  serviceFact,
  serviceOf,
} from './services.ts';

/** What the manifests of a whole project say together. */
export function clusterFacts(
  manifests: readonly Manifest[],
  kustomizations: readonly Kustomization[],
): {
  readonly facts: readonly (Bind | Publish | Dial)[];
  readonly workloads: readonly Workload[];
  readonly problems: readonly InputProblem[];
} {
  const { isPatch, isPatched, variablesOf } = kustomized(kustomizations, manifests);
  const pods = manifests.flatMap((manifest): Pod[] => {
    const pod = podOf(manifest);
    return pod ? [isPatch(manifest) ? { ...pod, partial: true } : pod] : [];
  });
  const services = manifests.flatMap((manifest) => serviceOf(manifest) ?? []);
  const maps = configMaps(manifests);
  // What is changed elsewhere, or only changes something, says nothing final of its ports.
  const open = new Set(pods.filter(({ partial, manifest }) => partial || isPatched(manifest)));
  const facts: (Bind | Publish | Dial)[] = pods.flatMap((pod) =>
    pod.containers.flatMap((container) => (open.has(pod) ? container.facts.map(withoutUndeclared) : container.facts)),
  );
  const whole = pods.filter((pod) => !pod.partial);
  // A test of a chart has the labels of what it tests, and ends.
  const byLabel = indexed(whole.filter(({ containers }) => containers.some(({ ends }) => !ends)));
  const left = new Map<string, InputProblem>();
  for (const service of services) {
    const { chosen, more } = podsBehind(service, byLabel);
    const { file, span } = service.manifest;
    if (more && !left.has(file)) left.set(file, tooManyPods(file, span.start));
    const settled = !isPatch(service.manifest) && !isPatched(service.manifest) && !chosen.some((pod) => open.has(pod));
    for (const row of serviceRows(service, chosen, settled)) facts.push(row);
  }
  const changed = (manifest: Manifest) => isPatch(manifest) || isPatched(manifest);
  const byName = groupedByName(services);
  for (const manifest of manifests) {
    const asked = new Map<string, AskedServices>();
    for (const backend of backendsOf(manifest)) {
      const name = backend.service ?? '';
      let known = asked.get(name);
      if (!known) {
        const found = near(manifest, byName.get(name) ?? [], (service) => service.manifest);
        known = askedServices(found, ![manifest, ...found.map((service) => service.manifest)].some(changed));
        asked.set(name, known);
      }
      facts.push(backendFact(backend, known));
    }
    for (const fact of proxySettings(manifest))
      facts.push(fact.kind === 'dial' ? asking(fact, manifest, byName, changed) : fact);
  }
  return {
    facts: facts.map((fact) => ({ ...fact, context: contextOf(fact.span.file) })),
    workloads: whole.flatMap((pod) => workloadsOf(pod, maps, open.has(pod) && (variablesOf(pod.manifest) ?? 'all'))),
    problems: [...unseenIn(manifests, pods, services, facts), ...left.values()],
  };
}

/** A proxy's destination, where it names a Service that does not have the port. */
function asking(
  dial: Dial,
  manifest: Manifest,
  services: ReadonlyMap<string, readonly Service[]>,
  changed: (manifest: Manifest) => boolean,
): Dial {
  const { host, port } = dial;
  const [, name = '', other] =
    /^([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local\.?)?)?)?$/.exec(host.value ?? '') ?? [];
  const all = services.get(name) ?? [];
  const found =
    other === undefined
      ? near(manifest, all, (service) => service.manifest)
      : all.filter((service) => service.manifest.namespace === other);
  // Who connects to the pods themselves may ask for any port of theirs.
  if (port.value === undefined || found.length === 0 || found.some(({ direct }) => direct)) return dial;
  const { ports, complete, declared } = askedServices(
    found,
    ![manifest, ...found.map((service) => service.manifest)].some(changed),
  );
  if (!complete || ports.has(port.value)) return dial;
  const undeclared: Undeclared = {
    ...{ asked: port.value, by: 'service', service: name, at: port.span },
    declared: declared(port.value),
  };
  return { ...dial, undeclared };
}

function groupedByName(services: readonly Service[]): ReadonlyMap<string, readonly Service[]> {
  const groups = new Map<string, Service[]>();
  for (const service of services) {
    const name = service.manifest.identity ?? '';
    const group = groups.get(name);
    if (group) group.push(service);
    else groups.set(name, [service]);
  }
  return groups;
}

function configMaps(manifests: readonly Manifest[]): Maps {
  const byName = new Map<string, Manifest[]>();
  for (const manifest of manifests) {
    if (manifest.kind !== 'ConfigMap' || manifest.name === undefined) continue;
    const group = byName.get(manifest.name);
    if (group) group.push(manifest);
    else byName.set(manifest.name, [manifest]);
  }
  const known = new Map<string, MapNode | undefined>();
  return (name, beside) => {
    // What is near depends on the file and the namespace alone.
    const place = JSON.stringify([name, beside.file, beside.namespace]);
    if (!known.has(place)) {
      const [first, ...others] = near(beside, byName.get(name) ?? [], (manifest) => manifest);
      known.set(place, first && others.length === 0 ? mapAt(first.root, 'data') : undefined);
    }
    return known.get(place);
  };
}

/** Pods by each label and hole they have, so that a long list is not gone through for every Service. */
function indexed(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const index = new Map<string, Pod[]>();
  for (const pod of pods) {
    for (const key of keysOf(pod.labels)) {
      const group = index.get(key);
      if (group) group.push(pod);
      else index.set(key, [pod]);
    }
  }
  return index;
}

const keysOf = ({ pairs, holes }: Pod['labels']) => [
  ...[...pairs].map(([name, value]) => `${name}=${value}`),
  ...[...holes].map((hole) => `{{ ${hole}`),
];

/** More with one label than anybody writes by hand. */
const maximumPods = 200;
/** Containers that one Service leads to. */
const maximumScopes = 1000;

const tooManyPods = (file: string, offset: number): InputProblem => ({
  ...{ file, offset, kind: 'limit' },
  message: `more than ${maximumPods} kinds of pods have a label that this Service asks for: the others were not looked at`,
});

/** The pods that a Service sends connections to, as far as the tree tells, and whether there are more than were looked at. */
function podsBehind(
  { selector, manifest }: Service,
  index: ReadonlyMap<string, readonly Pod[]>,
): { readonly chosen: readonly Pod[]; readonly more: boolean } {
  if (!selector) return { chosen: [], more: false };
  const wanted = keysOf(selector);
  const groups = wanted.map((key) => index.get(key) ?? []);
  const [smallest] = [...groups].sort((a, b) => a.length - b.length);
  if (!smallest || smallest.length === 0) return { chosen: [], more: false };
  const fitting = smallest.slice(0, maximumPods).filter((pod) => {
    const has = new Set(keysOf(pod.labels));
    return wanted.every((key) => has.has(key));
  });
  return { chosen: near(manifest, fitting, (pod) => pod.manifest), more: smallest.length > maximumPods };
}

function withoutUndeclared<T extends Publish | Dial>(fact: T): T {
  if (fact.kind === 'dial') return fact;
  const { undeclared: _undeclared, ...rest } = fact;
  return rest as T;
}

/** @param settled nothing else changes the Service or its pods */
function serviceRows(service: Service, pods: readonly Pod[], settled: boolean): readonly Publish[] {
  // A Service that is changed before it is installed leads nowhere yet.
  const to = settled
    ? pods
        .flatMap((pod) => pod.containers.filter(({ ends }) => !ends).map(({ scope }) => scope))
        .slice(0, maximumScopes)
    : [];
  const ports = pods.flatMap((pod) => pod.containers.flatMap((container) => container.ports));
  const byName = portsByName(ports);
  const known =
    settled &&
    pods.length > 0 &&
    !service.open &&
    pods.every((pod) => !pod.open && pod.containers.every((container) => !container.open));
  const declared = declaredIn(ports);
  return service.ports.map((port) => {
    if (!port.asked) return serviceFact(service, port, { to, settled });
    const { name, node } = port.asked;
    const undeclared: Undeclared | undefined =
      known && !byName.has(name)
        ? { asked: name, by: 'pods', at: node.filled?.site ?? node.span, declared }
        : undefined;
    return serviceFact(service, port, {
      ...{ to, settled, target: namedPort(node, name, byName) },
      ...(undeclared && { undeclared }),
    });
  });
}

/** Says once for a file how much of it is not known before it is rendered. */
function unseenIn(
  manifests: readonly Manifest[],
  pods: readonly Pod[],
  services: readonly Service[],
  facts: readonly (Bind | Publish | Dial)[],
): readonly InputProblem[] {
  const rendered = new Map(manifests.flatMap(({ file, rendered: is, span }) => (is ? [[file, span] as const] : [])));
  const counts = new Map<string, { offset: number; count: number }>();
  const count = ({ file, start }: Span) => {
    if (!rendered.has(file)) return;
    const known = counts.get(file) ?? { offset: start, count: 0 };
    counts.set(file, { offset: Math.min(known.offset, start), count: known.count + 1 });
  };
  for (const fact of facts) {
    if (fact.kind === 'publish' && fact.target.value === undefined && fact.target.written === undefined)
      if (fact.targetName === undefined) count(fact.target.site);
  }
  for (const pod of pods) {
    if (pod.open) count(pod.manifest.span);
    for (const container of pod.containers) if (container.open) count(container.span);
  }
  for (const service of services) if (service.open) count(service.manifest.span);
  return [...counts].map(([file, { offset, count: number }]) => ({
    file,
    offset,
    kind: 'unsupported' as const,
    template: true as const,
    message: `${number === 1 ? 'a place' : `${number} places`} for ports that only rendering the template would show`,
  }));
}
