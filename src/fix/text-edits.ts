import type { Span } from '../facts.ts';
import type { Edit } from '../rule.ts';

/** Where an insertion stands among others at the same place; lower comes first. */
export const rank = {
  imports: 0,
  kept: 1,
  line: 2,
  wrapper: 3,
  host: 4,
  port: 5,
  suppression: 6,
  handler: 7,
  moved: 8,
} as const;

/** An edit that knows how it gets along with others. */
export interface PlacedEdit extends Edit {
  readonly rank: number;
  /** What asks for it. Edits are one and the same only if their owners are equal too. */
  readonly owner: string;
  /** It takes lines away as a whole, so nothing may be inserted at its start. */
  readonly wholeLines?: true;
  /** The lines in here get another indentation, which lines that others put in would not have. */
  readonly indents?: Span;
  /** A name that it declares and that was free in the file. */
  readonly declares?: string;
}

/** Are these one edit that was asked for twice? */
export function isSameEdit(a: PlacedEdit, b: PlacedEdit): boolean {
  return (
    a.span.file === b.span.file &&
    a.span.start === b.span.start &&
    a.span.end === b.span.end &&
    a.text === b.text &&
    a.owner === b.owner
  );
}

/** Can these two edits not both be made? Insertions at one place can where their ranks say which comes first. */
export function areInConflict(a: PlacedEdit, b: PlacedEdit): boolean {
  if (a.span.file !== b.span.file || isSameEdit(a, b)) return false;
  if (hasLineIn(a, b) || hasLineIn(b, a)) return true;
  if (a.declares !== undefined && a.declares === b.declares) return true;
  const aEmpty = a.span.start === a.span.end;
  const bEmpty = b.span.start === b.span.end;
  if (aEmpty && bEmpty) return a.span.start === b.span.start && (a.rank === b.rank || isUnordered(a, b));
  if (aEmpty || bEmpty) {
    const [insertion, replacement] = aEmpty ? [a, b] : [b, a];
    const at = insertion.span.start;
    if (at === replacement.span.start) return replacement.wholeLines === true;
    return at > replacement.span.start && at < replacement.span.end;
  }
  return a.span.start < b.span.end && b.span.start < a.span.end;
}

function hasLineIn({ span, text, owner }: PlacedEdit, { indents, owner: other }: PlacedEdit): boolean {
  if (indents === undefined || owner === other || !text.includes('\n')) return false;
  return indents.start < span.start && span.end < indents.end;
}

/** A line that is put in above another would get that one's new indentation. */
function isUnordered(a: PlacedEdit, b: PlacedEdit): boolean {
  return (a.rank === rank.line && b.rank === rank.moved) || (a.rank === rank.moved && b.rank === rank.line);
}

/** Edits that are made, by the parts of their files that they reach. */
export class MadeEdits {
  readonly #parts = new Map<string, PlacedEdit[]>();
  readonly #wide: PlacedEdit[] = [];
  readonly #declaring = new Map<string, PlacedEdit[]>();

  add(edit: PlacedEdit): void {
    const parts = partsOf(edit);
    if (parts === undefined) this.#wide.push(edit);
    for (const part of parts ?? []) appendTo(this.#parts, part, edit);
    if (edit.declares !== undefined) appendTo(this.#declaring, `${edit.declares} ${edit.span.file}`, edit);
  }

  areInConflictWith(edit: PlacedEdit): boolean {
    const parts = partsOf(edit) ?? [...this.#parts.keys()];
    const near = [
      ...(edit.declares === undefined ? [] : [`${edit.declares} ${edit.span.file}`]).map((name) =>
        this.#declaring.get(name),
      ),
      ...parts.map((part) => this.#parts.get(part)),
      this.#wide,
    ];
    return near.some((others) => others?.some((other) => areInConflict(edit, other)));
  }
}

const lengthOfPart = 512;
const mostParts = 64;

/** @returns undefined where there are too many to be told apart */
function partsOf({ span, indents }: PlacedEdit): string[] | undefined {
  const first = Math.floor(Math.min(span.start, indents?.start ?? span.start) / lengthOfPart);
  const last = Math.floor(Math.max(span.end, indents?.end ?? span.end) / lengthOfPart);
  if (last - first >= mostParts) return undefined;
  return Array.from({ length: last - first + 1 }, (_, at) => `${first + at} ${span.file}`);
}

function appendTo<K, T>(lists: Map<K, T[]>, key: K, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** The edits without repetitions, in the order of their places. */
export function inOrder<E extends PlacedEdit>(edits: readonly E[]): E[] {
  const distinct = new Map<string, E>();
  for (const edit of edits) {
    const key = JSON.stringify([edit.span, edit.text, edit.owner]);
    if (!distinct.has(key)) distinct.set(key, edit);
  }
  const width = (edit: Edit) => edit.span.end - edit.span.start;
  return [...distinct.values()].sort(
    (a, b) =>
      (a.span.file < b.span.file ? -1 : a.span.file > b.span.file ? 1 : 0) ||
      a.span.start - b.span.start ||
      Math.sign(width(a)) - Math.sign(width(b)) ||
      a.rank - b.rank,
  );
}

/**
 * The text after the edits of one file.
 * @param edits in the order of their places, free of conflicts
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let after = '';
  let at = 0;
  for (const { span, text: written } of edits) {
    after += text.slice(at, span.start) + written;
    at = span.end;
  }
  return after + text.slice(at);
}

/**
 * Where an offset of the text after the edits was before them; inside of what was written, the start of what stood there.
 * @param edits as for `applyEdits`
 */
export function offsetBefore(edits: readonly Edit[], offset: number): number {
  let shift = 0;
  for (const { span, text } of edits) {
    const start = span.start + shift;
    if (offset < start) break;
    if (offset < start + text.length) return span.start;
    shift += text.length - (span.end - span.start);
  }
  return offset - shift;
}
