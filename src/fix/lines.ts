/** Offset of the first character of the line that holds `at`. */
export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Offset of the line's end, before its line ending. */
export function lineEnd(text: string, at: number): number {
  const feed = text.indexOf('\n', at);
  if (feed < 0) return text.length;
  return feed > at && text[feed - 1] === '\r' ? feed - 1 : feed;
}

/** Offset of the next line's first character, or the text's end. */
export function nextLine(text: string, at: number): number {
  const feed = text.indexOf('\n', at);
  return feed < 0 ? text.length : feed + 1;
}

/** White space at the start of the line that holds `at`. */
export function indentAt(text: string, at: number): string {
  const start = lineStart(text, at);
  return /^[ \t\f]*/.exec(text.slice(start, lineEnd(text, start)))![0];
}

/** Remembers the answer for the last text: the fixes of one file all ask the same. */
export function forOneText<T>(answer: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly answer: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, answer: answer(text) };
    return last.answer;
  };
}

/** The line ending that most lines of a text have. */
export const newlineOf = forOneText((text: string): '\n' | '\r\n' => {
  const feeds = text.split('\n').length - 1;
  const both = text.split('\r\n').length - 1;
  return both * 2 > feeds ? '\r\n' : '\n';
});

/** Are there line endings of nothing but a carriage return? */
export const hasLoneReturns = forOneText((text: string) => /\r(?!\n)/.test(text));
