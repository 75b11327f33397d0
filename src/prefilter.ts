import type { Format } from './format.ts';
import type { Framework } from './framework.ts';
import type { Prefilter } from './workspace/workspace.ts';

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Calls by these common names on these receivers start no server. */
const busy = /^(run|start|serve|listen|bind|launch|open|connect)$/;
const elsewhere = new Set(['subprocess', 'asyncio', 'sp', 'trio', 'anyio', 'unittest', 'pytest', 'session', 'conn', 'cursor', 'sess', 'thread', 'threading', 'process', 'proc', 'timer', 'executor', 'loop', 'pool', 're', 'nox', 'invoke', 'c', 'ctx', 'runner']);

/** Links to the unspecified address. */
const links = ':\\/\\/(0\\.0\\.0\\.0|\\[::0?\\])';

function lastNames(frameworks: Readonly<Record<string, Framework>>): string[] {
  const names = new Set<string>();
  for (const framework of Object.values(frameworks)) {
    for (const shape of framework.calls ?? []) {
      for (const call of typeof shape.call === 'string' ? [shape.call] : shape.call) names.add(call.slice(call.lastIndexOf('.') + 1));
    }
  }
  return [...names].sort();
}

/** The literals that every file with something to say holds. */
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
export function prefilters(python: Readonly<Record<string, Framework>>, formats: Readonly<Record<string, Format>>, isSettings: (file: string) => boolean): Prefilters {
  const names = lastNames(python).map(escape).join('|');
  const kinds = Object.values(formats);
  const look = new RegExp(`(?:\\b([A-Za-z_]\\w*)[ \\t]*\\.[ \\t]*)?\\b(${names})[ \\t]*\\(|${links}`, 'g');
  return {
    prefilter: {
      pattern: `\\b(${names})[ \\t]*\\(|${links}`,
      paths: /\.pyw?$/,
      always: (file) => isSettings(file) || kinds.some((format) => format.files.test(file)),
    },
    isCandidate(text) {
      look.lastIndex = 0;
      for (let match = look.exec(text); match; match = look.exec(text)) {
        if (match[2] === undefined) return true;
        if (!(busy.test(match[2]) && match[1] !== undefined && elsewhere.has(match[1]))) return true;
      }
      return false;
    },
  };
}
