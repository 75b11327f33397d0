/** Text in UTF-16 code units; more is no source a person keeps. */
const MAX_LENGTH = 5_000_000;
/** Brackets, indentation and operators that nest to the right, together. */
const MAX_NESTING = 500;
/** Links of `a + b + ...`, `a.b.c...` and `f()()...`, which nest to the left. */
const MAX_CHAIN = 2_000;
/**
 * Words, marks and comments of JavaScript. Its densest code takes 600 bytes of memory for each (`a;`, `{}`), ordinary code
 * half of that, so that a file stays below 500 MB; a megabyte of ordinary code has about 300,000.
 */
const MAX_TOKENS = 700_000;

/** Why a text is not handed to a parser. */
export interface Refusal {
  readonly message: string;
  /** UTF-16 offset of the place where it became too much. */
  readonly offset: number;
}

/** What a guarded text is written in; `lines` has no nesting at all. */
export type GuardedNotation =
  | 'python'
  | 'javascript'
  | 'yaml'
  | 'json'
  | 'toml'
  | 'ini'
  | 'env'
  | 'directives'
  | 'lines';

/**
 * Refuses text that could exhaust a parser's time, memory or stack. Takes time in proportion to the text's length and
 * reads its notation only roughly; code that people or their tools write passes.
 * @param text decoded text
 * @returns why and where, or undefined where the text may be parsed
 */
export function guard(text: string, notation: GuardedNotation): Refusal | undefined {
  if (text.length > MAX_LENGTH) {
    return { message: 'longer than 5 MB of text, which is the limit', offset: MAX_LENGTH };
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) return { message: 'contains a NUL byte, so it is not text', offset: nul };
  switch (notation) {
    case 'python':
      return refusePython(text);
    case 'javascript':
      return refuseJavascript(text);
    case 'yaml':
      return refuseYaml(text);
    case 'json':
    case 'toml':
      return refuseBrackets(text, notation);
    default:
      return undefined;
  }
}

function tooDeep(offset: number): Refusal {
  return { message: `nested deeper than ${MAX_NESTING} levels, which is the limit`, offset };
}

function tooLong(offset: number): Refusal {
  return { message: `a chain of more than ${MAX_CHAIN} operators or names, which is the limit`, offset };
}

function tooMany(offset: number): Refusal {
  return { message: `more than ${MAX_TOKENS} words and marks, which is the limit`, offset };
}

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const BANG = 33;
const DOUBLE = 34;
const HASH = 35;
const DOLLAR = 36;
const PERCENT = 37;
const AMPERSAND = 38;
const SINGLE = 39;
const PAREN_OPEN = 40;
const PAREN_CLOSE = 41;
const STAR = 42;
const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const SLASH = 47;
const COLON = 58;
const SEMICOLON = 59;
const LESS = 60;
const EQUALS = 61;
const GREATER = 62;
const QUESTION = 63;
const SQUARE_OPEN = 91;
const BACKSLASH = 92;
const SQUARE_CLOSE = 93;
const BACKTICK = 96;
const CURLY_OPEN = 123;
const PIPE = 124;
const CURLY_CLOSE = 125;
const TILDE = 126;

function isOpening(code: number): boolean {
  return code === PAREN_OPEN || code === SQUARE_OPEN || code === CURLY_OPEN;
}

function isClosing(code: number): boolean {
  return code === PAREN_CLOSE || code === SQUARE_CLOSE || code === CURLY_CLOSE;
}

function isWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === DOLLAR ||
    code >= 128
  );
}

function afterWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && isWord(text.charCodeAt(at))) at++;
  return at;
}

/** A loop, because V8 may run indexOf ahead of the tests that lead to it, at every character. */
function lineEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) !== LF) at++;
  return at;
}

/** After a string with backslash escapes; an unclosed one ends with its line. */
function afterString(text: string, start: number): number {
  const quote = text.charCodeAt(start);
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === LF) return at;
    if (code === BACKSLASH) at++;
  }
  return text.length;
}

/** After a string in three quotes each, which may span lines. */
function afterTripled(text: string, start: number, escapes: boolean): number {
  const quote = text.charCodeAt(start);
  for (let at = start + 3; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH && escapes) at++;
    else if (code === quote && isTripled(text, at)) return at + 3;
  }
  return text.length;
}

function isTripled(text: string, at: number): boolean {
  const quote = text.charCodeAt(at);
  return text.charCodeAt(at + 1) === quote && text.charCodeAt(at + 2) === quote;
}

