import type { Format } from '../format.ts';
import { nodeAt } from '../syntax/document.ts';
import { opaqueLines, parseShell } from '../syntax/shell.ts';

/** The port of `"proxy": "http://localhost:5000"`, which react-scripts reads. */
const portAt = (proxy: string): number | undefined => {
  const port = /^(?:https?:\/\/)?(?:localhost|127\.0\.0\.1|\[::1\]):(\d{1,5})(?:\/|$)/.exec(proxy)?.[1];
  return port === undefined ? undefined : Number(port);
};

export default {
  files: /(?:^|\/)package\.json$/,
  notation: 'json',
  literals: [],
  read({ file, documents }) {
    const root = documents[0]?.root;
    const scripts = root && nodeAt(root, ['scripts']);
    if (scripts?.kind !== 'map') return {};
    const proxy = nodeAt(root!, ['proxy']);
    const forwarded = proxy?.kind === 'scalar' && typeof proxy.value === 'string' ? portAt(proxy.value) : undefined;
    return {
      commands: scripts.entries.flatMap(({ key, value: node }) => {
        if (node.kind !== 'scalar' || typeof node.value !== 'string') return [];
        const lines = node.opaque
          ? opaqueLines(parseShell(file, node.value), node.span)
          : parseShell(file, node.text, node.span.start + node.quote.length);
        const development = /(?:^|[:_-])(?:dev|develop|development|watch|debug|local)(?:$|[:_-])/.test(key);
        return lines
          .filter(({ words }) => words.length > 0)
          .map((line) => ({
            line,
            name: key,
            ...(development && { context: 'development' as const }),
            ...(forwarded !== undefined && { forwarded }),
          }));
      }),
    };
  },
} satisfies Format;
