import type { Dial, Origin, Publish, Slot, Span, Step, Variable } from '../facts.ts';
import { containerPath, joined } from '../paths.ts';
import type { Assignment, Word } from '../syntax/command.ts';
import { execForm, type Instruction, type Stage, stagesOf } from '../syntax/dockerfile.ts';
import { expand } from '../syntax/shell.ts';
import { healthDials } from './health-checks.ts';
import { interpolated } from './interpolation.ts';
import type { EntryPlace, Placement, Workload } from './workload.ts';

/** More ports than this in one EXPOSE are a range for passing on, and no list of servers. */
const longestRange = 256;
/** Ports of one stage; nobody writes down more. */
const maximumExposures = 2_000;

/**
 * The stages of a Dockerfile as workloads, and what they say of ports and health.
 * @param text of the whole file
 * @param instructions of the Dockerfile in it
 * @param name the scope of its last stage
 */
export function stagesIn(
  file: string,
  text: string,
  instructions: readonly Instruction[],
  name: string,
): { readonly facts: readonly (Publish | Dial)[]; readonly workloads: readonly Workload[] } {
  const stages = stagesOf(instructions);
  const global = instructions.filter(({ stage, name }) => stage === -1 && name === 'ARG');
  const scopes = stages.map((stage, index) => (index === stages.length - 1 ? name : `${name}#${stage.name ?? index}`));
  const froms = instructions.filter(({ name, onbuild }) => name === 'FROM' && !onbuild);
  const seen: Variables[] = [];
  const read = stages.map((stage, index) => {
    const own = stage.instructions.filter(({ onbuild }) => !onbuild);
    const variables = variablesOf(global, own, stage.parent === undefined ? undefined : seen[stage.parent]);
    seen.push(variables);
    const scope = scopes[index]!;
    return {
      workload: stageOf({ file, text, stage, own, scope, scopes, stages, variables, from: froms[index]! }),
      facts: [
        ...exposures(own, variables, scope),
        ...healthDials(
          own.findLast(({ name }) => name === 'HEALTHCHECK')?.commands ?? [],
          { framework: 'dockerfile', language: 'dockerfile', scope, context: 'production' },
          text,
        ),
      ],
    };
  });
  return { facts: read.flatMap(({ facts }) => facts), workloads: read.map(({ workload }) => workload) };
}

/** A stage is a container only where it is the last one, or where somebody builds it by its name. */
function stageOf({
  file,
  text,
  stage,
  own,
  scope,
  scopes,
  stages,
  variables,
  from,
}: {
  readonly file: string;
  readonly text: string;
  readonly stage: Stage;
  readonly own: readonly Instruction[];
  readonly scope: string;
  readonly scopes: readonly string[];
  readonly stages: readonly Stage[];
  readonly variables: Variables;
  readonly from: Instruction;
}): Workload {
  const development = /(?:^|[./-])(?:dev|development|local|debug)(?:$|[.-])/i.test(
    `${file.slice(file.lastIndexOf('/') + 1)}-${stage.name ?? ''}`,
  );
  const entrypoint = own.findLast(({ name }) => name === 'ENTRYPOINT');
  const command = own.findLast(({ name }) => name === 'CMD');
  const user = own.findLast(({ name }) => name === 'USER')?.words[0]?.value;
  const installs = own
    .filter(({ name }) => name === 'RUN')
    .flatMap(({ commands }) => commands)
    .filter(({ words }) => words.some(({ value }) => value === 'add' || value === 'install'))
    .flatMap(({ words }) => words.flatMap(({ value }) => /^(wget|curl)(?:[=~<>].*)?$/.exec(value)?.[1] ?? []));
  const { directory, files } = placementsOf(own, variables, scopes, stages);
  const { unseen, removed } = changedPaths(own, text);
  const image = filled(stage.image, variables.global);
  const scripts = scriptsIn(own, variables);
  return {
    scope,
    span: from.nameSpan,
    framework: 'dockerfile',
    ...(development && { context: 'development' as const }),
    image: { name: image, span: from.words[0]?.span ?? from.nameSpan },
    ...(stage.parent !== undefined && { base: scopes[stage.parent]! }),
    ...(entrypoint && { entrypoint: entrypoint.commands.filter(({ words }) => words.length > 0) }),
    ...(command && { command: command.commands.filter(({ words }) => words.length > 0) }),
    ...(directory !== undefined && { directory }),
    environment: { variables: variables.own, files: [], open: false, entry: entryPlace(text, from, own) },
    network: 'own',
    names: [],
    files,
    ...(unseen.length > 0 && { unseen }),
    ...(removed.length > 0 && { removed }),
    ...(scripts.length > 0 && { scripts }),
    ...(user !== undefined && { user }),
    ...(installs.length > 0 && { installs }),
    ...(scope !== scopes.at(-1) && { part: true as const }),
  };
}

