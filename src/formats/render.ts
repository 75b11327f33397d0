import { parsePort } from '../address.ts';
import { textCommand } from '../commands/command-nodes.ts';
import { documentedPort, stretchOf, textOf, variableOf } from '../containers/manifest-values.ts';
import { slotOf } from '../containers/port-mappings.ts';
import type { Workload } from '../containers/workload.ts';
import type { Publish } from '../facts.ts';
import type { Format } from '../format.ts';
import { joined } from '../paths.ts';
import { type Node, nodeAt } from '../syntax/document.ts';

/** Where the repository lies while a service of it runs without an image of its own. */
const project = '/opt/render/project/src';

/** https://render.com/docs/blueprint-spec */
export default {
  files: /(?:^|\/)render\.ya?ml$/,
  notation: 'yaml',
  literals: ['services'],
  read({ file, text, documents }) {
    const root = documents[0]?.root;
    const services = root && nodeAt(root, ['services']);
    const items = services?.kind === 'list' ? services.items : [];
    const read = items.flatMap((service, index) => serviceOf(file, text, service, index));
    return { facts: read.flatMap(({ facts }) => facts), workloads: read.map(({ workload }) => workload) };
  },
} satisfies Format;

function serviceOf(
  file: string,
  text: string,
  service: Node,
  index: number,
): { readonly workload: Workload; readonly facts: readonly Publish[] }[] {
  const get = (...path: readonly string[]) => nodeAt(service, path);
  const type = get('type');
  if (service.kind !== 'map' || !/^(?:web|pserv|worker)$/.test(textOf(type) ?? '')) return [];
  const runtime = textOf(get('runtime') ?? get('env'));
  if (runtime === 'static') return [];
  const scope = `${file}#${textOf(get('name')) ?? index}`;
  const own = file.slice(0, Math.max(0, file.lastIndexOf('/')));
  const folder = joined(own, textOf(get('rootDir')) ?? '.') ?? own;
  const isImage = runtime === 'docker' || runtime === 'image';
  const command = get(isImage ? 'dockerCommand' : 'startCommand');
  const lines = command && textCommand(command, text, true);
  const image = get('image', 'url');
  const listed = get('envVars');
  const entries = (listed?.kind === 'list' ? listed.items : []).flatMap((item) => {
    const key = nodeAt(item, ['key']);
    const name = textOf(key);
    return name === undefined ? [] : [{ name, value: nodeAt(item, ['value']), at: key!.span }];
  });
  const context = joined(folder, textOf(get('dockerContext')) ?? '.');
  const dockerfile = joined(folder, textOf(get('dockerfilePath')) ?? 'Dockerfile');
  const workload: Workload = {
    scope,
    span: (type ?? service).span,
    framework: 'render',
    ...(image && { image: { name: textOf(image), span: image.span } }),
    ...(runtime === 'docker' && { build: { context, dockerfile, args: [] } }),
    ...(lines && { command: lines.filter(({ words }) => words.length > 0) }),
    ...(!isImage && { directory: `${project}/${folder}` }),
    environment: {
      variables: entries.map(({ name, value, at }) => variableOf(name, value, at)),
      files: [],
      // Groups of variables and the dashboard set more.
      open: true,
    },
    network: 'own',
    names: [],
    // The whole repository is there, whatever folder the file stands in.
    files: isImage ? [] : [{ from: '', to: project }],
  };
  const common = { framework: 'render', language: 'yaml', scope, context: 'production' as const };
  // Render looks for the port that is open; the variable only says which one it expects.
  const facts = entries.flatMap(({ name, value }) =>
    name === 'PORT' && value?.kind === 'scalar' && value.value !== null
      ? [
          documentedPort(
            common,
            value.span,
            slotOf(stretchOf(value), () => undefined, parsePort),
          ),
        ]
      : [],
  );
  return [{ workload, facts }];
}
