import type { Extract } from '../format.ts';
import type { Node } from '../syntax/document.ts';
import { opaqueLines, parseShell } from '../syntax/shell.ts';

const development = /(?:^|[:_-])(?:dev|develop|development|watch|debug|local)(?:$|[:_-])/;

/** The commands of a script that has a name, as `npm run` and `deno task` run them. */
export function scriptCommands(file: string, name: string, node: Node): NonNullable<Extract['commands']> {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return [];
  const lines = node.opaque
    ? opaqueLines(parseShell(file, node.value), node.span)
    : parseShell(file, node.text, node.span.start + node.quote.length);
  return lines
    .filter(({ words }) => words.length > 0)
    .map((line) => ({ line, name, ...(development.test(name) && { context: 'development' as const }) }));
}
