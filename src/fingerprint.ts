import { createHash } from 'node:crypto';
import type { Span } from './facts.ts';

/** What a fingerprint is made of. */
interface Place {
  readonly rule: string;
  readonly at: Span;
}

/**
 * Fingerprints that stay the same when a finding moves within its file: of the rule, the path, the text of the finding's lines without
 * their indentation, and its number among those that are alike.
 * @param findings in the order of their places
 * @param path what a file is known by
 * @param text of a file that was read
 * @returns 32 hexadecimal digits for each finding; no two are equal
 */
export function fingerprintsOf<T extends Place>(
  findings: readonly T[],
  path: (file: string) => string,
  text: (file: string) => string | undefined,
): ReadonlyMap<T, string> {
  const alike = new Map<string, number>();
  return new Map(
    findings.map((finding) => {
      const { rule, at } = finding;
      const key = JSON.stringify([rule, path(at.file), linesOf(text(at.file) ?? '', at)]);
      const number = alike.get(key) ?? 0;
      alike.set(key, number + 1);
      return [finding, createHash('sha256').update(`${key}${number}`).digest('hex').slice(0, 32)];
    }),
  );
}

/** The whole lines of a span, spaces made equal. */
function linesOf(text: string, { start, end }: Span): string {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const to = text.indexOf('\n', Math.max(start, end - 1));
  return text
    .slice(from, to === -1 ? text.length : to)
    .replace(/\s+/g, ' ')
    .trim();
}
