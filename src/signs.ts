import { programNames } from './commands/match-commands.ts';
import type { Format } from './format.ts';
import type { Framework } from './framework.ts';
import { type Callee, calleesOf, withStarters } from './match/callees.ts';
import { startingNames } from './match/started-commands.ts';
import { settingsReaders } from './settings/server-settings.ts';

/** What gives a file away before it is parsed. The build writes it down, so that most runs need no catalogue. */
export interface Signs {
  /** What the catalogue of Python calls, by the last part of its name. */
  readonly callees: ReadonlyMap<string, Callee>;
  /** What the catalogue of JavaScript calls. */
  readonly scripts: ReadonlyMap<string, Callee>;
  readonly kinds: readonly Pick<Format, 'files' | 'literals'>[];
  /** The names of programs. */
  readonly programs: RegExp;
  /** Files that servers read their settings from: ends of paths, and expressions that paths fit. */
  readonly serverSettings: { readonly names: readonly string[]; readonly paths: readonly RegExp[] };
}

type Frameworks = Readonly<Record<string, Framework>>;

/**
 * @param python the Python catalogue
 * @param javascript the catalogue of JavaScript
 * @param programs the servers that are no libraries
 * @param formats the kinds of files
 */
export function signsOf(
  python: Frameworks,
  javascript: Frameworks,
  programs: Frameworks,
  formats: Readonly<Record<string, Format>>,
): Signs {
  const all = allOf(python, javascript, programs);
  const settings = settingsReaders(all).map((reader) => reader.settings);
  return {
    callees: withStarters(calleesOf(python), python, startingNames),
    scripts: calleesOf(javascript),
    kinds: Object.values(formats).flatMap(({ files, literals, elsewhere }) => [
      { files, literals },
      ...(elsewhere ? [elsewhere] : []),
    ]),
    programs: programNames(all),
    serverSettings: {
      names: settings.flatMap(({ files }) => files ?? []),
      paths: settings.flatMap(({ known }) => known ?? []),
    },
  };
}

/** What gives a file away to a catalogue that a project describes further. */
export function joinedSigns(one: Signs, other: Signs): Signs {
  return {
    callees: joinedCallees(one.callees, other.callees),
    scripts: joinedCallees(one.scripts, other.scripts),
    kinds: [...one.kinds, ...other.kinds],
    programs: new RegExp(`${one.programs.source}|${other.programs.source}`, one.programs.flags),
    serverSettings: {
      names: [...one.serverSettings.names, ...other.serverSettings.names],
      paths: [...one.serverSettings.paths, ...other.serverSettings.paths],
    },
  };
}

function joinedCallees(one: Signs['callees'], other: Signs['callees']): Signs['callees'] {
  const all = new Map(one);
  for (const [name, { roots, method }] of other) {
    const known = all.get(name);
    all.set(name, { roots: new Set([...(known?.roots ?? []), ...roots]), method: method || known?.method === true });
  }
  return all;
}

/** The whole catalogue in one table; a word that two languages have is JavaScript's only with its language. */
export function allOf(python: Frameworks, javascript: Frameworks, programs: Frameworks): Frameworks {
  const named = Object.entries(javascript).map(
    ([word, framework]) => [Object.hasOwn(python, word) ? `javascript/${word}` : word, framework] as const,
  );
  return { ...python, ...Object.fromEntries(named), ...programs };
}
