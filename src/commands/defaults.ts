import type { CommandShape, Framework } from '../framework.ts';
import { inRange } from '../match/failure.ts';

/**
 * Is an entry of the catalogue meant for what a project pins? A version that is not known is the current one, which has no range.
 * @param pinned the version of a package that the project pins
 */
export function isMeant(when: CommandShape['when'], pinned: (name: string) => string | undefined): boolean {
  const version = when && pinned(when.package);
  return when === undefined || (version !== undefined && inRange(version, when.range));
}

/** The host and port that a command listens on where nothing says them, in the version that the project pins. */
export function defaultsOf(
  framework: Framework,
  shape: CommandShape,
  pinned: (name: string) => string | undefined,
): { host?: string; port?: number } {
  const { port: current, ...given } = { ...framework.defaults, ...shape.defaults };
  const earlier = shape.earlierPorts?.find(({ when }) => isMeant(when, pinned));
  const port = earlier ? earlier.port : current;
  return { ...given, ...(port !== undefined && { port }) };
}
