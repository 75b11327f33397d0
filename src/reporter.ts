import type { Facts, Span } from './facts.ts';
import type { InputProblem } from './problem.ts';
import type { Edit, Finding } from './rule.ts';

/** A finding ready to be shown: with the edits of its fix, or the reason why there are none. */
export interface ReportedFinding extends Finding {
  readonly edits?: readonly Edit[];
  /** The edits restructure code and are computed only by `fix`. */
  readonly structural?: boolean;
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

export interface Report {
  readonly findings: readonly ReportedFinding[];
  readonly problems: readonly InputProblem[];
  readonly summary: Summary;
  readonly facts: Facts;
  /** Text of a file that was read, without BOM; undefined where it was not. */
  text(file: string): string | undefined;
  /** A file's path as it is shown: relative to the working directory, with `/`. */
  path(file: string): string;
  /** A file's address for links. */
  url(file: string): string;
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
