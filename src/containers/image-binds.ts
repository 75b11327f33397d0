import { matchCommands, type SettingsLookup } from '../commands/match-commands.ts';
import type { Bind, Container, Context, Dial, Origin, Publish, Slot, Span } from '../facts.ts';
import type { Framework } from '../framework.ts';
import { assignmentsOf, type Running } from '../scopes.ts';
import { accessOf } from '../sensitive.ts';
import { unknownFailure } from '../settings/slots.ts';
import type { Assignment, CommandLine } from '../syntax/command.ts';
import { type Assembled, placedAt } from './containers.ts';
import { type KnownImage, knownImage } from './images.ts';

type Catalogue = Readonly<Record<string, Framework>>;

/** What is known of a container because its image is. */
export interface InImage {
  /** All that is known to listen in it. */
  readonly binds: readonly Bind[];
  readonly container: Partial<Pick<Container, 'listens' | 'sensitive' | 'edited' | 'restarts' | 'installs'>>;
}

/** Servers that read settings of their own, by the programs that run them. */
const webServers: Readonly<Record<string, string>> = {
  ...{ nginx: 'nginx', openresty: 'nginx', caddy: 'caddy' },
  supervisord: 'supervisord',
  ...{ httpd: 'apache', apache2: 'apache', apache2ctl: 'apache', apachectl: 'apache' },
};
const webServerSettings = /nginx|conf\.d|caddy|apache|httpd|supervisor/i;

/** Where images keep code: what is mounted over it is worked on. */
const codeFolder = /^\/(?:app|code|src|workspaces?|usr\/src\/app|var\/www(?:\/html)?|home\/node\/app)$/;

/** Data, logs and scripts that run once: they say nothing of where the server listens. */
const noSettings =
  /\/var\/lib\/|initdb|\/data(?:\/|$)|\/logs?(?:\/|$)|\/html(?:\/|$)|\/ssl|\/certs?(?:\/|$)|\/provisioning/;

/**
 * What a well-known image makes of a container.
 * @param started what the commands of all containers were found to listen on
 * @param written what the settings files of the project make servers listen on
 * @param settled the same of servers whose files are read as their commands say
 * @param asked what all containers are asked for
 * @param text of a file that was read
 */
export function inImage(
  running: Running,
  started: readonly Bind[],
  written: readonly Bind[],
  settled: readonly Bind[],
  asked: readonly (Publish | Dial)[],
  catalogue: Catalogue,
  text: (file: string) => string,
): InImage {
  const { container, programs } = running;
  const own = started.filter(({ scope }) => scope === container.scope);
  const { workload } = container;
  const context = workload.build?.context;
  const installs = container.stages.flatMap((stage) => stage.installs ?? []);
  const common = {
    ...(installs.length > 0 && { installs }),
    ...(workload.restarts && { restarts: true as const }),
    // The working directory of a package is often below the build context.
    ...(workload.files.some(({ from, to }) => from === context || codeFolder.test(to)) && { edited: true as const }),
  };
  const known = container.image === undefined ? undefined : knownImage(container.image, catalogue);
  // A web server beside the project's own program, or one that was installed into an image.
  const beside = known?.shape.settings
    ? []
    : programs.others.flatMap(({ program }) => {
        const name = webServers[program.slice(program.lastIndexOf('/') + 1)];
        const configured = written.filter(({ framework }) => framework === name);
        return name === undefined ? [] : writtenIn(running, configured, webServerSettings);
      });
  const binds = [...own, ...beside];
  if (!known) return { binds, container: common };
  const found = inKnownImage(running, known, binds, { written, settled }, catalogue, text);
  // What an option or a plug-in opens may be what is published.
  const others = asked.some((fact) => {
    const { value } = fact.kind === 'publish' ? fact.target : fact.port;
    const own = fact.kind === 'publish' || fact.check !== undefined ? [fact.scope] : [];
    const isAsked = (fact.to ?? own).includes(container.scope);
    return isAsked && (value === undefined || known.shape.may?.includes(value));
  });
  return {
    binds: found.binds,
    container: {
      ...common,
      ...(found.sensitive && { sensitive: found.sensitive }),
      ...(found.complete !== undefined && { listens: found.complete && !others ? 'complete' : 'partly' }),
    },
  };
}

