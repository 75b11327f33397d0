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
  /** Eight at the most. */
  readonly searches: readonly Search[];
  /** A file for which this holds is a candidate whatever is in it. */
  always?(file: string): boolean;
  /** Names all that decides the answers of the searches: they are remembered, and another question may be answered otherwise. */
  readonly revision: string;
}

/** What makes some files candidates. */
export interface Search {
  /** Other files are not searched. */
  readonly paths: Pick<RegExp, 'test'>;
  /** A regular expression in the syntax that ripgrep and JavaScript share; unless given, every file is looked at closer. */
  readonly pattern?: string;
  /** A closer look at a file that holds the pattern. */
  confirms(file: string, text: string): boolean;
}

/** What was found out of the files. Lists are sorted, so that runs are equal. */
export interface Candidates {
  /** What may say something. */
  readonly files: readonly string[];
  /** What a search without a pattern looked at and did not confirm. */
  readonly quiet: readonly string[];
  /** How many files there are in all. */
  readonly seen: number;
}

/** The files of one project. The engine sees nothing else of the file system. */
export interface Workspace {
  candidates(prefilter: Prefilter): Promise<Candidates>;
  /**
   * Files below the root that hold one of these identifiers as a whole word and whose path fits.
   * @param next identifiers that will be asked for too: both are looked for in one go where that is cheaper
   */
  mentioning(words: readonly string[], paths: RegExp, next?: readonly string[]): Promise<readonly string[]>;
  /** Is there such a file, ignored ones included? */
  has(file: string): Promise<boolean>;
  read(file: string): Promise<Source | InputProblem>;
}
