import { append } from '../append.ts';
import { isOwnScript, type Started, unwrap } from '../commands/commands.ts';
import { contextOf } from '../context.ts';
import type { Publish, Variable } from '../facts.ts';
import type { Extract } from '../format.ts';
import { containerPath, joined } from '../paths.ts';
import type { CommandLine, Word } from '../syntax/command.ts';
import { assignmentOf } from '../syntax/shell.ts';
import { type Given, interpolated, interpolatedWord } from './interpolation.ts';
import { exposedPorts, portMappings, type Stretch, unsaid } from './port-mappings.ts';
import type { Build, Placement, Workload } from './workload.ts';

/** An image that a command line builds, and the files that it may be built from, best first. */
export interface BuiltImage {
  /** As the command names it. */
  readonly name: string;
  readonly file: string;
  readonly builds: readonly Build[];
}

/** What command lines say of containers: those they start and the images they build. */
export interface CommandContainers {
  readonly workloads: readonly Workload[];
  readonly publishes: readonly Publish[];
  readonly images: readonly BuiltImage[];
}

const engine = /^(?:docker|podman|nerdctl)$/;
const docs = 'https://docs.docker.com/reference/cli/docker/container/run/#publish';
/** Options that take no value; all others do. https://docs.docker.com/reference/cli/docker/container/run/ */
const runSwitches = new Set([
  ...['--detach', '--disable-content-trust', '--help', '--init', '--interactive', '--no-healthcheck', '--no-hosts'],
  ...['--oom-kill-disable', '--privileged', '--publish-all', '--quiet', '--read-only', '--replace', '--rm'],
  ...['-d', '-i', '-t', '-P', '-q', '--sig-proxy', '--tty', '--tls-verify', '--http-proxy', '--rmi'],
]);
/** https://docs.docker.com/reference/cli/docker/buildx/build/ */
const buildSwitches = new Set([
  ...['--check', '--compress', '--disable-content-trust', '--force-rm', '--load', '--no-cache', '--pull', '--push'],
  ...['-q', '-D', '--quiet', '--rm', '--squash', '--debug', '--layers', '--tls-verify'],
]);
/** Containers that one project starts by commands; nobody writes down more. */
const mostContainers = 200;

/** Containers that the command lines of one file start, and images that they build. */
export function commandContainers(file: string, commands: Extract['commands']): CommandContainers {
  const workloads: Workload[] = [];
  const publishes: Publish[] = [];
  const images: BuiltImage[] = [];
  const scopes = new Set<string>();
  for (const { line, context } of commands) {
    if (workloads.length + images.length >= mostContainers) break;
    for (const started of unwrap(line)) {
      if (!engine.test(started.program) || isOwnScript(started.programWord)) continue;
      const [first, second] = started.args;
      const sub = first && /^(?:container|image|buildx|builder)$/.test(first.value) ? second : first;
      if (!sub) continue;
      const args = started.args.slice(started.args.indexOf(sub) + 1);
      if (sub.value === 'run' || sub.value === 'create') {
        const found = runOf(file, started, args, context, scopes);
        if (!found) continue;
        workloads.push(found.workload);
        append(publishes, found.publishes);
      } else if (sub.value === 'build') append(images, builtBy(file, started, args));
    }
  }
  return { workloads, publishes, images };
}

/** The image with which a command starts a container, where a command builds it; a name with variables means the same in one file alone. */
export function builtFor({ image, span }: Workload, images: readonly BuiltImage[]): BuiltImage | undefined {
  const name = image?.name;
  return images.find((built) => built.name === name && (!built.name.includes('$') || built.file === span.file));
}

interface Option {
  readonly name: string;
  readonly value: Word | undefined;
}

/** The options in front of the first word that is none, and what follows. */
function optionsOf(
  args: readonly Word[],
  switches: ReadonlySet<string>,
): { readonly options: readonly Option[]; readonly rest: readonly Word[]; readonly open: boolean } {
  const options: Option[] = [];
  let open = false;
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at]!;
    const { value } = word;
    if (value === '--') {
      at++;
      break;
    }
    if (value.startsWith('--')) {
      const equals = value.indexOf('=');
      if (equals !== -1) options.push({ name: value.slice(0, equals), value: behind(word, equals + 1) });
      else options.push({ name: value, value: switches.has(value) ? undefined : args[++at] });
    } else if (/^-./.test(value)) {
      // `-dp 8080:80`: several letters, of which the last one may take a value.
      let cluster = 1;
      while (switches.has(`-${value[cluster]}`)) cluster++;
      if (cluster === value.length) continue;
      const name = `-${value[cluster]}`;
      const attached = value.length > cluster + 1;
      const from = cluster + (value[cluster + 1] === '=' ? 2 : 1);
      options.push({ name, value: attached ? behind(word, from) : args[++at] });
    } else if (isOptions(word)) open = true;
    else break;
  }
  return { options, rest: args.slice(at), open };
}

