import { textCommand } from '../commands/command-nodes.ts';
import { stretchOf, textOf, variablesIn } from '../containers/manifest-values.ts';
import { portMappings } from '../containers/port-mappings.ts';
import type { Workload } from '../containers/workload.ts';
import type { Publish } from '../facts.ts';
import type { Format } from '../format.ts';
import { joined } from '../paths.ts';
import { nodeAt } from '../syntax/document.ts';

const docs = 'https://cloud.google.com/appengine/docs/flexible/reference/app-yaml#network_settings';

/** https://cloud.google.com/appengine/docs/standard/reference/app-yaml */
export default {
  files: /(?:^|\/)app(?:[.-][\w-]+)?\.ya?ml$/,
  notation: 'yaml',
  literals: ['(?:^|\\n)runtime:'],
  read({ file, text, documents }) {
    const root = documents[0]?.root;
    const runtime = root && textOf(nodeAt(root, ['runtime']));
    if (!root || runtime === undefined) return {};
    const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')));
    const scope = `${file}#${textOf(nodeAt(root, ['service'])) ?? 'default'}`;
    const entrypoint = nodeAt(root, ['entrypoint']);
    const command = entrypoint && textCommand(entrypoint, text, true);
    const workload: Workload = {
      scope,
      span: { file, start: 0, end: 0 },
      framework: 'app-engine',
      ...(runtime === 'custom' && { build: { context: folder, dockerfile: joined(folder, 'Dockerfile'), args: [] } }),
      ...(command && { command: command.filter(({ words }) => words.length > 0) }),
      ...(runtime !== 'custom' && { directory: '/workspace' }),
      // PORT and others are set by the platform.
      environment: { variables: variablesIn(nodeAt(root, ['env_variables'])), files: [], open: true },
      network: 'own',
      names: [],
      files: runtime === 'custom' ? [] : [{ from: folder, to: '/workspace' }],
    };
    const forwarded = nodeAt(root, ['network', 'forwarded_ports']);
    const common = { framework: 'app-engine', language: 'yaml', scope, context: 'production' as const };
    const facts = (forwarded?.kind === 'list' ? forwarded.items : []).flatMap((item): Publish[] =>
      item.kind === 'scalar' && item.value !== null
        ? portMappings(stretchOf(item), () => undefined, { of: 'App Engine', docs }).map((mapping) => ({
            ...{ kind: 'publish' as const, span: item.span, via: 'manifest' as const, sure: true, ...common },
            ...mapping,
            role: 'publish',
          }))
        : [],
    );
    return { facts, workloads: [workload] };
  },
} satisfies Format;
