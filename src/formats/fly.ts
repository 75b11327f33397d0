import { parsePort } from '../address.ts';
import { textCommand } from '../commands/command-nodes.ts';
import { textOf, variablesIn } from '../containers/manifest-values.ts';
import { unsaid } from '../containers/port-mappings.ts';
import type { Workload } from '../containers/workload.ts';
import type { Publish } from '../facts.ts';
import type { Format } from '../format.ts';
import { joined } from '../paths.ts';
import { type Node, nodeAt } from '../syntax/document.ts';

/** https://fly.io/docs/reference/configuration/ */
export default {
  files: /(?:^|\/)fly(?:\.[\w-]+)?\.toml$/,
  notation: 'toml',
  literals: ['internal_port|\\[http_service\\]|\\[\\[services\\]\\]|\\[processes\\]'],
  read({ file, text, documents }) {
    const root = documents[0]?.root;
    if (!root) return {};
    const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')));
    const scope = `${file}#app`;
    const written = textOf(nodeAt(root, ['build', 'dockerfile'])) ?? 'Dockerfile';
    const image = nodeAt(root, ['build', 'image']);
    const builder = nodeAt(root, ['build', 'builder']) ?? nodeAt(root, ['build', 'buildpacks']);
    const processes = nodeAt(root, ['processes']);
    const only = processes?.kind === 'map' && processes.entries.length === 1 ? processes.entries[0]!.value : undefined;
    const command = only && textCommand(only, text, false);
    const workload: Workload = {
      scope,
      span: { file, start: 0, end: 0 },
      framework: 'fly',
      ...(image && { image: { name: textOf(image), span: image.span } }),
      ...(!image && !builder && { build: { context: folder, dockerfile: joined(folder, written), args: [] } }),
      ...(command && { command }),
      // Of several processes nobody knows which one a port leads to.
      ...(((processes && !only) || builder) && { unclear: true as const }),
      environment: {
        variables: variablesIn(nodeAt(root, ['env'])),
        files: [],
        // Secrets are variables too.
        open: true,
      },
      network: 'own',
      names: [],
      files: [],
    };
    const services = nodeAt(root, ['services']);
    const places = [nodeAt(root, ['http_service']), ...(services?.kind === 'list' ? services.items : [services])];
    const facts = places.flatMap((place) => (place?.kind === 'map' ? publishOf(place, scope) : []));
    return { facts, workloads: [workload] };
  },
} satisfies Format;

/** The port of the machine that requests are handed to. */
function publishOf(place: Node & { readonly kind: 'map' }, scope: string): Publish[] {
  const entry = place.entries.findLast(({ key }) => key === 'internal_port');
  if (entry?.value.kind !== 'scalar') return [];
  const { span, quote, opaque, text } = entry.value;
  const protocol = textOf(nodeAt(place, ['protocol']));
  const frame = { before: '', after: '', quote };
  const port = parsePort(text);
  return [
    {
      kind: 'publish',
      span: entry.keySpan,
      via: 'manifest',
      language: 'toml',
      framework: 'fly',
      scope,
      context: 'production',
      sure: true,
      host: unsaid(span),
      port: unsaid(span),
      target: {
        value: port,
        origin: { by: 'literal' },
        span,
        site: span,
        chain: [],
        fixed: true,
        ...(!opaque && { frame, siteFrame: frame }),
      },
      protocol: protocol === 'udp' ? 'udp' : 'tcp',
      role: 'service',
    },
  ];
}
