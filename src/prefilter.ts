import { escaped, mayCall, wordsIn } from './callees.ts';
import type { Signs } from './signs.ts';
import type { Prefilter } from './workspace/workspace.ts';

/** Links to the unspecified address. */
const links = ':\\/\\/(?:0\\.0\\.0\\.0|\\[::0?\\])';

/** What is asked of the files before any is parsed. */
export interface Prefilters {
  readonly prefilter: Prefilter;
  /** A second, closer look at a program's text. */
  isCandidate(text: string): boolean;
  /** Would any text of a candidate be parsed? */
  isWorthParsing(file: string, text: string): boolean;
}

/** Words one of which a settings file holds that says where something listens. */
export const settingsWords = /host|port|bind|listen|addr|url/i;

/**
 * @param signs what gives a file away
 * @param isSettings is a path a settings file of the project
 */
export function prefilters(
  { callees, kinds, programs, serverSettings }: Signs,
  isSettings: (file: string) => boolean,
): Prefilters {
  const names = [...callees.keys()].sort().map(escaped).join('|');
  const bases = [...callees.keys()]
    .filter((name) => /^[A-Z]/.test(name))
    .sort()
    .map(escaped)
    .join('|');
  // Called, handed on to what will call it (`Thread(target=uvicorn.run, ...)`) or imported by another name.
  const look = new RegExp(
    `\\b(${names})[ \\t]*\\(|(${links})|\\bclass[ \\t]+\\w+[ \\t]*\\([^)\\n]*\\b(${bases})\\b|[.=(][ \\t]*(${names})[ \\t]*[,)]|\\b(${names})[ \\t]+as[ \\t]+\\w`,
    'g',
  );
  const isProgram = /\.pyw?$/;
  const lastParts = new Set(serverSettings.names.map(lastPart));
  const isServerSettings = (file: string) =>
    (lastParts.has(lastPart(file)) && serverSettings.names.some((name) => `/${file}`.endsWith(`/${name}`))) ||
    serverSettings.paths.some((path) => path.test(file));
  const isCandidate = (text: string): boolean => {
    const holds = wordsIn(text);
    for (const match of text.matchAll(look)) {
      const [found, name, link, base, passed, imported] = match;
      if (link !== undefined) return true;
      const callee = (name ?? base ?? passed ?? imported)!;
      if (mayCall(callees, callee, undefined, holds)) return true;
      if (!callees.get(callee)?.method) continue;
      const at = match.index + found.indexOf(callee);
      if (mayCall(callees, callee, receiverOf(text, at), holds)) return true;
    }
    return false;
  };
  return {
    prefilter: {
      // One list of names and no more: every further one costs ripgrep as much again.
      pattern: `\\b(?:${names})(?:[ \\t]*[(,)\\[]|[ \\t]+as[ \\t])|${links}`,
      paths: isProgram,
      always: (file) => isSettings(file) || isServerSettings(file) || kinds.some(({ files }) => files.test(file)),
    },
    isCandidate,
    isWorthParsing(file, text) {
      if (isServerSettings(file)) return true;
      if (isProgram.test(file) ? isCandidate(text) : isSettings(file) && settingsWords.test(text)) return true;
      return kinds.some(({ files, literals }) => files.test(file) && holdsSigns(text, literals, programs));
    },
  };
}

/**
 * Does a text hold what its format has to hold to be worth reading?
 * @param literals the format's own
 * @param programs what counts where it has none
 */
export function holdsSigns(text: string, literals: readonly string[], programs: RegExp): boolean {
  return literals.length === 0 ? programs.test(text) : literals.every((literal) => new RegExp(literal).test(text));
}

const lastPart = (file: string) => file.slice(file.lastIndexOf('/') + 1);

/** The name before the dot that stands before an offset, or before the call that does: `app` in `app.run` and in `app().run`. */
const receiver = /(?<=([A-Za-z_]\w*)[ \t]*(?:\([^()\n]*\))?[ \t]*\.[ \t]*)/y;

function receiverOf(text: string, offset: number): string | undefined {
  receiver.lastIndex = offset;
  return receiver.exec(text)?.[1];
}
