import { textCommand } from '../commands/command-nodes.ts';
import { withoutPlaceholders } from '../commands/placeholders.ts';
import type { Format } from '../format.ts';
import { type Node, nodeAt } from '../syntax/document.ts';

const development = /(?:^|[-_.:])(?:dev|watch|debug|local)(?:$|[-_.:])/;

/** https://taskfile.dev/docs/reference/schema */
export default {
  files: /(?:^|\/)[Tt]askfile(?:\.dist)?\.ya?ml$/,
  notation: 'yaml',
  literals: ['tasks'],
  read({ text, documents }) {
    const root = documents[0]?.root;
    const tasks = root && nodeAt(root, ['tasks']);
    if (tasks?.kind !== 'map') return {};
    return {
      commands: tasks.entries.flatMap(({ key, value }) =>
        commandsOf(value).flatMap((command) =>
          (textCommand(command, text, true) ?? [])
            .filter(({ words }) => words.length > 0)
            .map((line) => ({
              line: withoutPlaceholders(line),
              name: key,
              ...(development.test(key) && { context: 'development' as const }),
            })),
        ),
      ),
    };
  },
} satisfies Format;

/** A task is a command, a list of them, or an object whose `cmds` or `cmd` they are; a command is a text or the `cmd` of an object. */
function commandsOf(task: Node): readonly Node[] {
  if (task.kind === 'list') return task.items.flatMap((item) => (item.kind === 'map' ? ofKey(item, 'cmd') : [item]));
  if (task.kind === 'map') return [...ofKey(task, 'cmd'), ...ofKey(task, 'cmds').flatMap(commandsOf)];
  return [task];
}

function ofKey(node: Node, key: string): readonly Node[] {
  const value = nodeAt(node, [key]);
  return value ? [value] : [];
}
