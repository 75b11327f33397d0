/** A line of text without its break. */
export interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Splits a text at LF, CRLF and lone CR.
 * @param text decoded text
 */
export function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  const push = (start: number, end: number) => lines.push({ text: text.slice(start, end), start, end });
  let start = 0;
  for (const { 0: lineBreak, index } of text.matchAll(/\r\n?|\n/g)) {
    push(start, index);
    start = index + lineBreak.length;
  }
  push(start, text.length);
  return lines;
}

/** Number of blanks that a line begins with. */
export function indentOf(line: Line): number {
  return line.text.length - line.text.trimStart().length;
}
