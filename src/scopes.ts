import { parsePort } from './address.ts';
import { placeBehind } from './commands/commands.ts';
import type { Assembled, Assembly } from './containers/containers.ts';
import { maySetVariables } from './containers/images.ts';
import { interpolated } from './containers/interpolation.ts';
import type { EntryProgram, StartedPrograms } from './containers/started-programs.ts';
import { contextOf } from './context.ts';
import type { Bind, Container, Context, Dial, Layer, Publish, Slot, Span, Variable } from './facts.ts';
import { foldersOf, modulePlaces } from './resolve/modules.ts';
import { loadsEnvironmentFile } from './resolve/settings.ts';
import { literal } from './resolve/values.ts';
import type { Value } from './resolve.ts';
import type { Assignment, Word } from './syntax/command.ts';
import type { Document, Entry } from './syntax/document.ts';
import { expand } from './syntax/shell.ts';

/** A container with the programs it starts. */
export interface Running {
  readonly container: Assembled;
  readonly context: Context;
  readonly programs: StartedPrograms;
  /** The files that its programs are made of, as far as they are the project's own. */
  readonly files: ReadonlySet<string>;
  /** They are made of more files, which were not followed. */
  readonly incomplete?: true;
}

/** A container's variables as a command line takes them. */
export function assignmentsOf({ variables }: Assembled): Assignment[] {
  return variables.map(({ name, value, span, frame }) => ({
    name,
    value:
      value === undefined
        ? { value: '${?}', span, expands: true }
        : { value, span, expands: false, ...(frame && { quote: frame.quote }) },
  }));
}

/**
 * What code reads from the container's environment.
 * @param assigned what the command that starts it sets before that
 */
