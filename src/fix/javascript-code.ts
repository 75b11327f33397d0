/** How a file of JavaScript or TypeScript is written. */
export interface CodeStyle {
  readonly quote: "'" | '"';
  readonly semicolons: boolean;
  /** One level of indentation. */
  readonly unit: string;
  readonly newline: '\n' | '\r\n';
  /** Arrow functions are used; otherwise `function` is written out. */
  readonly arrows: boolean;
  /** `(error) =>` and not `error =>`. */
  readonly parentheses: boolean;
  /** `function (error)` and not `function(error)`. */
  readonly spaced: boolean;
  /** Template literals are used; otherwise texts are put together with `+`. */
  readonly templates: boolean;
  /** `{ code }` and not `{code}`. */
  readonly braceSpaces: boolean;
  /** A comma behind the last of several arguments on lines of their own. */
  readonly trailingCommas: boolean;
  /** As wide as the lines may be. */
  readonly width: number;
  /** `types`: TypeScript; `checked`: JavaScript that TypeScript checks. */
  readonly language: 'types' | 'checked' | 'plain';
}

/** A host or port as a message can name it: the text itself, or code that gives it. */
export type Named = { readonly text: string } | { readonly code: string } | undefined;

/** Where a server was to listen, as far as a message can tell. */
export interface NamedAddress {
  readonly host: Named;
  readonly port: Named;
}

/** Something that shows a message. */
export interface Speaker {
  readonly call: string;
  /** The error goes before the message: pino's way, which logs it as a whole. */
  readonly takesError?: true;
}

/** What a handler does with the error it got. */
export interface HandlerShape {
  readonly style: CodeStyle;
  readonly address: NamedAddress;
  readonly speaker: Speaker;
  /** The variable that holds the error. */
  readonly error: string;
  /** What is known of the variable's type: `known` has a code, `error` is any Error, `unknown` may be anything. */
  readonly typed: 'known' | 'error' | 'unknown';
  /** Does a name mean something at the handler? */
  readonly taken: (name: string) => boolean;
  /** Whose errors they are; undefined: they do not say that a port is taken. */
  readonly coded: 'node' | 'deno' | undefined;
  /** What ends the program: not every version of Deno has `process` without an import. */
  readonly exit: 'process.exit' | 'Deno.exit';
}

type Piece = string | { readonly code: string };

/**
 * The statements of a handler, one line each, without the indentation around them.
 * @param depth how many columns stand before them
 */
export function handlerLines(shape: HandlerShape, depth: number): string[] {
  const { style, speaker, error, coded } = shape;
  const end = style.semicolons ? ';' : '';
  const lines: string[] = [];
  const { host, port } = namedOnce(shape, lines);
  const { message, isTaken } = asked(shape, lines);
  const where: Piece[] =
    port === undefined
      ? host === undefined
        ? ['Cannot start the server']
        : ['Cannot listen on ', host]
      : host === undefined
        ? ['Cannot listen on port ', port]
        : ['Cannot listen on ', host, ':', port];
  const args = speaker.takesError
    ? [error, textOf(style, where)]
    : [textOf(style, [...where, ': ', { code: message }])];
  lines.push(...callLines(style, speaker.call, args, depth));
  if (port !== undefined) {
    const hint = textOf(style, [
      'To see who holds the port: lsof -i :',
      port,
      ' (Windows: netstat -ano | findstr :',
      port,
      ')',
    ]);
    if (coded === undefined) {
      lines.push(...callLines(style, speaker.call, [hint], depth));
    } else {
      const inner = callLines(style, speaker.call, [hint], depth + columnsOf(style.unit));
      lines.push(`if (${isTaken}) {`, ...inner.map((line) => style.unit + line), '}');
    }
  }
  lines.push(`${shape.exit}(1)${end}`);
  return lines;
}

