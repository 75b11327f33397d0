import type { Span } from '../facts.ts';

/** One word of a command line. */
export interface Word {
  /** Quotes removed, variables left as written (`$PORT`, `${PORT:-8000}`). */
  readonly value: string;
  /** As it stands, with quotes. */
  readonly span: Span;
  /** The quotes around the whole word as written; empty for a bare word. Absent: quoted in parts or escaped, so it cannot be replaced in place. */
  readonly quote?: string;
  /** A shell would expand variables in it: not in single quotes, not in exec form. */
  readonly expands: boolean;
}

/** One simple command, wrappers and assignments still in front. */
export interface CommandLine {
  readonly words: readonly Word[];
  readonly span: Span;
  /** `NAME=value` words before the program. */
  readonly environment: readonly { readonly name: string; readonly value: Word }[];
  /** Exec form (a JSON or YAML list): no shell, nothing is expanded; a new word is a list item. */
  readonly form: 'shell' | 'exec';
  /** How one more word is appended in exec form: text before and after (`, "` and `"`); shell form: a space. */
  readonly append?: readonly [before: string, after: string];
}
