import type { Manifest } from './manifests.ts';

/**
 * The manifests that belong to the same installation as another one: in its file, else in its folder, else in a folder beside,
 * above or below. The same object is often described once for each environment.
 */
export function near<T>(beside: Manifest, items: readonly T[], manifestOf: (item: T) => Manifest): readonly T[] {
  const same = items.filter((item) => {
    const { namespace } = manifestOf(item);
    return namespace === undefined || beside.namespace === undefined || namespace === beside.namespace;
  });
  const own = foldersOf(beside.file);
  let best = Number.POSITIVE_INFINITY;
  let found: T[] = [];
  for (const item of same) {
    const { file } = manifestOf(item);
    const distance = file === beside.file ? 0 : distanceOf(own, foldersOf(file));
    if (distance > farthest || distance > best) continue;
    if (distance < best) found = [];
    best = distance;
    found.push(item);
  }
  return found;
}

const farthest = 4;

const foldersOf = (file: string) => file.split('/').slice(0, -1);

function distanceOf(a: readonly string[], b: readonly string[]): number {
  let common = 0;
  while (common < a.length && common < b.length && a[common] === b[common]) common++;
  const [up, down] = [a.length - common, b.length - common];
  // Folders beside each other at the root of a collection have nothing to do with each other.
  if (up > 1 || down > 1) return farthest + 1;
  if (up === 1 && down === 1 && common === 0) return farthest + 1;
  return 1 + up + down;
}
