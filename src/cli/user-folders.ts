import { homedir } from 'node:os';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The user's folder for what programs remember, on this platform.
 * @param env the process's environment
 */
export function stateFolder(env: Environment): string {
  return folderIn(env, 'XDG_STATE_HOME', ['Library', 'Application Support'], ['.local', 'state']);
}

/**
 * The user's folder for what programs can find out again, on this platform.
 * @param env the process's environment
 */
export function cacheFolder(env: Environment): string {
  const folder = folderIn(env, 'XDG_CACHE_HOME', ['Library', 'Caches'], ['.cache']);
  return process.platform === 'win32' ? path.join(folder, 'cache') : folder;
}

/** https://specifications.freedesktop.org/basedir-spec/latest/: paths that are not absolute are to be ignored. */
function folderIn(env: Environment, variable: string, darwin: readonly string[], others: readonly string[]): string {
  const set = (name: string) => (env[name] !== undefined && path.isAbsolute(env[name]) ? env[name] : undefined);
  const home = set('HOME') ?? homedir();
  const base =
    set(variable) ??
    (process.platform === 'win32'
      ? (set('LOCALAPPDATA') ?? path.join(home, 'AppData', 'Local'))
      : path.join(home, ...(process.platform === 'darwin' ? darwin : others)));
  return path.join(base, 'bindlint');
}
