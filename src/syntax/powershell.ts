import type { Assignment, CommandLine, Word } from './command.ts';

const structural = new Set(['else', 'do', 'try', 'catch', 'finally', 'begin', 'process', 'end', 'return', 'param']);
const conditional = new Set(['if', 'elseif', 'while', 'until', 'foreach', 'for', 'switch']);

/**
 * Reads a PowerShell script into its commands and the variables it sets. Conditions are passed over. Never throws.
 * @param file path for the spans
 * @param text the text: a file, or a part of one as it stands there
 * @param base offset of `text` in its file
 */
export function parsePowershell(file: string, text: string, base = 0): readonly CommandLine[] {
  const lines: CommandLine[] = [];
  let words: Word[] = [];
  let start = 0;
  let at = 0;
  let skipsName = false;

  const finish = () => {
    const last = words.at(-1);
    if (last) {
      const span = { file, start: base + start, end: last.span.end };
      lines.push({ words, environment: [], form: 'shell', shell: 'powershell', span });
    }
    words = [];
    skipsName = false;
  };
  /** Behind the bracket that closes the one before `from`. */
  const closing = (from: number, open: string, close: string): number => {
    let depth = 1;
    let here = from;
    while (here < text.length && depth > 0) {
      const character = text[here]!;
      if (character === '`') here++;
      else if (character === "'") {
        const end = text.indexOf("'", here + 1);
        here = end === -1 ? text.length : end;
      } else if (character === '"') {
        here++;
        while (here < text.length && text[here] !== '"') here += text[here] === '`' ? 2 : 1;
      } else if (character === open) depth++;
      else if (character === close) depth--;
      here++;
    }
    return Math.min(here, text.length);
  };
  const hereString = (from: number): number | undefined => {
    const quote = text[from + 1];
    if (
      text[from] !== '@' ||
      (quote !== '"' && quote !== "'") ||
      !/^[ \t]*\r?\n/.test(text.slice(from + 2, from + 100))
    )
      return undefined;
    const close = text.indexOf(`\n${quote}@`, from + 2);
    return close === -1 ? text.length : close + 3;
  };
  const readWord = (from: number): { readonly word: Word; readonly end: number } => {
    let here = from;
    let value = '';
    let pieces = 0;
    let quote = '';
    let escaped = false;
    let expands = false;
    let plainFrom = from;
    const flush = () => {
      if (here > plainFrom) {
        value += text.slice(plainFrom, here);
        pieces++;
      }
    };
    const long = hereString(from);
    if (long !== undefined) {
      return {
        word: { value: text.slice(from, long), span: { file, start: base + from, end: base + long }, expands: true },
        end: long,
      };
    }
    while (here < text.length) {
      const character = text[here]!;
      if (character === '"' || character === "'") {
        flush();
        let end = here + 1;
        while (end < text.length) {
          if (text[end] === '`' && character === '"') {
            escaped = true;
            end += 2;
          } else if (text[end] === character && text[end + 1] === character) {
            escaped = true;
            end += 2;
          } else if (text[end] === character) break;
          else if (text[end] === '$' && character === '"') {
            expands = true;
            end = text[end + 1] === '(' ? closing(end + 2, '(', ')') : end + 1;
          } else end++;
        }
        end = Math.min(end, text.length);
        value += text.slice(here + 1, end);
        quote = character;
        pieces++;
        here = Math.min(end + 1, text.length);
        plainFrom = here;
        // The items of a list follow without a blank.
        if (text[here] === ',' && pieces === 1) break;
      } else if (character === '`') {
        flush();
        escaped = true;
        value += text[here + 1] ?? '';
        here = Math.min(here + 2, text.length);
        plainFrom = here;
      } else if (character === '$' && (text[here + 1] === '(' || text[here + 1] === '{')) {
        expands = true;
        here = text[here + 1] === '(' ? closing(here + 2, '(', ')') : closing(here + 2, '{', '}');
      } else if (/[\s;|(){}&]/.test(character) || (character === ',' && /[\s"'$]/.test(text[here + 1] ?? ' '))) break;
      else {
        if (character === '$') expands = true;
        here++;
      }
    }
    flush();
    const span = { file, start: base + from, end: base + here };
    const whole = !escaped && pieces <= 1 && text.slice(from, here) === quote + value + quote;
    return { word: whole ? { value, span, quote, expands } : { value, span, expands }, end: here };
  };
  /** `$env:NAME = value`; what is no plain value is read as a command. */
  const readAssignment = (): boolean => {
    const target =
      /(?:\[[\w.[\]]{1,40}\][ \t]*)?\$(?:(env):|(?:script|global|local):)?([A-Za-z_]\w*)[ \t]*=(?!=)[ \t]*/iy;
    target.lastIndex = at;
    const match = target.exec(text);
    if (!match) return false;
    start = at;
    at = target.lastIndex;
    const { word, end } = readWord(at);
    const plain = word.quote !== '' || /^(?:[\d.]+|\$[\w:]+|\$\{[\w:]+\})$/.test(word.value);
    const rest = /[ \t]*(?:[\r\n;,)}#|]|$)/y;
    rest.lastIndex = end;
    const alone = rest.test(text);
    const name = match[2]!;
    const value: Word = plain && alone ? word : { value: `$${name}`, span: word.span, expands: true };
    const found: Assignment = { name, value };
    const span = { file, start: base + start, end: base + end };
    const exported = match[1] !== undefined && { exports: [name] };
    lines.push({ words: [], environment: [found], form: 'shell', shell: 'powershell', span, ...exported });
    if (plain) at = end;
    return true;
  };

  while (at < text.length) {
    const character = text[at]!;
    const next = text[at + 1];
    if (
      character === '\n' ||
      character === ';' ||
      character === '|' ||
      character === '{' ||
      character === '}' ||
      character === '(' ||
      character === ')'
    ) {
      finish();
      at++;
    } else if (/[\s,]/.test(character)) at++;
    else if (character === '`' && /^\r?\n/.test(text.slice(at + 1, at + 3))) at += next === '\r' ? 3 : 2;
    else if (character === '#') {
      const newline = text.indexOf('\n', at);
      at = newline === -1 ? text.length : newline;
    } else if (character === '<' && next === '#') {
      const close = text.indexOf('#>', at + 2);
      at = close === -1 ? text.length : close + 2;
    } else if (character === '&') {
      finish();
      at++;
    } else if (/^(?:[\d*]?>)/.test(text.slice(at, at + 2))) {
      at = text.indexOf('>', at) + 1;
      if (text[at] === '>') at++;
      if (text[at] === '&') at += 2;
      else {
        while (/[ \t]/.test(text[at] ?? '')) at++;
        at = readWord(at).end;
      }
    } else if (words.length > 0 || !readAssignment()) {
      const { word, end } = readWord(at);
      const from = at;
      at = Math.max(end, at + 1);
      const keyword = words.length === 0 && word.quote === '' ? word.value.toLowerCase() : '';
      if (structural.has(keyword)) continue;
      if (conditional.has(keyword)) {
        while (/[ \t]/.test(text[at] ?? '')) at++;
        if (text[at] === '(') at = closing(at + 1, '(', ')');
      } else if (keyword === 'function') skipsName = true;
      else if (skipsName) skipsName = false;
      else {
        if (words.length === 0) start = from;
        words.push(word);
      }
    }
  }
  finish();
  return lines;
}
