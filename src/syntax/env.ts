import type { Comment } from './call.ts';
import type { Document, Entry, Scalar } from './document.ts';
import { linesOf } from './lines.ts';

const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*/;

/**
 * Reads a dotenv file: `NAME=value` with or without `export`. All values are text, `${NAME:-default}` is kept as written;
 * lines that assign nothing are skipped, as the loaders of such files do. Values over several lines are opaque.
 * @param file path for the spans
 * @param text decoded text without BOM
 */
export function parse(file: string, text: string): readonly Document[] {
  const entries: Entry[] = [];
  const comments: Comment[] = [];
  const note = (start: number, end: number) => {
    comments.push({ span: { file, start, end }, text: text.slice(start, end).replace(/^#+/, '').trim() });
  };
  let resume = 0;
  for (const line of linesOf(text)) {
    if (line.start < resume) continue;
    const [head, key] = ASSIGNMENT.exec(line.text) ?? [];
    if (head === undefined || key === undefined) {
      const content = line.text.trimStart();
      if (content.startsWith('#')) note(line.end - content.length, line.end);
      continue;
    }
    const keyStart = line.start + head.lastIndexOf(key, head.indexOf('='));
    const value = readValue(file, text, line.start + head.length, line.end);
    entries.push({ key, keySpan: { file, start: keyStart, end: keyStart + key.length }, value });
    resume = value.span.end;
    const rest = text.slice(value.span.end, line.end);
    const comment = /^[ \t]*#/.test(rest) ? rest.indexOf('#') : -1;
    if (comment !== -1) note(value.span.end + comment, line.end);
  }
  const root = { kind: 'map', entries, span: { file, start: 0, end: text.length } } as const;
  return [{ file, text, notation: 'env', root, comments }];
}

function readValue(file: string, text: string, start: number, lineEnd: number): Scalar {
  const mark = text.charAt(start);
  if (start < lineEnd && /["'`]/.test(mark)) {
    const close = closingQuote(text, start, mark);
    if (close !== undefined) {
      const inner = text.slice(start + 1, close);
      const opaque = inner.includes('\\') || /[\r\n]/.test(inner);
      const span = { file, start, end: close + 1 };
      return { kind: 'scalar', value: inner, text: inner, span, quote: mark, ...(opaque && { opaque }) };
    }
  }
  const line = text.slice(start, lineEnd);
  const comment = mark === '#' && /[ \t]/.test(text.charAt(start - 1)) ? 0 : line.search(/[ \t]#/);
  const written = (comment === -1 ? line : line.slice(0, comment)).trimEnd();
  const opaque = /["'`\\]/.test(written) || comment === 0;
  const span = { file, start, end: start + written.length };
  return { kind: 'scalar', value: written, text: written, span, quote: '', ...(opaque && { opaque }) };
}

/** The offset of the quote that closes a value with nothing but a comment behind it. */
function closingQuote(text: string, start: number, quote: string): number | undefined {
  const close = /["'`\\]/g;
  close.lastIndex = start + 1;
  for (let match = close.exec(text); match !== null; match = close.exec(text)) {
    if (match[0] === '\\' && quote === '"') close.lastIndex += 1;
    else if (match[0] === quote) return match.index;
  }
  return undefined;
}
