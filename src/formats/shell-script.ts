import type { Format } from '../format.ts';
import { parseShell, withVariables } from '../syntax/shell.ts';

export default {
  files:
    /\.(?:sh|bash)$|(?:^|\/)(?:bin|docker|\.docker)\/(?:[\w-]+\/)*(?:(?:docker-)?entrypoint|start|run|serve|server)$/,
  notation: 'lines',
  literals: [],
  read({ file, text }) {
    const shebang = /^#!.*/.exec(text)?.[0];
    // A script of another language is none of ours.
    if (shebang !== undefined && !/sh\b|with-contenv/.test(shebang)) return {};
    const development = /(?:^|[-_./])(?:dev|watch|debug|local)(?:[-_.][\w.-]*)?$/.test(file);
    return {
      commands: withVariables(parseShell(file, text)).map((line) => ({
        line,
        ...(development && { context: 'development' as const }),
      })),
    };
  },
} satisfies Format;
