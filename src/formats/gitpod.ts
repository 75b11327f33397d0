import { textCommand } from '../commands/command-nodes.ts';
import { documentedPort, stretchOf } from '../containers/manifest-values.ts';
import { exposedPorts } from '../containers/port-mappings.ts';
import type { Format } from '../format.ts';
import { nodeAt } from '../syntax/document.ts';

/** https://www.gitpod.io/docs/classic/user/references/gitpod-yml */
export default {
  files: /(?:^|\/)\.gitpod\.ya?ml$/,
  notation: 'yaml',
  literals: ['ports|tasks'],
  read({ text, documents }) {
    const root = documents[0]?.root;
    const list = (name: string) => {
      const node = root && nodeAt(root, [name]);
      return node?.kind === 'list' ? node.items : [];
    };
    const common = { framework: 'gitpod', language: 'yaml', scope: '', context: 'development' as const };
    const facts = list('ports').flatMap((item) => {
      const port = nodeAt(item, ['port']);
      if (port?.kind !== 'scalar' || port.value === null) return [];
      return exposedPorts(stretchOf(port), () => undefined).map(({ target }) =>
        documentedPort(common, port.span, target),
      );
    });
    const commands = list('tasks').flatMap((task) =>
      ['before', 'init', 'command'].flatMap((name) => {
        const node = nodeAt(task, [name]);
        const lines = (node && textCommand(node, text, true)) ?? [];
        return lines
          .filter(({ words }) => words.length > 0)
          .map((line) => ({ line, name, context: 'development' as const }));
      }),
    );
    return { facts, commands };
  },
} satisfies Format;