/** How deep brackets and operators nest at one place. */
class Nesting {
  /** What all enclosing brackets add up to. */
  #outer = 0;
  readonly #enclosing: { readonly added: number; readonly pending: number; readonly links: number }[] = [];
  /** Operators whose operand reaches to the end of this bracket's item: `else`, `lambda`, `**`, `=>`. */
  pending = 0;
  /** Prefix operators in a row. */
  prefixes = 0;
  /** Links of the chain that nests to the left. */
  links = 0;

  get brackets(): number {
    return this.#enclosing.length;
  }

  get depth(): number {
    return this.#outer + this.pending + this.prefixes;
  }

  open(): void {
    const added = 1 + this.pending + this.prefixes;
    this.#enclosing.push({ added, pending: this.pending, links: this.links });
    this.#outer += added;
    this.endItem();
  }

  close(): void {
    const { added, pending, links } = this.#enclosing.pop() ?? { added: 0, pending: 0, links: 0 };
    this.#outer -= added;
    this.pending = pending;
    this.links = links;
    this.prefixes = 0;
  }

  /** A comma, a semicolon, the end of a statement. */
  endItem(): void {
    this.pending = 0;
    this.prefixes = 0;
    this.links = 0;
  }
}

const PYTHON_PREFIXES = new Set(['not', 'await']);
const PYTHON_PENDING = new Set(['lambda', 'else']);
const PYTHON_OPERATORS = new Set(['and', 'or', 'in', 'is', 'if', 'for', 'return', 'yield', 'from', 'assert', 'del']);

function refusePython(text: string): Refusal | undefined {
  const nesting = new Nesting();
  const indents: number[] = [];
  let operand = false;
  let lineStart = true;
  let at = 0;
  while (at < text.length) {
    if (lineStart) {
      lineStart = false;
      let column = 0;
      let code = text.charCodeAt(at);
      while (code === SPACE || code === TAB) {
        column += code === TAB ? 8 - (column % 8) : 1;
        code = text.charCodeAt(++at);
      }
      if (code !== LF && code !== CR && code !== HASH && nesting.brackets === 0) {
        while (indents.length > 0 && indents.at(-1)! > column) indents.pop();
        if (column > (indents.at(-1) ?? 0)) indents.push(column);
      }
    }
    const code = text.charCodeAt(at);
    const start = at;
    if (isWord(code)) {
      at = afterWord(text, at);
      const next = text.charCodeAt(at);
      if ((next === DOUBLE || next === SINGLE) && at - start <= 2) continue;
      const word = at - start <= 6 ? text.slice(start, at) : '';
      operand = false;
      if (PYTHON_PREFIXES.has(word)) nesting.prefixes++;
      else if (PYTHON_PENDING.has(word)) nesting.pending++;
      else {
        nesting.prefixes = 0;
        operand = !PYTHON_OPERATORS.has(word);
      }
    } else if (code === DOUBLE || code === SINGLE) {
      at = isTripled(text, at) ? afterTripled(text, at, true) : afterString(text, at);
      nesting.prefixes = 0;
      operand = true;
    } else if (code === HASH) at = lineEnd(text, at);
    else {
      at++;
      if (code === BACKSLASH) {
        if (text.charCodeAt(at) === CR) at++;
        at++;
      } else if (code === LF) {
        lineStart = true;
        if (nesting.brackets === 0) {
          nesting.endItem();
          operand = false;
        }
      } else if (isOpening(code)) {
        nesting.open();
        operand = false;
      } else if (isClosing(code)) {
        nesting.close();
        operand = true;
      } else if (code === COMMA || code === SEMICOLON) {
        nesting.endItem();
        operand = false;
      } else if ((code === MINUS || code === PLUS || code === TILDE) && !operand) nesting.prefixes++;
      else if (code === STAR && operand && text.charCodeAt(at) === STAR) {
        nesting.pending++;
        at++;
        operand = false;
      } else if (code !== SPACE && code !== TAB && code !== CR) operand = false;
    }
    if (nesting.depth + indents.length > MAX_NESTING) return tooDeep(start);
  }
  return undefined;
}

const JAVASCRIPT_PREFIXES = new Set(['new', 'typeof', 'void', 'delete', 'await', 'yield', 'throw']);
/** What they start reaches to the end of the statement. */
const JAVASCRIPT_HEADS = new Set(['if', 'for', 'while', 'with', 'else', 'do']);
const JAVASCRIPT_OPERATORS = new Set(['return', 'in', 'of', 'instanceof', 'extends']);

