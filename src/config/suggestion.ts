import { closest, distance } from 'fastest-levenshtein';

/**
 * The words `(did you mean x?)` with a space before, or nothing where no known name is near.
 * @param known names that exist
 */
export function suggestion(name: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const near = closest(name.toLowerCase(), known);
  return distance(name.toLowerCase(), near) <= Math.max(2, near.length * 0.4) ? ` (did you mean ${near}?)` : '';
}
