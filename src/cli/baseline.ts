import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { array, literal, object, safeParse, strictObject, string } from 'valibot';
import { type BaselineEntry, entryOf, matchBaseline, steadyMessage } from '../baseline.ts';
import { contextOf } from '../context.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Analysis, RunOptions } from '../run.ts';
import { MisuseError } from './misuse.ts';
import type { Project } from './project.ts';

/** Findings that are accepted as they are. */
export interface Baseline {
  /** As given. */
  readonly shown: string;
  readonly entries: readonly BaselineEntry[];
  /** The findings of an analysis that are accepted, and the entries that accept nothing. */
  split(analysis: Analysis): { readonly accepted: ReadonlySet<Finding>; readonly stale: readonly BaselineEntry[] };
  /** The text of the baseline that accepts what an analysis found in the files that were asked for, and what it said of others. */
  updated(analysis: Analysis): { readonly text: string; readonly added: number; readonly removed: number };
}

const schema = object({
  version: literal(1),
  entries: array(strictObject({ rule: string(), file: string(), message: string(), line: string(), around: string() })),
});

/**
 * Reads a baseline.
 * @param shown its path as given
 * @param mayBeAbsent it is about to be written
 * @throws {MisuseError} where it cannot be read
 */
export function openBaseline(
  shown: string,
  mayBeAbsent: boolean,
  { root, covers }: Project,
  { rules, severity }: Pick<RunOptions, 'rules' | 'severity'>,
  cwd: string,
): Baseline {
  const file = path.resolve(cwd, shown);
  const folder = path.dirname(file);
  const entries = mayBeAbsent && !existsSync(file) ? [] : read(file, shown);
  const known = (name: string) => path.relative(folder, path.join(root, name)).replaceAll(path.sep, '/');
  const isGone = (name: string) => !existsSync(path.join(folder, name));
  const entriesOf = (analysis: Analysis) =>
    analysis.findings.map((finding) =>
      entryOf(finding, known(finding.at.file), analysis.sources.get(finding.at.file)?.text ?? ''),
    );
  /** Was looked at what an entry speaks of? */
  const isJudged = (entry: BaselineEntry) => {
    const inside = path.relative(root, path.join(folder, entry.file)).replaceAll(path.sep, '/');
    const rule: Rule | undefined = Object.hasOwn(rules, entry.rule) ? rules[entry.rule] : undefined;
    if (inside.startsWith('../') || rule === undefined) return false;
    if (severity(entry.rule, inside, contextOf(inside), undefined, rule) === 'off') return false;
    return covers(inside);
  };
  return {
    shown,
    entries,
    split(analysis) {
      const { accepted, unmatched } = matchBaseline(entries, entriesOf(analysis), isGone);
      return {
        accepted: new Set(analysis.findings.filter((_, index) => accepted.has(index))),
        stale: unmatched.filter((entry) => isJudged(entry) || isGone(entry.file)),
      };
    },
    updated(analysis) {
      const found = entriesOf(analysis);
      const { accepted } = matchBaseline(entries, found, isGone);
      const kept = entries.filter((entry) => !isJudged(entry) && !isGone(entry.file));
      const own = found.filter((_, index) => covers(analysis.findings[index]!.at.file));
      const next = [...kept, ...own].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
      const added = found.filter(
        (_, index) => !accepted.has(index) && covers(analysis.findings[index]!.at.file),
      ).length;
      return {
        text: `${JSON.stringify({ version: 1, entries: next }, undefined, 2)}\n`,
        added,
        removed: entries.length + added - next.length,
      };
    },
  };
}

const keyOf = ({ file, rule, message, line, around }: BaselineEntry) =>
  JSON.stringify([file, rule, message, line, around]);

function read(file: string, shown: string): readonly BaselineEntry[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is none; --update-baseline writes it' : (code ?? 'it is no JSON');
    throw new MisuseError(`cannot read the baseline ${JSON.stringify(shown)}: ${why}`);
  }
  const result = safeParse(schema, value);
  if (!result.success) throw new MisuseError(`cannot read the baseline ${JSON.stringify(shown)}: it is no baseline`);
  return result.output.entries;
}

/**
 * Tells which findings may be fixed: not those that are accepted.
 * @param analysis the one that `accepted` was found in
 */
export function notAccepted(analysis: Analysis, accepted: ReadonlySet<Finding>): (finding: Finding) => boolean {
  const first = new Set(analysis.findings);
  const alike = (finding: Finding) => JSON.stringify([finding.rule, finding.at.file, steadyMessage(finding)]);
  const keys = new Set([...accepted].map(alike));
  // After other fixes the findings are new ones; of those that look alike none is touched.
  return (finding) => (first.has(finding) ? !accepted.has(finding) : !keys.has(alike(finding)));
}