function inKnownImage(
  running: Running,
  known: KnownImage,
  binds: readonly Bind[],
  { written, settled }: { readonly written: readonly Bind[]; readonly settled: readonly Bind[] },
  catalogue: Catalogue,
  text: (file: string) => string,
): {
  readonly binds: readonly Bind[];
  /** They are all that listen; undefined: the image tells nothing of that. */
  readonly complete?: boolean;
  readonly sensitive?: NonNullable<Container['sensitive']>;
} {
  const { container, context } = running;
  const { shape, framework, word } = known;
  const files = [...container.workload.files, ...container.stages.flatMap((stage) => stage.files)];
  const settings = shape.settings;
  const rewritten = settings !== undefined && isRewritten(running, settings, text);
  const words = container.commands?.flatMap((line) => line.words) ?? [];
  const isNamed = (place: string) => words.some(({ value }) => value === place || value.endsWith(`=${place}`));
  const configured =
    rewritten ||
    (settings !== undefined && files.some(({ to }) => settings.test(to) && (!noSettings.test(to) || isNamed(to))));
  const kind = shape.sensitive ?? framework.sensitive;
  const access = kind && accessOf(kind, words, givenTo(container), configured || container.open ? 'unknown' : []);
  const common = {
    ...(access && {
      sensitive: { ...access, ports: kind.ports ?? [...shape.listens.map(({ port }) => port), ...(shape.may ?? [])] },
    }),
  };
  const asThere = (bind: Bind): Bind =>
    bind.framework === word && bind.via === 'command'
      ? {
          ...bind,
          ...(bind.host.origin.by === 'default' && {
            host: { ...bind.host, ...defaultOf(known, shape.listens[0]?.host ?? '') },
          }),
          ...(access && { sensitive: access }),
        }
      : bind;
  if (binds.some((bind) => bind.framework === word)) return { ...common, binds: binds.map(asThere) };
  const flags = words.length > 0 && words.every(({ value }, at) => at > 0 || value.startsWith('-'));
  const itself = flags || startsItself(running, shape.starts);
  if (container.commands !== undefined && words.length > 0 && !itself) return { ...common, binds };
  const settling = flags || rewritten ? undefined : readItself(running, settled, known);
  if (settling) return { ...common, binds: [...binds, settling], complete: true };
  if (configured) {
    const ofServer = written.filter((bind) => bind.framework === shape.notation);
    const own = writtenIn(running, ofServer, settings);
    return {
      ...common,
      binds: [...binds, ...own],
      ...(own.length > 0 && { complete: !rewritten && replaced(container, own, text) }),
    };
  }
  if (shape.listeners) {
    const own = listenersOf(running, known);
    return { ...common, binds: [...binds, ...own], ...(own.length > 0 && { complete: false }) };
  }
  if (shape.listens.length === 0) return { ...common, binds };
  if (flags) {
    if (shape.program === undefined) return { ...common, binds };
    const found = startedIn(container, shape.program, context, catalogue).filter((bind) => bind.framework === word);
    return { ...common, binds: [...binds, ...found.map(asThere)], ...(found.length > 0 && { complete: true }) };
  }
  const own = shape.listens.map((listen): Bind => {
    const span = imageSpan(container);
    const at = { ...span, start: span.end };
    const place = { span: at, site: at, chain: [], fixed: true };
    const moved = container.variables.find(({ name }) => listen.variables?.includes(name));
    const value = moved ? portIn(moved.value) : container.open && listen.variables ? undefined : listen.port;
    return {
      kind: 'bind',
      span,
      via: 'manifest',
      language: container.workload.framework,
      // A file of the catalogue may hold several images that belong together.
      framework: framework.commands ? word : shape.names[0]!.slice(shape.names[0]!.lastIndexOf('/') + 1),
      scope: container.scope,
      context,
      sure: true,
      host: hostOf(container, listen.hosts ?? [], { ...place, ...defaultOf(known, listen.host ?? '') }),
      port: moved
        ? {
            ...place,
            value,
            origin: { by: 'env', name: moved.name },
            span: moved.span,
            chain: [{ span: moved.span, note: `${moved.name} in ${moved.span.file}` }],
            ...(moved.frame && { frame: moved.frame }),
          }
        : { ...place, value, origin: defaultOf(known, '').origin },
      protocol: listen.protocol ?? 'tcp',
      failure: unknownFailure,
      reached: [],
      blocks: true,
      ...((shape.dualStack ?? framework.dualStack) && { dualStack: true as const }),
      ...(access && { guarded: `it is ${access.what}`, sensitive: access }),
    };
  });
  return { ...common, binds: [...binds, ...own], complete: true };
}

