import type { Assignment, CommandLine, Word } from './command.ts';

/** Conditions of `if` that take one word; all others compare two. */
const unary = new Set(['exist', 'defined', 'errorlevel', 'cmdextversion']);
const comparison = /^(?:equ|neq|lss|leq|gtr|geq)$/i;

/**
 * Reads the text of a batch file (`.bat`, `.cmd`) into its commands. Conditions and loops are passed over, redirections dropped.
 * Never throws.
 * @param file path for the spans
 * @param text the text: a file, or a part of one as it stands there
 * @param base offset of `text` in its file
 */
export function parseBatch(file: string, text: string, base = 0): readonly CommandLine[] {
  const lines: CommandLine[] = [];
  let at = 0;
  let depth = 0;
  /** Of the line that was looked at last; places are only ever looked at forwards. */
  let lineEnd = -1;
  let words: Word[] = [];
  let start = 0;

  const finish = () => {
    const last = words.at(-1);
    if (last) {
      const span = { file, start: base + start, end: last.span.end };
      lines.push({ words, environment: [], form: 'shell', shell: 'cmd', span });
    }
    words = [];
  };
  const endOfLine = (from: number): number => {
    if (from > lineEnd || lineEnd === -1) {
      const newline = text.indexOf('\n', from);
      lineEnd = newline === -1 ? text.length : newline;
    }
    return lineEnd;
  };
  const skipLine = () => {
    at = endOfLine(at);
  };
  /** Where the blanks and continued lines from an offset end. */
  const afterBlanks = (from: number): number => {
    let here = from;
    for (;;) {
      if (/[ \t\r]/.test(text[here] ?? '')) here++;
      else if (text[here] === '^' && /^\r?\n/.test(text.slice(here + 1, here + 3)))
        here += text[here + 1] === '\r' ? 3 : 2;
      else return here;
    }
  };
  const readWord = (from: number): { readonly word: Word; readonly end: number } => {
    let here = from;
    let value = '';
    let pieces = 0;
    let quoted = false;
    let plainFrom = from;
    const flush = () => {
      if (here > plainFrom) {
        value += text.slice(plainFrom, here);
        pieces++;
      }
    };
    while (here < text.length) {
      const character = text[here]!;
      if (character === '"') {
        flush();
        const line = endOfLine(here);
        let close = here + 1;
        while (close < line && text[close] !== '"') close++;
        const end = close;
        value += text.slice(here + 1, end).replace(/\r$/, '');
        quoted = true;
        pieces++;
        here = text[end] === '"' ? end + 1 : end;
        plainFrom = here;
      } else if (character === '^') {
        flush();
        pieces += 2;
        const width = text[here + 1] === '\r' && text[here + 2] === '\n' ? 3 : 2;
        if (width === 2 && text[here + 1] !== '\n') value += text[here + 1] ?? '';
        here = Math.min(here + width, text.length);
        plainFrom = here;
      } else if (/[ \t\r\n&|<>]/.test(character) || (character === ')' && depth > 0)) break;
      else here++;
    }
    flush();
    const span = { file, start: base + from, end: base + here };
    const expands = /%[^%\s]+%|![^!\s]+!|%[~*\d%]/.test(value);
    const quote = pieces <= 1 ? (quoted ? '"' : '') : undefined;
    if (quote !== undefined && text.slice(from, here) === quote + value + quote)
      return { word: { value, span, quote, expands }, end: here };
    return { word: { value, span, expands }, end: here };
  };
  /** `NAME=value` up to the end of the command, in quotes or not. */
  const readSet = () => {
    at = afterBlanks(at);
    const assignment = /("?)([A-Za-z_][\w.]*)=([^\r\n"&|<>]*)("?)/y;
    assignment.lastIndex = at;
    const match = assignment.exec(text);
    if (match) {
      const [whole, open, name, written] = match as unknown as [string, string, string, string];
      const close = open === '' && match[4] === '"';
      const value = depth > 0 && open === '' ? written.replace(/\).*$/, '') : written;
      const trimmed = open === '' ? value.trimEnd() : value;
      const from = at + open.length + name.length + 1;
      const found: Assignment = {
        name,
        value: {
          value: trimmed,
          span: { file, start: base + from, end: base + from + trimmed.length },
          expands: close || /[%!]/.test(trimmed),
          ...(!close && { quote: '' }),
        },
      };
      const span = { file, start: base + start, end: base + from + trimmed.length };
      lines.push({ words: [], environment: [found], exports: [name], form: 'shell', shell: 'cmd', span });
      at = open === '' ? from + value.length : at + whole.length;
    }
    while (at < text.length && !/[\n&|]/.test(text[at]!) && !(text[at] === ')' && depth > 0)) at++;
  };
  const skipCondition = () => {
    let from = afterBlanks(at);
    let { word, end } = readWord(from);
    while (/^(?:\/i|not)$/i.test(word.value)) {
      from = afterBlanks(end);
      ({ word, end } = readWord(from));
    }
    if (unary.has(word.value.toLowerCase())) ({ end } = readWord(afterBlanks(end)));
    else if (!/==[^=]/.test(text.slice(from, end))) {
      const next = readWord(afterBlanks(end));
      if (next.word.value === '==' || comparison.test(next.word.value)) ({ end } = readWord(afterBlanks(next.end)));
      else if (next.word.value.startsWith('==') || word.value.endsWith('==')) ({ end } = next);
    }
    at = end;
  };
  const skipLoop = () => {
    const head = /[^\n]*?\bdo\b/iy;
    head.lastIndex = at;
    if (head.test(text)) at = head.lastIndex;
    else skipLine();
  };

  while (at < text.length) {
    const begin = at;
    at = afterBlanks(at);
    const character = text[at];
    if (character === undefined) break;
    if (character === '\n' || character === '&' || character === '|') {
      finish();
      at++;
    } else if (character === '(' && words.length === 0) {
      depth++;
      at++;
    } else if (character === ')' && depth > 0) {
      finish();
      depth--;
      at++;
    } else if (/[<>]/.test(character)) {
      at++;
      if (text[at] === '>') at++;
      if (text[at] === '&') at += 2;
      else at = Math.max(readWord(afterBlanks(at)).end, at);
    } else if (words.length === 0 && character === '@') at++;
    else if (words.length === 0 && character === ':') skipLine();
    else if (/^[0-9]>/.test(text.slice(at, at + 2))) at++;
    else {
      const { word, end } = readWord(at);
      if (words.length === 0) start = at;
      at = Math.max(end, begin + 1);
      const keyword = words.length === 0 && word.quote === '' ? word.value.toLowerCase() : '';
      if (keyword === 'rem') skipLine();
      else if (keyword === 'set') readSet();
      else if (keyword === 'if') skipCondition();
      else if (keyword === 'for') skipLoop();
      else if (keyword !== 'else') words.push(word);
    }
  }
  finish();
  return lines;
}
