import type { CommandLine, Word } from '../syntax/command.ts';
import type { Node, Scalar } from '../syntax/document.ts';
import { opaqueLines, parseShell, splitWords } from '../syntax/shell.ts';

/**
 * The command that a list of texts is: exec form, nothing expanded.
 * @param node a list of scalars, as `command: ["uvicorn", "app:app"]` in either style
 * @param text of the whole file
 * @returns undefined where it is no such list; a command without words where it is empty
 */
export function listCommand(node: Node, text: string): CommandLine | undefined {
  if (node.kind !== 'list') return undefined;
  const words: Word[] = [];
  for (const item of node.items) {
    if (item.kind !== 'scalar' || item.value === null) return undefined;
    words.push(wordOf(item, text));
  }
  return { words, span: node.span, environment: [], form: 'exec', ...appending(node, text) };
}

/**
 * The commands that a text holds.
 * @param node a scalar that is a text
 * @param shell whether a shell reads it; otherwise it is only divided into words, as compose does
 * @returns undefined where it is no text
 */
export function textCommand(node: Node, text: string, shell: boolean): readonly CommandLine[] | undefined {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return undefined;
  const exact = exactText(node, text);
  const { file } = node.span;
  const read = (value: string, base?: number): readonly CommandLine[] => {
    if (shell) return parseShell(file, value, base);
    const words = splitWords(file, value, base);
    const [first] = words;
    if (!first) return [];
    const span = { file, start: first.span.start, end: words.at(-1)!.span.end };
    // What somebody took for a shell's marks are arguments, and more of them would help nobody.
    const misread = words.some(({ value, quote }) => quote === '' && /^(?:[|;&>]+|\d?>+&?\d?)$/.test(value));
    return [{ words, span, environment: [], form: 'shell', ...(misread && { opaque: true as const }) }];
  };
  return exact ? read(exact.value, exact.start) : opaqueLines(read(node.value), node.span);
}

function wordOf(item: Scalar, text: string): Word {
  const { span } = item;
  if (!item.opaque) return { value: item.text, span, quote: item.quote, expands: false };
  const exact = exactText(item, text);
  if (!exact) return { value: String(item.value), span, expands: false };
  const inside = { ...span, start: exact.start, end: exact.start + exact.value.length };
  return { value: exact.value, span: inside, quote: '', expands: false };
}

/** A scalar's text in the length it has in the file, so that offsets fit; undefined where escapes, tags or anchors change it. */
export function exactText(node: Scalar, text: string): { readonly value: string; readonly start: number } | undefined {
  const start = node.span.start + node.quote.length;
  if (!node.opaque) return { value: node.text, start };
  const source = text.slice(node.span.start, node.span.end);
  const block = /^([|>])[-+\d]*[ \t]*(?:#.*)?\r?\n/.exec(source);
  if (block) {
    const body = source.slice(block[0].length);
    return { value: block[1] === '>' ? folded(body) : body, start: node.span.start + block[0].length };
  }
  const inner = node.quote === '"' ? continued(node.text) : node.text;
  if (/^[&!*]/.test(source) || inner.includes(node.quote === '"' ? '\\' : "''")) return undefined;
  if (node.quote === "'" && node.text.includes("'")) return undefined;
  return { value: folded(inner), start };
}

/** A line of a quoted text that a backslash continues, where a blank stands on either side of it. */
function continued(text: string): string {
  return text.replace(/(?<=[ \t])\\\r?\n[ \t]*(?:\\(?=[ \t]))?|\\\r?\n[ \t]*\\(?=[ \t])/g, (whole) =>
    ' '.repeat(whole.length),
  );
}

/** Ends of lines that YAML turns into blanks, as blanks; lines that are set in further keep theirs. */
function folded(body: string): string {
  const indent = /^[ \t]*/.exec(body)![0].length;
  return body.replace(/(?<!\n[ \t]*\r?)\r?\n(?=([ \t]*)\S)/g, (whole, blanks: string) =>
    indent > 0 && blanks.length > indent ? whole : ' '.repeat(whole.length),
  );
}

/** How one more item is written behind the last one. */
function appending(
  node: Node & { readonly kind: 'list' },
  text: string,
): Pick<CommandLine, 'append' | 'appendAt'> | undefined {
  const last = node.items.at(-1);
  if (last?.kind !== 'scalar' || last.opaque) return undefined;
  if (text[node.span.start] === '[') return { append: [', "', '"'] };
  const line = text.lastIndexOf('\n', last.span.start - 1) + 1;
  const before = text.slice(line, last.span.start);
  const behind = /^(?:[ \t]+#[^\r\n]{0,500}|[ \t]*)(?=\r?\n|$)/.exec(text.slice(last.span.end, last.span.end + 600));
  if (!/^[ \t]*-[ \t]+$/.test(before) || !behind) return undefined;
  const end = /\r\n/.test(text) ? '\r\n' : '\n';
  const [comment] = behind;
  return {
    append: [`${end}${before}"`, '"'],
    ...(comment.includes('#') && { appendAt: last.span.end + comment.length }),
  };
}
