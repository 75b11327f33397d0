import { append } from '../append.ts';
import type { Document } from './document.ts';
import { guard } from './guard.ts';
import { SyntaxProblem } from './problem.ts';
import { parse as parseYaml } from './yaml.ts';

/** One `{{ ... }}` of a Go template. */
export interface Action {
  readonly start: number;
  readonly end: number;
  /** Between the braces, without trim marks and comments. */
  readonly text: string;
  /** Where that text stands. */
  readonly at: number;
  /** It puts text into the file, other than `if`, `end`, an assignment or a comment. */
  readonly prints: boolean;
  /** Nothing else stands on its lines, or it puts in whole lines: it is no part of a value. */
  readonly alone: boolean;
  /** The block it stands in. */
  readonly block: Block | undefined;
  /** The block that the text behind it stands in. */
  readonly after: Block | undefined;
}

/** A branch of `if`, `with`, `range` or `define`. */
export interface Block {
  readonly keyword: 'if' | 'with' | 'range' | 'define';
  /** What is asked; the empty text for a plain `else`. */
  readonly argument: string;
  readonly parent: Block | undefined;
  /** Branches that exclude each other share it. */
  readonly group: number;
  readonly index: number;
  readonly depth: number;
}

/** A YAML file that a template engine fills in, read as it stands. */
export interface Template {
  readonly documents: readonly Document[];
  readonly actions: readonly Action[];
  /** `$name := value`, by name; of several none is known. */
  readonly assignments: ReadonlyMap<string, readonly Action[]>;
  /** Documents that are no YAML before they are rendered. */
  readonly unread: readonly number[];
}

const MAX_ACTIONS = 20_000;
/** Conditions within conditions. */
const MAX_BLOCKS = 200;

/**
 * Reads a template of YAML without rendering it: what stands between the actions, at its place.
 * @param file path for the spans
 * @param text decoded text without BOM
 * @throws SyntaxProblem where an action does not end, or where there are too many
 */
export function parseTemplate(file: string, text: string): Template {
  const actions = actionsOf(text);
  const masked = mask(text, actions);
  const assignments = new Map<string, Action[]>();
  for (const action of actions) {
    const name = /^(?:(?:if|with|else\s+if|else\s+with)\s+)?(\$\w*)\s*:?=/.exec(action.text)?.[1];
    if (!name) continue;
    const known = assignments.get(name);
    if (known) known.push(action);
    else assignments.set(name, [action]);
  }
  const { documents, unread } = readable(file, masked, actions);
  return { documents: documents.map((document) => ({ ...document, text })), actions, assignments, unread };
}

/** More documents than this are not tried one by one. */
const MAX_CHUNKS = 50;

/** The documents that can be read; one that cannot must not hide the others. */
function readable(
  file: string,
  masked: string,
  actions: readonly Action[],
): { readonly documents: readonly Document[]; readonly unread: readonly number[] } {
  const whole = parsed(file, masked);
  if (whole) return { documents: whole, unread: [] };
  const first = withoutElse(masked, actions);
  const less = parsed(file, first);
  if (less) return { documents: less, unread: [] };
  const documents: Document[] = [];
  const unread: number[] = [];
  for (const [start, end] of chunksOf(first).slice(0, MAX_CHUNKS)) {
    const chunk = blank(first.slice(0, start)) + first.slice(start, end);
    const read = parsed(file, chunk);
    if (read) append(documents, read);
    else unread.push(start);
  }
  return { documents, unread };
}

function parsed(file: string, text: string): readonly Document[] | undefined {
  if (text.trim() === '') return [];
  const refused = guard(text, 'yaml');
  if (refused) throw new SyntaxProblem(refused.message, refused.offset, 'limit');
  try {
    return parseYaml(file, text);
  } catch (error) {
    if (error instanceof RangeError || (error instanceof SyntaxProblem && error.kind === 'unparsed')) return undefined;
    throw error;
  }
}

