import { scriptCommands } from '../commands/script-commands.ts';
import type { Format } from '../format.ts';
import { nodeAt } from '../syntax/document.ts';

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
      commands: scripts.entries.flatMap(({ key, value }) =>
        scriptCommands(file, key, value).map((command) => ({
          ...command,
          ...(forwarded !== undefined && { forwarded }),
        })),
      ),
    };
  },
} satisfies Format;
