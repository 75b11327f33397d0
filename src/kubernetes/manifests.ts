import type { Span } from '../facts.ts';
import type { InputProblem } from '../problem.ts';
import type { Document, Entry, Node } from '../syntax/document.ts';

export type MapNode = Extract<Node, { kind: 'map' }>;

/** One object of the Kubernetes API as a file describes it. */
export interface Manifest {
  readonly file: string;
  readonly text: string;
  readonly kind: string;
  /** `apps/v1`. */
  readonly version: string | undefined;
  /** As written; a template's action where it cannot be seen. */
  readonly name: string | undefined;
  /** The same for the same name, known or not. */
  readonly identity: string | undefined;
  readonly namespace: string | undefined;
  readonly root: MapNode;
  /** The value of `kind`. */
  readonly span: Span;
  /** It came out of a template, so others may be rendered. */
  readonly rendered: boolean;
}

/** Kinds that start pods. */
export const podKinds: ReadonlySet<string> = new Set([
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job', 'CronJob', 'Pod'],
  ...['Rollout', 'DeploymentConfig', 'KnativeService'],
]);

const otherKinds = new Set(['Service', 'Ingress', 'ConfigMap']);

/** The groups whose objects these kinds are; a resource of somebody's own may be called the same. */
const group =
  /^(?:v1|apps\/v1(?:beta[12])?|extensions\/v1beta1|batch\/(?:v1|v1beta1|v2alpha1)|networking\.k8s\.io\/v1(?:beta1)?)$/;

/** Kinds that others define, each with its own group; what is called as a kind of Kubernetes itself gets a name of its own. */
const ofOthers: readonly { readonly kind: string; readonly group: RegExp; readonly called?: string }[] = [
  { kind: 'Rollout', group: /^argoproj\.io\/v1alpha1$/ },
  { kind: 'DeploymentConfig', group: /^(?:apps\.openshift\.io\/)?v1$/ },
  { kind: 'Service', group: /^serving\.knative\.dev\/v1(?:beta1)?$/, called: 'KnativeService' },
];
/** Objects that hold others. https://docs.openshift.com/container-platform/latest/openshift_images/using-templates.html */
const openshiftTemplate = /^(?:template\.openshift\.io\/)?v1$/;

const maximumItems = 5000;

/** The objects of the kinds that are read here in the documents of a file, those in lists among them. */
export function manifestsIn(
  file: string,
  documents: readonly Document[],
): { readonly manifests: readonly Manifest[]; readonly problems: readonly InputProblem[] } {
  const found: Manifest[] = [];
  const problems: InputProblem[] = [];
  const visit = (node: Node, text: string, depth: number) => {
    if (node.kind !== 'map' || problems.length > 0) return;
    const kind = entryAt(node, 'kind')?.value;
    if (kind?.kind !== 'scalar') return;
    const version = scalarAt(node, 'apiVersion');
    const isCore =
      version?.filled?.unseen === true || (typeof version?.value === 'string' && group.test(version.value));
    const other = ofOthers.find((one) => one.kind === kind.value && one.group.test(String(version?.value)));
    const isTemplate = kind.value === 'Template' && openshiftTemplate.test(String(version?.value));
    if (typeof kind.value === 'string' && (isTemplate || (/List$/.test(kind.value) && isCore)) && depth === 0) {
      const items = entryAt(node, isTemplate ? 'objects' : 'items')?.value;
      if (items?.kind === 'list') for (const item of items.items) visit(item, text, depth + 1);
      return;
    }
    if (!(isCore || other) || typeof kind.value !== 'string') return;
    const called = other?.called ?? kind.value;
    if (
      !other &&
      (ofOthers.some((one) => (one.called ?? one.kind) === called) || !(podKinds.has(called) || otherKinds.has(called)))
    )
      return;
    if (found.length === maximumItems) {
      const message = `more than ${maximumItems} objects in one file: those from here on were not looked at`;
      problems.push({ file, offset: kind.span.start, kind: 'limit', message });
      return;
    }
    const about = mapAt(node, 'metadata');
    found.push({
      file,
      text,
      kind: called,
      version: typeof version?.value === 'string' ? version.value : undefined,
      name: about && textAt(about, 'name'),
      identity: identityAt(about, 'name'),
      namespace: about && textAt(about, 'namespace'),
      root: node,
      span: kind.span,
      rendered: text.includes('{{'),
    });
  };
  for (const { root, text } of documents) visit(root, text, 0);
  return { manifests: found, problems };
}

/** The last entry of a key. */
export function entryAt(node: Node | undefined, key: string): Entry | undefined {
  return node?.kind === 'map' ? node.entries.findLast((entry) => entry.key === key) : undefined;
}

/** All entries of a key: a template may write it once in each branch. */
export function entriesAt(node: Node | undefined, key: string): readonly Entry[] {
  return node?.kind === 'map' ? node.entries.filter((entry) => entry.key === key) : [];
}

/** The map at a key. */
export function mapAt(node: Node | undefined, key: string): MapNode | undefined {
  const value = entryAt(node, key)?.value;
  return value?.kind === 'map' ? value : undefined;
}

/** The scalar at a key. */
export function scalarAt(node: Node | undefined, key: string) {
  const value = entryAt(node, key)?.value;
  return value?.kind === 'scalar' ? value : undefined;
}

/** The text of a scalar, an action as it is written where its value cannot be seen. */
export function textAt(node: Node, key: string): string | undefined {
  const value = scalarAt(node, key);
  if (!value || (value.value === null && !value.filled?.unseen)) return undefined;
  return typeof value.value === 'string' ? value.value : value.text.replace(/\s+/g, ' ');
}

/** A text that is equal where the value is sure to be equal, whether it is known or not. */
export function identityAt(node: Node | undefined, key: string): string | undefined {
  return node && (scalarAt(node, key)?.filled?.identity ?? textAt(node, key));
}

/** Something in a collection is only known when the template is rendered. */
export function isOpen(node: Node | undefined): boolean {
  return node !== undefined && node.kind !== 'scalar' && node.holes !== undefined;
}

/** The items of a list, and whether there may be others. */
export function itemsAt(
  node: Node | undefined,
  key: string,
): { readonly items: readonly Node[]; readonly open: boolean } {
  const entries = entriesAt(node, key);
  return {
    items: entries.flatMap(({ value }) => (value.kind === 'list' ? value.items : [])),
    open: entries.some(({ value }) => isOpen(value) || (value.kind === 'scalar' && value.filled?.unseen === true)),
  };
}