/** Where the documents of a file stand. */
function chunksOf(text: string): readonly (readonly [number, number])[] {
  const chunks: (readonly [number, number])[] = [];
  let start = 0;
  for (const { index } of text.matchAll(/^---(?=\s)/gm)) {
    if (index > start) chunks.push([start, index]);
    start = index;
  }
  chunks.push([start, text.length]);
  return chunks;
}

const blank = (text: string) => text.replace(/[^\r\n]/g, ' ');

/** Keeps the first branch of each condition. */
function withoutElse(masked: string, actions: readonly Action[]): string {
  let text = '';
  let at = 0;
  for (const [index, action] of actions.entries()) {
    const next = actions[index + 1]?.start ?? masked.length;
    const from = Math.min(action.end, masked.length);
    const to = Math.min(next, masked.length);
    text += masked.slice(at, from);
    text += inElse(action.after) ? blank(masked.slice(from, to)) : masked.slice(from, to);
    at = to;
  }
  return text + masked.slice(at);
}

function inElse(block: Block | undefined): boolean {
  for (let at = block; at; at = at.parent) if (at.index > 0) return true;
  return false;
}

const opening = /^(if|with|range|define|block)\b\s*([\s\S]*)$/;
const otherwise = /^else\b\s*(?:(if|with)\b\s*([\s\S]*))?$/;

function actionsOf(text: string): readonly Action[] {
  const actions: Action[] = [];
  let block: Block | undefined;
  let groups = 0;
  for (let start = text.indexOf('{{'); start !== -1; ) {
    const { end, body, at } = actionAt(text, start);
    const open = opening.exec(body);
    const other = otherwise.exec(body);
    const before = block;
    if (open) {
      const keyword = open[1] === 'block' ? 'define' : (open[1] as Block['keyword']);
      block = { keyword, argument: open[2]!, parent: block, group: groups++, index: 0, depth: (block?.depth ?? 0) + 1 };
      if (block.depth > MAX_BLOCKS)
        throw new SyntaxProblem(`blocks nested deeper than ${MAX_BLOCKS} levels`, start, 'limit');
    } else if (other && block) {
      const keyword = other[1] === 'with' ? 'with' : 'if';
      block = { ...block, keyword, argument: other[2] ?? '', index: block.index + 1 };
    } else if (/^end\b/.test(body)) block = block?.parent;
    const prints =
      body !== '' && !open && !other && !/^(?:end|break|continue)\b/.test(body) && !/^\$\w*\s*:?=/.test(body);
    const wholeLines = prints && /\|\s*(?:nindent|indent)\b|^(?:nindent|indent)\b|^toYaml\b/.test(body);
    actions.push({
      start,
      end,
      text: body,
      at,
      prints,
      alone: wholeLines,
      block: open || other ? block?.parent : before,
      after: block,
    });
    if (actions.length > MAX_ACTIONS) throw new SyntaxProblem(`more than ${MAX_ACTIONS} actions`, start, 'limit');
    start = text.indexOf('{{', end);
  }
  return withAlone(text, actions);
}

/** Where an action ends; braces in its texts and comments do not count. */
function actionAt(text: string, start: number): { readonly end: number; readonly body: string; readonly at: number } {
  let at = start + 2;
  if (text[at] === '-') at++;
  const comment = /\s*\/\*/y;
  comment.lastIndex = at;
  if (comment.test(text)) {
    const close = text.indexOf('*/', at);
    const end = close === -1 ? -1 : text.indexOf('}}', close);
    if (end === -1) throw new SyntaxProblem('a comment of the template does not end', start);
    return { end: end + 2, body: '', at };
  }
  // What follows a backslash opens nothing behind a quote that is not closed either, which keeps this linear.
  const part = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|}}|\\.|[^"`}\\]+|[\s\S]/gy;
  part.lastIndex = at;
  for (let match = part.exec(text); match; match = part.exec(text)) {
    if (match[0] !== '}}') continue;
    const whole = text.slice(at, match.index).replace(/-$/, '');
    return { end: part.lastIndex, body: whole.trim(), at: at + whole.length - whole.trimStart().length };
  }
  throw new SyntaxProblem('an action of the template does not end', start);
}

