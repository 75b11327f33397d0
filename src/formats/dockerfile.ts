import type { Origin, Publish, Slot, Span, Step } from '../facts.ts';
import type { Format } from '../format.ts';
import type { Assignment, CommandLine, Word } from '../syntax/command.ts';
import { type Instruction, parseDockerfile, type Stage, stagesOf } from '../syntax/dockerfile.ts';
import { expand } from '../syntax/shell.ts';

/** More ports than this in one EXPOSE are a range for passing on, and no list of servers. */
const longestRange = 256;

export default {
  files: /(?:^|\/)(?:Dockerfile|Containerfile)(?:[.-][\w.-]+)?$|\.(?:dockerfile|Dockerfile|containerfile)$/,
  notation: 'lines',
  literals: ['(?:EXPOSE|CMD|ENTRYPOINT|expose|cmd|entrypoint|Expose|Cmd|Entrypoint)\\s'],
  read({ file, text }) {
    const instructions = parseDockerfile(file, text);
    const stages = stagesOf(instructions);
    const last = stages.at(-1);
    if (!last) return {};
    const lineage = lineageOf(stages, last);
    const own = lineage.flatMap((stage) => stage.instructions.filter(({ onbuild }) => !onbuild));
    const global = instructions.filter(({ stage, name }) => stage === -1 && name === 'ARG');
    const variables = variablesOf(global, own);
    const development = /(?:^|[./-])(?:dev|development|local|debug)(?:$|[.-])/i.test(
      file.slice(file.lastIndexOf('/') + 1),
    );
    return {
      facts: exposures(own, variables),
      commands: startCommands(lineage).map((line) => ({
        line: { ...line, environment: [...variables.environment, ...line.environment] },
        scope: file,
        ...(development && { context: 'development' as const }),
      })),
    };
  },
} satisfies Format;

/** A stage with the stages it builds upon, first one first. */
function lineageOf(stages: readonly Stage[], last: Stage): readonly Stage[] {
  const lineage = [last];
  for (let stage = last; stage.parent !== undefined; lineage.unshift(stage)) stage = stages[stage.parent]!;
  return lineage;
}

interface Variables {
  /** What ENV sets in the running container. */
  readonly environment: readonly Assignment[];
  /** What instructions see: ENV, and ARG with its default. */
  readonly seen: ReadonlyMap<string, Assignment>;
}

function variablesOf(global: readonly Instruction[], own: readonly Instruction[]): Variables {
  const seen = new Map<string, Assignment>();
  const environment = new Map<string, Assignment>();
  const before = new Map(global.flatMap(({ pairs }) => pairs).map((pair) => [pair.name, pair]));
  for (const { name, pairs, words } of own) {
    if (name === 'ARG') {
      // `ARG PORT` alone takes the value from before the first FROM.
      const inherited = words.flatMap(({ value }) => before.get(value) ?? []);
      for (const pair of [...inherited, ...pairs]) if (!environment.has(pair.name)) seen.set(pair.name, pair);
    }
    if (name !== 'ENV') continue;
    for (const { name: variable, value } of pairs) {
      const { name: other, fallback } = value.expands ? expand(value.value) : {};
      const known = other === undefined ? undefined : seen.get(other);
      const pair = { name: variable, value: known && fallback === undefined ? known.value : value };
      seen.set(variable, pair);
      environment.set(variable, pair);
    }
  }
  return { environment: [...environment.values()], seen };
}

/** What the image starts: the last ENTRYPOINT with the last CMD behind it. */
function startCommands(lineage: readonly Stage[]): readonly CommandLine[] {
  let entrypoint: Instruction | undefined;
  let command: Instruction | undefined;
  for (const { instructions } of lineage) {
    const active = instructions.filter(({ onbuild }) => !onbuild);
    const newEntrypoint = active.findLast(({ name }) => name === 'ENTRYPOINT');
    // An entry point drops the command that was inherited.
    if (newEntrypoint) {
      entrypoint = newEntrypoint;
      command = undefined;
    }
    command = active.findLast(({ name }) => name === 'CMD') ?? command;
  }
  const started = command?.commands ?? [];
  if (!entrypoint || entrypoint.commands.length === 0) return started.filter(({ words }) => words.length > 0);
  if (entrypoint.form === 'shell' || started.length === 0)
    return entrypoint.commands.filter(({ words }) => words.length > 0);
  const front = entrypoint.commands[0]!;
  return started.map((line) => ({ ...line, words: [...front.words, ...line.words] }));
}

/** One fact a port, however often it is exposed. */
function exposures(instructions: readonly Instruction[], variables: Variables): readonly Publish[] {
  const facts = new Map<string, Publish>();
  for (const instruction of instructions) {
    if (instruction.name !== 'EXPOSE') continue;
    for (const fact of exposed(instruction, variables)) {
      const { value, span } = fact.target;
      const key = `${value ?? `at ${span.start}`}/${fact.protocol}`;
      if (!facts.has(key)) facts.set(key, fact);
    }
  }
  return [...facts.values()];
}

function exposed(instruction: Instruction, variables: Variables): readonly Publish[] {
  return instruction.words.flatMap((word) => {
    const written = /^(.*?)(?:\/(tcp|udp|sctp))?$/i.exec(word.value)!;
    const protocol = written[2]?.toLowerCase();
    if (protocol === 'sctp') return [];
    return targetsOf(word, written[1]!, variables).map(
      (target): Publish => ({
        kind: 'publish',
        span: instruction.nameSpan,
        via: 'manifest',
        language: 'dockerfile',
        framework: 'dockerfile',
        scope: instruction.span.file,
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
