import { closeSync, fchmodSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Writes beside a file and renames, so that who reads it meanwhile sees one whole file or the other.
 * @param file absolute path in a folder that is there
 * @param mode of the new file; that of any new one, unless given
 * @throws an error of the file system where it cannot be written
 */
export function replaceFile(file: string, content: string | Uint8Array, mode?: number): void {
  // Two runs may have the same process id, in two containers.
  const beside = `${file}.${Math.floor(Math.random() * 2 ** 48).toString(16)}`;
  const descriptor = openSync(beside, 'wx', mode ?? 0o666);
  try {
    try {
      if (mode !== undefined) fchmodSync(descriptor, mode);
      writeFileSync(descriptor, content);
    } finally {
      closeSync(descriptor);
    }
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
