/** How a string literal is written. */
export interface LiteralShape {
  /** In lower case. */
  readonly prefix: string;
  readonly quote: string;
  /** The closing quotes are there. */
  readonly closed: boolean;
}

/**
 * Takes a string literal apart.
 * @param text the literal with prefix and quotes
 */
export function literalShape(text: string): LiteralShape {
  const [, prefix = '', quote = ''] = /^([a-zA-Z]*)("""|'''|"|')/.exec(text) ?? [];
  const least = prefix.length + 2 * quote.length;
  return { prefix: prefix.toLowerCase(), quote, closed: quote !== '' && text.length >= least && text.endsWith(quote) };
}

const ESCAPE = /\\(?:[\n\\'"abfnrtv]|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/g;

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
};

/**
 * The value of what stands between the quotes. Escapes that need the Unicode name table stay as written.
 * @param written the text between the quotes
 */
export function decodeString(written: string, raw: boolean, bytes: boolean): string {
  const text = written.includes('\r') ? written.replace(/\r\n?/g, '\n') : written;
  if (raw || !text.includes('\\')) return text;
  return text.replace(ESCAPE, (whole) => {
    const body = whole.slice(1);
    const simple = SIMPLE_ESCAPES[body];
    if (simple !== undefined) return simple;
    const unicode = body[0] === 'u' || body[0] === 'U';
    if (bytes && unicode) return whole;
    const code = unicode || body[0] === 'x' ? Number.parseInt(body.slice(1), 16) : Number.parseInt(body, 8);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** The value of a number; undefined for complex numbers, Python 2's octals and what no number can hold. */
export function numberValue(text: string): number | undefined {
  const plain = text.replaceAll('_', '');
  if (/^0\d*[1-9]\d*$/.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}
