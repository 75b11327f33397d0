/** Finds the line and column of offsets in one text. */
export interface Positions {
  /** 1-based; columns count UTF-16 code units. */
  at(offset: number): { readonly line: number; readonly column: number };
  /** A line's text without its end. */
  line(line: number): string;
  /** Offset of a line's first character. */
  start(line: number): number;
}

/** @param text lines end with \n, \r\n or \r */
export function positionsOf(text: string): Positions {
  const starts = [0];
  for (const match of text.matchAll(/\r\n?|\n/g)) starts.push(match.index + match[0].length);
  const lineOf = (offset: number) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    at(offset) {
      const index = lineOf(offset);
      return { line: index + 1, column: offset - starts[index]! + 1 };
    },
    line(line) {
      const end = starts[line] ?? text.length;
      return text.slice(starts[line - 1] ?? text.length, end).replace(/[\r\n]+$/, '');
    },
    start(line) {
      return starts[line - 1] ?? text.length;
    },
  };
}
