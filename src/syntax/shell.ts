import type { Assignment, CommandLine, Word } from './command.ts';

/** A word while it is read. */
interface Reading {
  readonly word: Word;
  readonly end: number;
}

interface Heredoc {
  readonly delimiter: string;
  readonly stripsTabs: boolean;
}

/** Words that only give commands their order. */
const structural = new Set([
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'do',
  'done',
  'while',
  'until',
  '!',
  '{',
  '}',
  'coproc',
]);
/** Commands whose words are assignments that the rest of the script sees. */
const declaring = new Set(['export', 'readonly', 'declare', 'typeset', 'local']);

const blank = /[ \t\r]/;
const wordEnd = /[ \t\r\n;&|<>()]/;
const assignment = /[A-Za-z_][A-Za-z0-9_]*\+?=/y;
const redirection = /(?:\d*|&)(?:<<<|<<-?|<>|<&|<|>>|>&|>\||>)/y;

/** Behind the closing bracket of `$(`, `${`, or a backtick; `from` is behind the opening. The end of the text where it is not closed. */
function closingOf(text: string, from: number, closer: string): number {
  const closers = [closer];
  let at = from;
  while (at < text.length) {
    const character = text[at]!;
    const inside = closers[closers.length - 1]!;
    if (character === '\\') at += 2;
    else if (character === inside) {
      closers.pop();
      at++;
      if (closers.length === 0) return at;
    } else if (character === '"') {
      closers.push('"');
      at++;
    } else if (character === "'" && inside !== '"' && !(inside === '}' && closers.at(-2) === '"')) {
      const close = text.indexOf("'", at + 1);
      at = close === -1 ? text.length : close + 1;
    } else if (character === '$' && (text[at + 1] === '(' || text[at + 1] === '{')) {
      closers.push(text[at + 1] === '(' ? ')' : '}');
      at += 2;
    } else if (character === '`') {
      closers.push('`');
      at++;
    } else if (character === '(' && inside === ')') {
      closers.push(')');
      at++;
    } else at++;
  }
  return text.length;
}

/**
 * Reads the word that starts at an offset. Parts are taken over in slices, so that the work stays linear.
 * @param ends what ends a word outside quotes
 * @param whole false for the part behind an `=`, which is not divided again
 */
