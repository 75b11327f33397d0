import { append } from '../append.ts';
import type { Frame, Layer, Span } from '../facts.ts';
import type { CommandShape } from '../framework.ts';
import { parseBatch } from '../syntax/batch.ts';
import type { CommandLine, Word } from '../syntax/command.ts';
import { parsePowershell } from '../syntax/powershell.ts';
import { expand, opaqueLines, parseShell, withVariables } from '../syntax/shell.ts';

/** A program that a command line starts, seen through everything in front of it. */
export interface Started {
  /** `uvicorn` for `/app/.venv/bin/uvicorn`, `http.server` for `python -m http.server`, `manage.py` for `python src/manage.py`. */
  readonly program: string;
  /** `module`: of Python; `file`: a script of the project, `programWord` holds its path. */
  readonly runs: 'program' | 'module' | 'file';
  readonly programWord: Word;
  readonly args: readonly Word[];
  /** What earlier lines of the script set for the variables in its words, then what the process is given. */
  readonly environment: CommandLine['environment'];
  /** A tool for development starts it: it is watched and restarted. */
  readonly development: boolean;
  /** Who runs the file finds it by Node's rules, so that its ending may be left out. */
  readonly language?: 'javascript';
  /** The line its words stand in: an inner one for `sh -c "..."`. */
  readonly line: CommandLine;
}

/** How to get past a program that only starts another one. */
interface Wrapper {
  /** Its own words in front (`run` for `poetry run`), one of these ways. */
  readonly words?: readonly (readonly string[])[];
  /** Flags that take a value. */
  readonly valued?: readonly string[];
  /** Words of its own before the command, flags not counted. */
  readonly skips?: number;
  /** `NAME=value` words belong to the environment. */
  readonly assigns?: true;
  /** The command stands behind `--`, whatever comes before. */
  readonly behindDashes?: true;
  /** Every word that is no flag is a whole command of its own. */
  readonly lines?: 'all' | 'first';
  /** Flags whose value is a whole command. */
  readonly commandFlags?: readonly string[];
  readonly development?: true;
}

const robynValued = ['--processes', '--workers', '--log-level'];
const uvValued = [
  '--with',
  '--with-editable',
  '--with-requirements',
  '--extra',
  '--no-extra',
  '--group',
  '--no-group',
  '--only-group',
  '-p',
  '--python',
  '--env-file',
  '--directory',
  '--project',
  '--package',
  '--index',
  '--index-url',
  '--default-index',
  '--from',
  '--config-file',
  '--cache-dir',
];
const packageRunner: Wrapper = { valued: ['-p', '--package'], commandFlags: ['-c', '--call'] };
const waiting: Wrapper = { behindDashes: true };

