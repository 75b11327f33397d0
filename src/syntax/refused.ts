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
 * @param misindented where a statement starts that is indented differently from its block
 */
export function refusedPython(text: string, errors: readonly Span[], misindented?: number): Refused | undefined {
  const odd =
    misindented === undefined
      ? undefined
      : { offset: misindented, message: 'cannot parse: an indentation that fits no block; the rest was read' };
  if (errors.length === 0) return odd;
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
    if (lacksBlock(text, line, start))
      return { offset: start, message: 'cannot parse: an indented block is missing; the rest was read' };
  }
  return odd;
}

const opensBlock =
  /^([ \t]*)(?:async\s+)?(?:def|class|if|elif|else|for|while|try|except|finally|with)\b[^#\n]*:[ \t]*(?:#[^\n]*)?$/;

/** Does a line that should begin a block stand no deeper than the line above it, which opens one? */
function lacksBlock(text: string, line: number, error: number): boolean {
  const indent = /^[ \t]*/.exec(text.slice(line, line + 200))![0];
  if (error > line + indent.length || /^\s*$/.test(text.slice(line, line + indent.length + 1))) return false;
  let end = line;
  while (end > 0) {
    const start = text.lastIndexOf('\n', end - 2) + 1;
    const above = text.slice(start, end).trimEnd();
    if (above.trim() !== '' && !/^\s*#/.test(above)) {
      const open = above.length > longestHead ? null : opensBlock.exec(above);
      return open !== null && indent.length <= open[1]!.length;
    }
    if (line - start > longestGap) return false;
    end = start;
  }
  return false;
}

const longestHead = 500;
/** Comments and empty lines that are looked over. */
const longestGap = 5000;