/** A text with its variables filled in; undefined where one is not known. */
function filled(text: string, seen: ReadonlyMap<string, Assignment>): string | undefined {
  return interpolated(text, (name) => {
    const known = seen.get(name)?.value;
    return known && !known.value.includes('$') ? known : undefined;
  }).value;
}

/** Where files go: WORKDIR, COPY and ADD in their order. */
function placementsOf(
  own: readonly Instruction[],
  { seen }: Variables,
  scopes: readonly string[],
  stages: readonly Stage[],
): { readonly directory: string | undefined; readonly files: readonly Placement[] } {
  let directory: string | undefined;
  const files: Placement[] = [];
  const inside = (path: string) =>
    path.startsWith('/') || directory?.startsWith('/')
      ? containerPath(directory ?? '/', path)
      : (joined(directory ?? '', path) ?? '');
  for (const { name, words, flags, args } of own) {
    if (name === 'WORKDIR') {
      const path = filled(words[0]?.value ?? '', seen);
      if (path !== undefined) directory = inside(path);
      continue;
    }
    if (name !== 'COPY' && name !== 'ADD') continue;
    const listed = words[0]?.value.startsWith('[')
      ? execForm(args.file, words.map(({ value }) => `"${value.replace(/^\[|[\],]+$/g, '')}"`).join(','), 0)
      : undefined;
    const paths = (listed ?? { words }).words.map(({ value }) => filled(value, seen));
    const to = paths.pop();
    if (to === undefined || paths.some((path) => path?.startsWith('<<'))) continue;
    const stage = flags.find((flag) => flag.name === 'from')?.value.value;
    const at =
      stage === undefined
        ? -1
        : stages.findIndex((one, index) => one.name === stage.toLowerCase() || String(index) === stage);
    const of = stage === undefined ? ('context' as const) : { stage: at === -1 ? undefined : scopes[at]! };
    for (const from of paths) {
      if (from === undefined || /^[a-z]+:\/\//i.test(from)) continue;
      files.push({
        from: stage === undefined ? from.replace(/^\/+/, '') : from,
        to: inside(to),
        of,
        ...((/(?:^|\/)\.?\/?$/.test(to) || paths.length > 1 || /[*?[]/.test(from)) && { into: true as const }),
      });
    }
  }
  return { directory, files };
}

/** Scripts that here-documents write: `COPY <<EOF /start.sh`, `RUN cat <<EOF > /start.sh`. */
function scriptsIn(own: readonly Instruction[], { seen }: Variables): NonNullable<Workload['scripts']> {
  let directory: string | undefined;
  const inside = (path: string) =>
    path.startsWith('/') || directory?.startsWith('/')
      ? containerPath(directory ?? '/', path)
      : (joined(directory ?? '', path) ?? '');
  return own.flatMap(({ name, words, documents, commands }) => {
    if (name === 'WORKDIR') directory = inside(filled(words[0]?.value ?? '', seen) ?? '/?');
    if (name === 'RUN')
      return documents.flatMap(({ writes, lines }) => (writes === undefined ? [] : [{ to: inside(writes), lines }]));
    const to = filled(words.at(-1)?.value ?? '', seen);
    if ((name !== 'COPY' && name !== 'ADD') || to === undefined || commands.length > 0) return [];
    return documents.map(({ name, lines }) => ({ to: inside(to.endsWith('/') ? `${to}${name}` : to), lines }));
  });
}

/** Nobody changes more. */
const mostPaths = 1_000;

/** Absolute paths that RUN instructions and here-documents name, but for those that are only made or given to somebody. */
function changedPaths(
  own: readonly Instruction[],
  text: string,
): { readonly unseen: readonly string[]; readonly removed: readonly string[] } {
  const unseen: string[] = [];
  const removed: string[] = [];
  for (const { name, span, words } of own) {
    if (name === 'COPY' || name === 'ADD') {
      const to = words.at(-1)?.value;
      if (to !== undefined && words.some(({ value }) => value.startsWith('<<'))) unseen.push(to);
    }
    if (name !== 'RUN') continue;
    for (const command of text.slice(span.start, span.end).split(/&&|\|\||;|\n(?![ \t]*\n)/)) {
      const [, program = ''] =
        /^[ \t\\]*(?:RUN[ \t]+)?(?:--\S+[ \t]+)*(?:sudo[ \t]+)?([\w.-]+)/.exec(command.trimStart()) ?? [];
      if (/^(?:mkdir|chown|chmod|touch|ls|test|adduser|useradd|addgroup)$/.test(program)) continue;
      for (const [, path] of command.matchAll(/(?:^|[\s"'=>])(\/[\w./*-]{2,200})/g)) {
        if (unseen.length + removed.length >= mostPaths) return { unseen, removed };
        (/^(?:rm|unlink)$/.test(program) ? removed : unseen).push(path!);
      }
    }
  }
  return { unseen, removed };
}

/** Behind the last ENV of the stage; else before what it exposes and starts, and the comments above that; else behind FROM. */
function entryPlace(text: string, from: Instruction, own: readonly Instruction[]): EntryPlace {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const before = own.find(
    ({ name }) => name === 'EXPOSE' || name === 'CMD' || name === 'ENTRYPOINT' || name === 'HEALTHCHECK',
  );
  const last = own.findLast(({ name }) => name === 'ENV');
  const { file } = from.span;
  const common = { between: '=', quote: '' };
  if (last || !before) {
    const { end } = (last ?? from).span;
    return { span: { file, start: end, end }, before: `${newline}ENV `, ...common, after: '' };
  }
  let start = text.lastIndexOf('\n', before.span.start - 1) + 1;
  for (let above = start; above > 0; start = above) {
    above = text.lastIndexOf('\n', start - 2) + 1;
    if (!/^[ \t]*#/.test(text.slice(above, start))) break;
  }
  return { span: { file, start, end: start }, before: 'ENV ', ...common, after: newline };
}

interface Variables {
  /** What ENV of the stage itself sets in the running container. */
  readonly own: readonly Variable[];
  /** What instructions see: ENV, and ARG with its default, of the stages before too. */
  readonly seen: ReadonlyMap<string, Assignment>;
  /** ARG before the first FROM. */
  readonly global: ReadonlyMap<string, Assignment>;
  readonly environment: ReadonlyMap<string, Assignment>;
}

function variablesOf(
  before: readonly Instruction[],
  own: readonly Instruction[],
  parent: Variables | undefined,
): Variables {
  const seen = new Map<string, Assignment>(parent?.environment);
  const environment = new Map<string, Assignment>(parent?.environment);
  const global = new Map(before.flatMap(({ pairs }) => pairs).map((pair) => [pair.name, pair]));
  const variables: Variable[] = [];
  for (const { name, pairs, words } of own) {
    if (name === 'ARG') {
      // `ARG PORT` alone takes the value from before the first FROM.
      const inherited = words.flatMap(({ value }) => global.get(value) ?? []);
      for (const pair of [...inherited, ...pairs]) if (!environment.has(pair.name)) seen.set(pair.name, pair);
    }
    if (name !== 'ENV') continue;
    for (const { name: variable, value } of pairs) {
      const { name: other, fallback } = value.expands ? expand(value.value) : {};
      const known = other === undefined ? undefined : seen.get(other);
      const pair = { name: variable, value: known && fallback === undefined ? known.value : value };
      seen.set(variable, pair);
      environment.set(variable, pair);
      variables.push(variableOf(pair, other));
    }
  }
  return { own: variables, seen, global, environment };
}

function variableOf({ name, value: { value, span, quote, expands } }: Assignment, from: string | undefined): Variable {
  const known = !expands || !value.includes('$');
  return {
    name,
    value: known ? value : undefined,
    span,
    ...(known && quote !== undefined && { frame: { before: '', after: '', quote } }),
    ...(from !== undefined && { from }),
  };
}

/** One fact for each port of an instruction. */
function exposures(instructions: readonly Instruction[], variables: Variables, scope: string): readonly Publish[] {
  const facts = new Map<string, Publish>();
  for (const instruction of instructions) {
    if (instruction.name !== 'EXPOSE') continue;
    if (facts.size >= maximumExposures) break;
    for (const fact of exposed(instruction, variables, scope)) {
      const { value, span } = fact.target;
      const key = `${instruction.span.start} ${value ?? `at ${span.start}`}/${fact.protocol}`;
      if (!facts.has(key)) facts.set(key, fact);
    }
  }
  return [...facts.values()];
}

function exposed(instruction: Instruction, variables: Variables, scope: string): readonly Publish[] {
  return instruction.words.flatMap((word) => {
    const written = /^(.*?)(?:\/(tcp|udp|sctp))?$/i.exec(word.value)!;
    const protocol = written[2]?.toLowerCase();
    if (protocol === 'sctp' || !/^[\d$]/.test(written[1]!)) return [];
    return targetsOf(word, written[1]!, variables).map(
      (target): Publish => ({
        kind: 'publish',
        span: instruction.nameSpan,
        via: 'manifest',
        language: 'dockerfile',
        framework: 'dockerfile',
        scope,
        context: 'production',
        sure: true,
        host: nowhere(word.span),
        port: nowhere(word.span),
        target,
        protocol: protocol === 'udp' ? 'udp' : 'tcp',
        role: 'documentation',
      }),
    );
  });
}

/** The slot of a value that an image does not decide. */
function nowhere({ file, end }: Span): Slot<never> {
  const span = { file, start: end, end };
  return { value: undefined, origin: { by: 'unknown' }, span, site: span, chain: [], fixed: false };
}

/** @param text the word without its protocol */
function targetsOf(word: Word, text: string, { seen }: Variables): readonly Slot<number>[] {
  const inside = (from: number, to: number): Span =>
    word.quote === undefined
      ? word.span
      : {
          file: word.span.file,
          start: word.span.start + word.quote.length + from,
          end: word.span.start + word.quote.length + to,
        };
  const site = inside(0, text.length);
  const frame = word.quote === undefined ? {} : { frame: { before: '', after: '', quote: '' } };
  const range = /^(\d{1,5})-(\d{1,5})$/.exec(text);
  if (range) {
    const [first, last] = [Number(range[1]), Number(range[2])];
    if (last < first || last > 65535 || last - first >= longestRange) return [];
    return Array.from({ length: last - first + 1 }, (_, index) => ({
      ...slotOf(String(first + index), { by: 'literal' }, site, site, []),
      fixed: true,
    }));
  }
  const { literal, name, fallback } = word.expands ? expand(text) : { literal: text };
  if (literal !== undefined)
    return [
      {
        ...slotOf(literal, { by: 'literal' }, site, site, []),
        ...frame,
        ...(word.quote !== undefined && { siteFrame: frame.frame! }),
        fixed: true,
      },
    ];
  if (name === undefined)
    return [{ value: undefined, origin: { by: 'unknown' }, span: site, site, chain: [], fixed: false }];
  const known = seen.get(name)?.value;
  const chain: Step[] = [{ span: site, note: `variable ${name}` }];
  const origin: Origin = { by: 'env', name };
  if (known && !known.expands) {
    const writable = known.quote === undefined ? {} : { frame: { before: '', after: '', quote: known.quote } };
    return [{ ...slotOf(known.value, origin, known.span, site, chain), ...writable }];
  }
  if (fallback !== undefined && !known) return [slotOf(fallback, origin, site, site, chain)];
  return [{ value: undefined, origin, span: site, site, chain, fixed: false }];
}

function slotOf(text: string, origin: Origin, span: Span, site: Span, chain: readonly Step[]): Slot<number> {
  const port = /^\d{1,5}$/.test(text) && Number(text) <= 65535 ? Number(text) : undefined;
  return { value: port, ...(port === undefined && { written: text }), origin, span, site, chain, fixed: false };
}
