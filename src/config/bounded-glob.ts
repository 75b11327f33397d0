/**
 * Can a glob be matched without the backtracking that makes a regular expression run for minutes?
 * @param glob written in settings, which may come from a hostile project
 */
export function isBoundedGlob(glob: string): boolean {
  const segments = glob.split('/');
  return (
    glob.length <= 500 &&
    !/[@?*+!]\(/.test(glob) &&
    segments.filter((segment) => segment.includes('**')).length <= 3 &&
    segments.every((segment) => segment.split('*').length <= 4)
  );
}
