import type { Extract, Format } from '../format.ts';
import { type Node, nodeAt } from '../syntax/document.ts';
import { opaqueLines, parseShell } from '../syntax/shell.ts';

/** Tables of task runners, and the keys that hold a task's command lines. */
const tables: readonly { readonly path: readonly string[]; readonly commands: readonly string[] }[] = [
  { path: ['tool', 'taskipy', 'tasks'], commands: ['cmd'] },
  { path: ['tool', 'poe', 'tasks'], commands: ['cmd', 'shell', 'sequence', 'parallel'] },
  { path: ['tool', 'pdm', 'scripts'], commands: ['cmd', 'shell'] },
  { path: ['tool', 'rye', 'scripts'], commands: ['cmd', 'chain'] },
  { path: ['tool', 'pixi', 'tasks'], commands: ['cmd'] },
  { path: ['tool', 'pixi', 'feature', '*', 'tasks'], commands: ['cmd'] },
  { path: ['tool', 'hatch', 'envs', '*', 'scripts'], commands: [] },
];
const development = /(?:^|[:_.-])(?:dev|develop|development|watch|debug|local)(?:$|[:_.-])/;

export default {
  files: /(?:^|\/)pyproject\.toml$/,
  notation: 'toml',
  literals: ['\\[tool\\.(?:taskipy|poe|pdm|rye|pixi|hatch)\\b'],
  read({ file, documents }) {
    const root = documents[0]?.root;
    if (root === undefined) return {};
    const commands = tables.flatMap(({ path, commands: keys }) =>
      below(root, path).flatMap((table) =>
        table.kind !== 'map'
          ? []
          : table.entries.flatMap(({ key, value }) => {
              const context = development.test(key) ? { context: 'development' as const } : {};
              return linesOf(file, value, keys).map((line) => ({ ...line, ...context }));
            }),
      ),
    );
    return { commands };
  },
} satisfies Format;

/** The nodes at a path whose `*` is any key. */
function below(root: Node, [key, ...rest]: readonly string[]): Node[] {
  if (key === undefined) return [root];
  if (key !== '*') {
    const node = nodeAt(root, [key]);
    return node ? below(node, rest) : [];
  }
  return root.kind === 'map' ? root.entries.flatMap(({ value }) => below(value, rest)) : [];
}

/** The command lines of a task: a text, a list of the words of one, a table that holds one, a list of tasks. */
function linesOf(file: string, node: Node, keys: readonly string[]): Extract['commands'][number][] {
  if (node.kind === 'map') {
    return keys.flatMap((key) => {
      const inner = nodeAt(node, [key]);
      if (inner?.kind === 'list' && key === 'cmd') return wordList(inner);
      return inner ? linesOf(file, inner, keys) : [];
    });
  }
  if (node.kind === 'list') return node.items.flatMap((item) => linesOf(file, item, keys));
  if (typeof node.value !== 'string') return [];
  const lines =
    node.opaque || node.quote.length > 1
      ? opaqueLines(parseShell(file, node.value), node.span)
      : parseShell(file, node.text, node.span.start + node.quote.length);
  return lines.filter(({ words }) => words.length > 0).map((line) => ({ line }));
}

/** `["uvicorn", "app:app"]`: no shell reads it. */
function wordList({ items, span }: Node & { readonly kind: 'list' }): Extract['commands'][number][] {
  const words = items.flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string'
      ? [{ value: item.value, span: item.span, expands: false, ...(!item.opaque && { quote: item.quote }) }]
      : [],
  );
  if (words.length === 0 || words.length < items.length) return [];
  return [{ line: { words, span, environment: [], form: 'exec', append: [', "', '"'] } }];
}