function isSpace(code: number): boolean {
  return code === SPACE || code === TAB || code === CR || code === LF;
}

function refuseJavascript(text: string): Refusal | undefined {
  return new JavascriptNesting(text).refusal();
}

/** Follows JavaScript's brackets, templates and statements as far as nesting depends on them. */
class JavascriptNesting {
  readonly #text: string;
  readonly #nesting = new Nesting();
  /** For each open bracket: a parenthesis after `if` and the like, a template's brace, any other. */
  readonly #opened: ('head' | 'template' | 'plain')[] = [];
  #at = 0;
  /** The last token ends an operand. */
  #operand = false;
  /** The last token asks for a statement or parenthesis after it. */
  #head = false;
  /** A line or block has ended: what follows tells whether the statement has, too. */
  #ended: 'line' | 'block' | undefined;
  /** No regular expression ends before it. */
  #noRegexBefore = 0;

  constructor(text: string) {
    this.#text = text;
  }

  refusal(): Refusal | undefined {
    let tokens = 0;
    while (this.#at < this.#text.length) {
      const start = this.#at;
      this.#token();
      if (this.#nesting.depth > MAX_NESTING) return tooDeep(start);
      if (this.#nesting.links > MAX_CHAIN) return tooLong(start);
      if (!isSpace(this.#text.charCodeAt(start)) && ++tokens > MAX_TOKENS) return tooMany(start);
    }
    return undefined;
  }

  #token(): void {
    const code = this.#text.charCodeAt(this.#at);
    const next = this.#text.charCodeAt(this.#at + 1);
    if (code === SPACE || code === TAB || code === CR) this.#at++;
    else if (code === LF) {
      this.#at++;
      if (this.#operand) this.#ended ??= 'line';
    } else if (code === SLASH && next === SLASH) this.#at = lineEnd(this.#text, this.#at);
    else if (code === SLASH && next === STAR) this.#at = afterBlockComment(this.#text, this.#at);
    else if (isWord(code)) this.#word();
    else if (code === DOUBLE || code === SINGLE) {
      this.#endStatement();
      this.#at = afterString(this.#text, this.#at);
      this.#takeOperand();
    } else if (code === BACKTICK) {
      this.#ended = undefined;
      this.#nesting.links++;
      this.#takeOperand();
      this.#template(this.#at + 1);
    } else if (isOpening(code)) this.#open(code);
    else if (isClosing(code)) this.#close(code);
    else this.#operator(code, next);
  }

  #takeOperand(): void {
    this.#nesting.prefixes = 0;
    this.#operand = true;
    this.#head = false;
  }

  #endStatement(): void {
    if (this.#ended !== undefined) this.#nesting.endItem();
    this.#ended = undefined;
  }

  #word(): void {
    const end = afterWord(this.#text, this.#at);
    const word = end - this.#at <= 10 ? this.#text.slice(this.#at, end) : '';
    this.#at = end;
    if (word === 'else' || JAVASCRIPT_OPERATORS.has(word)) this.#ended = undefined;
    else this.#endStatement();
    if (JAVASCRIPT_HEADS.has(word)) {
      this.#nesting.pending++;
      this.#head = true;
      this.#operand = false;
    } else if (JAVASCRIPT_PREFIXES.has(word)) {
      this.#nesting.prefixes++;
      this.#operand = false;
    } else {
      this.#takeOperand();
      if (JAVASCRIPT_OPERATORS.has(word)) this.#operand = false;
      if (word === 'case' || word === 'default') {
        this.#nesting.endItem();
        this.#operand = false;
      }
    }
  }

  #open(code: number): void {
    if (code === CURLY_OPEN) this.#endStatement();
    this.#ended = undefined;
    this.#at++;
    if (this.#operand && code !== CURLY_OPEN) this.#nesting.links++;
    this.#nesting.open();
    this.#opened.push(code === PAREN_OPEN && this.#head ? 'head' : 'plain');
    this.#operand = false;
    this.#head = false;
  }

  #close(code: number): void {
    this.#at++;
    this.#nesting.close();
    const kind = this.#opened.pop();
    if (kind === 'template') {
      this.#template(this.#at);
      return;
    }
    this.#head = kind === 'head';
    this.#operand = kind !== 'head';
    this.#ended = code === CURLY_CLOSE ? 'block' : undefined;
  }

  /** The text of a template, up to its end or its next replacement. */
  #template(start: number): void {
    for (let at = start; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === BACKSLASH) at++;
      else if (code === BACKTICK) {
        this.#operand = true;
        this.#at = at + 1;
        return;
      } else if (code === DOLLAR && this.#text.charCodeAt(at + 1) === CURLY_OPEN) {
        this.#nesting.open();
        this.#opened.push('template');
        this.#operand = false;
        this.#at = at + 2;
        return;
      }
    }
    this.#at = this.#text.length;
  }

