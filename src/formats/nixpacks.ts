import { textCommand } from '../commands/command-nodes.ts';
import type { Format } from '../format.ts';
import { nodeAt } from '../syntax/document.ts';

/** https://nixpacks.com/docs/configuration/file#start-phase */
export default {
  files: /(?:^|\/)nixpacks\.toml$/,
  notation: 'toml',
  literals: ['\\bstart\\b'],
  read({ text, documents }) {
    const root = documents[0]?.root;
    const command = root && nodeAt(root, ['start', 'cmd']);
    const lines = (command && textCommand(command, text, true)) ?? [];
    return {
      commands: lines.filter(({ words }) => words.length > 0).map((line) => ({ line, name: 'start' })),
    };
  },
} satisfies Format;
