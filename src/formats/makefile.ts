import type { Format } from '../format.ts';
import type { Assignment, CommandLine, Word } from '../syntax/command.ts';
import { parseShell } from '../syntax/shell.ts';

const development = /(?:^|[-_.])(?:dev|develop|development|devserver|watch|debug|local)(?:$|[-_.])/;

/** `PORT ?= 8000`, `export PORT := 8000`. */
const assignment = /^ *((?:export[ \t]+|override[ \t]+)*)([A-Za-z_]\w*)[ \t]*(\?|::?:?|\+|!)?=[ \t]*([^\r\n#]*)/;

export default {
  files: /(?:^|\/)(?:GNUm|[mM])akefile$|\.mk$/,
  notation: 'lines',
  literals: [],
  read({ file, text }) {
    const recipes: { readonly name: string; readonly line: CommandLine }[] = [];
    const everywhere = new Variables();
    const ofTargets = new Map<string, Variables>();
    const recipe = (name: string, shell: string, start: number) => {
      for (const line of parseShell(file, shell, start)) if (line.words.length > 0) recipes.push({ name, line });
    };
    let target = '';
    let isText = false;
    const conditions: string[] = [];
    for (const { 0: lines, index } of text.matchAll(/(?:.*\\\r?\n)*.*/g)) {
      const [, directive] = /^ *(define|endef|if(?:n?def|n?eq)|endif)\b/.exec(lines) ?? [];
      if (directive === 'define' || directive === 'endef') isText = directive === 'define';
      if (isText) continue;
      if (directive === 'endif') conditions.pop();
      else if (directive?.startsWith('if')) conditions.push(directive);
      const indented = /^\t[ \t]*[@+-]*[ \t]*/.exec(lines);
      if (indented) {
        recipe(target, lines.slice(indented[0].length), index + indented[0].length);
        continue;
      }
      if (everywhere.sets(file, lines, index, conditions) || everywhere.exports(lines)) continue;
      const rule = /^([^\s#:=][^:=\r\n]*)::?(?!=)[ \t]*/.exec(lines);
      if (!rule) continue;
      target = rule[1]!.trimEnd();
      const own = ofTargets.get(target) ?? new Variables();
      ofTargets.set(target, own);
      const behind = lines.slice(rule[0].length);
      if (own.sets(file, behind, index + rule[0].length, conditions)) continue;
      const [, needed, inline] = /^([^;#\r\n]*;[ \t]*[@+-]*[ \t]*)(.*)/s.exec(behind) ?? [];
      if (inline) recipe(target, inline, index + rule[0].length + needed!.length);
    }
    if (/^\.EXPORT_ALL_VARIABLES[ \t]*:/m.test(text)) everywhere.exportAll();
    return {
      // What is set below a recipe counts in it too.
      commands: recipes.map(({ name, line }) => ({
        line: withMakeVariables(line, everywhere, ofTargets.get(name)),
        name,
        ...(development.test(name) && { context: 'development' as const }),
      })),
    };
  },
} satisfies Format;

/** What a makefile sets, for all of its targets or for one. */
class Variables {
  readonly known = new Map<string, Assignment>();
  readonly #exported = new Set<string>();

  /**
   * @param conditions `ifdef` and the like that the line stands in
   * @returns whether it sets a variable
   */
  sets(file: string, line: string, index: number, conditions: readonly string[]): boolean {
    const set = assignment.exec(line);
    if (!set) return false;
    const [whole, prefix, name, operator, written] = set as unknown as [string, string, string, string?, string?];
    if (prefix.includes('export')) this.#exported.add(name);
    const value = written!.trimEnd();
    const start = index + whole.length - written!.length;
    const span = { file, start, end: start + value.length };
    const isDefault = operator === '?' || (conditions.length === 1 && conditions[0] === 'ifndef');
    // Of a variable that is set twice nobody knows which one counts.
    const isUnclear =
      this.known.has(name) || operator === '+' || operator === '!' || (conditions.length > 0 && !isDefault);
    const word: Word = isUnclear
      ? { value: `$(${name})`, span, expands: true }
      : { value, span, quote: '', expands: value.includes('$') };
    this.known.set(name, { name, value: word, ...(isDefault && { unlessSet: true as const }) });
    return true;
  }

  /** `export PORT HOST`, and `export` alone. @returns whether the line is one */
  exports(line: string): boolean {
    const names = /^export(?:[ \t]+([A-Za-z_][\w \t]*))?[ \t]*(?:#.*)?\r?$/.exec(line);
    if (!names) return false;
    if (names[1] === undefined) this.exportAll();
    for (const name of names[1]?.trim().split(/[ \t]+/) ?? []) this.#exported.add(name);
    return true;
  }

  exportAll(): void {
    this.#exported.add('*');
  }

  isExported(name: string): boolean {
    return this.#exported.has(name) || this.#exported.has('*');
  }
}

/** make expands `$(PORT)` and `${PORT}` itself and hands `$$PORT` on to the shell as `$PORT`. */
function withMakeVariables(line: CommandLine, everywhere: Variables, own: Variables | undefined): CommandLine {
  const known = new Map([...everywhere.known, ...(own?.known ?? [])]);
  const used = new Map<string, Assignment>();
  const expand = (word: Word): Word => {
    if (!word.value.includes('$')) return word;
    const value = word.value.replace(/\$\$|\$\((\w+)\)|\$\{(\w+)\}/g, (_, round?: string, curly?: string) => {
      const name = round ?? curly;
      if (name === undefined) return '$';
      const assigned = known.get(name);
      if (assigned) used.set(name, { name, value: assigned.value });
      return `\${${name}}`;
    });
    if (value.length === word.value.length) return { ...word, value, expands: true };
    // What stands in the file is longer than what is run: places within the word are not known.
    return { value, span: word.span, expands: true };
  };
  const words = line.words.map(expand);
  const given = [...known.values()].filter(
    ({ name }) => everywhere.isExported(name) || (own?.isExported(name) ?? false),
  );
  const environment = [...given, ...line.environment].map((one) => ({ ...one, value: expand(one.value) }));
  return { ...line, words, environment, ...(used.size > 0 && { variables: [...used.values()] }) };
}