const wrappers: Readonly<Record<string, Wrapper>> = {
  exec: { valued: ['-a'] },
  command: {},
  builtin: {},
  nohup: {},
  setsid: {},
  time: { valued: ['-f', '-o', '--format', '--output'] },
  nice: { valued: ['-n', '--adjustment'] },
  ionice: { valued: ['-c', '-n', '--class', '--classdata'] },
  chrt: { skips: 1 },
  taskset: { skips: 1 },
  stdbuf: { valued: ['-i', '-o', '-e'] },
  unbuffer: {},
  timeout: { valued: ['-k', '-s', '--kill-after', '--signal'], skips: 1 },
  env: { valued: ['-u', '-C', '--unset', '--chdir'], assigns: true },
  sudo: {
    valued: ['-u', '-g', '-h', '-p', '-C', '-T', '-U', '-D', '-R', '-r', '-t', '--user', '--group', '--chdir'],
    assigns: true,
  },
  doas: { valued: ['-u', '-C'] },
  runuser: { valued: ['-u', '-g', '-G', '-s', '--user', '--group', '--shell'], commandFlags: ['-c', '--command'] },
  su: { skips: 1, valued: ['-g', '-G', '-s', '--group', '--shell'], commandFlags: ['-c', '--command'] },
  'su-exec': { skips: 1 },
  gosu: { skips: 1 },
  setpriv: {},
  's6-setuidgid': { skips: 1 },
  chpst: { valued: ['-u', '-U', '-b', '-/', '-n', '-l', '-L', '-e'] },
  'with-contenv': {},
  'dumb-init': { valued: ['-r', '--rewrite'] },
  tini: { valued: ['-p', '-e'] },
  'tini-static': { valued: ['-p', '-e'] },
  'docker-init': {},
  catatonit: {},
  flock: { valued: ['-w', '-E', '--timeout'], skips: 1 },
  xargs: {
    valued: ['-a', '-d', '-E', '-I', '-L', '-n', '-P', '-s', '--arg-file', '--delimiter', '--max-args', '--max-procs'],
  },
  screen: { valued: ['-S', '-c', '-h', '-L', '-dmS', '-dmSL', '-t'] },
  tmux: { words: [['new'], ['new-session'], ['new-window']], valued: ['-s', '-n', '-c', '-t', '-x', '-y'] },
  'xvfb-run': { valued: ['-n', '-s', '-e', '-f', '-w'] },
  strace: { valued: ['-o', '-e', '-s', '-p', '-u'] },
  eval: { lines: 'first' },
  doppler: { words: [['run']], valued: ['-p', '-c', '--project', '--config', '--token'], commandFlags: ['--command'] },
  infisical: { words: [['run']], valued: ['--env', '--path', '--projectId', '--token'], commandFlags: ['--command'] },
  op: { words: [['run']], valued: ['--env-file'] },
  chamber: { words: [['exec']], behindDashes: true },
  dotenv: { words: [['run'], []], valued: ['-f', '-e', '-c', '-v', '-p', '-q', '--file'] },
  dotenvx: { words: [['run']], valued: ['-f', '-e', '-fv', '--env-file', '--env'] },
  'env-cmd': { valued: ['-f', '-r', '-e', '--file', '--rc-file', '--environments'] },
  'cross-env': { assigns: true },
  'cross-env-shell': { assigns: true, lines: 'all' },
  c8: { valued: ['-r', '--reporter', '-x', '--exclude', '-n', '--include'] },
  nyc: { valued: ['-r', '--reporter', '-x', '--exclude', '-n', '--include'] },
  'tsc-watch': { commandFlags: ['--onSuccess', '--onFirstSuccess'], behindDashes: true, development: true },
  tsup: { commandFlags: ['--onSuccess'], behindDashes: true, development: true },
  supervisor: { valued: ['-w', '-i', '-e', '-x', '--watch', '--ignore', '--extensions'], development: true },
  sst: { words: [['dev'], ['bind'], ['shell']], valued: ['--stage'] },
  'ddtrace-run': {},
  'newrelic-admin': { words: [['run-program']] },
  'opentelemetry-instrument': {
    valued: [
      '--traces_exporter',
      '--metrics_exporter',
      '--logs_exporter',
      '--service_name',
      '--exporter_otlp_endpoint',
    ],
  },
  'py-spy': { words: [['record'], ['top']], behindDashes: true },
  poetry: { words: [['run']], valued: ['-C', '-P', '--directory', '--project'] },
  uv: { words: [['run'], ['tool', 'run']], valued: uvValued },
  uvx: { valued: uvValued },
  pipx: { words: [['run']], valued: ['--spec', '--python', '--pip-args'] },
  pipenv: { words: [['run']], valued: ['--python'] },
  pdm: { words: [['run']], valued: ['-p', '--project'] },
  hatch: { words: [['run']], valued: ['-e', '--env', '-p', '--project'] },
  rye: { words: [['run']], valued: ['--pyproject'] },
  robyn: { valued: robynValued },
  pixi: { words: [['run']], valued: ['-e', '--environment', '--manifest-path'] },
  conda: { words: [['run']], valued: ['-n', '-p', '--name', '--prefix', '--cwd'] },
  mamba: { words: [['run']], valued: ['-n', '-p', '--name', '--prefix', '--cwd'] },
  micromamba: { words: [['run']], valued: ['-n', '-p', '-r', '--name', '--prefix', '--cwd'] },
  bundle: { words: [['exec']] },
  npx: packageRunner,
  pnpx: packageRunner,
  bunx: packageRunner,
  npm: { words: [['exec'], ['x']], ...packageRunner },
  pnpm: { words: [['exec'], ['dlx'], []], valued: ['-C', '--dir', '-F', '--filter', '--package'] },
  yarn: { words: [['exec'], ['dlx'], ['run'], []], valued: ['--cwd', '-p', '--package'] },
  concurrently: {
    lines: 'all',
    valued: [
      '-n',
      '-c',
      '-m',
      '-l',
      '-p',
      '-s',
      '-t',
      '--names',
      '--prefix-colors',
      '--max-processes',
      '--prefix',
      '--success',
      '--timestamp-format',
      '--restart-tries',
      '--restart-after',
      '--name-separator',
      '--default-input-target',
      '--hide',
    ],
  },
  nodemon: {
    commandFlags: ['-x', '--exec'],
    valued: ['-e', '-w', '-i', '-d', '--ext', '--watch', '--ignore', '--delay', '--signal', '--config'],
    development: true,
  },
  watchmedo: {
    words: [['auto-restart']],
    behindDashes: true,
    valued: [
      '-d',
      '-p',
      '-i',
      '--directory',
      '--pattern',
      '--patterns',
      '--ignore-patterns',
      '--signal',
      '--kill-after',
      '--debounce-interval',
      '--interval',
    ],
    development: true,
  },
  watchexec: {
    valued: ['-e', '-w', '-i', '-f', '-s', '--exts', '--watch', '--ignore', '--filter', '--signal'],
    development: true,
  },
  entr: { development: true },
  watchfiles: { lines: 'first', valued: ['--filter', '--args', '--target-type', '--ignore-paths'], development: true },
  hupper: { valued: ['-w'], development: true },
  'wait-for-it': waiting,
  'wait-for': waiting,
  wait4x: waiting,
  dockerize: {
    valued: ['-wait', '-timeout', '-template', '-stdout', '-stderr', '-wait-http-header', '-wait-retry-interval'],
  },
  start: { valued: ['/d', '/D', '/affinity', '/node'] },
  call: {},
};

/** Interpreters of JavaScript, with the flags that take a value. */
const nodeValued = [
  '-r',
  '--require',
  '--import',
  '--loader',
  '--experimental-loader',
  '-C',
  '--conditions',
  '--env-file',
  '--title',
  '--tsconfig',
  '-P',
  '--project',
  '-O',
  '--compiler-options',
  '--watch-path',
];
const nodePrograms = new Set([
  'node',
  'nodejs',
  'tsx',
  'ts-node',
  'ts-node-esm',
  'ts-node-dev',
  'tsnd',
  'babel-node',
  'swc-node',
  'esr',
  'bun',
  'deno',
  'jiti',
  'vite-node',
  'node-dev',
  'electron',
]);
const shells = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'busybox']);
const scriptFile = /\.(?:py|pyw|js|mjs|cjs|ts|mts|cts|tsx|jsx|sh|bash|ps1|bat|cmd|rb|php|pl|lua)$/i;
/** Names that scripts of package.json commonly have: `yarn serve` is one, and not the program. */
const commonScripts = new Set([
  'serve',
  'pm',
  'create',
  'init',
  'link',
  'upgrade',
  'remove',
  'repl',
  'exec',
  'i',
  'ci',
  'server',
  'start',
  'dev',
  'develop',
  'test',
  'build',
  'preview',
  'watch',
  'lint',
  'run',
  'install',
  'add',
  'workspace',
  'workspaces',
  'node',
  'nodemon',
  'prod',
  'web',
  'api',
]);
/** Scripts that images put before their command, and that end in `exec "$@"`. */
const entrypoint =
  /(?:^|[-_.])(?:entry-?point|entry_point|init|launcher|wait[-_]?for[-_\w]{0,40}|with[-_]env)(?:[-_.]|$)/i;

