import { suggestion } from '../config/suggestion.ts';

/** The command line asks for something that does not exist or makes no sense: exit code 2. */
export class MisuseError extends Error {
  override readonly name = 'MisuseError';
}

/**
 * The name, if it is a known one.
 * @param what names the kind of thing: `rule`
 * @throws {MisuseError} with a suggestion
 */
export function known<T extends string>(what: string, name: string, names: readonly T[]): T {
  if ((names as readonly string[]).includes(name)) return name as T;
  throw new MisuseError(`unknown ${what} "${name}"${suggestion(name, names)}; known: ${names.join(', ')}`);
}