/** Finds the actions that have their lines to themselves. */
function withAlone(text: string, actions: readonly Action[]): readonly Action[] {
  const result: Action[] = [];
  let line = { start: 0, end: lineEnd(text, 0) };
  const lineAt = (offset: number) => {
    while (line.end < offset) line = { start: line.end + 1, end: lineEnd(text, line.end + 1) };
    return line;
  };
  for (let first = 0; first < actions.length; ) {
    let last = first;
    while (last + 1 < actions.length && /^[ \t]*$/.test(between(text, actions[last]!.end, actions[last + 1]!.start)))
      last++;
    const { start } = lineAt(actions[first]!.start);
    const alone =
      (actions[first - 1]?.end ?? 0) <= start &&
      /^\s*$/.test(text.slice(start, actions[first]!.start)) &&
      /^\s*(?:#|$)/.test(text.slice(actions[last]!.end, lineAt(actions[last]!.end).end));
    for (let at = first; at <= last; at++) result.push({ ...actions[at]!, alone: alone || actions[at]!.alone });
    first = last + 1;
  }
  return result;
}

function lineEnd(text: string, start: number): number {
  const newline = text.indexOf('\n', start);
  return newline === -1 ? text.length : newline;
}

const between = (text: string, start: number, end: number) => (end - start > 200 ? '-' : text.slice(start, end));

/** The text with its actions gone: blanks where they print nothing or whole lines, a word where they print a value. */
function mask(text: string, actions: readonly Action[]): string {
  const inline = chosenInline(text, actions);
  let masked = '';
  let at = 0;
  for (const action of actions) {
    if (action.start < at) continue;
    masked += text.slice(at, action.start);
    at = inline.get(action) ?? action.end;
    const written = text.slice(action.start, at);
    const entry = inline.has(action) && isEntry(text, action.start, at);
    if (entry || (!inline.has(action) && (action.alone || !action.prints))) masked += blank(written);
    else {
      const newline = written.search(/[\r\n]/);
      const head = newline === -1 ? written : written.slice(0, newline);
      masked += '_'.repeat(head.length) + blank(written.slice(head.length));
    }
  }
  return withoutIndent(masked + text.slice(at));
}

/** A choice puts in a whole line with a key. */
function isEntry(text: string, start: number, end: number): boolean {
  let before = start - 1;
  while (text[before] === ' ' || text[before] === '\t') before--;
  return (
    (before < 0 || text[before] === '\n') &&
    /^[ \t]*(?:\r?\n|$)/.test(text.slice(end, end + 200)) &&
    /\w:\s/.test(text.slice(start, end))
  );
}

/** Where a choice within a line ends, by the action that begins it: `{{ if .tls }}https{{ else }}http{{ end }}`. */
function chosenInline(text: string, actions: readonly Action[]): ReadonlyMap<Action, number> {
  const ends = new Map<Action, number>();
  const open: Action[] = [];
  for (const action of actions) {
    if (opening.test(action.text)) open.push(action);
    if (!/^end\b/.test(action.text)) continue;
    const begun = open.pop();
    if (begun && !begun.alone && !text.slice(begun.start, action.start).includes('\n')) ends.set(begun, action.end);
  }
  return ends;
}

/** Blanks at the head of a block scalar would say how far it is set in; empty lines of the same length do not. */
function withoutIndent(masked: string): string {
  return masked.replace(/(?<=[:\s-][ \t]*[|>][-+\d]*[ \t]*\r?\n)(?:[ \t]*\r?\n)+/g, (lines) =>
    lines.replace(/[ \t]/g, '\n'),
  );
}
