import { textCommand } from '../commands/command-nodes.ts';
import { textOf } from '../containers/manifest-values.ts';
import type { Workload } from '../containers/workload.ts';
import type { Format } from '../format.ts';
import { joined } from '../paths.ts';
import { nodeAt } from '../syntax/document.ts';

/** https://docs.railway.com/reference/config-as-code */
export default {
  files: /(?:^|\/)railway\.(?:json|toml)$/,
  literals: ['deploy|build'],
  read({ file, text, documents }) {
    const root = documents[0]?.root;
    if (!root) return {};
    const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')));
    const builder = textOf(nodeAt(root, ['build', 'builder']))?.toUpperCase();
    const start = nodeAt(root, ['deploy', 'startCommand']);
    const command = start && textCommand(start, text, true);
    const dockerfile = joined(folder, textOf(nodeAt(root, ['build', 'dockerfilePath'])) ?? 'Dockerfile');
    const isImage = builder === undefined || builder === 'DOCKERFILE';
    const workload: Workload = {
      scope: `${file}#service`,
      span: { file, start: 0, end: 0 },
      framework: 'railway',
      ...(isImage && { build: { context: folder, dockerfile, args: [] } }),
      ...(command && { command: command.filter(({ words }) => words.length > 0) }),
      ...(!isImage && { directory: '/app' }),
      // Variables are set outside of the file.
      environment: { variables: [], files: [], open: true },
      network: 'own',
      names: [],
      files: isImage ? [] : [{ from: folder, to: '/app' }],
    };
    return { workloads: [workload] };
  },
} satisfies Format;
