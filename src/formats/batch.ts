import type { Format } from '../format.ts';
import { parseBatch } from '../syntax/batch.ts';
import { withVariables } from '../syntax/shell.ts';

export default {
  files: /\.(?:bat|cmd)$/i,
  notation: 'lines',
  literals: [],
  read({ file, text }) {
    const development = /(?:^|[-_./])(?:dev|watch|debug|local)(?:[-_.][\w.-]*)?$/i.test(file);
    return {
      commands: withVariables(parseBatch(file, text)).map((line) => ({
        line,
        ...(development && { context: 'development' as const }),
      })),
    };
  },
} satisfies Format;