/** How deep commands stand in commands before they are given up. */
const depthLimit = 12;
/** How many commands one wrapper starts at most, and how many variables are carried along. */
const breadthLimit = 200;

/** Names of programs that projects give to scripts of their own as well. */
export const commonNames: ReadonlySet<string> = new Set(['start', 'call', 'serve', 'exec', 'command', 'supervisor']);

/** `/start` and `bin/serve` are scripts of the project; programs of these names are installed in another folder `bin`. */
export function isOwnScript({ value }: Word): boolean {
  const [, folder, name] = /^(.*)[/\\]([^/\\]+)$/s.exec(value) ?? [];
  if (folder === undefined || !commonNames.has(name!)) return false;
  return /^(?:\.[/\\])?bin$/.test(folder) || !/(?:^|[/\\])(?:s?bin|\.bin|Scripts)$|node_modules/i.test(folder);
}

/** The name of the program behind a path, a variable or an ending of Windows. */
function programName(word: Word): string {
  const { name, fallback } = word.expands ? expand(word.value) : {};
  if (name !== undefined && fallback === undefined) {
    const known = /(?:^|_)(PYTHON|NODE|UV|GUNICORN|UVICORN|FLASK|DOCKER|PODMAN)\d*$/i.exec(name);
    return known ? known[1]!.toLowerCase() : word.value;
  }
  const base = (fallback ?? word.value)
    .replace(/^.*[/\\]/, '')
    .replace(/\.(?:exe|cmd|bat)$/i, (ending) => (/exe/i.test(ending) ? '' : ending));
  return base.replace(/^\$[({](\w+)[)}]$/, (_, variable: string) => variable.toLowerCase());
}

