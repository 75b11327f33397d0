import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes a folder and those around it that are missing. Node's own recursive mkdir never ends where the file system has no such
 * folder and lets none be made, as below /proc.
 * @param folder absolute path
 * @param mode of the folders that are made
 * @throws an error of the file system where it cannot be made
 */
export function makeFolder(folder: string, mode?: number): void {
  const missing: string[] = [];
  for (let at = folder; statSync(at, { throwIfNoEntry: false }) === undefined; at = path.dirname(at)) missing.push(at);
  for (const one of missing.reverse()) {
    try {
      mkdirSync(one, mode);
    } catch (error) {
      // Another run may have made it.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
