import { isBoundedGlob } from '../config/bounded-glob.ts';

/** Nobody writes down more. */
const mostPatterns = 1_000;

/**
 * What a `.dockerignore` keeps out of an image.
 * @param text of the file
 * @returns whether a file of the build context is left out, by its path in it
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function leftOutBy(text: string): (path: string) => boolean {
  const rules = text
    .split(/\r?\n/)
    .slice(0, mostPatterns)
    .flatMap((line) => ruleOf(line.trim()));
  return (path) => {
    const parts = path.split('/');
    const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    return rules.findLast(({ pattern }) => prefixes.some((prefix) => pattern.test(prefix)))?.leavesOut ?? false;
  };
}

function ruleOf(line: string): { readonly pattern: RegExp; readonly leavesOut: boolean }[] {
  if (line === '' || line.startsWith('#')) return [];
  const leavesOut = !line.startsWith('!');
  const plain = (leavesOut ? line : line.slice(1)).trim().replace(/^(?:\.?\/)+|\/+$/g, '');
  if (plain === '' || plain === '.' || !isBoundedGlob(plain)) return [];
  const source = plain.replace(/\*\*\/|\*+|\?|\\.|[\\^$.|+(){}]/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '?') return '[^/]';
    if (part.startsWith('*')) return part.length > 1 ? '.*' : '[^/]*';
    return part.length > 1 ? part : `\\${part}`;
  });
  try {
    return [{ pattern: new RegExp(`^${source}$`), leavesOut }];
  } catch {
    return [];
  }
}
