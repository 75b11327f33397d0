import type { Span } from '../facts.ts';

/** What a parser that reads on past errors has met, where the language itself is known to refuse the file. */
export interface Refused {
  /** UTF-16 offset. */
  readonly offset: number;
  readonly message: string;
}

/** https://docs.python.org/3/whatsnew/3.0.html#print-is-a-function */
const printStatement = /^[ \t]*print[ \t]+(?:["'\w]|>>)/;

/** Where the marks of a merge conflict begin, if all three are there. */
function conflictIn(text: string): number | undefined {
  const start = /^<{7} /m.exec(text)?.index ?? -1;
  const middle = start === -1 ? -1 : text.indexOf('\n=======', start);
  return middle !== -1 && text.includes('\n>>>>>>> ', middle) ? start : undefined;
}

/**
 * The place for which Python 3 refuses a file, of those that are certain to be no newer syntax.
 * @param errors what the parser did not understand
 */
export function refusedPython(text: string, errors: readonly Span[]): Refused | undefined {
  if (errors.length === 0) return undefined;
  const conflict = conflictIn(text);
  if (conflict !== undefined)
    return { offset: conflict, message: 'cannot parse: a merge conflict that is not resolved; the rest was read' };
  let [line, lineEnd] = [0, -1];
  for (const { start } of errors) {
    // A long line may have many.
    if (line <= start && start <= lineEnd) continue;
    line = text.lastIndexOf('\n', start - 1) + 1;
    const newline = text.indexOf('\n', line);
    lineEnd = newline === -1 ? text.length : newline;
    if (printStatement.test(text.slice(line, lineEnd)))
      return { offset: line, message: 'cannot parse: a print statement of Python 2; the rest was read' };
  }
  return undefined;
}
