import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import type { Io, Output } from '../src/cli/io.ts';
import { main } from '../src/main.ts';

const made: string[] = [];
after(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

export type Files = Readonly<Record<string, string>>;

/** Writes files into a folder. */
export function write(root: string, files: Files): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
}

/** A new folder with these files, which goes when the tests are done; a git repository unless said otherwise. */
export function project(files: Files, repository = true): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'bindlint-')));
  made.push(root);
  write(root, files);
  if (repository) git(root, 'init', '-q', '-b', 'main');
  return root;
}

export function git(root: string, ...args: string[]): string {
  const settings = ['user.name=t', 'user.email=t@localhost', 'commit.gpgsign=false', 'core.autocrlf=false'];
  return execFileSync('git', [...settings.flatMap((one) => ['-c', one]), ...args], { cwd: root, encoding: 'utf8' });
}

/** Commits everything. */
export function commitAll(root: string): void {
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'x');
}

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a command line in a folder.
 * @param env the whole environment; the user's folders are below the repository, unless given
 */
export async function bindlint(
  argv: readonly string[],
  cwd: string,
  input = '',
  env: Io['env'] = { XDG_STATE_HOME: path.join(cwd, '.git', 'state'), XDG_CACHE_HOME: path.join(cwd, '.git', 'cache') },
): Promise<Outcome> {
  let out = '';
  let err = '';
  const collecting = (take: (text: string) => void): Output => ({
    write(text, done) {
      take(text);
      done?.();
    },
  });
  const io: Io = {
    stdout: collecting((text) => {
      out += text;
    }),
    stderr: collecting((text) => {
      err += text;
    }),
    stdin: (async function* () {
      yield input;
    })(),
    env,
    cwd,
  };
  const code = await main(argv, io);
  return { code, out, err };
}

/** `file:line rule` of every finding that `check` reports in a folder. */
export async function foundIn(cwd: string, ...flags: string[]): Promise<string[]> {
  const { code, out, err } = await bindlint(['check', '--format', 'json', ...flags], cwd);
  if (code > 1) throw new Error(err);
  const { findings } = JSON.parse(out) as { findings: { file: string; line: number; rule: string }[] };
  return findings.map(({ file, line, rule }) => `${file}:${line} ${rule}`);
}