/** Part of a word, with the span it has in the text; without a quote it cannot be written. */
export function part(word: Word, from: number, to = word.value.length): Word {
  if (word.assigned && word.value.slice(from, to) === word.assigned.value) return word.assigned;
  const value = word.value.slice(from, to);
  if (word.quote === undefined) return { value, span: word.span, expands: word.expands };
  const start = word.span.start + word.quote.length;
  return {
    value,
    span: { file: word.span.file, start: start + from, end: start + to },
    quote: '',
    expands: word.expands && /[$`%!]/.test(value),
  };
}

/** The commands inside a word. */
function innerLines(word: Word, line: CommandLine, shell = line.shell): readonly CommandLine[] {
  const read = shell === 'cmd' ? parseBatch : shell === 'powershell' ? parsePowershell : parseShell;
  const lines =
    word.quote === undefined || line.opaque
      ? opaqueLines(read(word.span.file, word.value), word.span)
      : read(word.span.file, word.value, word.span.start + word.quote.length);
  const { variables } = line;
  return withVariables(variables ? lines.map((inner) => ({ ...inner, variables })) : lines);
}

const assigns = /^[A-Za-z_]\w*=/;

/** Where a wrapper's own words end; undefined where it starts nothing. Whole commands found on the way go to `lines`. */
function past(
  wrapper: Wrapper,
  words: readonly Word[],
  environment: CommandLine['environment'][number][],
  found: (word: Word) => unknown,
): number | undefined {
  let at = 1;
  let skips = wrapper.skips ?? 0;
  let ways = wrapper.words;
  let taken = 0;
  for (; at < words.length; at++) {
    const { value } = words[at]!;
    if (value === '--') {
      if (ways && !ways.some((way) => way.length === taken)) return undefined;
      return at + 1;
    }
    const flag = value.replace(/=.*$/s, '');
    if (wrapper.commandFlags?.includes(flag) && value.startsWith('-')) {
      if (flag !== value) found(part(words[at]!, flag.length + 1));
      else if (words[at + 1]) found(words[++at]!);
      continue;
    }
    if (wrapper.valued?.includes(value)) {
      at++;
      continue;
    }
    if (/^[-+]./.test(value) || (wrapper === wrappers.start && /^\/\w/.test(value))) continue;
    if (wrapper === wrappers.start && words[at]!.quote === '"' && at === 1) continue;
    const further = ways?.filter((way) => way[taken] === value);
    if (further && further.length > 0) {
      ways = further;
      taken++;
      continue;
    }
    if (wrapper.assigns && assigns.test(value)) {
      const equals = value.indexOf('=');
      environment.push({ name: value.slice(0, equals), value: part(words[at]!, equals + 1) });
      continue;
    }
    if (ways && !ways.some((way) => way.length === taken)) return undefined;
    if (wrapper.behindDashes) continue;
    if (skips > 0) {
      skips--;
      continue;
    }
    if (wrapper.lines) {
      found(words[at]!);
      if (wrapper.lines === 'first') return undefined;
      continue;
    }
    return at;
  }
  return undefined;
}

/**
 * The programs a command line starts, seen through wrappers, interpreters and inner shells. Package scripts and make targets
 * are not resolved: `npm run dev` starts npm.
 */
export function unwrap(line: CommandLine): readonly Started[] {
  const found = startedBy(line, line.variables ?? [], false, depthLimit);
  return [...found, ...debuggers(line, found[0])];
}

/** What NODE_OPTIONS makes of Node programs that the line starts: a debugger listens beside each. */
function debuggers(line: CommandLine, first: Started | undefined): readonly Started[] {
  const inherited = new Set(line.variables?.map(({ value }) => value));
  const options = first?.environment.findLast(({ name, value }) => name === 'NODE_OPTIONS' && !inherited.has(value));
  if (!first || !options?.value.value.includes('--inspect')) return [];
  const args = innerLines(options.value, first.line)[0]?.words ?? [];
  return [{ ...first, program: 'node', runs: 'program', args, line: { ...first.line, opaque: true } }];
}

function startedBy(
  line: CommandLine,
  outer: CommandLine['environment'],
  development: boolean,
  depth: number,
): readonly Started[] {
  const [first, ...rest] = line.words;
  if (!first || depth === 0 || first.value.startsWith('-')) return [];
  const environment = [...outer, ...line.environment].slice(-breadthLimit);
  const name = programName(first);
  const started = (
    program: string,
    runs: Started['runs'],
    programWord: Word,
    args: readonly Word[],
    watched = development,
  ): Started => ({
    program,
    runs,
    programWord,
    args,
    environment,
    development: watched,
    line,
  });
  const going = (words: readonly Word[], watched = development) =>
    startedBy({ ...line, words, environment: [] }, environment, watched, depth - 1);
  const inner = (word: Word, watched = development) =>
    innerLines(word, line).flatMap((command) => startedBy(command, environment, watched, depth - 1));

  if (/^(?:python[\d.]*w?|pypy[\d.]*|py|ipython3?)$/i.test(name)) return pythonStarts();
  if (nodePrograms.has(name)) return nodeStarts();
  if (shells.has(name)) return shellStarts();
  if (/^(?:cmd|powershell|pwsh)$/i.test(name)) {
    const at = rest.findIndex(({ value }) => /^(?:\/[ck]|-c|-command|-file)$/i.test(value));
    const command = rest[at + 1];
    if (at === -1 || !command) return [];
    const shell = /^cmd$/i.test(name) ? 'cmd' : 'powershell';
    if (rest.length > at + 2 || command.quote === '') return going(rest.slice(at + 1));
    return innerLines(command, line, shell).flatMap((one) => startedBy(one, environment, development, depth - 1));
  }
  if (/^start-process$/i.test(name)) return startProcess();
  if (name === 'pm2' || name === 'pm2-runtime' || name === 'forever') {
    const from = rest[0]?.value === 'start' ? 1 : 0;
    const at = rest.findIndex(({ value }, index) => index >= from && !value.startsWith('-'));
    if (at === -1 || (name !== 'pm2-runtime' && from === 0)) return [started(name, 'program', first, rest)];
    return rest[at]!.value.includes(' ') ? inner(rest[at]!) : fileStarts(rest[at]!, rest.slice(at + 1));
  }

  if (isOwnScript(first)) return fileStarts(first, rest);
  const bare = name.replace(/\.(?:sh|py)$/, '');
  const found = Object.hasOwn(wrappers, bare) ? wrappers[bare] : undefined;
  // `start.sh` is a script of the project, `wait-for-it.sh` is what everybody copies.
  const wrapper = bare === name || found?.behindDashes ? found : undefined;
  if (wrapper) {
    const lines: Word[] = [];
    const at = past(wrapper, line.words, environment, (word) => lines.length < breadthLimit && lines.push(word));
    const watched = development || wrapper.development === true;
    const next = at === undefined ? undefined : line.words[at];
    // nodemon hands its debugger's flags on to node.
    const flags =
      bare === 'nodemon' ? line.words.slice(1, at).filter(({ value }) => value.startsWith('--inspect')) : [];
    const own = flags.length > 0 ? [started(name, 'program', first, flags, watched)] : [];
    if (lines.length > 0) {
      // `nodemon --exec ts-node src/server.ts`: what follows belongs to the inner command.
      const behind = at === undefined ? [] : line.words.slice(at);
      const inside = lines.flatMap((word) =>
        innerLines(word, line).flatMap((command, index, all) =>
          startedBy(
            index === all.length - 1 && behind.length > 0
              ? { ...command, words: [...command.words, ...behind] }
              : command,
            environment,
            watched,
            depth - 1,
          ),
        ),
      );
      return [...own, ...inside];
    }
    // Without a file it runs the main file of the package.
    if (bare === 'nodemon' && !next) return [...own, ...byNode(fileStarts({ ...first, value: '.' }, [], watched))];
    if (at === undefined || !next) return wrapper.words ? [started(name, 'program', first, rest)] : [];
    const words = line.words.slice(at);
    if (bare === 'yarn' || bare === 'pnpm') {
      const named = line.words.slice(1, at).some(({ value }) => value === 'exec' || value === 'dlx');
      if (
        !named &&
        (commonScripts.has(next.value) ||
          /[:$]/.test(next.value) ||
          line.words.slice(1, at).some(({ value }) => value === 'run'))
      )
        return [started(name, 'program', first, rest)];
    }
    if (bare === 'uv' && line.words.slice(1, at).some(({ value }) => value === '-m' || value === '--module'))
      return [started(next.value, 'module', next, words.slice(1))];
    if (bare === 'nodemon' && !next.value.includes(' ') && !nodePrograms.has(next.value))
      return [...own, ...byNode(fileStarts(next, words.slice(1), watched))];
    if (scriptFile.test(next.value) && bare === 'uv') return fileStarts(next, words.slice(1), watched);
    if (packageNamed.has(bare) && /^@|.[@[]/.test(next.value)) {
      const [, package_] = /^(@?[^@[]+)/.exec(next.value)!;
      return [started(package_!, 'program', next, words.slice(1), watched)];
    }
    if (next.value.includes(' ') && next.quote !== '' && words.length === 1) return inner(next, watched);
    return going(words, watched);
  }
  if (rest.length > 0 && entrypoint.test(name)) {
    const dashes = rest.findIndex(({ value }) => value === '--');
    return [started(name, 'file', first, rest), ...going(rest.slice(dashes + 1))];
  }
  return scriptFile.test(name) ? fileStarts(first, rest) : [started(name, 'program', first, rest)];

  function fileStarts(word: Word, args: readonly Word[], watched = development): readonly Started[] {
    return [started(programName(word), 'file', word, args, watched)];
  }

  function byNode(files: readonly Started[]): readonly Started[] {
    return files.map((one) => ({ ...one, language: 'javascript' }));
  }

  function pythonStarts(): readonly Started[] {
    for (let at = 0; at < rest.length; at++) {
      const word = rest[at]!;
      const module = /^-[a-zA-Z]*?m(.*)$/.exec(word.value);
      if (module && !/^-[WX]/.test(word.value)) {
        const attached = module[1] !== '' ? part(word, word.value.length - module[1]!.length) : undefined;
        const named = attached ?? rest[at + 1];
        return named ? moduleStarts(named, rest.slice(attached ? at + 1 : at + 2)) : [];
      }
      if (/^-[a-zA-Z]*c$/.test(word.value) || word.value === '-') return [];
      if (word.value === '-W' || word.value === '-X') at++;
      else if (!word.value.startsWith('-')) return fileStarts(word, rest.slice(at + 1));
    }
    return [];
  }

  /** Modules that run another module or file, like debugpy, are seen through too. */
  function moduleStarts(module: Word, args: readonly Word[]): readonly Started[] {
    const own = started(module.value, 'module', module, args);
    const runner = moduleRunners[module.value];
    if (!runner) return [own];
    let at = 0;
    for (; at < args.length; at++) {
      const { value } = args[at]!;
      if (runner.valued.includes(value)) at++;
      else if (value === '-m' || !value.startsWith('-')) {
        if (runner.words.includes(value)) continue;
        break;
      }
    }
    const next = args[at];
    const further =
      next?.value === '-m'
        ? args[at + 1] && moduleStarts(args[at + 1]!, args.slice(at + 2))
        : next && fileStarts(next, args.slice(at + 1));
    return [...(runner.listens ? [{ ...own, args: args.slice(0, at) }] : []), ...(further ?? [])];
  }

  function nodeStarts(): readonly Started[] {
    const flags: Word[] = [];
    let watched = development || name === 'ts-node-dev' || name === 'tsnd';
    for (let at = 0; at < rest.length; at++) {
      const word = rest[at]!;
      const { value } = word;
      if (/^(?:-e|-p|-pe|--eval|--print)$/.test(value)) return [];
      if (value === '--') continue;
      if (nodeValued.includes(value)) at++;
      else if (value.startsWith('-')) {
        flags.push(word);
        if (/^--(?:watch|hot|respawn)/.test(value)) watched = true;
      } else if (value === 'watch' && flags.length === 0 && name === 'tsx') watched = true;
      else if (value === 'run' && (name === 'bun' || name === 'deno')) continue;
      else {
        const own = flags.some(({ value: flag }) => flag.startsWith('--inspect'))
          ? [started(name, 'program', first!, flags, watched)]
          : [];
        const behind = rest.slice(at + 1);
        // A package's program: deno run npm:vite, bunx without the x.
        const named = name === 'deno' ? /^npm:(@?[^@]+)/.exec(value)?.[1] : undefined;
        if (named) return [...own, started(named, 'program', word, behind, watched)];
        if (name === 'bun' && value === 'x') return [...own, ...going(behind, watched)];
        if (name === 'bun' && !scriptFile.test(value) && /^@?[a-z][\w/-]*$/.test(value) && !commonScripts.has(value))
          return [...own, ...going(rest.slice(at), watched)];
        if ((name === 'bun' || name === 'deno') && !scriptFile.test(value))
          return [...own, started(name, 'program', first!, rest, watched)];
        // The package manager's link to a program, or the program itself: node node_modules/.bin/next.
        const linked =
          /(?:^|\/)node_modules\/(?:\.bin|(?:@[\w.-]+\/)?[\w.-]+(?:\/[\w.-]+)*)\/([\w-]+)(?:\.[cm]?js)?$/.exec(value);
        if (linked) return [...own, started(linked[1]!, 'program', word, behind, watched)];
        return [...own, ...byNode(fileStarts(word, rest.slice(at + 1), watched))];
      }
    }
    return [started(name, 'program', first!, rest, watched)];
  }

  function shellStarts(): readonly Started[] {
    for (let at = 0; at < rest.length; at++) {
      const word = rest[at]!;
      if (name === 'busybox' && at === 0 && !shells.has(word.value)) return going(rest);
      if (name === 'busybox' && at === 0) continue;
      if (/^-[a-zA-Z]*c$/.test(word.value)) {
        const command = rest.slice(at + 1).find(({ value }) => !value.startsWith('-'));
        return command ? inner(command) : [];
      }
      if (/^[-+][a-zA-Z]*o$/.test(word.value)) at++;
      else if (!/^[-+]/.test(word.value)) return fileStartsThrough(word, rest.slice(at + 1));
    }
    return [];
  }

  function fileStartsThrough(word: Word, args: readonly Word[]): readonly Started[] {
    return args.length > 0 ? going([word, ...args]) : fileStarts(word, args);
  }

  /** PowerShell: `Start-Process python -ArgumentList "-m", "uvicorn"`. */
  function startProcess(): readonly Started[] {
    let program: Word | undefined;
    const args: Word[] = [];
    for (let at = 0; at < rest.length; at++) {
      const word = rest[at]!;
      const flag = word.quote === '' ? word.value.toLowerCase() : '';
      if (flag === '-filepath') program = rest[++at];
      else if (flag === '-argumentlist' || flag === '-args') {
        while (rest[at + 1] && !(rest[at + 1]!.quote === '' && /^-[a-z]{4,}$/i.test(rest[at + 1]!.value)))
          args.push(rest[++at]!);
      } else if (/^-(?:workingdirectory|windowstyle|verb|redirectstandard\w+|credential)$/.test(flag)) at++;
      else if (!flag.startsWith('-') && !program) program = word;
      else if (!flag.startsWith('-')) args.push(word);
    }
    if (!program) return [];
    const words = args.flatMap((word) =>
      word.value.includes(' ') ? innerLines(word, line).flatMap((command) => command.words) : [word],
    );
    return startedBy(
      { ...line, words: [program, ...words], environment: [], opaque: true },
      environment,
      development,
      depth - 1,
    );
  }
}

/** Wrappers whose command is named by a package, with version or extras: `npx serve@14`, `uvx "jupyter[all]"`. */
const packageNamed = new Set(['npx', 'pnpx', 'bunx', 'npm', 'pnpm', 'yarn', 'uvx', 'uv', 'pipx']);

/** Python modules that run another program. */
const moduleRunners: Readonly<
  Record<string, { readonly valued: readonly string[]; readonly words: readonly string[]; readonly listens: boolean }>
> = {
  debugpy: {
    valued: ['--listen', '--connect', '--log-to', '--adapter-access-token', '--configure-subProcess'],
    words: [],
    listens: true,
  },
  coverage: { valued: ['--source', '--rcfile', '--omit', '--include', '--data-file'], words: ['run'], listens: false },
  cProfile: { valued: ['-o', '-s'], words: [], listens: false },
  memray: { valued: ['-o', '--output'], words: ['run'], listens: false },
  pdb: { valued: ['-c'], words: [], listens: false },
  robyn: { valued: robynValued, words: [], listens: false },
  trace: { valued: [], words: [], listens: false },
};

/** What a command's flags say for one of host, port and address. */
export interface CommandSlot {
  /** The value, without its flag; undefined where it is not written. */
  readonly word: Word | undefined;
  /** The flag's own word, or the value's where it has none. */
  readonly flag?: string;
  /** The value as it stands, with quotes; empty where it would be written. */
  readonly span: Span;
  /** How to write a value at `span`; absent where nothing can be written. */
  readonly frame?: Frame;
  /** Where it is given from outside instead. */
  readonly layer?: Layer;
  /** It is not written here, but variables or arguments from outside may hold it. */
  readonly unknown?: true;
  /** Its flag is there without a value. */
  readonly alone?: true;
}

export interface CommandSlots {
  /** Present where the program has a flag or place for it; of repeated flags the last. */
  readonly host?: CommandSlot;
  /** The other hosts of a list. */
  readonly furtherHosts: readonly CommandSlot[];
  readonly port?: CommandSlot;
  /** Every address that is given, or the one place where it would be; empty where the program takes none. */
  readonly addresses: readonly CommandSlot[];
  /** A flag after which no TCP port is opened is there. */
  readonly elsewhere: boolean;
  /** The shape's debug flags that are there. */
  readonly debug: readonly string[];
  /** A flag with which a taken port ends the program is there. */
  readonly strict: boolean;
  /** The words that hold flags and positional arguments after the shape's own words. */
  readonly positionals: readonly Word[];
}

interface Flag {
  readonly name: string;
  readonly value: Word | undefined;
  readonly word: Word;
}

/** Flags by how they take a value. */
interface FlagKinds {
  /** The next word is it. */
  readonly valued: ReadonlySet<string>;
  /** The next word is it, unless that is a flag too. */
  readonly optional: ReadonlySet<string>;
  /** They take none, or one behind `=`; so do those that begin with `--no`. */
  readonly switches: ReadonlySet<string>;
}

function flagKinds(shape: CommandShape): FlagKinds {
  const optional = new Set(shape.optional);
  const attached = new Set(shape.attached);
  const valued = listOf(shape.host, shape.port, shape.address, shape.valued, shape.settings?.flags, shape.pairs);
  return {
    valued: new Set(valued.filter((name) => !optional.has(name) && !attached.has(name))),
    optional,
    switches: new Set(listOf(shape.debug?.flags, shape.switches, shape.attached)),
  };
}

/** The flags and positional words of a program's arguments. */
function flagsOf(
  args: readonly Word[],
  { valued, optional, switches }: FlagKinds,
): { readonly flags: readonly Flag[]; readonly positionals: readonly Word[]; readonly unclear: ReadonlySet<Word> } {
  const flags: Flag[] = [];
  const positionals: Word[] = [];
  /** Words behind an unknown flag: its value, or an argument. */
  const unclear = new Set<Word>();
  let afterUnknown = false;
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!;
    const { value } = word;
    if (value === '--') {
      append(positionals, args.slice(at + 1));
      break;
    }
    if (!/^-./.test(value) && !valued.has(value)) {
      positionals.push(word);
      if (afterUnknown) unclear.add(word);
      afterUnknown = false;
      continue;
    }
    afterUnknown = false;
    if (valued.has(value)) {
      flags.push({ name: value, value: args[++at], word });
      continue;
    }
    const next = args[at + 1];
    if (optional.has(value) && next && !next.value.startsWith('-')) {
      flags.push({ name: value, value: next, word });
      at++;
      continue;
    }
    const equals = value.indexOf('=');
    const name = equals === -1 ? value : value.slice(0, equals);
    if (equals !== -1) {
      flags.push({ name, value: part(word, equals + 1), word });
      continue;
    }
    const short = value.slice(0, 2);
    // `-p8000`, but not `-preload`, which is a flag of its own.
    if (valued.has(short) && /^-[^-][\d.:[*$%]/.test(value)) {
      flags.push({ name: short, value: part(word, 2), word });
      continue;
    }
    flags.push({ name: value, value: undefined, word });
    afterUnknown = !switches.has(value) && !optional.has(value) && !value.startsWith('--no');
  }
  return { flags, positionals, unclear };
}

const listOf = (...lists: readonly (readonly string[] | undefined)[]) => lists.flatMap((list) => list ?? []);

/** The words of a shape among the positional words: where they end, or undefined where they are not there. */
function wordsEnd(
  words: readonly string[],
  positionals: readonly Word[],
  unclear: ReadonlySet<Word>,
): number | undefined {
  const fits = (pattern: string, { value }: Word) =>
    pattern === '*:*'
      ? /^[\w.]+:\w+$/.test(value)
      : pattern.startsWith('*.')
        ? value.endsWith(pattern.slice(1))
        : pattern.startsWith('*')
          ? value === pattern.slice(1) || value.endsWith(`/${pattern.slice(1)}`)
          : value === pattern;
  for (let from = 0; from + words.length <= positionals.length; from++) {
    if (words.every((pattern, index) => fits(pattern, positionals[from + index]!))) return from + words.length;
    if (!unclear.has(positionals[from]!)) return undefined;
  }
  return undefined;
}

/**
 * Where a started program takes host, port and address.
 * @returns undefined where the words say that it is another command of the program (`flask shell`), or one that does not listen
 */
export function commandSlots(started: Started, shape: CommandShape): CommandSlots | undefined {
  const { args, line } = started;
  const read = flagsOf(args, flagKinds(shape));
  const { positionals: all, unclear } = read;
  const flags = shape.pairs ? read.flags.map((flag) => withPair(flag, shape.pairs!)) : read.flags;
  const from = wordsEnd(shape.words ?? [], all, unclear);
  if (from === undefined) return undefined;
  const first = all.findIndex((word) => !unclear.has(word));
  if (shape.except && all.slice(0, first + 1 || undefined).some(({ value }) => shape.except?.includes(value)))
    return undefined;
  const positionals = all.slice(from);
  const given = (names: readonly string[] | undefined) =>
    flags.filter(({ name }) => names?.some((known) => known === name || isOneOf(known, name)));
  if (shape.only) {
    const { flags: names, values } = shape.only;
    if (!given(names).some(({ value }) => !values || (value && values.includes(value.value)))) return undefined;
  }
  const open = all.some(holdsArguments);
  const frameOf = (word: Word): Frame | undefined => {
    if (word.quote === undefined || line.opaque) return undefined;
    return { before: '', after: '', quote: word.quote };
  };
  const written = (word: Word, flag?: string): CommandSlot => {
    const frame = frameOf(word);
    return { word, span: word.span, ...(flag !== undefined && { flag }), ...(frame && { frame }) };
  };
  const missing = (before: readonly string[], flag?: string): CommandSlot => {
    const span = insertion(started, shape);
    const frame = line.opaque ? undefined : newWords(line, before);
    const layer = flag === undefined ? undefined : layerOf(started, flag);
    return {
      word: undefined,
      span,
      ...(layer && { layer }),
      ...(flag !== undefined && { flag }),
      ...(frame && { frame }),
      ...(open && { unknown: true as const }),
    };
  };
  /** The flag stands there, and its value would follow. */
  const alone = ({ name, word }: Flag): CommandSlot => {
    const { file, end } = word.span;
    const attached = shape.attached?.includes(name) === true;
    const open = word.quote !== undefined && !line.opaque && (!attached || line.form === 'shell');
    const frame = open ? (attached ? { before: '=', after: '', quote: '' } : newWords(line, [])) : undefined;
    return { word: undefined, span: { file, start: end, end }, flag: name, alone: true, ...(frame && { frame }) };
  };
  const slot = (role: 'host' | 'port'): CommandSlot | undefined => {
    const names = shape[role];
    const last = given(names).at(-1);
    if (last?.value) return written(last.value, last.name);
    if (last && role === 'host' && shape.hostAlone !== undefined) return alone(last);
    if (shape.positional?.holds === role) {
      const word = positionals[shape.positional.index];
      if (word && !unclear.has(word)) return written(word);
      if (word) return { word: undefined, span: insertion(started, shape), unknown: true };
      if (!names && positionals.length === shape.positional.index) return missing([]);
    }
    if (!names || names.length === 0) return undefined;
    const flag = names.find((name) => name.startsWith('--')) ?? names[0]!;
    return missing([flag], flag);
  };
  const hostSlots = (): readonly CommandSlot[] => {
    const first = slot('host');
    const word = first?.word;
    if (!first || !word || shape.list === undefined) return first ? [first] : [];
    if (shape.list !== ' ') return listedWords(word, shape.list).map((one) => written(one, first.flag));
    const at = args.indexOf(word) + 1;
    const end = args.findIndex(({ value }, index) => index >= at && value.startsWith('--'));
    const behind = at === 0 ? [] : args.slice(at, end === -1 ? undefined : end);
    return [first, ...behind.map((one) => written(one, first.flag))];
  };
  const addresses = given(shape.address).flatMap((flag) => {
    if (flag.value) return listedWords(flag.value, shape.list).map((word) => written(word, flag.name));
    return shape.attached?.includes(flag.name) || shape.optional?.includes(flag.name) ? [alone(flag)] : [];
  });
  if (shape.positional?.holds === 'address') {
    const word = positionals[shape.positional.index];
    if (word && !unclear.has(word)) addresses.push(written(word));
    else if (word) addresses.push({ word: undefined, span: insertion(started, shape), unknown: true });
    else if (!shape.address && positionals.length === shape.positional.index) addresses.push(missing([]));
  }
  if (addresses.length === 0 && shape.address && shape.address.length > 0) {
    const flag = shape.address.find((name) => name.startsWith('--')) ?? shape.address[0]!;
    addresses.push(missing([flag], flag));
  }
  const [host, ...furtherHosts] = hostSlots();
  const port = slot('port');
  return {
    ...(host && { host }),
    furtherHosts,
    ...(port && { port }),
    addresses,
    elsewhere: given([...(shape.unless ?? []), '--help', '--version']).length > 0,
    debug: given(shape.debug?.flags).map(({ name }) => name),
    strict: given(shape.strictWith).length > 0,
    positionals,
  };
}

/** `--entrypoints.*.address` is a flag for each name. */
function isOneOf(known: string, name: string): boolean {
  const [before, after] = known.split('*') as [string, string?];
  return after !== undefined && name.startsWith(before) && name.endsWith(after) && !/[\s=]/.test(name);
}

/** `-c listen_addresses=*` as a flag of its own. */
function withPair(flag: Flag, pairs: readonly string[]): Flag {
  const equals = flag.value?.value.indexOf('=') ?? -1;
  if (!flag.value || equals === -1 || !pairs.includes(flag.name)) return flag;
  return { ...flag, name: `${flag.name} ${flag.value.value.slice(0, equals)}`, value: part(flag.value, equals + 1) };
}

/** The parts of a word that holds a list. */
export function listedWords(word: Word, mark: CommandShape['list']): readonly Word[] {
  if (mark === undefined || mark === ' ' || !word.value.includes(mark)) return [word];
  return [...word.value.matchAll(new RegExp(`[^${mark}]+`, 'g'))].flatMap(({ 0: text, index }) => {
    const from = index + text.length - text.trimStart().length;
    return text.trim() === '' ? [] : [part(word, from, from + text.trim().length)];
  });
}

/** A word that stands for further arguments: `"$@"`, `%*`, `$GUNICORN_OPTS`; the name of an app or a file is one word. */
function holdsArguments({ value, quote, expands }: Word): boolean {
  if (!expands) return /^%[*1-9]$/.test(value);
  if (/^(?:\$\{?[@*]|[$@]args$|%\*|\$\{\w+\[@\]\})/.test(value)) return true;
  if (quote !== '' || !/^[$%]/.test(value)) return false;
  return !/app|module|file|dir|path|script|target|[aw]sgi/i.test(value);
}

/** Where a new argument is written: behind the last argument, before `--` and `"$@"`; before all others where options come first. */
function insertion({ programWord, args, line }: Started, { optionsFirst, words = [] }: CommandShape): Span {
  if (optionsFirst) {
    const { file, end } = (args[words.length - 1] ?? programWord).span;
    return { file, start: end, end };
  }
  const stop = args.findIndex(
    ({ value }) => value === '--' || value === '$@' || value === '$*' || /^%[*1-9]$/.test(value),
  );
  const last = (stop === -1 ? args.at(-1) : args[stop - 1]) ?? programWord;
  return placeBehind(last, line);
}

/** Where a word is written behind another one of its line. */
export function placeBehind(last: Word, { words, appendAt }: CommandLine): Span {
  const at = appendAt !== undefined && last === words.at(-1) ? appendAt : last.span.end;
  return { file: last.span.file, start: at, end: at };
}

/** An option that is given by the line that starts the script. */
function layerOf({ args, programWord, line: { extended } }: Started, flag: string): Layer | undefined {
  if (!extended || extended.line.opaque || (args.at(-1) ?? programWord) !== extended.own) return undefined;
  const { line, last, before } = extended;
  const frame = newWords(line, [...before, flag]);
  return frame && { layer: 'command', span: placeBehind(last, line), frame, name: flag };
}

/** A value as a new word, with words in front of it. */
function newWords(line: CommandLine, before: readonly string[]): Frame | undefined {
  if (line.form === 'shell') return { before: ` ${before.map((word) => `${word} `).join('')}`, after: '', quote: '' };
  if (!line.append) return undefined;
  const [open, close] = line.append;
  return { before: `${before.map((word) => open + word + close).join('')}${open}`, after: close, quote: '' };
}

/**
 * Cuts `host:port` in two, with the spans of the parts; a colon inside `${PORT:-8000}` does not count.
 * @param bare what a text without a colon is
 */
export function addressParts(
  word: Word,
  bare: 'host' | 'port' | 'either',
): { readonly host?: Word; readonly port?: Word } {
  const masked = word.value.replace(/\$\{[^}]*\}|\$\([^)]*\)/g, (variable) => '_'.repeat(variable.length));
  const bracket = /^\[[^\]]*\]/.exec(masked)?.[0].length;
  const colon = bracket === undefined ? masked.lastIndexOf(':') : masked[bracket] === ':' ? bracket : -1;
  // `:::8000` is no address, but `::` and a port.
  const many = bracket === undefined && !/^:::\d+$/.test(masked) && masked.indexOf(':') !== colon;
  if (colon === -1 || many) {
    const asPort = bare === 'port' || (bare === 'either' && /^(?:\d+|[$%].*)$/.test(word.value));
    return asPort && !many && bracket === undefined ? { port: word } : { host: word };
  }
  return { host: part(word, 0, colon), port: part(word, colon + 1) };
}
