import { parsePort } from '../address.ts';
import type { Span } from '../facts.ts';
import type { Piece, Value } from '../resolve.ts';
import { derived, isText, known, unknown } from './values.ts';

type Text = Extract<Value, { type: 'string' }>;

const maximumLength = 10_000;

/**
 * Texts and numbers put one after the other, as one text that remembers what it was made of.
 * @param parts values in order
 * @param span the expression that joins them
 */
export function joined(parts: readonly Value[], span: Span): Value {
  const hidden = parts.find((part) => !isText(part));
  if (hidden) return derived(parts.find((part) => part.adjustable) ?? hidden, span);
  let value = '';
  const pieces: Piece[] = [];
  for (const part of parts) {
    if (!isText(part)) continue;
    const text = String(part.value);
    const start = value.length;
    value += text;
    if (part.type === 'string' && part.pieces)
      pieces.push(...part.pieces.map((piece) => ({ ...piece, start: start + piece.start, end: start + piece.end })));
    else pieces.push({ start, end: value.length, value: part });
  }
  if (value.length > maximumLength) return unknown(span);
  const source = parts.find((part) => part.origin.by !== 'literal');
  return {
    type: 'string',
    value,
    pieces,
    ...known(span),
    ...(source && { origin: source.origin }),
    adjustable: parts.some((part) => part.adjustable),
  };
}

/**
 * A part of a text: the very value it was made of where there is one.
 * @param text a text
 * @param start offset in it
 * @param end offset in it, exclusive
 */
export function partOf(text: Text, start: number, end: number): Text | Extract<Value, { type: 'number' }> {
  const piece = text.pieces?.find((candidate) => candidate.start <= start && end <= candidate.end);
  if (piece && isText(piece.value)) {
    if (piece.start === start && piece.end === end) return withSteps(piece.value, text);
    if (piece.value.type === 'string')
      return withSteps(partOf(piece.value, start - piece.start, end - piece.start), text);
  }
  const { quote, pieces: _pieces, document: _document, ...rest } = text;
  const value = text.value.slice(start, end);
  if (quote === undefined || text.pieces) return { ...rest, value };
  const from = text.span.start + quote.length;
  return {
    ...rest,
    value,
    span: { ...text.span, start: from + start, end: from + end },
    quote: '',
    part: true,
    ...(text.document && { document: text.document }),
  };
}

const withSteps = <T extends Value>(value: T, whole: Value): T =>
  whole.steps.length === 0 ? value : { ...value, steps: [...whole.steps, ...value.steps] };

