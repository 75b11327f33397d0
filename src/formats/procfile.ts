import type { Format } from '../format.ts';
import { parseShell } from '../syntax/shell.ts';

export default {
  files: /(?:^|\/)Procfile(?:\.[\w-]+)?$/,
  notation: 'lines',
  literals: [],
  read({ file, text }) {
    const development = /\.(?:dev|development|local)$/.test(file);
    // https://devcenter.heroku.com/articles/runtime-principles#web-servers
    const platform = /(?:^|\/)Procfile$/.test(file);
    const commands = [];
    for (const { 1: head, 2: command, index } of text.matchAll(/^([A-Za-z0-9_-]+:[ \t]*)(.+)$/gm)) {
      for (const line of parseShell(file, command!, index + head!.length)) {
        if (line.words.length === 0) continue;
        commands.push({
          line,
          ...(development && { context: 'development' as const }),
          ...(platform && /^web:/.test(head!) && { given: { variable: 'PORT', by: 'the platform of a Procfile' } }),
        });
      }
    }
    return { commands };
  },
} satisfies Format;
