import { distance } from 'fastest-levenshtein';
import type { Span } from './facts.ts';
import type { UnusedSuppression } from './rule.ts';
import type { Comment } from './syntax/call.ts';

/** A comment that silences findings. */
export interface Suppression {
  /** The comment; only its own part where it follows another one on the line. */
  readonly span: Span;
  /** The comment that ends a block. */
  readonly end?: Span;
  /** Rule ids; empty: every rule. */
  readonly rules: readonly string[];
  /** Where the ids stand. */
  readonly names: readonly Span[];
  readonly reason: string | undefined;
  /** Offsets in which a finding has to start. */
  readonly from: number;
  readonly to: number;
  /** The rules that it has silenced. */
  readonly silenced: Set<string>;
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
    const span = ownPart(comment.span, text);
    if (kind === '-end') {
      const start = open.pop();
      if (start) found.push({ ...start, end: span, to: comment.span.start });
      continue;
    }
    const base = { span, rules, names: namesIn(span, text, rules), reason, silenced: new Set<string>() };
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

/** From the last comment mark before the words: what stands in front of it speaks to another tool. */
function ownPart(span: Span, text: string): Span {
  const written = text.slice(span.start, span.end);
  const before = written.slice(0, written.indexOf('bindlint-ignore'));
  const mark = /(?:(?<!#)#+|(?<!\/)\/\/+|(?<!;);+)[ \t]*$/.exec(before);
  return { ...span, start: span.start + (mark?.index ?? 0) };
}

function namesIn(span: Span, text: string, rules: readonly string[]): Span[] {
  const written = text.slice(span.start, span.end);
  let from = /bindlint-ignore(?:-\w+)?/.exec(written)![0].length + written.indexOf('bindlint-ignore');
  return rules.map((rule) => {
    const start = span.start + written.indexOf(rule, from);
    from = start - span.start + rule.length;
    return { file: span.file, start, end: start + rule.length };
  });
}

/**
 * The comments of a file that no parser takes apart, as far as they silence something.
 * @param text of a script, a Dockerfile or the like
 */
export function suppressingComments(file: string, text: string): Comment[] {
  if (!text.includes('bindlint-ignore')) return [];
  return [...text.matchAll(/(?:#|;|\/\/|::|\brem\b)([^\r\n#;]*\bbindlint-ignore\b[^\r\n]*)/gi)].map((match) => ({
    span: { file, start: match.index, end: match.index + match[0].length },
    text: match[1]!.trim(),
  }));
}

/**
 * What of a suppression silences nothing.
 * @param known the rules there are
 */
export function unusedIn(suppression: Suppression, known: ReadonlySet<string>): UnusedSuppression[] {
  const { span, end, rules, names, silenced } = suppression;
  const unused = rules.flatMap((rule, index) => (silenced.has(rule) ? [] : [{ rule, span: names[index]! }]));
  if (rules.length === 0 ? silenced.size > 0 : unused.length === 0) return [];
  const unknown = (rule: string) => !known.has(rule) && { unknown: true as const };
  if (unused.length === rules.length) {
    const only = unused.length === 1 ? unused[0] : undefined;
    return [{ spans: end ? [span, end] : [span], ...(only && { rule: only.rule, ...unknown(only.rule) }) }];
  }
  return unused.map(({ rule, span: name }) => ({ spans: [name], rule, ...unknown(rule) }));
}

/** Does a suppression stand for the place of a finding? */
export function covers({ span, from, to }: Suppression, { at }: { readonly at: Span }): boolean {
  return at.file === span.file && from <= at.start && at.start < to;
}

/** The names in a suppression that are no rules, and nearly that of one which finds something there. */
export function misspeltIn(
  suppression: Suppression,
  known: ReadonlySet<string>,
  findings: readonly { readonly rule: string; readonly at: Span }[],
): { readonly name: string; readonly meant: string }[] {
  const unknown = suppression.rules.filter((rule) => !known.has(rule));
  if (unknown.length === 0) return [];
  const found = new Set(findings.filter((finding) => covers(suppression, finding)).map(({ rule }) => rule));
  return unknown.flatMap((name) => [...found].filter((rule) => isNearly(name, rule)).map((meant) => ({ name, meant })));
}

/** Two letters more, fewer or others at most. */
const isNearly = (name: string, rule: string) => Math.abs(name.length - rule.length) <= 2 && distance(name, rule) <= 2;

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

/** Offsets are put together by so many: a file may hold thousands of suppressions, and as many findings. */
const stretch = 4096;

/**
 * Finds the suppression that silences a finding, the first one that fits, and marks it as used.
 * @param suppressions those of one file
 */
export function silencer(
  suppressions: readonly Suppression[],
): (rule: string, offset: number) => Suppression | undefined {
  const short = new Map<number, Suppression[]>();
  const long: Suppression[] = [];
  const order = new Map(suppressions.map((one, at) => [one, at]));
  for (const one of suppressions) {
    const [first, last] = [Math.floor(one.from / stretch), Math.floor(one.to / stretch)];
    if (last - first > 1) long.push(one);
    else for (let at = first; at <= last; at++) short.set(at, [...(short.get(at) ?? []), one]);
  }
  return (rule, offset) => {
    const fits = ({ from, to, rules }: Suppression) =>
      from <= offset && offset < to && (rules.length === 0 || rules.includes(rule));
    const candidates = [long.find(fits), short.get(Math.floor(offset / stretch))?.find(fits)].filter((one) => !!one);
    const [found] = candidates.sort((a, b) => order.get(a)! - order.get(b)!);
    found?.silenced.add(rule);
    return found;
  };
}