function readWord(file: string, text: string, start: number, base: number, ends = wordEnd, whole = true): Reading {
  let at = start;
  let value = '';
  let expands = false;
  /** Places where the quoting or an escape breaks the word; a whole-word quote needs none. */
  let pieces = 0;
  let quoted = '';
  let escaped = false;
  let plainFrom = start;
  let equals = -1;
  const flush = () => {
    if (at > plainFrom) {
      value += text.slice(plainFrom, at);
      pieces++;
    }
  };
  const substitution = (): boolean => {
    if (text[at] === '`') {
      at = closingOf(text, at + 1, '`');
      return true;
    }
    const next = text[at + 1];
    if (text[at] === '$' && (next === '(' || next === '{')) {
      at = closingOf(text, at + 2, next === '(' ? ')' : '}');
      return true;
    }
    return false;
  };
  while (at < text.length) {
    const character = text[at]!;
    if (character === '\\') {
      flush();
      escaped = true;
      const width = text[at + 1] === '\r' && text[at + 2] === '\n' ? 3 : 2;
      const continued = width === 3 || text[at + 1] === '\n';
      if (!continued) value += text[at + 1] ?? '';
      at = Math.min(at + width, text.length);
      plainFrom = at;
    } else if (character === "'" || (character === '$' && text[at + 1] === "'")) {
      flush();
      const ansi = character === '$';
      let close = at + (ansi ? 2 : 1);
      const open = close;
      if (ansi) while (close < text.length && text[close] !== "'") close += text[close] === '\\' ? 2 : 1;
      else close = text.indexOf("'", close);
      if (close === -1 || close > text.length) {
        close = text.length;
        escaped = true;
      }
      const inner = text.slice(open, close);
      if (ansi) escaped = true;
      value += inner;
      quoted = "'";
      pieces++;
      at = Math.min(close + 1, text.length);
      plainFrom = at;
    } else if (character === '"') {
      flush();
      at++;
      plainFrom = at;
      while (at < text.length && text[at] !== '"') {
        if (text[at] === '\\' && /["\\$`\n\r]/.test(text[at + 1] ?? '')) {
          value += text.slice(plainFrom, at);
          escaped = true;
          const width = text[at + 1] === '\r' && text[at + 2] === '\n' ? 3 : 2;
          if (width === 2 && text[at + 1] !== '\n') value += text[at + 1];
          at += width;
          plainFrom = at;
          continue;
        }
        if (text[at] === '$' || text[at] === '`') expands = true;
        if (!substitution()) at++;
      }
      at = Math.min(at, text.length);
      // Never closed: what looks like the closing quotes belongs to what is inside.
      if (at === text.length) escaped = true;
      value += text.slice(plainFrom, at);
      quoted = '"';
      pieces++;
      at = Math.min(at + 1, text.length);
      plainFrom = at;
    } else if (ends.test(character)) {
      // Process substitution is one word.
      if ((character === '<' || character === '>') && text[at + 1] === '(' && at === start) {
        at = closingOf(text, at + 2, ')');
        expands = true;
        continue;
      }
      break;
    } else {
      if (character === '$' || character === '`') expands = true;
      if (character === '=' && equals === -1 && pieces === 0 && !escaped && at > start) equals = at + 1;
      if (!substitution()) at++;
    }
  }
  flush();
  const span = { file, start: base + start, end: base + at };
  const uniform =
    !escaped &&
    (quoted === '' || (pieces === 1 && /["']/.test(text[start]!) && text[at - 1] === quoted && at - start > 1));
  if (uniform) return { word: { value, span, quote: quoted, expands }, end: at };
  const assigned = whole && equals !== -1 ? readWord(file, text, equals, base, ends, false).word : undefined;
  return { word: { value, span, expands, ...(assigned?.quote !== undefined && { assigned }) }, end: at };
}

/** Skips the bodies of here-documents; `from` is the start of a line. */
function afterHeredocs(text: string, from: number, heredocs: readonly Heredoc[]): number {
  let at = from;
  for (const { delimiter, stripsTabs } of heredocs) {
    while (at < text.length) {
      const newline = text.indexOf('\n', at);
      const end = newline === -1 ? text.length : newline;
      let line = text.slice(at, end).replace(/\r$/, '');
      if (stripsTabs) line = line.replace(/^\t+/, '');
      at = Math.min(end + 1, text.length);
      if (line === delimiter) break;
    }
  }
  return at;
}

/**
 * Reads POSIX shell text into its simple commands. Control flow is passed over, redirections and here-documents are dropped,
 * substitutions stay part of their word. Never throws.
 * @param file path for the spans
 * @param text the shell text: a file, or a part of one as it stands there
 * @param base offset of `text` in its file
 */
export function parseShell(file: string, text: string, base = 0): readonly CommandLine[] {
  const lines: CommandLine[] = [];
  let words: Word[] = [];
  let environment: Assignment[] = [];
  let exports: string[] = [];
  let start = -1;
  let end = -1;
  let discards = false;
  let heredocs: Heredoc[] = [];
  /** One entry for each open `case`: where in it we are. */
  const cases: ('head' | 'pattern' | 'body')[] = [];
  let skipsNextWord = false;

  const finish = () => {
    if (!discards && (words.length > 0 || environment.length > 0 || exports.length > 0)) {
      const span = { file, start: base + start, end: base + end };
      lines.push({ words, environment, form: 'shell', span, ...(exports.length > 0 && { exports }) });
    }
    words = [];
    environment = [];
    exports = [];
    start = -1;
    discards = false;
    skipsNextWord = false;
  };
  const assign = (from: number, to: number): boolean => {
    assignment.lastIndex = from;
    const match = assignment.exec(text);
    if (!match || assignment.lastIndex > to) return false;
    environment.push({
      name: match[0].replace(/\+?=$/, ''),
      value: readWord(file, text, assignment.lastIndex, base).word,
    });
    return true;
  };

  let at = 0;
  while (at < text.length) {
    const character = text[at]!;
    if (blank.test(character)) {
      at++;
      continue;
    }
    if (character === '\\' && /^\r?\n/.test(text.slice(at + 1, at + 3))) {
      at += text[at + 1] === '\r' ? 3 : 2;
      continue;
    }
    if (character === '#') {
      const newline = text.indexOf('\n', at);
      at = newline === -1 ? text.length : newline;
      continue;
    }
    const inCase = cases[cases.length - 1];
    if (character === '\n') {
      finish();
      at++;
      if (heredocs.length > 0) at = afterHeredocs(text, at, heredocs);
      heredocs = [];
      continue;
    }
    redirection.lastIndex = at;
    const redirected = redirection.exec(text);
    if (redirected && !(/^[<>]$/.test(redirected[0]) && text[redirection.lastIndex] === '(')) {
      at = redirection.lastIndex;
      while (at < text.length && /[ \t]/.test(text[at]!)) at++;
      if (at >= text.length || wordEnd.test(text[at]!)) continue;
      const target = readWord(file, text, at, base);
      at = target.end;
      const operator = redirected[0].replace(/^(\d+|&)/, '');
      if (operator === '<<' || operator === '<<-')
        heredocs.push({ delimiter: target.word.value, stripsTabs: operator === '<<-' });
      continue;
    }
    if (character === ';' || character === '&' || character === '|') {
      const nextClause = character === ';' && (text[at + 1] === ';' || text[at + 1] === '&');
      if (nextClause && inCase === 'body') cases[cases.length - 1] = 'pattern';
      finish();
      while (at < text.length && /[;&|]/.test(text[at]!) && !(text[at] === '&' && text[at + 1] === '>')) at++;
      continue;
    }
    if (character === '(') {
      // `name()` declares a function, `NAME=(...)` a list.
      const declares = words.length === 1 && environment.length === 0 && /^\([ \t]*\)/.test(text.slice(at, at + 16));
      const lists = words.length === 0 && environment.length > 0 && environment.at(-1)!.value.span.end === base + at;
      if (lists) {
        environment.pop();
        at = closingOf(text, at + 1, ')');
        continue;
      }
      if (declares) discards = true;
      if (inCase !== 'pattern') finish();
      at++;
      continue;
    }
    if (character === ')') {
      if (inCase === 'pattern') cases[cases.length - 1] = 'body';
      finish();
      at++;
      continue;
    }
    const { word, end: after } = readWord(file, text, at, base);
    const wordStart = at;
    at = Math.max(after, at + 1);
    const plain = word.quote === '';
    if (inCase === 'pattern') {
      if (plain && word.value === 'esac') cases.pop();
      continue;
    }
    if (inCase === 'head') {
      if (plain && word.value === 'in') cases[cases.length - 1] = 'pattern';
      continue;
    }
    if (words.length === 0 && environment.length === 0 && plain && !discards) {
      if (skipsNextWord) {
        skipsNextWord = false;
        continue;
      }
      if (structural.has(word.value)) continue;
      if (word.value === 'esac') {
        cases.pop();
        continue;
      }
      if (word.value === 'case') {
        cases.push('head');
        continue;
      }
      if (word.value === 'for' || word.value === 'select') {
        discards = true;
        continue;
      }
      if (word.value === 'function') {
        skipsNextWord = true;
        continue;
      }
    }
    if (start === -1) start = wordStart;
    end = after;
    if (words.length === 0 && assign(wordStart, after)) continue;
    words.push(word);
    if (words.length === 1 && plain && declaring.has(word.value)) {
      words = [];
      skipsNextWord = false;
      at = readDeclarations(at, word.value);
    }
  }
  finish();
  return lines;

  /** `export A=b C=d`: only the assignments and the exported names are kept. */
  function readDeclarations(from: number, keyword: string): number {
    let here = from;
    let exporting = keyword === 'export';
    while (here < text.length) {
      const character = text[here]!;
      if (blank.test(character)) here++;
      else if (character === '\\' && /^\r?\n/.test(text.slice(here + 1, here + 3)))
        here += text[here + 1] === '\r' ? 3 : 2;
      else if (character === '#' || wordEnd.test(character)) break;
      else {
        const declared = readWord(file, text, here, base);
        const { value } = declared.word;
        if (assign(here, declared.end) || /^\w+$/.test(value)) {
          end = declared.end;
          if (exporting) exports.push(value.replace(/\+?=.*$/s, ''));
        } else if (/^-[a-zA-Z]*x/.test(value)) exporting = true;
        here = Math.max(declared.end, here + 1);
      }
    }
    return here;
  }
}

/**
 * Commands that stand in their file in another spelling, such as a JSON string with escapes: every span becomes that of the
 * whole text, and nothing can be written into it.
 * @param lines read from the text without its spelling
 * @param outer where the text stands
 */
export function opaqueLines(lines: readonly CommandLine[], outer: Word['span']): readonly CommandLine[] {
  const opaque = ({ value, expands, assigned }: Word): Word => ({
    value,
    expands,
    span: outer,
    ...(assigned && { assigned: opaque(assigned) }),
  });
  return lines.map((line) => ({
    ...line,
    words: line.words.map(opaque),
    environment: line.environment.map(({ name, value }) => ({ name, value: opaque(value) })),
    span: outer,
    opaque: true,
  }));
}

/** What a word with variables says, as far as it is one literal or one variable; empty where it is more than that. */
export interface Expansion {
  readonly literal?: string;
  /** The variable the whole text stands for. */
  readonly name?: string;
  /** Its value where the variable is not set (`${PORT:-8000}`). */
  readonly fallback?: string;
}

/**
 * Reads `8000`, `$PORT`, `${PORT}`, `${PORT:-8000}`, `%PORT%` and `$env:PORT`.
 * @param text a word's value, or a part of it such as the port of an address
 */
export function expand(text: string): Expansion {
  const variable =
    /^(?:\$([A-Za-z_]\w*)|\$\{([A-Za-z_]\w*)\}|%([A-Za-z_]\w*)%|!([A-Za-z_]\w*)!|\$\{?env:([A-Za-z_]\w*)\}?)$/i.exec(
      text,
    );
  if (variable) return { name: variable.slice(1).find((name) => name !== undefined)! };
  const guarded = /^\$\{([A-Za-z_]\w*)(:?[-=?+])(.*)\}$/s.exec(text);
  if (guarded) {
    const [, name, operator, rest] = guarded as unknown as [string, string, string, string];
    if (operator.endsWith('?')) return { name };
    if (operator.endsWith('+')) return {};
    const fallback = rest.replace(/^(["'])(.*)\1$/, '$2');
    return /[$`}]/.test(fallback) ? { name } : { name, fallback };
  }
  return /[$`%]|\{\{/.test(text) ? {} : { literal: text };
}

/**
 * Splits a text at blanks outside quotes; operators of the shell are plain characters.
 * @param base offset of `text` in its file
 */
export function splitWords(file: string, text: string, base = 0): readonly Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) at++;
    else {
      const { word, end } = readWord(file, text, at, base, /\s/);
      words.push(word);
      at = Math.max(end, at + 1);
    }
  }
  return words;
}

/**
 * Cuts `NAME=value` in two.
 * @returns undefined where the word is no assignment
 */
export function assignmentOf(word: Word): Assignment | undefined {
  const name = /^([A-Za-z_][\w.]*)=/.exec(word.value)?.[1];
  if (name === undefined) return undefined;
  const value = word.value.slice(name.length + 1);
  if (word.assigned?.value === value) return { name, value: word.assigned };
  if (word.quote === undefined) return { name, value: { value, span: word.span, expands: word.expands } };
  const start = word.span.start + word.quote.length + name.length + 1;
  const span = { file: word.span.file, start, end: start + value.length };
  return { name, value: { value, span, quote: '', expands: word.expands } };
}

/** `PORT="${PORT:-8000}"` sets the fallback where nobody else has set the variable. */
function withoutItself({ name, value: word }: Assignment): Assignment {
  const { name: variable, fallback } = word.expands ? expand(word.value) : {};
  if (variable !== name || fallback === undefined) return { name, value: word };
  const from = word.value.lastIndexOf(fallback);
  if (word.quote === undefined)
    return { name, value: { value: fallback, span: word.span, expands: false }, unlessSet: true };
  const start = word.span.start + word.quote.length + from;
  const span = { file: word.span.file, start, end: start + fallback.length };
  return { name, value: { value: fallback, span, quote: '', expands: false }, unlessSet: true };
}

/** `: "${PORT:=8000}"` sets a variable that is not set. */
function setByDefault({ words: [first, ...rest] }: CommandLine): readonly Assignment[] {
  if (first?.value !== ':') return [];
  return rest.flatMap((value) => {
    const name = value.expands ? /^\$\{([A-Za-z_]\w*):?=/.exec(value.value)?.[1] : undefined;
    return name === undefined ? [] : [{ name, value }];
  });
}

/** More exported variables than this are not carried along, so that a hostile script costs no more than it is long. */
const exportLimit = 64;

/**
 * Gives each command of a script the variables that stand before it. A variable that is set in several ways is not known.
 * Lines that only set variables are left out.
 */
export function withVariables(lines: readonly CommandLine[]): readonly CommandLine[] {
  const known = new Map<string, Assignment>();
  const exported = new Set<string>();
  let environment: readonly Assignment[] | undefined = [];
  const mentioned = (words: readonly Word[]): Assignment[] => {
    const names = new Set<string>();
    for (const { value, expands } of words) {
      if (!expands && !/[$%!]/.test(value)) continue;
      for (const [, name] of value.matchAll(/[$%!{(:]([A-Za-z_]\w*)/g)) names.add(name!);
    }
    return [...names].flatMap((name) => known.get(name) ?? []);
  };
  return lines.flatMap((line) => {
    for (const name of line.exports ?? []) if (exported.size < exportLimit) exported.add(name);
    const byDefault = setByDefault(line);
    for (const one of line.words.length === 0 ? line.environment : byDefault) {
      const { name } = one;
      const before = known.get(name);
      const now = withoutItself(one);
      const differs = before !== undefined && before.value.value !== now.value.value;
      known.set(name, differs ? { name, value: { value: `$${name}`, span: one.value.span, expands: true } } : now);
    }
    if (line.words.length === 0 || byDefault.length > 0) {
      environment = undefined;
      return [];
    }
    if (known.size === 0) return [line];
    environment ??= [...exported].flatMap((name) => known.get(name) ?? []);
    const variables = [...(line.variables ?? []), ...mentioned(line.words)];
    return [
      { ...line, ...(variables.length > 0 && { variables }), environment: [...environment, ...line.environment] },
    ];
  });
}
