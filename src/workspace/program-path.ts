import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** The system that a program is looked up on. */
export interface Lookup {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  isProgram(file: string): boolean;
}

/**
 * Where a program lies that is called by its bare name. The folders are those of the search path that are absolute: Windows itself
 * would look into the working directory first, which is the project's.
 * @param elsewhere folders after those of the search path
 * @returns undefined where it is not installed
 */
export function programPath(
  name: string,
  { env, platform, isProgram }: Lookup,
  elsewhere: readonly string[] = [],
): string | undefined {
  const onWindows = platform === 'win32';
  const { delimiter, isAbsolute, join } = onWindows ? path.win32 : path.posix;
  if (isAbsolute(name)) return isProgram(name) ? name : undefined;
  const variable = onWindows ? Object.keys(env).find((key) => key.toUpperCase() === 'PATH') : 'PATH';
  const folders = (env[variable ?? 'PATH'] ?? '').split(delimiter).map((folder) => folder.replace(/^"(.*)"$/, '$1'));
  // A script such as git.cmd would need a shell.
  const names = onWindows && !/\.(?:exe|com)$/i.test(name) ? [`${name}.exe`, `${name}.com`] : [name];
  return [...folders, ...elsewhere]
    .filter((folder) => isAbsolute(folder) && !(onWindows && /^[\\/](?![\\/])/.test(folder)))
    .flatMap((folder) => names.map((one) => join(folder, one)))
    .find(isProgram);
}

/** Is it a file that may be run? */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
