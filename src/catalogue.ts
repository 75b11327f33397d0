import type { Framework } from './framework.ts';

/**
 * A catalogue with frameworks of the project's own. One that is there already is described further: what the project says of a call
 * counts before what was known of it.
 */
export function withOwn(
  catalogue: Readonly<Record<string, Framework>>,
  own: Readonly<Record<string, Framework>> | undefined,
): Readonly<Record<string, Framework>> {
  if (!own) return catalogue;
  const all = { ...catalogue };
  for (const [word, framework] of Object.entries(own)) {
    const known = Object.hasOwn(catalogue, word) ? catalogue[word] : undefined;
    all[word] = known
      ? {
          ...known,
          calls: [...(known.calls ?? []), ...(framework.calls ?? [])],
          commands: [...(framework.commands ?? []), ...(known.commands ?? [])],
          defaults: { ...known.defaults, ...framework.defaults },
        }
      : framework;
  }
  return all;
}

/** A catalogue whose commands listen by default where they do in a container. */
export function inContainer(catalogue: Readonly<Record<string, Framework>>): Readonly<Record<string, Framework>> {
  const there = ({ commands, ...rest }: Framework): Framework => ({
    ...rest,
    commands: commands!.map((shape) =>
      shape.hostInContainer === undefined
        ? shape
        : { ...shape, defaults: { ...shape.defaults, host: shape.hostInContainer } },
    ),
  });
  const isOther = ({ commands }: Framework) => commands?.some(({ hostInContainer }) => hostInContainer !== undefined);
  return Object.fromEntries(
    Object.entries(catalogue).map(([word, framework]) => [word, isOther(framework) ? there(framework) : framework]),
  );
}
