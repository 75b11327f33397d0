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
  /** The part behind the first `=` where only that is quoted (`--host="0.0.0.0"`, `HOST='::'`). */
  readonly assigned?: Word;
}

export interface Assignment {
  readonly name: string;
  readonly value: Word;
  /** It holds only where nobody outside sets the variable: `PORT="${PORT:-8000}"`. */
  readonly unlessSet?: true;
}

/** One simple command, wrappers and assignments still in front. */
export interface CommandLine {
  readonly words: readonly Word[];
  readonly span: Span;
  /**
   * `NAME=value` words before the program, and what the file sets for it elsewhere (Dockerfile ENV, systemd Environment=).
   * With no words at all: variables that the rest of the script sees.
   */
  readonly environment: readonly Assignment[];
  /** What earlier lines of the script set, exported or not: `$NAME` in its words means this. One that is not known has a value that expands. */
  readonly variables?: readonly Assignment[];
  /** Names that this line gives to the environment of all that follow. */
  readonly exports?: readonly string[];
  /** Exec form (a JSON or YAML list): no shell, nothing is expanded; a new word is a list item. */
  readonly form: 'shell' | 'exec';
  /** Where it is not the POSIX shell: how its words, and commands within them, are to be read. */
  readonly shell?: 'cmd' | 'powershell';
  /** How one more word is appended in exec form: text before and after (`, "` and `"`); shell form: a space. */
  readonly append?: readonly [before: string, after: string];
  /** Where it is appended, if that is not right behind the last word: behind the comment on its line. */
  readonly appendAt?: number;
  /**
   * Where the line that starts its script gives it more words: `npm run dev`, behind whose last word `-- --host 0.0.0.0` is written, and
   * which come behind its own last word.
   */
  readonly extended?: {
    readonly line: CommandLine;
    readonly last: Word;
    readonly before: readonly string[];
    readonly own: Word;
  };
  /** It stands inside a text with escapes: spans are those of the whole text, and nothing can be written into it. */
  readonly opaque?: true;
}
