import { append } from '../append.ts';
import type { Format } from '../format.ts';
import type { Assignment, CommandLine, Word } from '../syntax/command.ts';
import { assignmentOf, splitWords } from '../syntax/shell.ts';

export default {
  files: /\.service(?:\.d\/[^/]+\.conf)?(?:\.in|\.j2|\.tmpl)?$/,
  notation: 'lines',
  literals: [],
  read({ file, text }) {
    const environment: Assignment[] = [];
    let lines: CommandLine[] = [];
    for (const { 0: whole, 1: key, index } of text.matchAll(
      /^[ \t]*(ExecStart|Environment)[ \t]*=[ \t]*(?:.*\\\r?\n(?:[ \t]*[#;].*\r?\n)*)*.*/gm,
    )) {
      const start = whole.indexOf('=') + 1;
      const value = whole.slice(start);
      // The marks in front say how failures and privileges are treated.
      const marks = key === 'ExecStart' ? /^[ \t]*[-@:+!|]*/.exec(value)![0].length : 0;
      const words = splitWords(file, flat(value.slice(marks)), index + start + marks).map(withSpecifiers);
      const [first] = words;
      const last = words.at(-1);
      if (key === 'Environment')
        append(
          environment,
          words.flatMap((word) => assignmentOf(word) ?? []),
        );
      else if (!first || !last) lines = [];
      else lines.push({ words, span: { ...first.span, end: last.span.end }, environment: [], form: 'shell' });
    }
    return { commands: lines.map((line) => ({ line: { ...line, environment } })) };
  },
} satisfies Format;

/** Continued lines as one line of the same length. Comments between them are passed over. https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html */
function flat(text: string): string {
  return text.replace(/\\\r?\n(?:[ \t]*[#;].*(?:\r?\n|$))*/g, (continued) => ' '.repeat(continued.length));
}

/** `%i` stands for a part of the unit's name. */
function withSpecifiers(word: Word): Word {
  return /%[A-Za-z]/.test(word.value) ? { ...word, expands: true } : word;
}
