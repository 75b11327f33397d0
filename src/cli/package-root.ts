import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where bindlint itself is installed, and its version. The code may run from the sources or from the bundle's chunks. */
export function ownPackage(): { readonly root: string; readonly version: string } {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Record<
        string,
        string
      >;
      if (name === 'bindlint' && version !== undefined) return { root: folder, version };
    } catch {}
    if (path.dirname(folder) === folder) throw new Error('the package.json of bindlint is missing');
  }
}
