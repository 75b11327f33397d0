import { scriptCommands } from '../commands/script-commands.ts';
import type { Format } from '../format.ts';
import { nodeAt } from '../syntax/document.ts';

/** https://docs.deno.com/runtime/reference/cli/task/ */
export default {
  files: /(?:^|\/)deno\.jsonc?$/,
  notation: 'json',
  literals: [],
  read({ file, documents }) {
    const root = documents[0]?.root;
    const tasks = root && nodeAt(root, ['tasks']);
    if (tasks?.kind !== 'map') return {};
    return {
      commands: tasks.entries.flatMap(({ key, value }) =>
        scriptCommands(file, key, (value.kind === 'map' && nodeAt(value, ['command'])) || value),
      ),
    };
  },
} satisfies Format;
