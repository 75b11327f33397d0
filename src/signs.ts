import { type Callee, calleesOf } from './callees.ts';
import type { Format } from './format.ts';
import type { Framework } from './framework.ts';
import { programNames } from './match-commands.ts';
import { settingsReaders } from './server-settings.ts';

/** What gives a file away before it is parsed. The build writes it down, so that most runs need no catalogue. */
export interface Signs {
  /** What the catalogue calls, by the last part of its name. */
  readonly callees: ReadonlyMap<string, Callee>;
  readonly kinds: readonly Pick<Format, 'files' | 'literals'>[];
  /** The names of programs. */
  readonly programs: RegExp;
  /** Files that servers read their settings from: ends of paths, and expressions that paths fit. */
  readonly serverSettings: { readonly names: readonly string[]; readonly paths: readonly RegExp[] };
}

/**
 * @param python the Python catalogue
 * @param javascript the JavaScript catalogue
 * @param programs the servers that are no libraries
 * @param formats the kinds of files
 */
export function signsOf(
  python: Readonly<Record<string, Framework>>,
  javascript: Readonly<Record<string, Framework>>,
  programs: Readonly<Record<string, Framework>>,
  formats: Readonly<Record<string, Format>>,
): Signs {
  const all = { ...python, ...javascript, ...programs };
  const settings = settingsReaders(all).map((reader) => reader.settings);
  return {
    callees: calleesOf(python),
    kinds: Object.values(formats).map(({ files, literals }) => ({ files, literals })),
    programs: programNames(all),
    serverSettings: {
      names: settings.flatMap(({ files }) => files ?? []),
      paths: settings.flatMap(({ known }) => known ?? []),
    },
  };
}
