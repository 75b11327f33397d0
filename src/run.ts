import type { Facts } from './facts.ts';
import type { InputProblem } from './problem.ts';
import type { Finding, Rule, RuleOptions, Severity } from './rule.ts';
import type { Source, Workspace } from './workspace/workspace.ts';

export interface RunOptions extends RuleOptions {
  readonly rules: Readonly<Record<string, Rule>>;
  /** Severity of a rule at a place, after presets, settings and overrides; `off` silences it. */
  severity(rule: string, file: string, context: string, lowered: Severity | undefined, own: Rule): Severity | 'off';
  /** Stop after the facts: `map`. */
  readonly factsOnly?: boolean;
}

export interface Analysis {
  readonly facts: Facts;
  /** Sorted by file, place and rule; suppressed ones left out. */
  readonly findings: readonly Finding[];
  readonly suppressed: number;
  readonly problems: readonly InputProblem[];
  /** Files that were there, and how many of them were parsed. */
  readonly seen: number;
  readonly parsed: number;
  readonly notUnderstood: number;
  /** Every text that was read, by path. */
  readonly sources: ReadonlyMap<string, Source>;
}

/**
 * The whole program: files to facts to findings. Does no I/O of its own.
 * @param workspace the files
 * @param options rules and their severities
 */
export async function analyze(workspace: Workspace, options: RunOptions): Promise<Analysis> {
  void workspace;
  void options;
  throw new Error('not written yet');
}
