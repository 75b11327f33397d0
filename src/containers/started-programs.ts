import { commonNames, type Started, unwrap } from '../commands/commands.ts';
import { containerPath } from '../paths.ts';
import type { Assignment, CommandLine, Word } from '../syntax/command.ts';
import { assignmentOf } from '../syntax/shell.ts';

/** What a container starts, followed through scripts to programs. */
export interface StartedPrograms {
  /** The command lines, those of scripts among them, with the container's environment. */
  readonly lines: readonly CommandLine[];
  /** Programs of the project that are run: their files, with the words they are given. */
  readonly entries: readonly EntryProgram[];
  /** Programs that are neither followed nor known to end by themselves. */
  readonly others: readonly Started[];
}

/** A file of the project that is run as a program. */
export interface EntryProgram {
  readonly file: string;
  readonly started: Started;
  /** The variables that its command sets, or a script on the way to it; those of the container are not among them. */
  readonly assigned: readonly Assignment[];
  /** Only this function of it is run: an installed command. */
  readonly function?: string;
}

/** What following needs to know of the container and the project. */
export interface Surroundings {
  /** The project's file behind a path inside the container. */
  file(path: string): Promise<string | undefined>;
  /** The lines of a file that a shell runs; undefined where it is none. */
  shell(file: string): Promise<readonly CommandLine[] | undefined>;
  /** The lines of a script inside the container that is no file of the project. */
  written(path: string): readonly CommandLine[] | undefined;
  /** The lines of a named script in a file: of package.json, of a Makefile, all of supervisord's. */
  named(file: string, name: string | undefined): Promise<readonly CommandLine[]>;
  /** The project's files with commands that are put below a folder of the container. */
  below(folder: string): readonly string[];
  /** The function that an installed command runs: `serve = "package.module:main"`. */
  installed(command: string): Promise<{ readonly file: string; readonly function: string } | undefined>;
  /** What a package.json at a path inside the container calls its main file. */
  main(path: string): Promise<string | undefined>;
  /** Does the catalogue know this program as a server? */
  isServer(program: string): boolean;
}

/** What Node and the programs that run TypeScript in its place try behind a name. */
const endings = ['.js', '.cjs', '.mjs', '.ts', '.tsx', '.mts', '.cts'];

/** Where supervisord looks for its settings, and the folders whose files those of distributions take in. */
const supervisorFiles =
  'supervisord.conf etc/supervisord.conf /etc/supervisord.conf /etc/supervisor/supervisord.conf'.split(' ');
const supervisorFolders = ['/etc/supervisor/conf.d', '/etc/supervisor.d', '/etc/supervisord.d'];
const procfileRunner = /^(?:honcho|foreman|forego|goreman|overmind|hivemind)$/;

/** Who runs a Procfile gives each process a port of its own, where nobody sets one. */
function withOwnPort(line: CommandLine): CommandLine {
  const value: Word = { value: '${?}', span: line.span, expands: true };
  return { ...line, environment: [{ name: 'PORT', value, unlessSet: true }, ...line.environment] };
}

const deepest = 6;
const mostLines = 200;