  #operator(code: number, next: number): void {
    this.#ended = undefined;
    this.#head = false;
    const start = this.#at++;
    if (code === SLASH && !this.#operand && this.#text.charCodeAt(start - 1) !== LESS && this.#regex(start)) return;
    if (code === SEMICOLON || code === COMMA) this.#nesting.endItem();
    else if (code === QUESTION && next !== DOT && next !== QUESTION) this.#nesting.pending++;
    else if (code === COLON) this.#nesting.pending += this.#operand ? 1 : 0;
    else if (!this.#operand && (code === MINUS || code === PLUS || code === BANG || code === TILDE)) {
      this.#nesting.prefixes++;
    } else if ((code === EQUALS && next !== EQUALS) || (code === STAR && next === STAR)) {
      this.#nesting.pending++;
      if (next === GREATER || next === STAR) this.#at++;
    } else {
      if (this.#operand) this.#nesting.links++;
      if (code === QUESTION) this.#at++;
      if (code === EQUALS || code === BANG || code === LESS || code === GREATER) {
        while (this.#text.charCodeAt(this.#at) === EQUALS) this.#at++;
      }
    }
    this.#operand = false;
  }

  #regex(start: number): boolean {
    if (start < this.#noRegexBefore) return false;
    let inClass = false;
    let at = start + 1;
    for (; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === LF) break;
      if (code === BACKSLASH) at++;
      else if (code === SQUARE_OPEN) inClass = true;
      else if (code === SQUARE_CLOSE) inClass = false;
      else if (code === SLASH && !inClass) {
        this.#at = at + 1;
        this.#takeOperand();
        return true;
      }
    }
    this.#noRegexBefore = at;
    return false;
  }
}

function afterBlockComment(text: string, start: number): number {
  for (let at = start + 2; at < text.length; at++) {
    if (text.charCodeAt(at) === STAR && text.charCodeAt(at + 1) === SLASH) return at + 2;
  }
  return text.length;
}

/** JSON with comments, and TOML, whose dotted keys nest too. */
function refuseBrackets(text: string, notation: 'json' | 'toml'): Refusal | undefined {
  let depth = 0;
  let dots = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const start = at;
    if (code === DOUBLE || (code === SINGLE && notation === 'toml')) {
      if (notation === 'toml' && isTripled(text, at)) at = afterTripled(text, at, code === DOUBLE);
      else if (code === SINGLE) {
        at++;
        while (at < text.length && text.charCodeAt(at) !== SINGLE && text.charCodeAt(at) !== LF) at++;
        at++;
      } else at = afterString(text, at);
      continue;
    }
    if (notation === 'toml' ? code === HASH : code === SLASH && text.charCodeAt(at + 1) === SLASH) {
      at = lineEnd(text, at);
      continue;
    }
    if (notation === 'json' && code === SLASH && text.charCodeAt(at + 1) === STAR) {
      at = afterBlockComment(text, at);
      continue;
    }
    at++;
    if (isOpening(code)) depth++;
    else if (isClosing(code)) depth = Math.max(0, depth - 1);
    else if (code === DOT) dots++;
    else if (code === LF || code === EQUALS || code === COMMA) dots = 0;
    if (depth > MAX_NESTING || (notation === 'toml' && dots > MAX_NESTING)) return tooDeep(start);
  }
  return undefined;
}

function isYamlSpace(code: number): boolean {
  return code === SPACE || code === TAB || code === CR || code === LF || Number.isNaN(code);
}

function refuseYaml(text: string): Refusal | undefined {
  return new YamlNesting(text).refusal();
}

/** Follows YAML's blocks, flow collections and scalars as far as nesting depends on them. */
class YamlNesting {
  readonly #text: string;
  #at = 0;
  /** Columns of the open block collections. */
  readonly #columns: number[] = [];
  /** Column of the current line's first token, and the least a line needs to belong to the current value. */
  #column = 0;
  #least = 0;
  #flow = 0;
  /** Nothing but indicators and space stands before it in its line. */
  #lineHead = true;
  /** No document has begun, so that directives may stand here. */
  #outside = true;
  /** In a flow collection: a colon may follow at once. */
  #afterKey = false;

