import type { Comment } from './call.ts';
import type { Document, Entry, Scalar } from './document.ts';
import { linesOf } from './lines.ts';

/** `port 6379`, `server.port = 80`, `-l 127.0.0.1`. */
const DIRECTIVE = /^[ \t]*([^\s=#;{}]+)(?:[ \t]*=[ \t]*|[ \t]+|$)/;

/**
 * Reads a file of directives, one a line: a name, blanks or `=`, and the rest of the line as its value. A `#` begins a comment at
 * the start of a line and behind a blank outside quotes; a `;` or `{` at the end is no part of a value.
 * @param file path for the spans
 * @param text decoded text without BOM
 */
export function parse(file: string, text: string): readonly Document[] {
  const entries: Entry[] = [];
  const comments: Comment[] = [];
  for (const line of linesOf(text)) {
    const mark = commentAt(line.text);
    if (mark !== undefined) {
      const start = line.start + mark;
      comments.push({ span: { file, start, end: line.end }, text: line.text.slice(mark + 1).trim() });
    }
    const content = withoutEnd(line.text.slice(0, mark));
    const [head, key] = DIRECTIVE.exec(content) ?? [];
    if (head === undefined || key === undefined) continue;
    const keyStart = line.start + head.indexOf(key);
    const written = content.slice(head.length);
    entries.push({
      key,
      keySpan: { file, start: keyStart, end: keyStart + key.length },
      value: scalar(file, written, line.start + head.length),
    });
  }
  return [
    {
      file,
      text,
      notation: 'directives',
      root: { kind: 'map', entries, span: { file, start: 0, end: text.length } },
      comments,
    },
  ];
}

function scalar(file: string, written: string, start: number): Scalar {
  const span = { file, start, end: start + written.length };
  const first = written.charAt(0);
  const quote =
    /["']/.test(first) && written.length > 1 && written.indexOf(first, 1) === written.length - 1 ? first : '';
  const text = written.slice(quote.length, written.length - quote.length);
  const value = quote === '' && /^\d+$/.test(text) ? Number(text) : text;
  const opaque = text.includes('\\') || written === '';
  return { kind: 'scalar', value, text, span, quote, ...(opaque && { opaque }) };
}

/** A loop, because a pattern would begin anew at each blank of a long line. */
function withoutEnd(line: string): string {
  let end = line.length;
  while (end > 0 && /[\s;{]/.test(line.charAt(end - 1))) end--;
  return line.slice(0, end);
}

/** Where a line's comment begins. */
function commentAt(line: string): number | undefined {
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const mark = line.charAt(at);
    if (quote !== '') {
      if (mark === quote) quote = '';
    } else if (mark === '"' || mark === "'") quote = mark;
    else if (mark === '#' && (at === 0 || /\s/.test(line.charAt(at - 1)))) return at;
  }
  return undefined;
}
