import { parsePort } from '../address.ts';
import { documentedPort, stretchOf, textOf, textsOf, variablesIn } from '../containers/manifest-values.ts';
import { portMappings, type Stretch, slotOf } from '../containers/port-mappings.ts';
import type { Workload } from '../containers/workload.ts';
import type { Publish } from '../facts.ts';
import type { Format } from '../format.ts';
import { joined } from '../paths.ts';
import { type Node, nodeAt } from '../syntax/document.ts';

const docs = 'https://containers.dev/implementors/json_reference/#image-specific';

/** https://containers.dev/implementors/json_reference/ */
export default {
  files: /(?:^|\/)(?:\.devcontainer(?:\/[\w.-]+)?\/devcontainer|\.devcontainer)\.json$/,
  notation: 'json',
  literals: ['forwardPorts|appPort|runArgs'],
  read({ file, documents }) {
    const root = documents[0]?.root;
    if (!root) return {};
    const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')));
    const get = (...path: readonly string[]) => nodeAt(root, path);
    const [compose] = textsOf(get('dockerComposeFile')).flatMap((path) => joined(folder, path) ?? []);
    const service = textOf(get('service'));
    const scope = compose !== undefined && service !== undefined ? `${compose}#${service}` : `${file}#container`;
    const common = { framework: 'devcontainer', language: 'json', context: 'development' as const };
    const facts = [
      ...itemsOf(get('forwardPorts')).flatMap((item) => forwarded(item, { ...common, scope }, compose)),
      ...[...itemsOf(get('appPort')), ...publishedBy(get('runArgs'))].flatMap((item) =>
        published(item, { ...common, scope }),
      ),
    ];
    return { facts, ...(compose === undefined && { workloads: [containerOf(file, folder, scope, root)] }) };
  },
} satisfies Format;

const itemsOf = (node: Node | undefined): readonly Node[] => (node?.kind === 'list' ? node.items : node ? [node] : []);

type Common = Pick<Publish, 'framework' | 'language' | 'scope' | 'context'>;

/** What stands behind `-p` in the arguments of `docker run`. */
function publishedBy(node: Node | undefined): readonly Node[] {
  const items = itemsOf(node);
  return items.filter((_, index) => /^(?:-p|--publish)$/.test(textOf(items[index - 1]) ?? ''));
}

/** A tunnel to the port that works for what listens on loopback too: `3000`, `"db:5432"`. */
function forwarded(item: Node, common: Common, compose: string | undefined): Publish[] {
  if (item.kind !== 'scalar' || item.value === null) return [];
  const whole = stretchOf(item);
  const colon = whole.text.indexOf(':');
  const host = whole.text.slice(0, Math.max(0, colon));
  const port: Stretch = whole.exact
    ? { ...whole, text: whole.text.slice(colon + 1), span: { ...whole.span, start: whole.span.start + colon + 1 } }
    : { ...whole, text: whole.text.slice(colon + 1) };
  const scope = colon === -1 || compose === undefined || host === 'localhost' ? common.scope : `${compose}#${host}`;
  const target = slotOf(port, () => undefined, parsePort);
  return [documentedPort({ ...common, scope }, item.span, target)];
}

/** A port that is published as by `docker run -p`; a number is the same outside and inside. */
function published(item: Node, common: Common): Publish[] {
  if (item.kind !== 'scalar' || item.value === null) return [];
  const whole = stretchOf(item);
  return portMappings(whole, () => undefined, { of: 'devcontainer.json', docs }).map(
    (mapping): Publish => ({
      ...{ kind: 'publish', span: item.span, via: 'manifest', sure: true, ...common },
      ...mapping,
      ...(typeof item.value === 'number' && { port: mapping.target }),
      role: 'publish',
    }),
  );
}

/** What it starts is a shell that waits; servers are started in it by hand. */
function containerOf(file: string, folder: string, scope: string, root: Node): Workload {
  const image = nodeAt(root, ['image']);
  const written = textOf(nodeAt(root, ['build', 'dockerfile']) ?? nodeAt(root, ['dockerFile']));
  const context = joined(folder, textOf(nodeAt(root, ['build', 'context']) ?? nodeAt(root, ['context'])) ?? '.');
  const dockerfile = written === undefined ? undefined : joined(folder, written);
  return {
    scope,
    span: { file, start: 0, end: 0 },
    framework: 'devcontainer',
    context: 'development',
    ...(image && { image: { name: textOf(image), span: image.span } }),
    ...(dockerfile !== undefined && { build: { context, dockerfile, args: [] } }),
    unclear: true,
    environment: { variables: variablesIn(nodeAt(root, ['containerEnv'])), files: [], open: true },
    network: 'own',
    names: [],
    files: [],
  };
}
