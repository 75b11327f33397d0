import type { Span } from './facts.ts';
import type { Comment } from './syntax/call.ts';

/** A comment that silences findings. */
export interface Suppression {
  readonly span: Span;
  /** Rule ids; empty: every rule. */
  readonly rules: readonly string[];
  readonly reason: string | undefined;
  /** Offsets in which a finding has to start. */
  readonly from: number;
  readonly to: number;
  used: boolean;
}

const form = /^\s*bindlint-ignore(-start|-end|-file)?\b[ \t]*([^:]*?)\s*(?::\s*(.*))?$/s;
const words = /^[a-z][a-z0-9-]*$/;

/**
 * The suppressions in a file's comments: `bindlint-ignore RULE[, RULE]: reason` for its line or the next,
 * `bindlint-ignore-start` to `-end` for a block, `bindlint-ignore-file` for all of it.
 * @param text the file's text, for the ends of lines
 */
export function suppressionsIn(comments: readonly Comment[], text: string): Suppression[] {
  const found: Suppression[] = [];
  const open: Suppression[] = [];
  for (const comment of comments) {
    const at = comment.text.indexOf('bindlint-ignore');
    if (at === -1) continue;
    const match = form.exec(comment.text.slice(at));
    if (!match) continue;
    const rules = (match[2] ?? '').split(/[\s,]+/).filter((word) => word !== '');
    if (rules.some((rule) => !words.test(rule))) continue;
    const reason = match[3]?.trim() || undefined;
    const kind = match[1];
    if (kind === '-end') {
      const start = open.pop();
      if (start) found.push({ ...start, to: comment.span.start });
      continue;
    }
    const base = { span: comment.span, rules, reason, used: false };
    if (kind === '-file') found.push({ ...base, from: 0, to: text.length + 1 });
    else if (kind === '-start') open.push({ ...base, from: comment.span.end, to: text.length + 1 });
    else {
      const lineStart = text.lastIndexOf('\n', comment.span.start - 1) + 1;
      const lineEnd = endOfLine(text, comment.span.end);
      const alone = text.slice(lineStart, comment.span.start).trim() === '';
      found.push({
        ...base,
        from: lineStart,
        to: alone ? endOfLine(text, Math.min(lineEnd + 1, text.length)) + 1 : lineEnd + 1,
      });
    }
  }
  return [...found, ...open];
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

/** The suppression that silences a finding, marked as used. */
export function suppressedBy(
  suppressions: readonly Suppression[],
  rule: string,
  offset: number,
): Suppression | undefined {
  const found = suppressions.find(
    (candidate) =>
      candidate.from <= offset &&
      offset < candidate.to &&
      (candidate.rules.length === 0 || candidate.rules.includes(rule)),
  );
  if (found) found.used = true;
  return found;
}
