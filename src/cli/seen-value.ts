import type { Slot } from '../facts.ts';
import type { Io } from './io.ts';

/**
 * A value as it comes out with this environment and this command line; undefined where that cannot be seen.
 * @param words the command line that starts the program, where it is known
 * @param read turns a text into a value
 */
export function seenValue<T>(
  { value, origin, variables, span }: Slot<T>,
  words: readonly string[],
  env: Io['env'],
  read: (text: string) => T | undefined,
): T | undefined {
  const isLeftOut = origin.by === 'default' && span.start === span.end;
  const names = origin.by === 'env' ? [origin.name] : isLeftOut ? (variables ?? []) : [];
  const set = names.map((name) => env[name]).find((one) => one !== undefined && one !== '');
  if (set !== undefined) return read(set);
  if (origin.by !== 'argument') return value;
  const at = words.findIndex((word) => word === origin.name || word.startsWith(`${origin.name}=`));
  if (at === -1) return value;
  const word = words[at]!;
  return read(word.includes('=') ? word.slice(word.indexOf('=') + 1) : (words[at + 1] ?? ''));
}
