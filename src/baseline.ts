import { createHash } from 'node:crypto';
import type { Finding } from './rule.ts';

/** A finding that is accepted as it is, known by what stays the same when lines move. */
export interface BaselineEntry {
  readonly rule: string;
  /** Relative to the baseline's folder, with `/`. */
  readonly file: string;
  /** Without line numbers. */
  readonly message: string;
  /** Hash of the finding's line. */
  readonly line: string;
  /** Hash of the nearest lines around it that are not blank. */
  readonly around: string;
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** A finding's message without what changes when lines move. */
export function steadyMessage({ message }: Finding): string {
  return message.replace(/\bline \d+/g, 'line N').replace(/(\.\w+):\d+(?::\d+)?\b/g, '$1:N');
}

/**
 * How a finding is written into a baseline.
 * @param file its path as the baseline knows it
 * @param text of its file
 */
export function entryOf(finding: Finding, file: string, text: string): BaselineEntry {
  const { start } = finding.at;
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const end = text.indexOf('\n', start);
  const before = /[^\n]*\S[^\n]*\s*$/.exec(text.slice(Math.max(0, from - 2000), from))?.[0] ?? '';
  const after = end === -1 ? '' : (/\S[^\n]*/.exec(text.slice(end, end + 2000))?.[0] ?? '');
  return {
    rule: finding.rule,
    file,
    message: steadyMessage(finding),
    line: hashOf(text.slice(from, end === -1 ? text.length : end).trim()),
    around: hashOf(`${before.trim()}\n${after.trim()}`),
  };
}

type Part = keyof BaselineEntry;

/** The surest way to know a finding again comes first; the last one is for renamed files. */
const ways: readonly (readonly Part[])[] = [
  ['rule', 'file', 'message', 'line', 'around'],
  ['rule', 'file', 'message', 'line'],
  ['rule', 'file', 'message', 'around'],
  ['rule', 'message', 'line'],
];

/**
 * Finds the findings that a baseline accepts. Each entry accepts one.
 * @param entries of the baseline
 * @param found entries of what is found now
 * @param isGone is there no file any more by the name that an entry has?
 * @returns places in `found` that are accepted, and entries that accept nothing
 */
export function matchBaseline(
  entries: readonly BaselineEntry[],
  found: readonly BaselineEntry[],
  isGone: (file: string) => boolean,
): { readonly accepted: ReadonlySet<number>; readonly unmatched: readonly BaselineEntry[] } {
  const accepted = new Set<number>();
  let left = entries;
  for (const parts of ways) {
    const keyOf = (entry: BaselineEntry) => JSON.stringify(parts.map((part) => entry[part]));
    const places = new Map<string, number[]>();
    for (const [index, entry] of found.entries()) {
      if (accepted.has(index)) continue;
      const key = keyOf(entry);
      const list = places.get(key);
      if (list) list.push(index);
      else places.set(key, [index]);
    }
    left = left.filter((entry) => {
      if (!parts.includes('file') && !isGone(entry.file)) return true;
      const index = places.get(keyOf(entry))?.shift();
      if (index !== undefined) accepted.add(index);
      return index === undefined;
    });
  }
  return { accepted, unmatched: left };
}
