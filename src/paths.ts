/**
 * A path below a folder of the project.
 * @param folder relative to the root; the root itself is the empty string
 * @param path as it is written there
 * @returns undefined where it leads out of the project
 */
export function joined(folder: string, path: string): string | undefined {
  if (/^(?:\/|~|[A-Za-z]:)/.test(path)) return undefined;
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.split(/[/\\]/)) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** An absolute path inside a container, without `.` and `..`. */
export function containerPath(directory: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${path.startsWith('/') ? '' : directory}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}
