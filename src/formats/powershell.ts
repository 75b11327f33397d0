import type { Format } from '../format.ts';
import { parsePowershell } from '../syntax/powershell.ts';
import { withVariables } from '../syntax/shell.ts';

export default {
  files: /\.ps1$/i,
  notation: 'lines',
  literals: [],
  read({ file, text }) {
    const development = /(?:^|[-_./])(?:dev|watch|debug|local)(?:[-_.][\w.-]*)?$/i.test(file);
    return {
      commands: withVariables(parsePowershell(file, text)).map((line) => ({
        line,
        ...(development && { context: 'development' as const }),
      })),
    };
  },
} satisfies Format;
