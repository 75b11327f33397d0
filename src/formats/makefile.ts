import type { Format } from '../format.ts';
import type { Assignment, CommandLine, Word } from '../syntax/command.ts';
import { parseShell } from '../syntax/shell.ts';

const development = /(?:^|[-_.])(?:dev|develop|development|devserver|watch|debug|local)(?:$|[-_.])/;

export default {
  files: /(?:^|\/)(?:GNUm|[mM])akefile$|\.mk$/,
  notation: 'lines',
  literals: [],
  read({ file, text }) {
    const commands: { line: CommandLine; name: string; context?: 'development' }[] = [];
    const variables = new Map<string, Assignment>();
    let target = '';
    for (const { 0: lines, index } of text.matchAll(/(?:.*\\\r?\n)*.*/g)) {
      const recipe = /^\t[ \t]*[@+-]*[ \t]*/.exec(lines);
      if (recipe) {
        const inner = parseShell(file, lines.slice(recipe[0].length), index + recipe[0].length);
        for (const line of inner) {
          if (line.words.length === 0) continue;
          const known = withMakeVariables(line, variables);
          commands.push({ line: known, name: target, ...(development.test(target) && { context: 'development' }) });
        }
        continue;
      }
      const set = /^(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*(?:\?|::?)?=[ \t]*([^\r\n#]*)/.exec(lines);
      if (set) {
        const value = set[2]!.trimEnd();
        const start = index + set[0].length - set[2]!.length;
        const span = { file, start, end: start + value.length };
        // Of a variable that is set twice nobody knows which one counts.
        const known: Word = variables.has(set[1]!)
          ? { value: `$(${set[1]})`, span, expands: true }
          : { value, span, quote: '', expands: value.includes('$') };
        variables.set(set[1]!, { name: set[1]!, value: known });
        continue;
      }
      const rule = /^([^\s#:=][^:=\r\n]*)::?(?!=)/.exec(lines);
      if (rule) target = rule[1]!.trimEnd();
    }
    return { commands };
  },
} satisfies Format;

/** make expands `$(PORT)` and `${PORT}` itself and hands `$$PORT` on to the shell as `$PORT`. */
function withMakeVariables(line: CommandLine, variables: ReadonlyMap<string, Assignment>): CommandLine {
  const used = new Map<string, Assignment>();
  const expand = (word: Word): Word => {
    if (!word.value.includes('$')) return word;
    const value = word.value.replace(/\$\$|\$\((\w+)\)|\$\{(\w+)\}/g, (whole, round?: string, curly?: string) => {
      const name = round ?? curly;
      if (name === undefined) return '$';
      const known = variables.get(name);
      if (known) used.set(name, known);
      return name === undefined ? whole : `\${${name}}`;
    });
    if (value.length === word.value.length) return { ...word, value, expands: true };
    // What stands in the file is longer than what is run: places within the word are not known.
    return { value, span: word.span, expands: true };
  };
  const words = line.words.map(expand);
  const environment = line.environment.map(({ name, value }) => ({ name, value: expand(value) }));
  return { ...line, words, environment, ...(used.size > 0 && { variables: [...used.values()] }) };
}
