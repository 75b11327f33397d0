import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dataEndings, type FileSearch, type Found, skipped } from './search.ts';

/** The binary is there, and the system does not start it or ends it. */
export class UnusableError extends Error {
  override readonly name = 'UnusableError';
}

/** In characters. */
const longestPattern = 100_000;

/**
 * A search by ripgrep, or undefined where its binary is not installed for this platform.
 * @param root absolute path of the folder
 * @param inGit it lies in a git repository: the ignore files of the folders above count too, up to the repository's root
 * @param options `threads` that search at most, as many as there are processors unless given; `program`: the binary's absolute path
 */
export function ripgrepFor(
  root: string,
  inGit: boolean,
  { threads, program = binary() }: { readonly threads?: number | undefined; readonly program?: string | undefined },
): FileSearch | undefined {
  if (program === undefined) return undefined;
  const common = [
    '--no-config',
    '--no-ignore-messages',
    '--hidden',
    // What one person ignores everywhere must not make their findings differ from those of others.
    '--no-ignore-global',
    ...(inGit ? [] : ['--no-require-git', '--no-ignore-parent']),
    '--color=never',
    '--path-separator=/',
    '--null',
    ...skipped.map((pattern) => `--glob=!${pattern}`),
  ];
  // --text: a file with NUL characters has to be named as unreadable, not passed over.
  const searching = [
    ...common,
    '--files-with-matches',
    '--text',
    '--case-sensitive',
    ...(threads === undefined ? [] : [`--threads=${threads}`]),
    ...dataEndings.map((ending) => `--glob=!*.${ending}`),
  ];
  const everything = () => true;
  return {
    // More threads cost more than they win: a listing waits for the file system.
    list: () => run(program, [...common, '--no-messages', '--threads=1', '--files', './'], root, everything),
    holding: (pattern, { endings, fits }) =>
      run(program, [...searching, ...only(endings), `--regexp=${pattern}`, './'], root, fits),
    async mentioning(words, { endings, fits }) {
      const args = [...searching, ...only(endings), '--fixed-strings', '--word-regexp', '--file=-', './'];
      const files = new Set<string>();
      const unread: string[] = [];
      let incomplete = false;
      for (const some of portions(words)) {
        const found = await run(program, args, root, fits, some.join('\n'));
        for (const file of found.files) files.add(file);
        unread.push(...(found.unread ?? []));
        incomplete ||= found.incomplete;
      }
      return { files: [...files], incomplete, unread };
    },
  };
}

/** The binary that the package brings for this platform: the package's own module would be one more to load, and says no more. */
function binary(): string | undefined {
  try {
    const from = createRequire(createRequire(import.meta.url).resolve('@vscode/ripgrep'));
    return from.resolve(
      `@vscode/ripgrep-${process.platform}-${process.arch}/bin/${process.platform === 'win32' ? 'rg.exe' : 'rg'}`,
    );
  } catch {
    return undefined;
  }
}

/** Restricts a search to endings. A glob would bring back files that are ignored, a type does not. */
function only(endings: ReadonlySet<string>): string[] {
  if ([...endings].some((ending) => !/^\.\w+$/.test(ending))) return [];
  return [...[...endings].map((ending) => `--type-add=wanted:*${ending}`), '--type=wanted'];
}

/** `rg: ./pgdata: Permission denied (os error 13)` */
const aboutFile = /^rg: \.\/(.+): [^:]+ \(os error \d+\)$/;

/** As many words as ripgrep compiles in 30 MB; of twenty times as many it compiles none. */
function* portions(words: readonly string[]): Iterable<readonly string[]> {
  let some: string[] = [];
  let size = 0;
  for (const word of words) {
    size += word.length;
    if (size > longestPattern && some.length > 0) {
      yield some;
      some = [];
      size = word.length;
    }
    some.push(word);
  }
  yield some;
}

function run(
  program: string,
  args: readonly string[],
  cwd: string,
  fits: (file: string) => boolean,
  input = '',
): Promise<Found> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: 'pipe', windowsHide: true });
    // One that ends before it has read all says why on its own.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error) => reject(new UnusableError(error.message)));
    child.on('close', (code) => {
      const complaint = Buffer.concat(err).toString('utf8').trim();
      const complaints = complaint === '' ? [] : complaint.split('\n');
      const unread = complaints.map((line) => aboutFile.exec(line)?.[1]).filter((file) => file !== undefined);
      if (code === null) {
        reject(new UnusableError('ripgrep was ended by a signal'));
        return;
      }
      if (code > 1 && complaints.length > 0 && unread.length === 0) {
        reject(new Error(`ripgrep failed: ${complaint}`));
        return;
      }
      const files = Buffer.concat(out)
        .toString('utf8')
        .split('\0')
        .map((file) => (file.startsWith('./') ? file.slice(2) : file))
        .filter((file) => file !== '' && fits(file));
      const isTold = unread.length > 0 && unread.length === complaints.length;
      resolve({ files, incomplete: code > 1 && !isTold, unread });
    });
  });
}
