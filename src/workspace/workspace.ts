import type { InputProblem } from '../problem.ts';

/** A file's decoded text. Paths are relative to the workspace's root, with `/`. */
export interface Source {
  readonly file: string;
  /** Without BOM. */
  readonly text: string;
  /** Git ignores it: read for resolution and `map`, but it neither creates nor receives findings or edits. */
  readonly ignored?: true;
}

/** What is asked of the files before any is read. */
export interface Prefilter {
  readonly searches: readonly Search[];
  /** A file for which this holds is a candidate whatever is in it. */
  always(file: string): boolean;
}

/** What makes some files candidates. */
export interface Search {
  /** A regular expression in the syntax that ripgrep, git grep -E and JavaScript share. */
  readonly pattern: string;
  /** Tested against the path: other files are not searched. */
  readonly paths: RegExp;
  /** A closer look at a file that holds the pattern. */
  confirms(file: string, text: string): boolean;
  /** Names the closer look: what it answers is remembered, and another one may answer otherwise. */
  readonly revision: string;
}

/** The files of one project. The engine sees nothing else of the file system. */
export interface Workspace {
  /** Files that hold what is looked for in them, and how many there are in all. Sorted, so that runs are equal. */
  candidates(prefilter: Prefilter): Promise<{ readonly files: readonly string[]; readonly seen: number }>;
  /** Files below the root that hold one of these identifiers as a whole word and whose path fits. */
  mentioning(words: readonly string[], paths: RegExp): Promise<readonly string[]>;
  /** Is there such a file, ignored ones included? */
  has(file: string): Promise<boolean>;
  read(file: string): Promise<Source | InputProblem>;
}
