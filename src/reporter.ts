import type { Facts, Span } from './facts.ts';
import type { InputProblem } from './problem.ts';
import type { Edit, Finding, Severity } from './rule.ts';

/** A finding ready to be shown: with the edits of its fix, or the reason why there are none. */
export interface ReportedFinding extends Finding {
  readonly edits?: readonly Edit[];
  /** The edits restructure code and are computed only by `fix`. */
  readonly structural?: boolean;
}

/** A finding that is not reported, because somebody said so. */
export interface SuppressedFinding extends ReportedFinding {
  readonly suppression: {
    /** A comment in the file, or a list kept elsewhere. */
    readonly by: 'comment' | 'baseline';
    readonly reason?: string;
  };
}

/** What is known of a rule beside its findings. */
export interface RuleDescription {
  /** One line without a full stop. */
  readonly summary: string;
  readonly severity: Severity;
  /** What it is about and what to do, from its page; absent where there is no page. */
  readonly help?: { readonly markdown: string; readonly text: string };
}

export interface Summary {
  readonly files: number;
  readonly parsed: number;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly fixable: number;
  readonly suppressed: number;
  readonly notUnderstood: number;
  readonly durationMs: number;
}

/** The command that makes the fixes which the summary counts. */
export interface Fixing {
  /** `bindlint fix`, with those flags of this run that say which fixes are made. */
  readonly command: string;
  includes(finding: Finding): boolean;
}

export interface Report {
  readonly findings: readonly ReportedFinding[];
  /** Absent where it is not known what was suppressed. */
  readonly suppressed?: readonly SuppressedFinding[];
  readonly problems: readonly InputProblem[];
  readonly summary: Summary;
  readonly facts: Facts;
  /** Text of a file that was read, without BOM; undefined where it was not. */
  text(file: string): string | undefined;
  /** A file's path as it is shown: relative to the working directory, with `/`. */
  path(file: string): string;
  /** A file's path from the root of the repository, with `/`: what a platform knows it by. */
  repositoryPath(file: string): string;
  /** A file's address for links. */
  url(file: string): string;
  readonly fixing: Fixing;
  /** Of bindlint. */
  readonly version: string;
  /** Undefined for an unknown rule. */
  rule(id: string): RuleDescription | undefined;
  /** 1-based line and column of an offset. */
  position(span: Span): {
    readonly line: number;
    readonly column: number;
    readonly endLine: number;
    readonly endColumn: number;
  };
}

export interface ReportOptions {
  readonly color: boolean;
  readonly links: boolean;
  readonly quiet: boolean;
  /** Of the terminal. */
  readonly columns: number;
  /** Show info findings too where the format would only count them. */
  readonly infos: boolean;
}

/** An output format. Its name is its file's name. */
export interface Reporter {
  readonly summary: string;
  print(report: Report, options: ReportOptions): string;
}
