import type { Bind } from '../facts.ts';
import type { Extract } from '../format.ts';
import { joined } from '../paths.ts';
import { foldersOf } from '../resolve/modules.ts';
import { type Started, unwrap } from './commands.ts';

/** The project's files of commands. */
interface CommandFiles {
  has(file: string): Promise<boolean>;
  scripts(file: string): Promise<Extract['commands']>;
  /** The files that a built file is made from. */
  sourcesOf(file: string): readonly string[];
}

/** Who reads a Procfile, and gives its web process a port. https://devcenter.heroku.com/articles/runtime-principles#web-servers */
export const procfilePlatform = 'the platform of a Procfile';

/** Scripts that start scripts. */
const deepest = 3;
const mostFolders = 100;

/** Binds of code with the variable in which a platform gives their port, where a Procfile above them starts their program. */
export async function startedByPlatform(binds: readonly Bind[], files: CommandFiles): Promise<readonly Bind[]> {
  const givenTo = new Map<Bind, NonNullable<Bind['given']>>();
  const served = binds.filter((bind) => isServed(bind) && bind.context === 'production');
  const folders = new Set(served.flatMap((bind) => foldersOf(startOf(bind))));
  for (const folder of [...folders].slice(0, mostFolders)) {
    const procfile = joined(folder, 'Procfile')!;
    if (!(await files.has(procfile))) continue;
    for (const { line, given } of await files.scripts(procfile)) {
      if (!given) continue;
      for (const path of await programsOf(unwrap(line), folder, files, deepest)) {
        const sources = new Set([path, ...files.sourcesOf(path)]);
        const own = binds.filter((bind) => isServed(bind) && sources.has(startOf(bind)));
        // Beside other servers it is not known which one the platform's requests are for.
        if (own.length === 1) givenTo.set(own[0]!, given);
      }
    }
  }
  return givenTo.size === 0 ? binds : binds.map((bind) => withGiven(bind, givenTo.get(bind)));
}

const withGiven = (bind: Bind, given: Bind['given']): Bind => (given ? { ...bind, given } : bind);
const isServed = ({ via, protocol, feeds }: Bind) => via === 'call' && protocol === 'tcp' && !feeds;
const startOf = ({ reached, span }: Bind) => reached[0]?.span.file ?? span.file;

/** The files of code that commands run, through scripts of the package.json beside them. */
async function programsOf(
  started: readonly Started[],
  folder: string,
  files: CommandFiles,
  depth: number,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { program, runs, programWord, args } of started) {
    const path = runs === 'file' ? joined(folder, programWord.value) : undefined;
    if (path !== undefined) found.push(path);
    const manifest = joined(folder, 'package.json')!;
    if (depth === 0 || !/^(?:npm|yarn|pnpm|bun)$/.test(program) || !(await files.has(manifest))) continue;
    const [first, second] = args.map(({ value }) => value).filter((word) => !word.startsWith('-'));
    const script = first === 'run' || first === 'run-script' ? second : first;
    for (const { name, line } of await files.scripts(manifest)) {
      if (name !== undefined && name === script)
        found.push(...(await programsOf(unwrap(line), folder, files, depth - 1)));
    }
  }
  return found;
}