/** The host that a variable gives; several, and names for interfaces, are not known. */
function hostOf({ variables, open }: Assembled, names: readonly string[], usual: Slot<string>): Slot<string> {
  const [set] = names.flatMap((name) => variables.findLast((variable) => variable.name === name) ?? []);
  if (!set) return open && names.length > 0 ? { ...usual, value: undefined, origin: { by: 'unknown' } } : usual;
  if (set.value === '') return usual;
  const { value = '' } = set;
  const loopback = value === '_local_';
  const isAddress = /^(?:[\d.]+|[\da-f]*:[\da-f:]+|localhost)$/i.test(value);
  return {
    ...usual,
    value: loopback ? 'localhost' : isAddress ? value : undefined,
    origin: { by: 'env', name: set.name },
    span: set.span,
    chain: [{ span: set.span, note: `${set.name} in ${set.span.file}` }],
    ...(set.frame && { frame: set.frame }),
  };
}

/** Is all that is started what the image would start by itself? */
function startsItself({ programs: { entries, others } }: Running, starts: RegExp | undefined): boolean {
  if (starts === undefined || entries.length > 0 || others.length === 0) return false;
  return others.every(({ program, args }) =>
    starts.test([program.slice(program.lastIndexOf('/') + 1), ...args.map(({ value }) => value)].join(' ').trim()),
  );
}

