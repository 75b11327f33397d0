import { withoutPlaceholders } from '../commands/placeholders.ts';
import type { Format } from '../format.ts';
import type { CommandLine } from '../syntax/command.ts';
import { parseShell, withVariables } from '../syntax/shell.ts';

const development = /(?:^|[-_.])(?:dev|watch|debug|local)(?:$|[-_.])/;

export default {
  files: /(?:^|\/)\.?[jJ]ustfile$|\.just$/,
  notation: 'lines',
  literals: [],
  read({ file, text }) {
    const commands: { line: CommandLine; context?: 'development' }[] = [];
    for (const recipe of text.matchAll(
      /^@?([A-Za-z_][\w-]*)(?:[ \t][^\r\n:]*)?:(?!=)[^\r\n]*\r?\n((?:[ \t][^\n]*\n?|\r?\n)*)/gm,
    )) {
      const [whole, name, body] = recipe as unknown as [string, string, string];
      const start = recipe.index + whole.length - body.length;
      const lines = body.trim().startsWith('#!') ? scriptLines(file, body, start) : recipeLines(file, body, start);
      for (const line of lines)
        commands.push({ line: withoutPlaceholders(line), ...(development.test(name) && { context: 'development' }) });
    }
    return { commands };
  },
} satisfies Format;

/** Every line of a recipe is a shell of its own. */
function recipeLines(file: string, body: string, start: number): readonly CommandLine[] {
  return [...body.matchAll(/(?:.*\\\r?\n)*.*/g)].flatMap(({ 0: lines, index }) => {
    const marks = /^[ \t]*[@-]*/.exec(lines)![0].length;
    return parseShell(file, lines.slice(marks), start + index + marks).filter(({ words }) => words.length > 0);
  });
}

/** With a shebang the whole recipe is one script. */
function scriptLines(file: string, body: string, start: number): readonly CommandLine[] {
  return /^\s*#!.*sh\b/.test(body) ? withVariables(parseShell(file, body, start)) : [];
}