  constructor(text: string) {
    this.#text = text;
  }

  refusal(): Refusal | undefined {
    this.#startLine();
    while (this.#at < this.#text.length) {
      const start = this.#at;
      this.#token();
      if (this.#flow + this.#columns.length > MAX_NESTING) return tooDeep(start);
    }
    return undefined;
  }

  #code(offset = 0): number {
    return this.#text.charCodeAt(this.#at + offset);
  }

  #indentAt(line: number): number {
    let at = line;
    while (this.#text.charCodeAt(at) === SPACE) at++;
    return at - line;
  }

  #isBlank(start: number): boolean {
    let at = start;
    while (this.#text.charCodeAt(at) === SPACE || this.#text.charCodeAt(at) === TAB) at++;
    const code = this.#text.charCodeAt(at);
    return code === LF || code === CR || code === HASH || Number.isNaN(code);
  }

  #isDocumentMark(line: number): boolean {
    const mark = this.#text.slice(line, line + 3);
    return (mark === '---' || mark === '...') && isYamlSpace(this.#text.charCodeAt(line + 3));
  }

  /** At the first character of a line. */
  #startLine(): void {
    if (this.#isDocumentMark(this.#at)) {
      this.#takeDocumentMark();
      return;
    }
    let indent = this.#indentAt(this.#at);
    const first = this.#at + indent;
    this.#at = first;
    const blank = this.#isBlank(first);
    if (blank && (this.#outside || this.#flow > 0)) return;
    if (this.#outside && indent === 0 && this.#code() === PERCENT) {
      this.#at = lineEnd(this.#text, first);
      return;
    }
    this.#outside = false;
    this.#lineHead = this.#code() !== TAB;
    if (this.#flow > 0) {
      const code = this.#code();
      const closes = this.#flow === 1 && (code === SQUARE_CLOSE || code === CURLY_CLOSE) && indent === this.#least - 1;
      if (indent >= this.#least || closes) return;
      // Broken off by a line that does not belong to it; the parser then forgets the line's indentation.
      this.#flow = 0;
      indent = 0;
      while (this.#code() === TAB || this.#code() === SPACE) this.#at++;
      if (this.#isDocumentMark(this.#at)) {
        this.#takeDocumentMark();
        return;
      }
    }
    this.#column = indent;
    // The parser looks one character too far: a line of one character keeps what is set, a blank line may not.
    if (!isYamlSpace(this.#code(1))) this.#least = Math.min(this.#least, indent);
    if (!blank) this.#enter(indent);
  }

  #takeDocumentMark(): void {
    this.#outside = this.#code() === DOT;
    this.#columns.length = 0;
    this.#flow = 0;
    this.#column = 0;
    this.#least = 0;
    this.#at += 3;
  }

  #enter(column: number): void {
    while (this.#columns.length > 0 && this.#columns.at(-1)! > column) this.#columns.pop();
    if (this.#columns.at(-1) !== column) this.#columns.push(column);
  }

  #token(): void {
    const code = this.#code();
    if (code === LF) {
      this.#at++;
      this.#startLine();
    } else if (code === SPACE || code === TAB || code === CR) this.#at++;
    else if (code === HASH) this.#at = lineEnd(this.#text, this.#at);
    else if ((code === MINUS || code === QUESTION || code === COLON) && this.#isIndicator()) this.#indicator(code);
    else {
      this.#lineHead = false;
      this.#content(code);
    }
  }

  #content(code: number): void {
    if (code === AMPERSAND || code === STAR || code === BANG) this.#property();
    else if (code === SQUARE_OPEN || code === CURLY_OPEN) {
      this.#at++;
      this.#flow++;
      this.#afterKey = false;
    } else if (code === SQUARE_CLOSE || code === CURLY_CLOSE) {
      this.#at++;
      this.#flow = Math.max(0, this.#flow - 1);
      this.#afterKey = true;
    } else if (code === COMMA && this.#flow > 0) {
      this.#at++;
      this.#afterKey = false;
    } else if (code === DOUBLE || code === SINGLE) {
      this.#quoted(code);
      this.#afterKey = true;
    } else if (this.#flow === 0 && (code === PIPE || code === GREATER)) this.#blockScalar();
    else {
      this.#plain();
      this.#afterKey = false;
    }
  }

  #isIndicator(): boolean {
    const next = this.#code(1);
    if (isYamlSpace(next)) return true;
    if (this.#flow === 0) return false;
    return this.#endsPlain(next) || (this.#code() === COLON && this.#afterKey);
  }

  #indicator(code: number): void {
    this.#at++;
    this.#afterKey = false;
    if (this.#flow > 0) return;
    this.#least = this.#column + 1;
    if (!this.#lineHead) return;
    this.#column++;
    while (this.#code() === SPACE || this.#code() === TAB) {
      this.#at++;
      this.#column++;
    }
    if (code !== COLON && !this.#isBlank(this.#at)) this.#enter(this.#column);
  }

  /** Anchors, aliases and tags. */
  #property(): void {
    this.#at++;
    while (!isYamlSpace(this.#code()) && !this.#endsPlain(this.#code())) this.#at++;
  }

  #endsPlain(code: number): boolean {
    return (
      code === COMMA || code === SQUARE_OPEN || code === SQUARE_CLOSE || code === CURLY_OPEN || code === CURLY_CLOSE
    );
  }

  /** The line that starts here can belong to a scalar that began on a line before. */
  #continues(line: number): boolean {
    if (this.#least === 0) return !this.#isDocumentMark(line);
    const indent = this.#indentAt(line);
    const code = this.#text.charCodeAt(line + indent);
    return indent >= this.#least || code === LF || code === CR;
  }

  #quoted(quote: number): void {
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === quote) {
        if (quote === DOUBLE || this.#text.charCodeAt(at + 1) !== quote) {
          this.#at = at + 1;
          return;
        }
        at++;
      } else if (code === LF && !this.#continues(at + 1)) {
        this.#at = at;
        return;
      } else if (code === BACKSLASH && quote === DOUBLE && this.#text.charCodeAt(at + 1) !== LF) at++;
    }
    this.#at = this.#text.length;
  }

  #plain(): void {
    let end = this.#at + 1;
    for (let at = this.#at; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      const next = this.#text.charCodeAt(at + 1);
      const ends =
        (code === COLON && (isYamlSpace(next) || (this.#flow > 0 && this.#endsPlain(next)))) ||
        (this.#flow > 0 && this.#endsPlain(code)) ||
        (code === HASH && at > this.#at && isYamlSpace(this.#text.charCodeAt(at - 1))) ||
        (code === LF && !this.#continues(at + 1));
      if (ends && at > this.#at) break;
      if (!isYamlSpace(code)) end = at + 1;
    }
    this.#at = end;
  }

  /** At its header; content is what is indented at least like its first line that is not blank. */
  #blockScalar(): void {
    const header = lineEnd(this.#text, this.#at);
    const marks = this.#text.slice(this.#at + 1, Math.min(this.#at + 3, header));
    const explicit = /[1-9]/.exec(marks);
    let first = header + 1;
    while (first < this.#text.length && this.#isEmptyLine(first)) first = lineEnd(this.#text, first) + 1;
    const indent = this.#indentAt(first);
    let end = Math.min(first - 1, this.#text.length);
    if (indent >= this.#least) {
      this.#least = explicit ? Math.max(this.#least, 1) - 1 + Number(explicit[0]) : indent;
      while (end < this.#text.length && this.#continues(end + 1)) end = lineEnd(this.#text, end + 1);
    }
    let at = end + 1 + this.#indentAt(end + 1);
    if (this.#text.charCodeAt(at) === TAB) {
      // The parser takes tabs after the content into it, and what follows them for the start of a line.
      while (at < this.#text.length && isYamlSpace(this.#text.charCodeAt(at))) at++;
      this.#at = at;
      this.#startLine();
      return;
    }
    this.#at = marks.includes('+') ? end : this.#withoutBlankLines(header, end, indent);
  }

  /** Where content ends once blank lines at its end are left out, one directly after the header excepted. */
  #withoutBlankLines(header: number, end: number, indent: number): number {
    let kept = end;
    for (;;) {
      let at = kept - 1;
      while (at > header && this.#text.charCodeAt(at) === SPACE) at--;
      if (at <= header || this.#text.charCodeAt(at) !== LF || kept - at - 1 > indent) return kept;
      kept = at;
    }
  }

  #isEmptyLine(line: number): boolean {
    const code = this.#text.charCodeAt(line + this.#indentAt(line));
    return code === LF || code === CR;
  }
}
