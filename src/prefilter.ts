import { calleesOf, escaped, mayCall, wordsIn } from './callees.ts';
import type { Format } from './format.ts';
import type { Framework } from './framework.ts';
import type { Prefilter } from './workspace/workspace.ts';

/** Links to the unspecified address. */
const links = ':\\/\\/(?:0\\.0\\.0\\.0|\\[::0?\\])';

/** What is asked of the files before any is parsed. */
export interface Prefilters {
  readonly prefilter: Prefilter;
  /** A second, closer look at a program's text. */
  isCandidate(text: string): boolean;
}

/**
 * @param python the Python catalogue
 * @param formats the kinds of files
 * @param isSettings is a path a settings file of the project
 */
export function prefilters(
  python: Readonly<Record<string, Framework>>,
  formats: Readonly<Record<string, Format>>,
  isSettings: (file: string) => boolean,
): Prefilters {
  const callees = calleesOf(python);
  const names = [...callees.keys()].sort().map(escaped).join('|');
  const bases = [...callees.keys()]
    .filter((name) => /^[A-Z]/.test(name))
    .sort()
    .map(escaped)
    .join('|');
  const kinds = Object.values(formats);
  // Called, or handed on to what will call it: `Thread(target=uvicorn.run, ...)`.
  const look = new RegExp(
    `(?:(?<=\\b([A-Za-z_]\\w*)[ \\t]*(?:\\([^()\\n]*\\))?[ \\t]*\\.[ \\t]*)|)\\b(${names})[ \\t]*\\(|(${links})|\\bclass[ \\t]+\\w+[ \\t]*\\([^)\\n]*\\b(${bases})\\b|(?:\\b([A-Za-z_]\\w*)[ \\t]*\\.|[=(])[ \\t]*(${names})[ \\t]*[,)]`,
    'g',
  );
  return {
    prefilter: {
      pattern: `\\b(${names})[ \\t]*\\(|[.=(][ \\t]*(${names})[ \\t]*[,)]|${links}|\\bclass[ \\t]+\\w+[ \\t]*\\([^)]*\\b(${bases})\\b`,
      paths: /\.pyw?$/,
      always: (file) => isSettings(file) || kinds.some((format) => format.files.test(file)),
    },
    isCandidate(text) {
      const holds = wordsIn(text);
      for (const [, receiver, name, link, base, owner, passed] of text.matchAll(look)) {
        if (link !== undefined || mayCall(callees, (name ?? base ?? passed)!, receiver ?? owner, holds)) return true;
      }
      return false;
    },
  };
}
