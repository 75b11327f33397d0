import type { CommandLine, Word } from '../syntax/command.ts';

/** just and Task fill in `{{port}}` and `{{.PORT}}`; a word that holds one is not known. */
export function withoutPlaceholders(line: CommandLine): CommandLine {
  const open = (word: Word): Word => (word.value.includes('{{') ? { ...word, expands: true } : word);
  return {
    ...line,
    words: line.words.map(open),
    environment: line.environment.map(({ name, value }) => ({ name, value: open(value) })),
  };
}
