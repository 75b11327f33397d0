import type { BindFailure, CallShape, CommandShape, Framework, Where } from '../framework.ts';
import type { WrittenFramework } from './frameworks-schema.ts';
import { globExpression } from './glob.ts';

/** Frameworks that settings describe, by language and word. */
export interface OwnFrameworks {
  readonly python: Readonly<Record<string, Framework>>;
  readonly javascript: Readonly<Record<string, Framework>>;
}

type WrittenCall = NonNullable<WrittenFramework['calls']>[number];
type WrittenPlaces = NonNullable<WrittenCall['host']>;
type WrittenPlace = NonNullable<NonNullable<WrittenCall['debug']>['where']>;

/**
 * The catalogue entries that settings describe.
 * @param written by the word that announces each, the later of two descriptions first in line
 */
export function ownFrameworks(written: Readonly<Record<string, WrittenFramework>>): OwnFrameworks {
  const python: Record<string, Framework> = {};
  const javascript: Record<string, Framework> = {};
  for (const [word, framework] of Object.entries(written))
    (framework.language === 'javascript' ? javascript : python)[word] = frameworkOf(word, framework);
  return { python, javascript };
}

function frameworkOf(word: string, { name, docs, defaults, calls, commands, settings }: WrittenFramework): Framework {
  const shapes = [...(commands ?? []), ...(settings ?? []).map(readerOf)] as NonNullable<Framework['commands']>;
  return {
    name: name ?? word,
    docs: docs ?? '',
    defaults: (defaults ?? {}) as Framework['defaults'],
    ...(calls && { calls: calls.map(callOf) }),
    ...(shapes.length > 0 && { commands: shapes }),
    evidence: { source: 'settings' },
  };
}

function callOf({
  raises,
  shows,
  callback,
  host,
  port,
  address,
  unless,
  debug,
  blocks,
  ...rest
}: WrittenCall): CallShape {
  const failure = failureOf(raises, shows, callback);
  return {
    ...(rest as Omit<CallShape, 'blocks'>),
    ...(host !== undefined && { host: placesOf(host) }),
    ...(port !== undefined && { port: placesOf(port) }),
    ...(address !== undefined && { address: placesOf(address) }),
    ...(unless !== undefined && { unless: placesOf(unless) }),
    ...(debug && {
      debug: { means: debug.means, ...(debug.where !== undefined && { where: placeOf(debug.where) }) },
    }),
    blocks: blocks ?? true,
    ...(failure && { failure: [failure] }),
  };
}

const placesOf = (written: WrittenPlaces): readonly Where[] =>
  (Array.isArray(written) ? written : [written]).map(placeOf);

function placeOf(written: WrittenPlace): Where {
  if (typeof written === 'string') return { keyword: written };
  return typeof written === 'number' ? { arg: written } : (written as Where);
}

function failureOf(
  raises: string | undefined,
  shows: WrittenCall['shows'],
  callback: boolean | undefined,
): BindFailure | undefined {
  if (shows !== undefined || callback) {
    return {
      raises: raises ?? 'EADDRINUSE',
      ...(shows !== undefined && { shows }),
      ...(callback && { callback: { exit: 0 } }),
      exit: shows === undefined ? 0 : 1,
    };
  }
  if (raises === undefined) return undefined;
  if (raises === 'nothing') return { raises, exit: 0, thread: 'silent' };
  if (raises === 'exit') return { raises, exit: 1, thread: 'exits' };
  return { raises, exit: 1, thread: raises === 'SystemExit' ? 'silent' : 'traceback' };
}

/** Settings files are read as those of a program that nobody starts by name. */
function readerOf({
  files,
  bare,
  ...keys
}: NonNullable<WrittenFramework['settings']>[number]): CommandShape & { readonly program: readonly string[] } {
  return {
    program: [],
    ...(bare !== undefined && { bare }),
    required: ['host', 'port'],
    settings: { known: globExpression(files), ...(keys as Pick<NonNullable<CommandShape['settings']>, 'host'>) },
  };
}