/** `$DOCKER_OPTS`, `"${ARGS[@]}"`: options that stand elsewhere. */
const isOptions = ({ value, expands }: Word) =>
  expands && /^(?:\$\{?\w*(?:opt|arg|flag|param|env|vol|port|publish|mount)\w*(?:\[[@*]\])?\}?|\$[@*])$/i.test(value);

/** The part of a word behind an offset. */
function behind(word: Word, from: number): Word {
  const value = word.value.slice(from);
  if (word.assigned?.value === value) return word.assigned;
  if (word.quote === undefined) return { value, span: word.span, expands: word.expands };
  const start = word.span.start + word.quote.length + from;
  return {
    value,
    span: { file: word.span.file, start, end: start + value.length },
    quote: '',
    expands: word.expands,
  };
}

/** What the script above a line says of a variable. */
const givenTo =
  ({ environment }: Started): Given =>
  (name) => {
    const word = environment.findLast((one) => one.name === name)?.value;
    return word && { value: /[$`%]/.test(word.value) ? undefined : word.value, span: word.span };
  };

function stretchOf({ value, span, quote }: Word, line: CommandLine): Stretch {
  if (quote === undefined || line.opaque) return { text: value, span, exact: false };
  const start = span.start + quote.length;
  return { text: value, span: { ...span, start, end: start + value.length }, exact: true };
}

/** What a shell makes of a word, as far as it is known; variables that are not stay as they are written. */
function filled(word: Word | undefined, given: Given): string | undefined {
  if (!word) return undefined;
  return word.expands ? (interpolated(word.value, given).value ?? word.value) : word.value;
}

/** Substitutions that no file tells the outcome of. */
const computed = /\$\(|`|%\w+%|!\w+!|\$env:|\{\{/i;

function runOf(
  file: string,
  started: Started,
  args: readonly Word[],
  context: 'development' | undefined,
  scopes: Set<string>,
): { readonly workload: Workload; readonly publishes: readonly Publish[] } | undefined {
  const { options, rest, open } = optionsOf(args, runSwitches);
  const [image, ...command] = rest;
  if (!image) return undefined;
  const { line } = started;
  const given = givenTo(started);
  const all = (...names: readonly string[]) =>
    options.flatMap(({ name, value }) => (value && names.includes(name) ? [value] : []));
  const text = (...names: readonly string[]) => filled(all(...names).at(-1), given);
  const name = filled(image, given);
  const scope = scopeOf(file, text('--name') ?? name ?? '', scopes);
  const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')));
  const variables = all('-e', '--env').map((word) => variableOf(word, line, given));
  const files = all('--env-file').map((word) => joined(folder, filled(word, given) ?? '/'));
  const directory = text('-w', '--workdir');
  const user = text('-u', '--user');
  const network = text('--network', '--net');
  const other = /^container:(.+)$/.exec(network ?? '')?.[1];
  const entrypoint = all('--entrypoint').at(-1);
  const asLine = (words: readonly Word[]): CommandLine => ({
    words: words.map((word) => (word.expands ? interpolatedWord(word, given) : word)),
    span: { file: words[0]!.span.file, start: words[0]!.span.start, end: words.at(-1)!.span.end },
    environment: [],
    form: line.form,
    ...(line.append && { append: line.append }),
    ...(line.opaque && { opaque: true as const }),
  });
  const stated = context ?? contextOf(file);
  const volumes = all('-v', '--volume');
  const placed = volumes.flatMap((word) => placementOf(word, folder) ?? []);
  const unseen = [...volumes.filter((word) => placementOf(word, folder) === undefined), ...all('--mount')].flatMap(
    (word) => mountPoint(word) ?? [],
  );
  const workload: Workload = {
    scope,
    span: started.programWord.span,
    framework: 'docker',
    context: stated,
    image: { name: name === undefined || computed.test(name) ? undefined : name, span: image.span },
    ...(entrypoint && { entrypoint: entrypoint.value === '' ? [] : [asLine([entrypoint])] }),
    ...(command.length > 0 && { command: [asLine(command)] }),
    ...(open && { unclear: true as const }),
    ...(directory !== undefined && { directory }),
    environment: {
      variables,
      files: files.flatMap((path) => path ?? []),
      open: open || files.includes(undefined),
    },
    network: network === 'host' ? 'host' : other === undefined ? 'own' : { of: `container ${other}` },
    names: [...all('--name', '--network-alias', '-h', '--hostname')].flatMap((word) => filled(word, given) ?? []),
    ...(network !== undefined && { networks: [network] }),
    files: placed,
    ...(unseen.length > 0 && { unseen }),
    ...(user !== undefined && { user }),
    ...(/^(?:always|unless-stopped)$/.test(text('--restart') ?? '') && { restarts: true as const }),
  };
  const common = { framework: 'docker', language: 'shell', scope, context: stated };
  const row = (word: Word, mapping: Pick<Publish, 'host' | 'port' | 'target' | 'protocol'>, role: Publish['role']) => ({
    ...{ kind: 'publish' as const, span: word.span, via: 'command' as const, sure: true },
    ...common,
    ...mapping,
    role,
  });
  const publishes = [
    ...all('-p', '--publish').flatMap((word) => {
      if (computed.test(word.value)) {
        const { span } = word;
        const mapping = { host: unsaid<string>(span), port: unsaid<number>(span), target: unsaid<number>(span) };
        return [row(word, { ...mapping, protocol: 'tcp' }, 'publish')];
      }
      return portMappings(stretchOf(word, line), given, { of: 'docker run', docs }).map((mapping) =>
        row(word, mapping, 'publish'),
      );
    }),
    ...all('--expose').flatMap((word) =>
      exposedPorts(stretchOf(word, line), given).map((mapping) =>
        row(word, { host: unsaid(word.span), port: unsaid(word.span), ...mapping }, 'documentation'),
      ),
    ),
  ];
  return { workload, publishes };
}

/** The container's name in its file; one that several lines use means a container for each. */
function scopeOf(file: string, name: string, scopes: Set<string>): string {
  const plain = name.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  const base = `${file}#${plain.slice(plain.lastIndexOf('/') + 1) || 'container'}`;
  let scope = base;
  for (let count = 2; scopes.has(scope); count++) scope = `${base}-${count}`;
  scopes.add(scope);
  return scope;
}

function variableOf(word: Word, line: CommandLine, given: Given): Variable {
  const assigned = assignmentOf(word);
  if (!assigned) {
    const { value } = word;
    return { ...{ value: undefined, span: word.span }, ...given(value), name: value, from: value };
  }
  const { name, value: held } = assigned;
  if (computed.test(held.value)) return { name, value: undefined, span: held.span };
  const { value, from, plain, known } = held.expands
    ? interpolated(held.value, given)
    : { value: held.value, from: undefined, plain: true, known: undefined };
  const frame = plain && held.quote !== undefined && !line.opaque;
  return {
    name,
    value,
    span: known?.span ?? held.span,
    ...(frame && { frame: { before: '', after: '', quote: held.quote!, part: true as const } }),
    ...(from !== undefined && { from }),
  };
}

/** A folder or file of the project: `-v ./conf:/etc/app`, `-v "$PWD"/conf:/etc/app:ro`; undefined: what is mounted is something else. */
function placementOf({ value }: Word, folder: string): Placement | undefined {
  const [source, target] = value
    .replace(/^(?:\$\(pwd\)|\$\{?PWD\}?|%cd%|\$\{PWD\}|\$\(CURDIR\)|\$\{CURDIR\})/i, '.')
    .split(':');
  if (source === undefined || target === undefined || !/^\.{1,2}(?:\/|$)/.test(source)) return undefined;
  const from = joined(folder, source);
  return from === undefined ? undefined : { from, to: containerPath('/', target) };
}

/** The path inside the container: `-v data:/etc/app`, `--mount source=data,target=/etc/app`. */
function mountPoint({ value }: Word): string | undefined {
  return /(?:(?:^|:)|\b(?:target|dst|destination)=)(\/[^:$,]{1,500})(?::[\w,]+|,.*)?$/.exec(value)?.[1];
}

function builtBy(file: string, started: Started, args: readonly Word[]): BuiltImage[] {
  // The folder may stand before its options.
  const folders: Word[] = [];
  const options: Option[] = [];
  for (let rest: readonly Word[] = args; rest.length > 0; ) {
    const read = optionsOf(rest, buildSwitches);
    append(options, read.options);
    if (read.rest[0]) folders.push(read.rest[0]);
    rest = read.rest.slice(1);
  }
  const given = givenTo(started);
  const context = filled(folders[0], given);
  if (context === undefined || computed.test(context) || /^(?:-$|[a-z]+:\/\/|git@)/.test(context)) return [];
  const text = (...names: readonly string[]) =>
    filled(options.findLast((option) => names.includes(option.name))?.value, given);
  const dockerfile = text('-f', '--file');
  const target = text('--target');
  const own = file.slice(0, Math.max(0, file.lastIndexOf('/')));
  // A script may be started in its own folder or at the top.
  const builds = [...new Set([own, ''])].flatMap((directory): Build[] => {
    const from = joined(directory, context.replace(/^\$\{?PWD\}?(?=\/|$)/, '.'));
    if (from === undefined) return [];
    const written = dockerfile === undefined ? joined(from, 'Dockerfile') : joined(directory, dockerfile);
    if (written === undefined) return [];
    const pairs = options.filter(({ name }) => name === '--build-arg').flatMap(({ value }) => value ?? []);
    const args = pairs.map((word) => variableOf(word, started.line, given));
    return [{ context: from, dockerfile: written, ...(target !== undefined && { target }), args }];
  });
  return options.flatMap(({ name, value }) => {
    const image = name === '-t' || name === '--tag' ? filled(value, given) : undefined;
    return image === undefined || computed.test(image) ? [] : [{ name: image, file, builds }];
  });
}
