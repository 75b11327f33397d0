import type { Comment } from './call.ts';
import type { Document, Entry, Scalar } from './document.ts';
import { indentOf, type Line, linesOf } from './lines.ts';
import { SyntaxProblem } from './problem.ts';

interface OpenMap {
  readonly kind: 'map';
  readonly entries: Entry[];
  readonly span: { readonly file: string; readonly start: number; end: number };
}

interface Dialect {
  readonly commentMark: RegExp;
  readonly key: RegExp;
  readonly separator: RegExp;
  /** There are section headers, quotes around values and comments behind them. */
  readonly sections: boolean;
  /** Does `next` belong to the value that began on the line `first` and went on to `last`? */
  continues(first: Line, last: Line, next: Line): boolean;
}

const INI: Dialect = {
  commentMark: /[;#]/,
  key: /[^=:]*/y,
  separator: /[=:][ \t]*/y,
  sections: true,
  // As Python's configparser has it: what is indented deeper than its key belongs to the value.
  continues: (first, _last, next) => {
    const indent = indentOf(next);
    return indent > indentOf(first) && indent < next.text.length && !/[;#]/.test(next.text.charAt(indent));
  },
};

const PROPERTIES: Dialect = {
  commentMark: /[#!]/,
  key: /(?:\\.|[^\\=: \t])*/y,
  separator: /[ \t]*[=:]?[ \t]*/y,
  sections: false,
  continues: (_first, last) => (last.text.length - last.text.replace(/\\+$/, '').length) % 2 === 1,
};

/**
 * Reads an INI-like file: sections of `key = value` or `key: value`; keys before the first section stand at the root.
 * A `.properties` file has no sections, no quotes and no comments behind values. Values over several lines are opaque.
 * @param file path for the spans; its ending chooses the dialect
 * @param text decoded text without BOM
 * @throws SyntaxProblem where a section's header is not closed
 */
export function parse(file: string, text: string): readonly Document[] {
  const dialect = file.endsWith('.properties') ? PROPERTIES : INI;
  const lines = linesOf(text);
  const comments: Comment[] = [];
  const note = (start: number, end: number) => {
    comments.push({ span: { file, start, end }, text: text.slice(start + 1, end).trim() });
  };
  const root: OpenMap = { kind: 'map', entries: [], span: { file, start: 0, end: text.length } };
  const sections = new Map<string, OpenMap>();
  let section = root;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index]!;
    const indent = indentOf(line);
    const mark = line.text.charAt(indent);
    if (mark === '') continue;
    if (dialect.commentMark.test(mark)) {
      note(line.start + indent, line.end);
    } else if (dialect.sections && mark === '[') {
      const { key, start, end, comment } = readHeader(line, indent);
      if (comment !== undefined) note(comment, line.end);
      section = sections.get(key) ?? { kind: 'map', entries: [], span: { file, start, end } };
      if (!sections.has(key)) {
        sections.set(key, section);
        root.entries.push({ key, keySpan: { file, start: start + 1, end: end - 1 }, value: section });
      }
    } else {
      while (index + 1 < lines.length && dialect.continues(line, lines[index]!, lines[index + 1]!)) index += 1;
      const end = lines[index]!.end;
      const { entry, comment } = readEntry(file, text, line, end, dialect);
      if (comment !== undefined) note(comment, line.end);
      section.entries.push(entry);
      if (section !== root) section.span.end = end;
    }
  }
  return [{ file, text, notation: 'ini', root, comments }];
}

function readHeader(line: Line, indent: number) {
  const start = line.start + indent;
  const header = /^\[([^\]]*\]*)\](?=[ \t]*(?:[;#]|$))/.exec(line.text.slice(indent));
  if (header === null) throw new SyntaxProblem('the section is not closed by ]', start);
  const end = start + header[0].length;
  const behind = line.text.slice(end - line.start).search(/[;#]/);
  return { key: header[1]!.trim(), start, end, comment: behind === -1 ? undefined : end + behind };
}

/** @param end where the value's last line ends */
function readEntry(
  file: string,
  text: string,
  line: Line,
  end: number,
  dialect: Dialect,
): { readonly entry: Entry; readonly comment: number | undefined } {
  const indent = indentOf(line);
  const comment = dialect.sections ? commentBehind(line.text, indent) : undefined;
  const content = line.text.slice(0, comment).trimEnd();
  const key = matchAt(dialect.key, content, indent).trimEnd();
  const keyStart = line.start + indent;
  const keySpan = { file, start: keyStart, end: keyStart + key.length };
  const at = indent + matchAt(dialect.key, content, indent).length;
  // A separator at the end of the line keeps its blanks: the value would stand behind them.
  const separator = matchAt(dialect.separator, line.text.slice(0, comment), at);
  const start = line.start + Math.min(at + separator.length, comment === undefined ? line.text.length : comment);
  const name = dialect.sections ? key : key.replace(/\\(.)/g, '$1');
  const commentStart = comment === undefined ? undefined : line.start + comment;
  const entry = (value: Scalar) => ({ entry: { key: name, keySpan, value }, comment: commentStart });

  if (dialect.sections && separator === '') {
    const place = { file, start: keySpan.end, end: keySpan.end };
    return entry({ kind: 'scalar', value: null, text: '', span: place, quote: '', opaque: true });
  }
  if (end > line.end) {
    const written = text.slice(start, end);
    return entry({
      kind: 'scalar',
      value: written,
      text: written,
      span: { file, start, end },
      quote: '',
      opaque: true,
    });
  }
  const written = content.slice(start - line.start);
  const span = { file, start, end: start + written.length };
  const quote = dialect.sections ? quoteAround(written) : '';
  const inner = written.slice(quote.length, written.length - quote.length);
  const value = quote === '' && /^-?\d+(?:\.\d+)?$/.test(inner) ? Number(inner) : inner;
  const opaque = inner.includes('\\') || (written === '' && (separator === '' || comment !== undefined));
  return entry({ kind: 'scalar', value, text: inner, span, quote, ...(opaque && { opaque }) });
}

function matchAt(pattern: RegExp, text: string, index: number): string {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0] ?? '';
}

function quoteAround(written: string): string {
  const quote = written.charAt(0);
  const whole = /["']/.test(quote) && written.length > 1 && written.indexOf(quote, 1) === written.length - 1;
  return whole ? quote : '';
}

/** Where a comment behind a value starts in a line: a mark after a blank, outside a quoted value. */
function commentBehind(line: string, indent: number): number | undefined {
  let from = indent;
  const value = indent + line.slice(indent).search(/[=:]/) + 1;
  const opening = value > indent ? line.slice(value).search(/\S/) : -1;
  const quote = opening === -1 ? '' : line.charAt(value + opening);
  if (/["']/.test(quote)) {
    const close = line.indexOf(quote, value + opening + 1);
    if (close !== -1) from = close;
  }
  const found = line.slice(from).search(/[ \t][;#]/);
  return found === -1 ? undefined : from + found + 1;
}