/** How the handler asks its error for the message, and whether the port is taken. */
function asked(
  { style, speaker, error, typed, taken, coded }: HandlerShape,
  lines: string[],
): { readonly message: string; readonly isTaken: string } {
  const inUse = literal(style, 'EADDRINUSE');
  if (coded === 'deno') return { message: error, isTaken: `${error} instanceof Deno.errors.AddrInUse` };
  if (typed === 'error' && style.language !== 'plain')
    return {
      message: `${error}.message`,
      isTaken: `${literal(style, 'code')} in ${error} && ${error}.code === ${inUse}`,
    };
  if (typed !== 'unknown' || style.language === 'plain')
    return { message: `${error}.message`, isTaken: `${error}.code === ${inUse}` };
  const cast =
    style.language === 'types'
      ? `${error} as NodeJS.ErrnoException`
      : `/** @type {NodeJS.ErrnoException} */ (${error})`;
  if (coded === undefined || speaker.takesError || taken('code') || taken('message'))
    return { message: error, isTaken: `(${cast}).code === ${inUse}` };
  const names = style.braceSpaces ? '{ code, message }' : '{code, message}';
  lines.push(`const ${names} = ${cast}${style.semicolons ? ';' : ''}`);
  return { message: 'message', isTaken: `code === ${inUse}` };
}

/** Code that is more than a name is evaluated once, in a constant of the handler. */
function namedOnce(
  { style, address, taken }: HandlerShape,
  lines: string[],
): { readonly host: Piece | undefined; readonly port: Piece | undefined } {
  const host = pieceOf(address.host, true);
  let port = pieceOf(address.port, false);
  if (typeof port === 'object' && !isName(port.code)) {
    const name = ['port', 'listenPort', 'wantedPort'].find((candidate) => !taken(candidate));
    if (name === undefined) {
      port = undefined;
    } else {
      const keyword = style.arrows || style.templates ? 'const' : 'var';
      lines.push(`${keyword} ${name} = ${port.code}${style.semicolons ? ';' : ''}`);
      port = { code: name };
    }
  }
  return { host: typeof host === 'object' && !isName(host.code) ? undefined : host, port };
}

function pieceOf(named: Named, isHost: boolean): Piece | undefined {
  if (named === undefined) return undefined;
  if ('code' in named) return named;
  if (named.text === '') return undefined;
  return isHost && named.text.includes(':') ? `[${named.text}]` : named.text;
}

/** Is it a name, or a path of names? */
export function isName(code: string): boolean {
  return /^[A-Za-z_$][\w$]*(\??\.[A-Za-z_$][\w$]*)*$/.test(code);
}

/** A string literal in the file's quotes. */
export function literal({ quote }: CodeStyle, text: string): string {
  return quote + text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`) + quote;
}

/** A text with values in it, as the file would write it. */
function textOf(style: CodeStyle, pieces: readonly Piece[]): string {
  const merged: Piece[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') merged[merged.length - 1] = last + piece;
    else merged.push(piece);
  }
  if (merged.every((piece) => typeof piece === 'string')) return literal(style, merged.join(''));
  if (style.templates) {
    const inside = merged.map((piece) =>
      typeof piece === 'string' ? piece.replace(/[\\`]|\$\{/g, '\\$&') : `\${${piece.code}}`,
    );
    return `\`${inside.join('')}\``;
  }
  return merged.map((piece) => (typeof piece === 'string' ? literal(style, piece) : piece.code)).join(' + ');
}

/** A call as a statement, on several lines where it would be too wide. */
function callLines(style: CodeStyle, callee: string, args: readonly string[], depth: number): string[] {
  const end = style.semicolons ? ';' : '';
  const whole = `${callee}(${args.join(', ')})${end}`;
  if (depth + whole.length <= style.width) return [whole];
  const comma = style.trailingCommas ? ',' : '';
  return [
    `${callee}(`,
    ...args.map((arg, index) => style.unit + arg + (index === args.length - 1 ? comma : ',')),
    `)${end}`,
  ];
}

/** How many columns an indentation takes. */
export function columnsOf(indent: string): number {
  return [...indent].reduce((columns, character) => columns + (character === '\t' ? 2 : 1), 0);
}

/** The head of a function with one parameter, up to its opening brace. */
export function functionHead(style: CodeStyle, param: string): string {
  if (!style.arrows) return `function${style.spaced ? ' ' : ''}(${param}) {`;
  return style.parentheses || /\W/.test(param) ? `(${param}) => {` : `${param} => {`;
}
