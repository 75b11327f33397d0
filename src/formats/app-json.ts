import { textCommand } from '../commands/command-nodes.ts';
import type { Extract, Format } from '../format.ts';
import { type Node, nodeAt } from '../syntax/document.ts';

/** https://devcenter.heroku.com/articles/app-json-schema#scripts, and Dokku's, which may stand in a map of its own. */
export default {
  files: /(?:^|\/)app\.json$/,
  notation: 'json',
  literals: ['"scripts"'],
  read({ text, documents }) {
    const root = documents[0]?.root;
    const commands: Extract['commands'][number][] = [];
    const visit = (scripts: Node | undefined, depth: number): void => {
      if (scripts?.kind !== 'map') return;
      for (const { key, value } of scripts.entries) {
        for (const line of textCommand(value, text, true) ?? [])
          if (line.words.length > 0) commands.push({ line, name: key });
        if (depth > 0) visit(value, depth - 1);
      }
    };
    visit(root && nodeAt(root, ['scripts']), 1);
    return { commands };
  },
} satisfies Format;
