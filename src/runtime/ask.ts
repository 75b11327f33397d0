import { execFile } from 'node:child_process';

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
  // Firewalls are administered with programs that are not on the path of every user.
  const searched = [env.PATH, '/usr/sbin', '/sbin'].filter(Boolean).join(process.platform === 'win32' ? ';' : ':');
  const options = {
    env: { ...env, PATH: searched, LC_ALL: 'C', LANG: 'C' },
    timeout: milliseconds,
    maxBuffer: 1 << 24,
    windowsHide: true,
  };
  return new Promise((resolve) => {
    const child = execFile(program, [...args], options, (error, out, err) => {
      const { code, killed } = (error ?? {}) as { code?: number | string; killed?: boolean };
      if (code === 'ENOENT' || code === 'EACCES') resolve({ state: 'missing', status: 127, out: '', err: '' });
      else if (killed) resolve({ state: 'late', status: 124, out, err });
      else resolve({ state: 'ran', status: error ? (typeof code === 'number' ? code : 1) : 0, out, err });
    });
    child.stdin?.end();
  });
}
