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
  // Called, handed on to what will call it (`Thread(target=uvicorn.run, ...)`) or imported by another name.
  const look = new RegExp(
    `(?:(?<=\\b([A-Za-z_]\\w*)[ \\t]*(?:\\([^()\\n]*\\))?[ \\t]*\\.[ \\t]*)|)\\b(${names})[ \\t]*\\(|(${links})|\\bclass[ \\t]+\\w+[ \\t]*\\([^)\\n]*\\b(${bases})\\b|(?:\\b([A-Za-z_]\\w*)[ \\t]*\\.|[=(])[ \\t]*(${names})[ \\t]*[,)]|\\b(${names})[ \\t]+as[ \\t]+\\w`,
    'g',
  );
  return {
    prefilter: {
      pattern: `\\b(${names})[ \\t]*\\(|[.=(][ \\t]*(${names})[ \\t]*[,)]|\\b(${names})[ \\t]+as[ \\t]|${links}|\\bclass[ \\t]+\\w+[ \\t]*\\([^)]*\\b(${bases})\\b`,
      paths: /\.pyw?$/,
      always: (file) => isSettings(file) || kinds.some((format) => format.files.test(file)),
    },
    isCandidate(text) {
      const holds = wordsIn(text);
      for (const [, receiver, name, link, base, owner, passed, imported] of text.matchAll(look)) {
        const callee = name ?? base ?? passed ?? imported;
        if (link !== undefined || mayCall(callees, callee!, receiver ?? owner, holds)) return true;
      }
      return false;
    },
  };
}
