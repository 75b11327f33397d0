import { parsePort } from '../address.ts';
import { textCommand } from '../commands/command-nodes.ts';
import { textOf, variablesIn } from '../containers/manifest-values.ts';
import { unsaid } from '../containers/port-mappings.ts';
import type { Workload } from '../containers/workload.ts';
import type { Publish, Slot } from '../facts.ts';
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
    const facts = [
      ...places.flatMap((place) => (place?.kind === 'map' ? publishesOf(place, scope) : [])),
      ...checksOf(root).flatMap((check) => rowOf(check, 'port', scope, 'probe')),
    ];
    return { facts, workloads: [workload] };
  },
} satisfies Format;

/** https://fly.io/docs/reference/configuration/#the-checks-section, and those of services. */
function checksOf(root: Node): readonly Node[] {
  const own = nodeAt(root, ['checks']);
  const services = itemsOf(nodeAt(root, ['services']));
  return [
    ...(own?.kind === 'map' ? own.entries.map(({ value }) => value) : []),
    ...[...itemsOf(nodeAt(root, ['http_service'])), ...services].flatMap((place) =>
      ['checks', 'tcp_checks', 'http_checks'].flatMap((key) => itemsOf(nodeAt(place, [key]))),
    ),
  ];
}

const itemsOf = (node: Node | undefined): readonly Node[] => (node?.kind === 'list' ? node.items : node ? [node] : []);

/** The port of the machine that requests are handed to, once for each port that Fly takes them at. */
function publishesOf(place: Node, scope: string): Publish[] {
  const protocol = textOf(nodeAt(place, ['protocol'])) === 'udp' ? ('udp' as const) : ('tcp' as const);
  const outside = itemsOf(nodeAt(place, ['ports'])).flatMap((one): Slot<number>[] => {
    const port = nodeAt(one, ['port']);
    return port?.kind === 'scalar' ? [slotOf(port)] : [];
  });
  return rowOf(place, 'internal_port', scope, 'service').flatMap((row): Publish[] =>
    outside.length === 0 ? [{ ...row, protocol }] : outside.map((port) => ({ ...row, protocol, port })),
  );
}

function rowOf(place: Node, key: string, scope: string, role: 'service' | 'probe'): Publish[] {
  const entry = place.kind === 'map' ? place.entries.findLast((one) => one.key === key) : undefined;
  if (entry?.value.kind !== 'scalar') return [];
  const { span } = entry.value;
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
      target: slotOf(entry.value),
      protocol: 'tcp',
      role,
    },
  ];
}

function slotOf({ span, quote, opaque, text }: Node & { readonly kind: 'scalar' }): Slot<number> {
  const frame = { before: '', after: '', quote };
  return {
    value: parsePort(text),
    origin: { by: 'literal' },
    span,
    site: span,
    chain: [],
    fixed: true,
    ...(!opaque && { frame, siteFrame: frame }),
  };
}
