import type { Span } from '../facts.ts';
import { forOneText, lineEnd, lineStart } from './lines.ts';

/** What one level of indentation is in a Python file: four spaces where nothing shows. */
export const indentUnit = forOneText((text: string): string => {
  const counts = new Map<string, number>();
  let opened: string | undefined;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const indent = /^[ \t]*/.exec(line)![0];
    if (opened !== undefined && indent.length > opened.length && indent.startsWith(opened)) {
      const unit = indent.slice(opened.length);
      counts.set(unit, (counts.get(unit) ?? 0) + 1);
    }
    opened = /:\s*(#.*)?$/.test(line) ? indent : undefined;
  }
  let best = '    ';
  let most = 0;
  for (const [unit, count] of counts) if (count > most) [best, most] = [unit, count];
  return best;
});

interface Token {
  readonly kind: 'string' | 'comment';
  readonly start: number;
  readonly end: number;
}

/** String literals and comments of Python text, by a scan that needs no parser and never fails. */
export const tokensOf = forOneText((text: string): readonly Token[] => {
  const tokens: { kind: 'string' | 'comment'; start: number; end: number }[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '#') {
      const end = lineEnd(text, at);
      tokens.push({ kind: 'comment', start: at, end });
      at = end;
    } else if (character === '"' || character === "'") {
      const triple = text.startsWith(character.repeat(3), at);
      const end = stringEnd(text, at, triple ? character.repeat(3) : character);
      tokens.push({ kind: 'string', start: at, end });
      at = end - 1;
    }
  }
  return tokens;
});

const longStrings = forOneText((text: string) =>
  tokensOf(text).filter(({ kind, start, end }) => kind === 'string' && text.slice(start, end).includes('\n')),
);

function stringEnd(text: string, start: number, quote: string): number {
  let at = start + quote.length;
  while (at < text.length) {
    if (text[at] === '\\') at += text.startsWith('\r\n', at + 1) ? 3 : 2;
    else if (text.startsWith(quote, at)) return at + quote.length;
    else if (quote.length === 1 && text[at] === '\n') return at;
    else at++;
  }
  return text.length;
}

/** Whole lines that belong to one statement alone. Offsets; `end` is before the last line's ending. */
export interface StatementLines {
  readonly start: number;
  readonly end: number;
  readonly indent: string;
}

/**
 * The lines of a statement, with a comment behind it.
 * @returns a reason where it shares its lines with something else
 */
export function statementLines(text: string, span: Span): StatementLines | { readonly refused: string } {
  const start = lineStart(text, span.start);
  const indent = text.slice(start, span.start);
  const trimmed = span.start + text.slice(span.start, span.end).trimEnd().length;
  const end = lineEnd(text, trimmed);
  const before = text.slice(Math.max(0, start - 3), Math.max(0, start - 1)).replace(/\r$/, '');
  if (/[^ \t\f]/.test(indent) || !/^[ \t\f]*(#.*)?$/s.test(text.slice(trimmed, end)) || before.endsWith('\\'))
    return { refused: 'the statement shares its line with others' };
  return { start, end, indent };
}

/** Does a string literal run over a line ending between these offsets? Its text would change with the indentation. */
export function holdsLongString(text: string, lines: StatementLines): boolean {
  return longStrings(text).some((token) => token.end > lines.start && token.start < lines.end);
}