export function environmentOf(
  { variables, open, scope }: Pick<Assembled, 'variables' | 'open' | 'scope'>,
  assigned: readonly Assignment[] = [],
): (name: string) => Value | undefined {
  const byName = new Map(variables.map((variable) => [variable.name, variable]));
  const counting = assigned.filter(({ name, unlessSet }) => !unlessSet || !(open || byName.has(name)));
  const before = new Map(counting.map(({ name, value }) => [name, assignedVariable(name, value, byName)]));
  return (name) => {
    const variable = before.get(name) ?? byName.get(name);
    const nowhere: Span = { file: scope.replace(/#.*$/, ''), start: 0, end: 0 };
    const trail = { origin: literal, adjustable: true };
    if (variable === undefined) return open ? { type: 'unknown', ...trail, span: nowhere, steps: [] } : undefined;
    const { value, span, frame } = variable;
    const steps = [{ span, note: before.has(name) ? `${name} is set here` : `${name} in ${span.file}` }];
    // An empty variable is set; what a program makes of it is its own business.
    if (value === undefined) return { type: 'unknown', ...trail, span, steps };
    if (value === '') return { type: 'unknown', ...trail, span, steps, written: '' };
    return { type: 'string', value, span, steps, ...trail, ...(frame && { quote: frame.quote, frame }) };
  };
}

/** `PORT=8000`, or what `PORT=$WEB_PORT` takes from the container. */
function assignedVariable(
  name: string,
  { value, span, quote, expands }: Word,
  outside: ReadonlyMap<string, Variable>,
): Variable {
  if (!expands || !/[$`%]/.test(value))
    return { name, value, span, ...(quote !== undefined && { frame: { before: '', after: '', quote } }) };
  const { name: other, fallback } = expand(value);
  return { name, value: (other === undefined ? undefined : outside.get(other)?.value) ?? fallback, span };
}

/** More than anybody writes into one file. */
const mostImports = 5_000;

/** Modules that a text of code imports, as it writes them. */
export function importedModules(file: string, text: string): readonly (readonly string[])[] {
  if (/\.pyw?$/.test(file)) {
    const places: (readonly string[])[] = [];
    for (const [, from, names, plain] of text.matchAll(
      /^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)?|[^\n]*)|import[ \t]+([\w., \t]+))/gm,
    )) {
      if (places.length > mostImports) break;
      if (from !== undefined) {
        places.push(modulePlaces(from, file));
        const dot = from.endsWith('.') ? '' : '.';
        for (const [name] of names!.slice(0, 20 * mostImports).matchAll(/\b(?!as\b)[A-Za-z_]\w*/g))
          places.push(modulePlaces(`${from}${dot}${name}`, file));
      } else for (const name of plain!.split(',')) places.push(modulePlaces(name.trim().split(/\s/)[0]!, file));
    }
    // `uvicorn.run("app.main:app")` loads a module by its name.
    for (const [, module] of text.matchAll(/["']([A-Za-z_][\w.]*):[A-Za-z_]\w*["']/g))
      places.push(modulePlaces(module!, file));
    return places.filter((some) => some.length > 0);
  }
  const folder = foldersOf(file)[0]!;
  return [...text.matchAll(/(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*["'](\.{1,2}\/[^"'\n]*|\.{1,2})["']/g)].map(
    ([, path]) => scriptPlaces(folder, path!),
  );
}

/** Where a relative import of JavaScript may lie. */
function scriptPlaces(folder: string, path: string): readonly string[] {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  const base = parts.join('/');
  const stem = base.replace(/\.[cm]?jsx?$/, '');
  const endings = ['.ts', '.js', '.mts', '.mjs', '.cjs', '.cts', '.tsx', '.jsx'];
  return [base, ...endings.map((ending) => stem + ending), ...endings.map((ending) => `${base}/index${ending}`)];
}

/** The sources from which a built file is made: `src/server.ts` for `dist/server.js`. */
export function sourcesOf(file: string): readonly string[] {
  const built = /^(.*?)(?:^|\/)?(?:dist|build|out|lib|\.build)\/(.+?)\.[cm]?js$/.exec(file);
  if (!built) return /\.[cm]?js$/.test(file) ? [file.replace(/\.([cm]?)js$/, '.$1ts')] : [];
  const [, before, rest] = built as unknown as [string, string, string];
  const root = before === '' ? '' : `${before}/`;
  const inner = rest.replace(/^src\//, '');
  return ['.ts', '.mts', '.js', '.mjs', '.cts', '.tsx'].flatMap((ending) => [
    `${root}src/${inner}${ending}`,
    `${root}${inner}${ending}`,
  ]);
}

/** Are a bind's call and the way to it part of what a container runs? */
export function runsIn(bind: Bind, { files, programs }: Pick<Running, 'files' | 'programs'>): boolean {
  const start = bind.reached[0]?.span.file ?? bind.span.file;
  if (!files.has(bind.span.file) || !files.has(start)) return false;
  // Code that only runs when its file itself is run.
  if (bind.standalone) return programs.entries.some(({ file, function: only }) => file === start && only === undefined);
  return true;
}

/** The program of a container that comes to a bind. */
export function entryOf(bind: Bind, { entries }: StartedPrograms): EntryProgram | undefined {
  const start = bind.reached[0]?.span.file ?? bind.span.file;
  return entries.find(({ file }) => file === start) ?? entries[0];
}

/** A bind of code as it is in a container: what the command line and the environment say goes before what the code says. */
export function inContainer(bind: Bind, running: Running): Bind {
  const { container, programs, context } = running;
  const entry = entryOf(bind, programs);
  const slot = <T extends string | number>(given: Slot<T>, role: 'host' | 'port'): Slot<T> =>
    withLayers(withOption(given, role, entry), container, entry?.assigned);
  return {
    ...bind,
    scope: container.scope,
    context,
    host: slot(bind.host, 'host'),
    port: slot(bind.port, 'port'),
  };
}

/** What the option holds that the command gives to the program. */
function withOption<T extends string | number>(
  slot: Slot<T>,
  role: 'host' | 'port',
  entry: EntryProgram | undefined,
): Slot<T> {
  const { origin } = slot;
  if (!entry) return slot;
  const { args, line } = entry.started;
  // `main.py server.port=9000` sets what a settings file says, as Hydra reads it.
  if (origin.by === 'config' && args.some(({ value }) => /^[+~]*[A-Za-z_][\w./@]*=/.test(value))) return hidden(slot);
  if (origin.by !== 'argument') return slot;
  if (!origin.name.startsWith('-')) return args.length === 0 ? slot : hidden(slot);
  const flag = origin.name;
  const at = args.findIndex(({ value }) => value === flag);
  const attached = args.find(({ value }) => value.startsWith(`${flag}=`));
  const word = at === -1 ? attached : args[at + 1];
  if (!word) {
    // Short forms and arguments handed on may give it all the same.
    const unclear = args.some(({ value, expands }) => /^-[a-zA-Z]/.test(value) || (expands && value.startsWith('$')));
    if (unclear) return hidden(slot);
    const { frame: _frame, ...rest } = slot;
    const last = args.at(-1) ?? entry.started.programWord;
    const before =
      line.form === 'shell'
        ? [` ${flag} `, '']
        : line.append && [`${line.append[0]}${flag}${line.append[1]}${line.append[0]}`, line.append[1]];
    if (!before || line.opaque || last.quote === undefined) return slot;
    const layer: Layer = {
      layer: 'command',
      span: placeBehind(last, line),
      frame: { before: before[0]!, after: before[1]!, quote: '' },
      name: flag,
    };
    return { ...rest, ...(slot.frame && { frame: slot.frame }), layers: [...(slot.layers ?? []), layer] };
  }
  const text = attached && at === -1 ? word.value.slice(flag.length + 1) : word.value;
  const value = role === 'host' ? text : /^\d{1,5}$/.test(text) ? Number(text) : undefined;
  if (word.expands && /[$%]/.test(text)) {
    const name = /^\$\{?(\w+)\}?$/.exec(text)?.[1];
    const assigned = entry.started.environment.findLast((one) => one.name === name)?.value;
    if (!assigned || assigned.expands) return hidden(slot);
    const held =
      role === 'host' ? assigned.value : /^\d{1,5}$/.test(assigned.value) ? Number(assigned.value) : undefined;
    return written(slot, held as T | undefined, assigned.span, assigned.quote, `${name} is set here`);
  }
  if (attached && at === -1) {
    const span =
      word.quote === undefined
        ? word.span
        : {
            ...word.span,
            start: word.span.end - word.quote.length - text.length,
            end: word.span.end - word.quote.length,
          };
    return written(
      slot,
      value as T | undefined,
      span,
      word.quote === undefined || line.opaque ? undefined : '',
      `${flag} is given here`,
    );
  }
  return written(
    slot,
    value as T | undefined,
    word.span,
    line.opaque ? undefined : word.quote,
    `${flag} is given here`,
  );
}

function written<T>(slot: Slot<T>, value: T | undefined, span: Span, quote: string | undefined, note: string): Slot<T> {
  const { frame: _frame, declared: _declared, ...rest } = slot;
  return {
    ...rest,
    value,
    span,
    fixed: true,
    chain: [...slot.chain, { span, note }],
    ...(quote !== undefined && { frame: { before: '', after: '', quote } }),
  };
}

function hidden<T>(slot: Slot<T>): Slot<T> {
  return { ...slot, value: undefined, fixed: false };
}

/** The places in the container's files where the value can be given. */
function withLayers<T>(slot: Slot<T>, container: Assembled, assigned: readonly Assignment[] = []): Slot<T> {
  const { origin } = slot;
  const name = origin.by === 'env' ? origin.name : slot.variables?.[0];
  const set = [...container.variables, ...assigned.filter(({ unlessSet }) => !unlessSet)];
  if (name === undefined || set.some((one) => one.name === name)) return slot;
  const places = entriesOf(container);
  const layers = places.map(
    ({ span, before, between, quote, after }): Layer => ({
      layer: 'environment',
      span,
      frame: { before: `${before}${name}${between}${quote}`, after: `${quote}${after}`, quote: '' },
      name: `${name} in ${span.file}`,
    }),
  );
  return layers.length === 0 ? slot : { ...slot, layers: [...layers, ...(slot.layers ?? [])] };
}

/** The image's own place first: what holds there holds wherever it runs. */
function entriesOf({ workload, stages }: Assembled) {
  const image = stages.at(-1)?.environment.entry;
  const own = workload.framework === 'dockerfile' ? undefined : workload.environment.entry;
  return [...(image ? [image] : []), ...(own ? [own] : [])];
}

/** A container as rules see it. */
export function containerFact(
  running: Running,
  binds: readonly Bind[],
  assembly: Assembly,
  text: (file: string) => string,
): Container {
  const { container, context, programs, incomplete } = running;
  const { workload, scope, image, stages, variables, open } = container;
  const { network } = workload;
  const own = binds.filter((bind) => bind.scope === scope);
  const followed =
    container.commands !== undefined && programs.others.length === 0 && !incomplete && !container.guessed;
  return {
    kind: 'container',
    span: workload.span,
    scope,
    framework: workload.framework,
    context,
    network: network === 'own' ? scope : network === 'host' ? 'host' : (assembly.scopesOf(network.of)[0] ?? network.of),
    image,
    images: stages.map((stage) => stage.scope).filter((stage) => stage !== scope),
    names: workload.names,
    environment: variables,
    open: open || (stages.length > 0 && maySetVariables(image)) || readsVariables(running, text),
    listens: own.length > 0 && followed ? 'complete' : own.length > 0 ? 'partly' : 'unknown',
    ...(workload.networks && { networks: workload.networks }),
    ...(workload.project !== undefined && { project: workload.project }),
    ...(workload.user !== undefined && { user: workload.user }),
    ...(workload.profiles && { profiles: workload.profiles }),
    ...(workload.ends && { ends: true as const }),
  };
}

/** Does it load an environment file by itself? Most are not committed, and come into the image or the container all the same. */
function readsVariables({ files, programs: { lines } }: Running, text: (file: string) => string): boolean {
  return (
    lines.some(({ words }) =>
      words.some(({ value }) => /^(?:dotenvx?|dotenv-cli|env-cmd)$|dotenv\/config|^--env-file/.test(value)),
    ) || [...files].some((file) => loadsEnvironmentFile.test(text(file)))
  );
}

/** What files of tests, examples and documentation say of containers is as quiet as what else stands there. */
function ofItsFile<T extends Publish | Dial>(fact: T): T {
  if (fact.context !== 'production') return fact;
  const context = contextOf(fact.span.file);
  return /^(?:test|example|docs)$/.test(context) ? { ...fact, context } : fact;
}

/** What EXPOSE names by an argument of the build, as it is built for the containers that it is in. */
function asBuilt<T extends Publish | Dial>(fact: T, containers: ReadonlyMap<string, Assembled>, assembly: Assembly): T {
  if (fact.kind !== 'publish' || fact.framework !== 'dockerfile' || fact.target.origin.by !== 'env') return fact;
  const { target } = fact;
  const { name } = fact.target.origin;
  const values = assembly.scopesOf(fact.scope).map((scope) => {
    const { workload, stages = [] } = containers.get(scope) ?? {};
    const variable = stages.flatMap(({ environment }) => environment.variables).findLast((one) => one.name === name);
    return workload?.build?.args.findLast((one) => one.name === (variable ? variable.from : name));
  });
  if (values.every((one) => one === undefined)) return fact;
  const ports = new Set(values.map((one) => (one === undefined ? target.value : parsePort(one.value ?? ''))));
  const [only] = ports;
  const [argument] = values;
  const { frame: _frame, ...rest } = target;
  const value = ports.size === 1 ? only : undefined;
  return { ...fact, target: { ...rest, value, ...(argument && { span: argument.span }) } };
}

/** Publishes and dials with the containers they reach or run in; checks of stages that nobody runs are left out. */
export function placed<T extends Publish | Dial>(
  facts: readonly T[],
  assembly: Assembly,
  known: ReadonlySet<string>,
): T[] {
  const containers = new Map(assembly.containers.map((container) => [container.scope, container]));
  const inherits = (scope: string) => {
    const { workload } = containers.get(scope) ?? {};
    return workload?.base !== undefined && !workload.ownCheck;
  };
  return facts.map(ofItsFile).flatMap((given) => {
    const fact = asBuilt(given, containers, assembly);
    if (fact.scope === '' || !known.has(fact.scope)) return [fact];
    const scopes = assembly.scopesOf(fact.scope);
    const [first] = scopes;
    // A stage that is only built upon opens nothing; it is listed all the same.
    if (first === undefined) return fact.kind === 'publish' ? [{ ...fact, sure: false }] : [];
    if (fact.kind === 'dial') {
      const own = scopes.includes(fact.scope) ? fact.scope : first;
      const others = fact.check === undefined ? [] : scopes.filter((scope) => scope !== own && inherits(scope));
      return [own, ...others].map((scope) => ({ ...fact, scope }));
    }
    if (scopes.length === 1 && first === fact.scope) return [fact];
    return [{ ...fact, to: scopes }];
  });
}

/** Variables of an environment file; those above are filled in, unless single quotes keep them as they are. */
export function variablesIn(entries: readonly Entry[]): Variable[] {
  const above = new Map<string, Variable>();
  return entries.flatMap(({ key, value }): Variable[] => {
    if (value.kind !== 'scalar') return [];
    const { text, span, quote, opaque } = value;
    const plain = quote === "'" || !text.includes('$');
    const held = plain || text.length > longestValue ? undefined : interpolated(text, (name) => above.get(name)).value;
    const variable: Variable = plain
      ? { name: key, value: text, span, ...(!opaque && { frame: { before: '', after: '', quote } }) }
      : { name: key, value: held !== undefined && held.length > longestValue ? undefined : held, span };
    above.set(key, variable);
    return [variable];
  });
}

/** Variables of a file that `docker run --env-file` takes: what stands behind `=`, with its quotes and dollars. */
export function literalVariablesIn({ root, text }: Document): Variable[] {
  return (root.kind === 'map' ? root.entries : []).flatMap(({ key, value }): Variable[] => {
    if (value.kind !== 'scalar') return [];
    const { file, start } = value.span;
    const newline = text.indexOf('\n', start);
    const written = text.slice(start, newline === -1 ? text.length : newline).replace(/\r$/, '');
    if (written.length > longestValue) return [{ name: key, value: undefined, span: value.span }];
    const span = { file, start, end: start + written.length };
    return [{ name: key, value: written, span, frame: { before: '', after: '', quote: '' } }];
  });
}

/** Variables may be made of each other over and over. */
const longestValue = 5_000;

/** The variables that a bind's host and port come from. */
export function variablesBehind({ host, port }: Bind): string[] {
  return [host, port].flatMap((slot) => [
    ...(slot.origin.by === 'env' ? [slot.origin.name] : []),
    ...slot.chain.flatMap(({ note }) => /^variable (\w+)/.exec(note)?.[1] ?? []),
  ]);
}

/**
 * A bind of a command as it is in a container: what nobody sets there is not set.
 * @param ownSettings does the image bring settings of its own for this server, whose host is then not the program's default
 */
export function commandInContainer(bind: Bind, { container }: Pick<Running, 'container'>, ownSettings: boolean): Bind {
  const hidden = <T>(given: Slot<T>): Slot<T> =>
    ownSettings && given.origin.by === 'default' ? { ...given, value: undefined, origin: { by: 'unknown' } } : given;
  const slot = <T>(given: Slot<T>): Slot<T> => {
    if (!given.variables) return given;
    if (container.open) return { ...given, value: undefined, origin: { by: 'unknown' }, fixed: false };
    return withLayers(given, container);
  };
  return { ...bind, host: hidden(slot(bind.host)), port: slot(bind.port) };
}
