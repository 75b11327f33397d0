import picomatch from 'picomatch';

/**
 * A test of paths against globs; names that begin with a dot fit like others.
 * @param globs a path fits if one of them does
 */
export function globMatcher(globs: readonly string[]): (file: string) => boolean {
  const matches = picomatch([...globs], { dot: true, noextglob: true });
  return (file) => matches(file);
}

/** Globs as one regular expression over paths. */
export function globExpression(globs: readonly string[]): RegExp {
  const sources = globs.map((glob) => picomatch.makeRe(glob, { dot: true, noextglob: true }).source);
  return new RegExp(sources.map((source) => `(?:${source})`).join('|'));
}
