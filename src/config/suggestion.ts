import { closest, distance } from 'fastest-levenshtein';

/**
 * The words `(did you mean x?)` with a space before, or nothing where no known name is near.
 * @param known names that exist
 */
export function suggestion(name: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const typed = name.toLowerCase();
  const begun = typed.length >= 3 ? known.find((candidate) => candidate.startsWith(typed)) : undefined;
  const near = begun ?? closest(typed, known);
  const isNear = near === begun || distance(typed, near) <= Math.max(2, near.length * 0.4);
  return isNear ? ` (did you mean ${near}?)` : '';
}