/** Programs that do their work and end, or that only wait or say something. */
const ending =
  /^(?:cd|echo|printf|set|unset|source|\.|export|test|\[|\[\[|true|false|:|exit|sleep|wait|mkdir|chown|chmod|cp|mv|rm|ln|touch|cat|ls|find|grep|sed|awk|envsubst|date|id|whoami|pwd|which|curl|wget|nc|pg_isready|mysqladmin|psql|mysql|redis-cli|alembic|pip3?|apt-get|apk|git|tar|unzip|prisma|sequelize|knex|typeorm|drizzle-kit|migrate|dbmate|goose|flyway|tsc|trap|until|read|kill|ulimit|umask|getent|usermod|groupmod|addgroup|adduser|su-exec|gosu|wait-for-it|wait-for|python|local|return|shift|eval)(?:\.sh)?$/;
/** Arguments by which frameworks' own programs do something and end. */
const endingWords =
  /^(?:migrate|makemigrations|collectstatic|createsuperuser|loaddata|check|compilemessages|upgrade|install|ci|build|db|init|seed|generate|setup|deploy|push|sync|shell|test|lint|compile|wait_for_db|create_?cachetable)/;

/**
 * Follows commands to the programs they start.
 * @param start the commands of the container, in their order
 * @param directory the working directory inside it
 */
export async function followed(
  start: readonly CommandLine[],
  directory: string,
  environment: readonly Assignment[],
  around: Surroundings,
): Promise<StartedPrograms> {
  const lines: CommandLine[] = [];
  const entries: EntryProgram[] = [];
  const others: Started[] = [];
  const seen = new Set<string>();
  const ofContainer = new Set(environment);
  const assignedIn = (given: readonly Assignment[]) => given.filter((one) => !ofContainer.has(one));

  async function follow(
    commands: readonly CommandLine[],
    inside: string,
    depth: number,
    inherited: readonly Assignment[],
  ): Promise<void> {
    let at = inside;
    for (const line of commands) {
      if (lines.length >= mostLines) {
        // What is not looked at may be a server.
        if (line.words.length > 0) others.push(bare(line, line.words[0]!));
        return;
      }
      const own = { ...line, environment: [...inherited, ...line.environment] };
      lines.push(own);
      const started = unwrap(own);
      if (started.length === 0 && line.words.length > 0) {
        const first = line.words[0]!;
        const name = first.value.slice(first.value.lastIndexOf('/') + 1);
        if (!ending.test(name)) others.push(bare(own, first));
      }
      for (const one of started) {
        const key = `${one.programWord.span.file}:${one.programWord.span.start}:${one.program}:${depth}`;
        if (seen.has(key)) continue;
        seen.add(key);
        at = (await followOne(one, at, depth, givenTo(one, own))) ?? at;
      }
    }
  }

  /** @returns the directory that the next command finds */
  async function followOne(
    one: Started,
    at: string,
    depth: number,
    given: readonly Assignment[],
  ): Promise<string | undefined> {
    const { program, args, programWord } = one;
    const name = program.slice(program.lastIndexOf('/') + 1);
    if (name === 'cd') return args[0] && !args[0].value.includes('$') ? containerPath(at, args[0].value) : undefined;
    if (depth === 0) {
      others.push(one);
      return undefined;
    }
    const further = (commands: readonly CommandLine[], inside = at) => follow(commands, inside, depth - 1, given);
    const enter = (file: string) => entries.push({ file, started: one, assigned: assignedIn(given) });
    const runner = scriptOf(one);
    if (runner) {
      const folder = containerPath(at, runner.folder ?? '.');
      let commands: readonly CommandLine[] = [];
      for (const name of runner.files) {
        const file = await around.file(containerPath(folder, name));
        if (file !== undefined) commands = await around.named(file, runner.script);
        if (commands.length > 0) break;
      }
      if (commands.length > 0)
        await further(
          commands.map((line, index) => (index === commands.length - 1 ? withArguments(line, runner.rest, one) : line)),
          folder,
        );
      else if (!runner.ends) others.push(one);
      return undefined;
    }
    if (name === 'make') {
      const folder = flagValue(args, ['-C', '--directory']) ?? '.';
      const target = args.find(
        ({ value }, index) => !/^-|=/.test(value) && !/^-[Cf]$/.test(args[index - 1]?.value ?? ''),
      )?.value;
      for (const makefile of ['Makefile', 'makefile', 'GNUmakefile']) {
        const file = await around.file(containerPath(containerPath(at, folder), makefile));
        const commands = file === undefined || target === undefined ? [] : await around.named(file, target);
        if (commands.length === 0) continue;
        const stated = args.flatMap((word) => assignmentOf(word) ?? []);
        await further(
          commands.map((line) => withStated(line, stated)),
          containerPath(at, folder),
        );
        return undefined;
      }
      others.push(one);
      return undefined;
    }
    if (name === 'supervisord') {
      const stated = flagValue(args, ['-c', '--configuration']);
      const own = await firstOf(stated === undefined ? supervisorFiles : [stated], at);
      const taken = supervisorFolders.flatMap((folder) => around.below(folder));
      for (const file of new Set([...(own === undefined ? [] : [own]), ...taken]))
        await further(await around.named(file, undefined));
      others.push(one);
      return undefined;
    }
    if (procfileRunner.test(name)) {
      const words = args.filter(
        ({ value }, index) => !/^-/.test(value) && !/^-[a-z]$/.test(args[index - 1]?.value ?? ''),
      );
      const file = await around.file(containerPath(at, flagValue(args, ['-f', '--procfile']) ?? 'Procfile'));
      const started = file === undefined ? [] : await around.named(file, words[1]?.value);
      if (started.length > 0) await further(started.map(withOwnPort));
      else others.push(one);
      return undefined;
    }
    if (one.runs === 'module') {
      if (around.isServer(program)) return undefined;
      const path = program.replaceAll('.', '/');
      for (const place of [`${path}.py`, `${path}/__main__.py`]) {
        const file = await around.file(containerPath(at, place));
        if (file === undefined) continue;
        enter(file);
        return undefined;
      }
      if (!/^(?:pip|venv|compileall|pytest|alembic)$/.test(program)) others.push(one);
      return undefined;
    }
    if (name === 'nest' && args[0]?.value === 'start') {
      const project = args.slice(1).find(({ value }) => /^[\w-]+$/.test(value))?.value;
      for (const folder of project === undefined ? ['src'] : [`apps/${project}/src`, 'src']) {
        const file = await around.file(containerPath(at, `${folder}/main.ts`));
        if (file === undefined) continue;
        enter(file);
        return undefined;
      }
    }
    if (around.isServer(name) && one.runs === 'program') {
      // A command that the project installs itself goes before a package of such a common name.
      const own = commonNames.has(name) ? await around.installed(name) : undefined;
      if (own) entries.push({ ...own, started: one, assigned: assignedIn(given) });
      return undefined;
    }
    const path = one.runs === 'file' || /[/\\]|\.\w+$/.test(programWord.value) ? programWord.value : undefined;
    const written = path === undefined || path.includes('$') ? undefined : around.written(containerPath(at, path));
    if (written) {
      await further(written.flatMap((line) => handedOn(line, args)));
      return undefined;
    }
    const file =
      path === undefined || path.includes('$')
        ? undefined
        : await programAt(containerPath(at, path), one.runs === 'file' && one.language === 'javascript');
    if (file !== undefined) {
      if (/\.(?:py|pyw|[cm]?[jt]sx?)$/.test(file)) {
        enter(file);
        return undefined;
      }
      const script = await around.shell(file);
      if (script) {
        await further(script.flatMap((line) => handedOn(line, args)));
        return undefined;
      }
    }
    if (one.runs === 'file' && around.isServer(name)) return undefined;
    const installed = one.runs === 'program' ? await around.installed(name) : undefined;
    if (installed) entries.push({ ...installed, started: one, assigned: assignedIn(given) });
    else if (!ends(one, name)) others.push(one);
    // The image's own entry point, which is not seen, mostly runs what it is given.
    if (!installed && /^(?:docker-)?entrypoint(?:\.sh)?$/.test(name) && args.length > 0)
      await further([{ ...one.line, words: args }]);
    return undefined;
  }

  async function firstOf(paths: readonly string[], folder: string): Promise<string | undefined> {
    for (const path of paths) {
      const file = await around.file(containerPath(folder, path));
      if (file !== undefined) return file;
    }
    return undefined;
  }

  /** Node finds `server.js` by `server`, and the main file of a folder. https://nodejs.org/api/modules.html#all-together */
  async function programAt(path: string, byNode: boolean): Promise<string | undefined> {
    const exact = /[^/]\.\w+$/.test(path) || !byNode ? await around.file(path) : undefined;
    if (exact !== undefined || !byNode) return exact;
    for (const ending of endings) {
      const file = path === '/' ? undefined : await around.file(path + ending);
      if (file !== undefined) return file;
    }
    const main = await around.main(containerPath(path, 'package.json'));
    const inside =
      main === undefined ? [] : [main, ...endings.flatMap((ending) => [main + ending, `${main}/index${ending}`])];
    for (const place of [...inside, ...endings.map((ending) => `index${ending}`)]) {
      const file = /\.\w+$/.test(place) ? await around.file(containerPath(path, place)) : undefined;
      if (file !== undefined) return file;
    }
    return undefined;
  }

  await follow(start, directory, deepest, environment);
  return { lines, entries, others };
}

/** The environment of a program: without what the script that starts it keeps to itself. */
export function givenTo({ environment }: Started, { variables = [] }: CommandLine): readonly Assignment[] {
  const kept = new Set(variables.map(({ value }) => value));
  return environment.filter(({ value }) => !kept.has(value));
}

const bare = (line: CommandLine, first: Word): Started => ({
  program: first.value,
  runs: 'program',
  programWord: first,
  args: line.words.slice(1),
  environment: line.environment,
  development: false,
  line,
});

function ends({ args }: Started, name: string): boolean {
  if (ending.test(name)) return true;
  const word = args.find(({ value }) => !value.startsWith('-'));
  return word !== undefined && endingWords.test(word.value);
}

function flagValue(args: readonly Word[], names: readonly string[]): string | undefined {
  const at = args.findIndex(({ value }) => names.includes(value));
  if (at !== -1) return args[at + 1]?.value;
  return args.find(({ value }) => names.some((name) => value.startsWith(`${name}=`)))?.value.replace(/^[^=]*=/, '');
}

/** The script that `npm start`, `yarn dev`, `pnpm run serve` or `deno task start` names. */
function scriptOf({ program, args }: Started):
  | {
      readonly script: string;
      /** Where it may stand, as the program looks for it. */
      readonly files: readonly string[];
      readonly folder: string | undefined;
      readonly rest: readonly Word[];
      readonly ends: boolean;
    }
  | undefined {
  if (program === 'deno') return taskOf(args);
  if (!/^(?:npm|yarn|pnpm|bun)$/.test(program)) return undefined;
  const folder = flagValue(args, ['--prefix', '-C', '--dir', '--cwd']);
  const words = args.filter(
    ({ value }, index) =>
      !value.startsWith('-') &&
      !/^(?:--prefix|-C|--dir|--cwd|-F|--filter|-w|--workspace)$/.test(args[index - 1]?.value ?? ''),
  );
  const [first, second] = words;
  if (!first) return undefined;
  const filtered =
    args.some(({ value }) => /^(?:-F|--filter|-w|--workspace)/.test(value)) || first.value === 'workspace';
  const named = /^(?:run|run-script)$/.test(first.value) ? second?.value : first.value;
  if (named === undefined) return undefined;
  const behind = args.slice(args.indexOf(/^(?:run|run-script)$/.test(first.value) ? second! : first) + 1);
  const dashes = behind.findIndex(({ value }) => value === '--');
  // npm keeps the flags before `--` to itself, the others hand everything on.
  const own = dashes === -1 ? behind : behind.slice(0, dashes);
  const rest = [
    ...(program === 'npm' ? own.filter(({ value }) => !value.startsWith('-')) : own),
    ...(dashes === -1 ? [] : behind.slice(dashes + 1)),
  ];
  return {
    script: filtered ? '' : named,
    files: ['package.json'],
    folder,
    rest,
    ends:
      /^(?:install|i|ci|add|run\s+build|prune|config|version|cache|audit)$/.test(first.value) ||
      endingWords.test(named),
  };
}

/** https://docs.deno.com/runtime/reference/cli/task/ */
function taskOf(args: readonly Word[]): ReturnType<typeof scriptOf> {
  const [first, ...behind] = args;
  const task = first?.value === 'task' ? behind.find(({ value }) => !value.startsWith('-')) : undefined;
  if (!task) return undefined;
  const rest = behind.slice(behind.indexOf(task) + 1);
  return {
    script: task.value,
    files: ['deno.json', 'deno.jsonc', 'package.json'],
    folder: undefined,
    rest,
    ends: false,
  };
}

/** `make run PORT=9000` goes before what the makefile says, and is handed on. */
function withStated(line: CommandLine, stated: readonly Assignment[]): CommandLine {
  const { environment, variables = [] } = line;
  if (stated.length === 0) return line;
  const names = new Set(stated.map(({ name }) => name));
  return {
    ...line,
    environment: [...environment, ...stated],
    variables: [...variables.filter(({ name }) => !names.has(name)), ...stated],
  };
}

/** What stands behind `--` is given to the last command of a script; one more word is written there as the others are. */
function withArguments(line: CommandLine, rest: readonly Word[], { program, programWord, args, line: outer }: Started) {
  const { form, append, appendAt, opaque, extended } = outer;
  const own = line.words.at(-1);
  if (rest.length === 0) {
    const before = program === 'npm' && !args.some(({ value }) => value === '--') ? ['--'] : [];
    // npm takes what a script hands on to another script for its own.
    if (extended || !own) return line;
    return { ...line, extended: { line: outer, last: args.at(-1) ?? programWord, before, own } };
  }
  const { append: _append, appendAt: _appendAt, ...script } = line;
  return {
    ...script,
    words: [...line.words, ...rest],
    form,
    ...(append && { append }),
    ...(appendAt !== undefined && { appendAt }),
    ...(opaque && { opaque }),
  };
}

/** `exec "$@"` in an entry point runs what it is given. */
function handedOn(line: CommandLine, args: readonly Word[]): readonly CommandLine[] {
  const at = line.words.findIndex(({ value }) => value === '$@' || value === '$*');
  if (at === -1) return [line];
  const words = [...line.words.slice(0, at), ...args, ...line.words.slice(at + 1)];
  return words.length === 0 ? [] : [{ ...line, words, form: 'exec' }];
}
