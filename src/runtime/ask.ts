import { execFile, spawnSync } from 'node:child_process';
import { isProgram, programPath } from '../workspace/program-path.ts';

/** What a program of the system said. */
export interface Answer {
  /** `missing`: there is no such program; `late`: it did not end in time. */
  readonly state: 'ran' | 'missing' | 'late';
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Asks a program of the system, which only reads.
 * @param env the environment it is looked up and run in
 */
export function ask(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  milliseconds = 5000,
): Promise<Answer> {
  const file = fileOf(program, env);
  if (file === undefined) return Promise.resolve({ state: 'missing', status: 127, out: '', err: '' });
  const options = {
    // Firewalls are administered by programs in Python, which must not load what lies in a project.
    env: { ...env, LC_ALL: 'C', LANG: 'C', PYTHONPATH: undefined, PYTHONHOME: undefined },
    timeout: milliseconds,
    maxBuffer: 1 << 24,
    windowsHide: true,
  };
  return new Promise((resolve) => {
    const child = execFile(file, [...args], options, (error, out, err) => {
      const { code, killed } = (error ?? {}) as { code?: number | string; killed?: boolean };
      if (code === 'ENOENT' || code === 'EACCES') resolve({ state: 'missing', status: 127, out: '', err: '' });
      else if (killed) resolve({ state: 'late', status: 124, out, err });
      else resolve({ state: 'ran', status: error ? (typeof code === 'number' ? code : 1) : 0, out, err });
    });
    child.stdin?.end();
  });
}

// Firewalls are administered with programs that are not on the path of every user.
const fileOf = (program: string, env: Readonly<Record<string, string | undefined>>) =>
  programPath(program, { env, platform: process.platform, isProgram }, ['/usr/sbin', '/sbin']);

/** Runs a program of the system and waits for it; @returns whether it did what it was told. */
export function doAtOnce(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const file = fileOf(program, env);
  return file !== undefined && spawnSync(file, [...args], { env, stdio: 'ignore', timeout: 2000 }).status === 0;
}