/** Where `%s` and `%d` stand in a format, and what stands between them; undefined where another form is used. */
export function percentParts(format: string): readonly (string | { readonly field: number | string })[] | undefined {
  const parts: (string | { field: number | string })[] = [];
  let at = 0;
  let count = 0;
  for (const match of format.matchAll(/%(?:\((\w+)\))?([-+ #0]*\d*(?:\.\d+)?)([a-zA-Z%])/g)) {
    parts.push(format.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[3] === '%') parts.push('%');
    else if (!/^[sdir]$/.test(match[3]!) || match[2] !== '') return undefined;
    else parts.push({ field: match[1] ?? count++ });
  }
  parts.push(format.slice(at));
  return parts;
}

/** Where fields stand in the format of `str.format`, and what stands between them; undefined where a field says how it is written. */
export function braceParts(format: string): readonly (string | { readonly field: number | string })[] | undefined {
  const parts: (string | { field: number | string })[] = [];
  let at = 0;
  let count = 0;
  for (const match of format.matchAll(/\{\{|\}\}|\{([^{}]*)\}/g)) {
    parts.push(format.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[1] === undefined) parts.push(match[0][0]!);
    else if (!/^(\w*)$/.test(match[1])) return undefined;
    else parts.push({ field: match[1] === '' ? count++ : /^\d+$/.test(match[1]) ? Number(match[1]) : match[1] });
  }
  parts.push(format.slice(at));
  return parts;
}

/**
 * What a method of a text makes of it.
 * @param text the text
 * @param method its name in Python
 * @param given the arguments, those that are texts or numbers
 * @returns one text or a list of texts; undefined where the method is not known
 */
export function textMethod(
  text: Text,
  method: string,
  given: readonly (string | number | undefined)[],
): Value | readonly Value[] | undefined {
  const { value } = text;
  const [first, second] = given;
  const part = (start: number, end: number) => partOf(text, start, end);
  switch (method) {
    case 'strip':
    case 'lstrip':
    case 'rstrip': {
      if (given.length > 0 && typeof first !== 'string') return undefined;
      const marks = typeof first === 'string' ? new Set(first) : undefined;
      const drops = (mark: string) => (marks ? marks.has(mark) : /\s/.test(mark));
      let start = 0;
      let end = value.length;
      if (method !== 'rstrip') while (start < end && drops(value[start]!)) start++;
      if (method !== 'lstrip') while (end > start && drops(value[end - 1]!)) end--;
      return start === 0 && end === value.length ? text : part(start, end);
    }
    case 'removeprefix':
      return typeof first === 'string' && value.startsWith(first) ? part(first.length, value.length) : text;
    case 'removesuffix':
      return typeof first === 'string' && value.endsWith(first) ? part(0, value.length - first.length) : text;
    case 'lower':
    case 'upper': {
      const changed = method === 'lower' ? value.toLowerCase() : value.toUpperCase();
      return changed === value ? text : { ...part(0, value.length), type: 'string', value: changed };
    }
    case 'encode':
    case 'decode':
    case 'format_map':
      return text;
    case 'split':
    case 'rsplit': {
      if (typeof first !== 'string' || first === '') return undefined;
      const limit = typeof second === 'number' ? second : Number.POSITIVE_INFINITY;
      return cuts(value, first, limit, method === 'rsplit').map(([start, end]) => part(start, end));
    }
    case 'partition':
    case 'rpartition': {
      if (typeof first !== 'string' || first === '') return undefined;
      const at = method === 'partition' ? value.indexOf(first) : value.lastIndexOf(first);
      const nothing = () => part(0, 0);
      if (at === -1) return method === 'partition' ? [text, nothing(), nothing()] : [nothing(), nothing(), text];
      return [part(0, at), part(at, at + first.length), part(at + first.length, value.length)];
    }
    case 'replace': {
      if (typeof first !== 'string' || typeof second !== 'string') return undefined;
      if (!value.includes(first)) return text;
      return {
        ...known(text.span),
        type: 'string',
        value: value.replaceAll(first, second),
        origin: text.origin,
        adjustable: text.adjustable,
        steps: text.steps,
      };
    }
    default:
      return undefined;
  }
}

/** Where a separator cuts a text. */
function cuts(value: string, separator: string, limit: number, fromEnd: boolean): (readonly [number, number])[] {
  const places: number[] = [];
  for (
    let at = value.indexOf(separator);
    at !== -1 && places.length < 100;
    at = value.indexOf(separator, at + separator.length)
  )
    places.push(at);
  const chosen =
    limit >= places.length ? places : fromEnd ? places.slice(places.length - limit) : places.slice(0, limit);
  const parts: (readonly [number, number])[] = [];
  let start = 0;
  for (const at of chosen) {
    parts.push([start, at]);
    start = at + separator.length;
  }
  parts.push([start, value.length]);
  return parts;
}

/** What `int`, `float` and `str` make of a value; a text that is no number is unknown, and kept as it is written. */
export function converted(value: Value, to: 'number' | 'string'): Value {
  if (to === 'string') {
    if (value.type !== 'number') return value;
    return { ...value, type: 'string', value: String(value.value) };
  }
  if (value.type !== 'string') return value;
  const number =
    parsePort(value.value) ?? (/^\s*[-+]?\d+(\.\d+)?\s*$/.test(value.value) ? Number(value.value) : undefined);
  if (number !== undefined) {
    const { pieces: _pieces, ...rest } = value;
    return { ...rest, type: 'number', value: number };
  }
  const { origin, steps, adjustable, span } = value;
  return unknown(span, { origin, steps, adjustable, written: value.value });
}
