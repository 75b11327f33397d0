import { procfilePlatform } from '../commands/platform-starts.ts';
import type { Format } from '../format.ts';
import { parseShell } from '../syntax/shell.ts';

export default {
  files: /(?:^|\/)Procfile(?:\.[\w-]+)?$/,
  notation: 'lines',
  literals: [],
  read({ file, text }) {
    const development = /\.(?:dev|development|local)$/.test(file);
    const platform = /(?:^|\/)Procfile$/.test(file);
    const commands = [];
    for (const { 1: head, 2: command, index } of text.matchAll(/^([A-Za-z0-9_-]+:[ \t]*)(.+)$/gm)) {
      let prepared = false;
      for (const line of parseShell(file, command!, index + head!.length)) {
        if (line.words.length === 0) continue;
        const says = line.words.some(({ value }) => /\d{2}/.test(value));
        commands.push({
          line,
          name: head!.slice(0, head!.indexOf(':')),
          ...(development && { context: 'development' as const }),
          // A script before it may write the port into the settings of a program that is told none.
          ...(platform &&
            /^web:/.test(head!) &&
            (says || !prepared) && { given: { variable: 'PORT', by: procfilePlatform } }),
        });
        prepared ||= /^(?:sh|bash|source|\.)$|\.sh$/.test(line.words[0]!.value);
      }
    }
    return { commands };
  },
} satisfies Format;
