import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';

export const repository = path.dirname(path.dirname(import.meta.dirname));

/** Where the packages of this folder's package.json are. */
export const packages = path.join(import.meta.dirname, 'node_modules');

const required = process.env.BINDLINT_LIVE === 'required';

/**
 * Why a test cannot use a package, for `skip`. With BINDLINT_LIVE=required nothing is skipped.
 * @param folder the one below this folder that it is installed in
 */
export function missingPackage(name: string, folder = '.'): string | false {
  if (required || existsSync(path.join(import.meta.dirname, folder, 'node_modules', name))) return false;
  return `${name} is not installed: npm ci in ${path.join('test/live', folder)}`;
}

/** Why a test cannot use a program, for `skip`. With BINDLINT_LIVE=required nothing is skipped. */
export function missingProgram(name: string): string | false {
  if (required || spawnSync(name, ['--version']).error === undefined) return false;
  return `${name} is not installed`;
}

/**
 * Copies what is under version control, with what is new, because tests that build or install must not touch the repository.
 * @param folder is made
 * @param options `modules`: the installed packages are linked, so that it can be built at once
 */
export function copyRepository(folder: string, options: { readonly modules?: boolean } = {}): void {
  const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repository,
  });
  for (const file of stdout.toString().split('\0').filter(Boolean)) {
    // Removed, and not yet committed.
    if (!existsSync(path.join(repository, file))) continue;
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    cpSync(path.join(repository, file), path.join(folder, file));
  }
  if (options.modules) symlinkSync(path.join(repository, 'node_modules'), path.join(folder, 'node_modules'));
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program and waits for it. */
export function run(
  words: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>>; readonly input?: string },
): Ran {
  const [program, ...args] = words;
  const { error, status, stdout, stderr } = spawnSync(program!, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    input: options.input ?? '',
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (error) throw error;
  return { status, stdout, stderr };
}
