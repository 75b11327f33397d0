import type { Format } from '../format.ts';
import { nodeAt } from '../syntax/document.ts';
import { opaqueLines, parseShell } from '../syntax/shell.ts';

export default {
  files: /(?:^|\/)package\.json$/,
  notation: 'json',
  literals: [],
  read({ file, documents }) {
    const root = documents[0]?.root;
    const scripts = root && nodeAt(root, ['scripts']);
    if (scripts?.kind !== 'map') return {};
    return {
      commands: scripts.entries.flatMap(({ key, value: node }) => {
        if (node.kind !== 'scalar' || typeof node.value !== 'string') return [];
        const lines = node.opaque
          ? opaqueLines(parseShell(file, node.value), node.span)
          : parseShell(file, node.text, node.span.start + node.quote.length);
        const development = /(?:^|[:_-])(?:dev|develop|development|watch|debug|local)(?:$|[:_-])/.test(key);
        return lines
          .filter(({ words }) => words.length > 0)
          .map((line) => ({ line, name: key, ...(development && { context: 'development' as const }) }));
      }),
    };
  },
} satisfies Format;