/** Do settings come from elsewhere, or are they written while the image is built or before its server starts? What they say is not seen then. */
function isRewritten({ container, programs }: Running, settings: RegExp, text: (file: string) => string): boolean {
  const isSettings = (path: string) => settings.test(path) && !noSettings.test(path) && !noSettingsOfImage.test(path);
  if ([...container.stages, container.workload].some(({ unseen }) => unseen?.some(isSettings))) return true;
  return programs.lines.some(({ span: { file, start, end } }) => {
    const whole = text(file);
    const newline = whole.indexOf('\n', end);
    const line = whole.slice(start, newline === -1 ? Math.min(whole.length, end + 500) : newline).slice(0, 5_000);
    const paths = [...line.matchAll(/(?:>|\b(?:cp|mv|tee|sed|envsubst)\b[^;&|]{0,300}?)[ \t]*["']?(\/[\w./-]+)/g)];
    return paths.some(([, path]) => isSettings(path!));
  });
}

const noSettingsOfImage = /^\/(?:run|tmp|var\/(?:cache|run|tmp)|usr\/share)\//;

/** What a variable that lists listeners says. */
function listenersOf({ container, context }: Running, { shape, framework, word }: KnownImage): Bind[] {
  const { variables, advertised = [] } = shape.listeners!;
  const named = (names: readonly string[]) => container.variables.findLast(({ name }) => names.includes(name));
  const written = named(variables);
  const variable = written ?? (container.open ? undefined : named(advertised));
  if (variable?.value === undefined) return [];
  const { value, span, frame } = variable;
  const inside = (from: number, to: number): Span =>
    frame === undefined
      ? span
      : { ...span, start: span.start + frame.quote.length + from, end: span.start + frame.quote.length + to };
  const note = { span, note: `${variable.name} in ${span.file}` };
  return [...value.matchAll(/[^,\s]+/g)].slice(0, mostListeners).flatMap(({ 0: text, index }): Bind[] => {
    const address = /^(\w+:\/\/)(\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(text);
    if (!address) return [];
    const [, scheme, host, port] = address as unknown as [string, string, string, string];
    const from = index + scheme.length;
    const hostAt = inside(from, from + host.length);
    const portAt = inside(from + host.length + 1, index + text.length);
    const common = { origin: { by: 'env' as const, name: variable.name }, chain: [note], fixed: true };
    const part = frame && { frame: { before: '', after: '', quote: '', part: true as const } };
    const shown = written ? host.replace(/^\[|\]$/g, '') : '';
    return [
      {
        kind: 'bind',
        span: imageSpan(container),
        via: 'manifest',
        language: container.workload.framework,
        framework: word,
        scope: container.scope,
        context,
        sure: true,
        host: { ...common, value: shown, span: hostAt, site: hostAt, ...(written && host !== '' && part) },
        port: { ...common, value: portIn(port), span: portAt, site: portAt, ...part },
        protocol: 'tcp',
        failure: unknownFailure,
        reached: [],
        blocks: true,
        ...(framework.sensitive && { guarded: `it is ${framework.sensitive.what}` }),
      },
    ];
  });
}

/** Nobody writes down more. */
const mostListeners = 20;

/** Its variables; what only a fallback gives may be anything where it runs. */
function givenTo(container: Assembled): Assignment[] {
  const elsewhere = new Set(container.variables.flatMap(({ name, from }) => (from === undefined ? [] : [name])));
  return assignmentsOf(container).map((one) =>
    elsewhere.has(one.name) ? { ...one, value: { ...one.value, expands: true } } : one,
  );
}

function imageSpan({ workload, stages }: Assembled): Span {
  return (stages.length > 0 ? stages[0]!.image?.span : undefined) ?? workload.image?.span ?? workload.span;
}

function portIn(text: string | undefined): number | undefined {
  const digits = /^(?:[^:]*:)?(\d{1,5})$/.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function defaultOf({ framework, shape }: KnownImage, host: string): { value: string; origin: Origin } {
  return { value: host, origin: { by: 'default', of: `the image ${shape.names[0]}`, docs: framework.docs } };
}

/** The image's program with the arguments that the container gives it. */
function startedIn(container: Assembled, program: string, context: Context, catalogue: Catalogue): Bind[] {
  const span = imageSpan(container);
  const nothing: SettingsLookup = (_word, _settings, named) => (named.length > 0 ? 'unknown' : undefined);
  const environment = assignmentsOf(container);
  const lines = (container.commands ?? []).map(
    (line): CommandLine => ({
      ...line,
      environment: [...environment, ...line.environment],
      words: [{ value: program, span, expands: false }, ...line.words],
    }),
  );
  return matchCommands(
    lines.map((line) => ({ line, scope: container.scope })),
    catalogue,
    context,
    '',
    false,
    nothing,
  );
}

/** The addresses in the settings files that are put into a container. */
function writtenIn({ container, context }: Running, written: readonly Bind[], settings: RegExp): Bind[] {
  return written.flatMap((bind) => {
    const place = placedAt(container, bind.span.file);
    if (place === undefined || !settings.test(place)) return [];
    const { local: _local, ...rest } = bind;
    return [
      { ...rest, scope: container.scope, context, port: unprivileged(templated(rest.port, container), container) },
    ];
  });
}

/** What the only settings file says that the image's server reads by itself. */
function readItself(running: Running, settled: readonly Bind[], { word, shape }: KnownImage): Bind | undefined {
  const { container } = running;
  const names = shape.listens.flatMap(({ variables = [], hosts = [] }) => [...variables, ...hosts]);
  if (!shape.reads || container.variables.some(({ name }) => names.includes(name))) return undefined;
  const own = writtenIn(
    running,
    settled.filter(({ framework }) => framework === word),
    shape.reads,
  );
  return own.length === 1 ? own[0] : undefined;
}

/** nginx takes 8000 where it is not told, and may not open port 80. */
function unprivileged(slot: Bind['port'], { workload, stages, image = '' }: Assembled): Bind['port'] {
  if (slot.origin.by !== 'default' || slot.value !== 80) return slot;
  const user = workload.user ?? stages.findLast((stage) => stage.user !== undefined)?.user;
  const isRoot = user === undefined ? !image.includes('unprivileged') : /^(?:root|0)(?::|$)/.test(user);
  return isRoot ? slot : { ...slot, value: 8000 };
}

/** The image puts the container's variables into templates before its server starts. */
function templated(slot: Bind['port'], { variables, open }: Assembled): Bind['port'] {
  const { origin } = slot;
  if (origin.by !== 'env') return slot;
  const variable = variables.find(({ name }) => name === origin.name);
  // Where it may be set all the same, its fallback says nothing.
  if (!variable) return open ? { ...slot, value: undefined } : slot;
  const port = portIn(variable.value);
  if (port === undefined) return { ...slot, value: undefined };
  const chain = [...slot.chain, { span: variable.span, note: `${variable.name} in ${variable.span.file}` }];
  return { ...slot, value: port, span: variable.span, chain };
}

/** Do the files stand where the image's own would, and take none in beside them, so that nothing else listens? */
function replaced(container: Assembled, own: readonly Bind[], text: (file: string) => string): boolean {
  const files = [...new Set(own.map(({ span }) => span.file))];
  const whole = files.filter((file) =>
    /(?:^|\/)(?:nginx\.conf|default\.conf(?:\.template)?|Caddyfile|haproxy\.cfg|httpd\.conf|ports\.conf)$/.test(
      placedAt(container, file) ?? '',
    ),
  );
  const gone = container.stages.some(({ removed }) =>
    removed?.some((path) => /^\/etc\/nginx\/conf\.d\/(?:default\.conf|\*(?:\.conf)?)?$/.test(path)),
  );
  // What is mounted over the folder hides what was in it.
  const hidden = container.workload.files.some(
    ({ from, to, of }) =>
      of === undefined && /^\/etc\/nginx(?:\/conf\.d)?$/.test(to) && files.every((file) => file.startsWith(`${from}/`)),
  );
  return (whole.length > 0 || gone || hidden) && files.every((file) => !takesIn.test(text(file)));
}

/** Files with sites of their own. */
const takesIn = /^[ \t]*(?:include(?:optional)?[ \t]+[^;\n]{0,200}(?:conf\.d|sites-|\*)|import[ \t]+[\w.*-]*\/)/im;
