import type { Frame, Span } from '../facts.ts';
import type { Program } from '../syntax/call.ts';

const reads = /^(?:process|Bun)\.env(?:\??\.\w+|\[(["'])\w+\1\])$|^Deno\.env\.get\((["'])\w+\2\)$/;

/**
 * Where a fallback would be written for a variable that JavaScript reads. It is `||` and not `??`, because an empty text is no
 * port either, and compose passes variables that are not set as empty.
 * @param read the expression that reads the variable
 * @param quote for a fallback that has to be a text
 * @param direct the expression is itself what the call that listens is given, which takes a number
 */
export function fallbackInScript(
  { text, language }: Program,
  { file, start, end }: Span,
  quote: string,
  direct: boolean,
): { readonly span: Span; readonly frame: Frame } | undefined {
  const read = text.slice(start, end);
  if (end - start > 80 || !reads.test(read)) return undefined;
  const before = text.slice(Math.max(0, start - 40), start);
  const asserted = /^(?:!(?!=)|\s+as\s+string\b(?!\s*[|&[]))?/.exec(text.slice(end, end + 40))![0];
  const stop = end + asserted.length;
  if (!/^[ \t]*(?:[,;)\]}]|\/\/|\r?\n|$)/.test(text.slice(stop, stop + 40))) return undefined;
  const takesNumber = /\bNumber\(\s*$|\$\{\s*$/.test(before);
  const isSigned = /(?:[=(,:[?]|\breturn)\s*\+\s*$/.test(before);
  if (!takesNumber && !isSigned && !/(?:[=(,:[{]|\breturn|=>)\s*$/.test(before)) return undefined;
  const takesText = /\b(?:parseInt|parseFloat|String)\(\s*$/.test(before) || (language === 'typescript' && !direct);
  const common = { code: 'javascript', quote: takesText && !takesNumber && !isSigned ? quote : '' } as const;
  if (isSigned) return { span: { file, start, end: stop }, frame: { before: `(${read} || `, after: ')', ...common } };
  return { span: { file, start: end, end: stop }, frame: { before: ' || ', after: '', ...common } };
}
