import { parsePort } from '../address.ts';
import { listCommand, textCommand } from '../commands/command-nodes.ts';
import { healthDials } from '../containers/health-checks.ts';
import { interpolated, interpolatedWord } from '../containers/interpolation.ts';
import type { Build, Placement, Workload } from '../containers/workload.ts';
import { variablePlace } from '../entry-places.ts';
import type { Frame, Origin, Publish, Slot, Span, Variable } from '../facts.ts';
import type { Format } from '../format.ts';
import { containerPath, joined } from '../paths.ts';
import type { CommandLine } from '../syntax/command.ts';
import { type Entry, type Node, nodeAt, type Scalar } from '../syntax/document.ts';

/** More ports than this in one entry are a range for passing on, and no list of servers. */
const longestRange = 256;

const docs = 'https://docs.docker.com/reference/compose-file/services/#ports';
const literal: Origin = { by: 'literal' };
const part: Frame = { before: '', after: '', quote: '', part: true };

export default {
  files: /(?:^|\/)(?:[\w.-]*[._-])?compose(?:[._-][\w.-]+)?\.ya?ml$/i,
  notation: 'yaml',
  literals: ['services|image:|build:'],
  read({ file, text, documents }) {
    const root = documents[0]?.root;
    const services =
      root && (nodeAt(root, ['services']) ?? (nodeAt(root, ['version']) ? undefined : oldServices(root)));
    if (!root || services?.kind !== 'map') return {};
    const read = services.entries.flatMap((entry) =>
      entry.value.kind === 'map' && !entry.key.startsWith('x-') ? [serviceOf(file, text, entry)] : [],
    );
    const folder = folderOf(file);
    const included = nodeAt(root, ['include']);
    const also = [
      ...(included?.kind === 'list' ? included.items : []).flatMap((item) =>
        scalarTexts(item.kind === 'map' ? nodeAt(item, ['path']) : item),
      ),
      ...services.entries.flatMap((entry) => scalarTexts(nodeAt(entry.value, ['extends', 'file']))),
    ].flatMap((path) => joined(folder, path) ?? []);
    return {
      facts: read.flatMap(({ facts }) => facts),
      workloads: read.map(({ workload }) => workload),
      ...(also.length > 0 && { also }),
    };
  },
} satisfies Format;

/** The first version had services at the top. */
function oldServices(root: Node): Node | undefined {
  const looksSo =
    root.kind === 'map' && root.entries.some(({ value }) => nodeAt(value, ['image']) ?? nodeAt(value, ['build']));
  return looksSo ? root : undefined;
}

const folderOf = (file: string) => file.slice(0, Math.max(0, file.lastIndexOf('/')));
const scalarTexts = (node: Node | undefined): string[] =>
  node?.kind === 'scalar' && node.value !== null
    ? [String(node.value)]
    : node?.kind === 'list'
      ? node.items.flatMap(scalarTexts)
      : [];
const textOf = (node: Node | undefined): string | undefined => {
  const [text] = node?.kind === 'scalar' ? scalarTexts(node) : [];
  return text === undefined ? undefined : interpolated(text).value;
};

function serviceOf(
  file: string,
  text: string,
  { key, keySpan, value: service }: Entry,
): {
  readonly workload: Workload;
  readonly facts: NonNullable<ReturnType<Format['read']>['facts']>;
} {
  const scope = `${file}#${key}`;
  const get = (name: string) => nodeAt(service, [name]);
  const folder = folderOf(file);
  const image = get('image');
  const build = buildOf(get('build'), folder);
  const entrypoint = commandOf(get('entrypoint'), text);
  const command = commandOf(get('command'), text);
  const environment = environmentOf(entryOf(service, 'environment'));
  const place = variablePlace(service, 'environment', text);
  const files = environmentFiles(get('env_file'), folder);
  const extended = extendsOf(get('extends'), file);
  const over = overOf(file, key, image !== undefined || build !== undefined || extended !== undefined);
  const network = networkOf(file, textOf(get('network_mode')));
  const networks = get('networks');
  const directory = textOf(get('working_dir'));
  const user = textOf(get('user'));
  const profiles = scalarTexts(get('profiles'));
  const aliases =
    networks?.kind === 'map' ? networks.entries.flatMap(({ value }) => scalarTexts(nodeAt(value, ['aliases']))) : [];
  const context = developed.test(file) ? ('development' as const) : undefined;
  const workload: Workload = {
    scope,
    span: keySpan,
    framework: 'compose',
    ...(context && { context }),
    ...(image && { image: { name: textOf(image), span: image.span } }),
    ...(build && { build }),
    ...(entrypoint && { entrypoint: entrypoint.lines }),
    ...(command && { command: command.lines }),
    ...((entrypoint?.unclear || command?.unclear) && { unclear: true as const }),
    ...(directory !== undefined && { directory }),
    environment: {
      variables: environment.variables,
      files: files.paths,
      open: environment.open || files.open,
      ...(place && { entry: place }),
    },
    network,
    names: [key, ...scalarTexts(get('container_name')), ...scalarTexts(get('hostname')), ...aliases],
    ...(networks && {
      networks: networks.kind === 'map' ? networks.entries.map((entry) => entry.key) : scalarTexts(networks),
    }),
    files: placements(get('volumes'), folder),
    ...(user !== undefined && { user }),
    ...((/^(?:always|unless-stopped)$/.test(textOf(get('restart')) ?? '') ||
      nodeAt(service, ['deploy', 'restart_policy']) ||
      nodeAt(service, ['deploy', 'placement'])) && {
      restarts: true as const,
    }),
    ...(profiles.length > 0 && { profiles }),
    ...(extended !== undefined && { base: extended }),
    ...(over && { over }),
  };
  const common = { framework: 'compose', language: 'yaml', scope, context: context ?? ('production' as const) };
  const publishes = [
    ...(listItems(get('ports')) ?? []).flatMap((item) => published(item, text, common)),
    ...(listItems(get('expose')) ?? []).flatMap((item) => exposed(item, common)),
  ];
  return {
    workload,
    facts: [...publishes, ...healthDials(healthCommands(nodeAt(service, ['healthcheck', 'test']), text), common)],
  };
}

/** Files whose name says that they are for development. */
const developed = /[.-](?:dev|development|local|debug)(?:[.-]|\.ya?ml$)/i;

const entryOf = (map: Node, key: string): Entry | undefined =>
  map.kind === 'map' ? map.entries.findLast((entry) => entry.key === key) : undefined;

function listItems(node: Node | undefined): readonly Node[] | undefined {
  return node?.kind === 'list' ? node.items : undefined;
}

// What it runs

function commandOf(
  node: Node | undefined,
  text: string,
): { readonly lines: readonly CommandLine[]; readonly unclear?: true } | undefined {
  if (!node || (node.kind === 'scalar' && node.value === null)) return undefined;
  const list = listCommand(node, text);
  const lines = list ? (list.words.length > 0 ? [list] : []) : textCommand(node, text, false);
  if (!lines) return { lines: [], unclear: true };
  return { lines: lines.map((line) => ({ ...line, words: line.words.map((word) => interpolatedWord(word)) })) };
}

function healthCommands(test: Node | undefined, text: string): readonly CommandLine[] {
  if (!test) return [];
  const lines = (): readonly CommandLine[] => {
    if (test.kind !== 'list') return textCommand(test, text, true) ?? [];
    const [kind, first] = test.items;
    if (kind?.kind !== 'scalar' || !first) return [];
    if (kind.value === 'CMD-SHELL') return textCommand(first, text, true) ?? [];
    const line = kind.value === 'CMD' ? listCommand(test, text) : undefined;
    return line ? [{ ...line, words: line.words.slice(1) }] : [];
  };
  // `$$NAME` is the container's own variable, `$NAME` is filled in by compose.
  return lines().map((line) => ({
    ...line,
    words: line.words.map((word) => {
      if (/\$\$/.test(word.value)) {
        const { quote: _quote, ...rest } = word;
        return { ...rest, value: word.value.replaceAll('$$', () => '$'), expands: true };
      }
      return interpolatedWord(word);
    }),
  }));
}

function buildOf(node: Node | undefined, folder: string): Build | undefined {
  if (!node) return undefined;
  const path = node.kind === 'map' ? nodeAt(node, ['context']) : node;
  const written = path ? textOf(path) : '.';
  const remote = written === undefined || /^(?:[a-z]+:\/\/|git@)|\.git(?:#|$)/i.test(written);
  const context = remote ? undefined : joined(folder, written);
  if (node.kind !== 'map')
    return { context, dockerfile: context === undefined ? undefined : joined(context, 'Dockerfile'), args: [] };
  const named = nodeAt(node, ['dockerfile']);
  const name = named ? textOf(named) : 'Dockerfile';
  const inline = nodeAt(node, ['dockerfile_inline']) !== undefined;
  const target = textOf(nodeAt(node, ['target']));
  return {
    context,
    dockerfile: context === undefined || name === undefined || inline ? undefined : joined(context, name),
    ...(target !== undefined && { target }),
    args: environmentOf(entryOf(node, 'args')).variables,
  };
}

function extendsOf(node: Node | undefined, file: string): string | undefined {
  if (!node) return undefined;
  if (node.kind !== 'map') return textOf(node) === undefined ? undefined : `${file}#${textOf(node)}`;
  const service = textOf(nodeAt(node, ['service']));
  const other = textOf(nodeAt(node, ['file']));
  const path = other === undefined ? file : joined(folderOf(file), other);
  return service === undefined || path === undefined ? undefined : `${path}#${service}`;
}

/** An override file lies over the main file of its folder; another file may, where a service says neither image nor build. */
function overOf(file: string, service: string, whole: boolean): Workload['over'] {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const name = file.slice(folder.length);
  if (/^(?:docker-)?compose\.ya?ml$/i.test(name)) return undefined;
  const always = /^(?:docker-)?compose\.override\.ya?ml$/i.test(name);
  if (whole && !always) return undefined;
  const bases = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
  return { scopes: bases.map((base) => `${folder}${base}#${service}`), always };
}

function networkOf(file: string, mode: string | undefined): Workload['network'] {
  if (mode === 'host') return 'host';
  const other = mode === undefined ? undefined : /^(service|container):(.+)$/.exec(mode);
  if (!other) return 'own';
  return { of: other[1] === 'service' ? `${file}#${other[2]}` : `container ${other[2]}` };
}

/** Bind mounts of the project's own files. */
function placements(node: Node | undefined, folder: string): Placement[] {
  return (listItems(node) ?? []).flatMap((item) => {
    let [source, target] = [undefined as string | undefined, undefined as string | undefined];
    if (item.kind === 'map') {
      if (textOf(nodeAt(item, ['type'])) !== 'bind') return [];
      [source, target] = [textOf(nodeAt(item, ['source'])), textOf(nodeAt(item, ['target']))];
    } else {
      const whole = textOf(item);
      [source, target] = whole === undefined ? [] : ((whole.split(':') as [string, string]) ?? []);
    }
    if (source === undefined || target === undefined || !/^\.{1,2}(?:\/|$)/.test(source)) return [];
    const from = joined(folder, source);
    return from === undefined ? [] : [{ from, to: containerPath('/', target) }];
  });
}

// Environment

function environmentFiles(
  node: Node | undefined,
  folder: string,
): { readonly paths: readonly string[]; readonly open: boolean } {
  const items = node?.kind === 'list' ? node.items : node ? [node] : [];
  const written = items.map((item) => textOf(item.kind === 'map' ? nodeAt(item, ['path']) : item));
  const paths = written.flatMap((path) => (path === undefined ? [] : (joined(folder, path) ?? [])));
  return { paths, open: paths.length < items.length };
}

function environmentOf(entry: Entry | undefined): { readonly variables: readonly Variable[]; readonly open: boolean } {
  if (!entry) return { variables: [], open: false };
  const { value: node } = entry;
  if (node.kind === 'map') {
    const variables = node.entries.flatMap(({ key, keySpan, value, shared }): Variable[] => {
      if (value.kind !== 'scalar') return [];
      if (value.value === null) return [{ name: key, value: undefined, span: keySpan, from: key }];
      const fixed = entry.shared || shared || value.opaque;
      return [
        variableOf(
          key,
          String(value.value),
          value.text,
          value.span,
          value.quote,
          fixed ? undefined : { before: '', after: '', quote: value.quote },
        ),
      ];
    });
    return { variables, open: variables.length < node.entries.length };
  }
  if (node.kind !== 'list') return { variables: [], open: node.value !== null };
  const variables = node.items.flatMap((item): Variable[] => {
    if (item.kind !== 'scalar' || item.value === null) return [];
    const whole = String(item.value);
    const equals = whole.indexOf('=');
    if (equals === -1) return [{ name: whole, value: undefined, span: item.span, from: whole }];
    const name = whole.slice(0, equals);
    if (item.opaque) return [variableOf(name, whole.slice(equals + 1), undefined, item.span, '', undefined)];
    const start = item.span.start + item.quote.length + equals + 1;
    const span = { ...item.span, start, end: start + whole.length - equals - 1 };
    return [
      variableOf(name, whole.slice(equals + 1), whole.slice(equals + 1), span, '', entry.shared ? undefined : part),
    ];
  });
  return { variables, open: variables.length < node.items.length };
}

/** @param written the value as it stands between its quotes; undefined where escapes change it */
function variableOf(
  name: string,
  value: string,
  written: string | undefined,
  span: Span,
  quote: string,
  frame: Frame | undefined,
): Variable {
  const read = interpolated(value);
  if (read.plain) return { name, value, span, ...(frame && { frame }) };
  const { fallback, from } = read;
  const inside = written === value && fallback && frame;
  const at = inside
    ? { ...span, start: span.start + quote.length + fallback.start, end: span.start + quote.length + fallback.end }
    : span;
  return { name, value: read.value, span: at, ...(inside && { frame: part }), ...(from !== undefined && { from }) };
}

// Ports

type Common = Pick<Publish, 'framework' | 'language' | 'scope' | 'context'>;

function rowOf(
  common: Common,
  span: Span,
  slots: Pick<Publish, 'host' | 'port' | 'target'>,
  protocol: string,
  role: Publish['role'],
): Publish {
  return {
    kind: 'publish',
    span,
    via: 'manifest',
    sure: true,
    ...common,
    ...slots,
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
    role,
  };
}

/** A slot of something that is not written, and nobody decides here. */
function unsaid<T>({ file, end }: Span): Slot<T> {
  const span = { file, start: end, end };
  return { value: undefined, origin: { by: 'unknown' }, span, site: span, chain: [], fixed: false };
}

/** A stretch of a scalar's text. */
interface Stretch {
  readonly text: string;
  readonly span: Span;
  readonly writable: boolean;
}

function stretch(item: Scalar, whole: string, from: number, to: number, writable: boolean): Stretch {
  const start = item.span.start + item.quote.length;
  const span = item.opaque ? item.span : { ...item.span, start: start + from, end: start + to };
  return { text: whole.slice(from, to), span, writable: writable && !item.opaque };
}

function slotOf<T>({ text, span, writable }: Stretch, read: (text: string) => T | undefined): Slot<T> {
  const filled = interpolated(text);
  const { value, fallback, from } = filled;
  const at =
    fallback && writable ? { ...span, start: span.start + fallback.start, end: span.start + fallback.end } : span;
  const parsed = value === undefined ? undefined : read(value);
  return {
    value: parsed,
    ...(value !== undefined && parsed === undefined && { written: value }),
    origin: filled.plain ? literal : from === undefined ? { by: 'unknown' } : { by: 'env', name: from },
    span: at,
    site: span,
    chain: filled.plain || from === undefined ? [] : [{ span, note: `variable ${from}` }],
    fixed: filled.plain,
    ...(writable && (filled.plain || fallback) && { frame: part, ...(filled.plain && { siteFrame: part }) }),
  };
}

/** Cuts at colons outside `${...}` and brackets. */
function cut(text: string): readonly { readonly from: number; readonly to: number }[] {
  const masked = text.replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}|\[[^\]]*\]/g, (inner) => '_'.repeat(inner.length));
  const parts: { from: number; to: number }[] = [];
  let from = 0;
  for (const match of masked.matchAll(/:/g)) {
    parts.push({ from, to: match.index });
    from = match.index + 1;
  }
  return [...parts, { from, to: text.length }];
}

const everywhere = (span: Span, before: string, after: string, writable: boolean): Slot<string> => ({
  value: '0.0.0.0',
  origin: { by: 'default', of: 'compose', docs },
  span,
  site: span,
  chain: [],
  fixed: true,
  ...(writable && { frame: { before, after, quote: '' }, siteFrame: { before, after, quote: '' } }),
});

/** The rows of one entry of `ports`. */
function published(item: Node, text: string, common: Common): Publish[] {
  if (item.kind === 'map') return longForm(item, text, common);
  if (item.kind !== 'scalar' || item.value === null) return [];
  const whole = item.opaque ? String(item.value) : item.text;
  const protocolAt = /\/(tcp|udp|sctp)$/i.exec(whole);
  const protocol = protocolAt?.[1]?.toLowerCase() ?? 'tcp';
  if (protocol === 'sctp') return [];
  const body = protocolAt ? whole.slice(0, protocolAt.index) : whole;
  const parts = cut(body);
  const target = parts.at(-1)!;
  const port = parts.length > 1 ? parts.at(-2)! : undefined;
  // An IPv6 address needs no brackets here: whatever stands before the last two parts is the address.
  const address = parts.length > 2 ? { from: 0, to: parts.at(-3)!.to } : undefined;
  const piece = ({ from, to }: { from: number; to: number }, writable = true) =>
    stretch(item, body, from, to, writable);
  const start = { ...item.span, start: item.span.start + item.quote.length, end: item.span.start + item.quote.length };
  const host = address
    ? slotOf(piece(address), (value) => value.replace(/^\[|\]$/g, ''))
    : everywhere(item.opaque ? item.span : start, '', port ? ':' : '::', !item.opaque);
  return pairsOf(port && port.to > port.from ? piece(port) : undefined, piece(target)).map(([outside, inside]) =>
    rowOf(common, item.span, { host, port: outside ?? unsaid(item.span), target: inside }, protocol, 'publish'),
  );
}

/** The ports of two ranges side by side. */
function pairsOf(outside: Stretch | undefined, inside: Stretch): (readonly [Slot<number> | undefined, Slot<number>])[] {
  const targets = rangeOf(inside);
  const ports = outside && rangeOf(outside);
  if (!targets) return [[outside && (ports ? unsaid(outside.span) : slotOf(outside, parsePort)), unknownAt(inside)]];
  if (ports && ports.length === targets.length) return targets.map((target, index) => [ports[index]!, target]);
  // One of several ports outside, whichever is free.
  return targets.map((target) => [outside && unsaid(outside.span), target]);
}

const unknownAt = ({ span }: Stretch): Slot<number> => ({ ...unsaid<number>(span), span, site: span });

/** One port, or all of a range; undefined where the range is too long or none. */
function rangeOf(piece: Stretch): readonly Slot<number>[] | undefined {
  const range = /^(\d{1,5})-(\d{1,5})$/.exec(piece.text);
  if (!range) return [slotOf(piece, parsePort)];
  const [first, last] = [Number(range[1]), Number(range[2])];
  if (last < first || last > 65535 || last - first >= longestRange) return undefined;
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    value: first + index,
    origin: literal,
    span: piece.span,
    site: piece.span,
    chain: [],
    fixed: true,
  }));
}

function longForm(item: Node & { readonly kind: 'map' }, text: string, common: Common): Publish[] {
  const scalar = (key: string): Stretch | undefined => {
    const node = nodeAt(item, [key]);
    if (node?.kind !== 'scalar' || node.value === null) return undefined;
    const whole = node.opaque ? String(node.value) : node.text;
    return stretch(node, whole, 0, whole.length, true);
  };
  const target = scalar('target');
  const protocol = scalar('protocol')?.text.toLowerCase() ?? 'tcp';
  if (!target || protocol === 'sctp') return [];
  const place = variablePlaceOfHost(item, text);
  const address = scalar('host_ip');
  const host = address
    ? slotOf(address, (value) => value.replace(/^\[|\]$/g, ''))
    : everywhere(place?.span ?? item.span, place?.before ?? '', '', place !== undefined);
  return pairsOf(scalar('published'), target).map(([outside, inside]) =>
    rowOf(common, item.span, { host, port: outside ?? unsaid(item.span), target: inside }, protocol, 'publish'),
  );
}

/** Where `host_ip` would be written: before the first key. */
function variablePlaceOfHost(
  item: Node & { readonly kind: 'map' },
  text: string,
): { span: Span; before: string } | undefined {
  const last = item.entries.at(-1);
  if (!last || last.shared || last.value.kind !== 'scalar') return undefined;
  const span = { ...last.value.span, start: last.value.span.end };
  if (text[item.span.start] === '{') return { span, before: ', host_ip: ' };
  const column = last.keySpan.start - (text.lastIndexOf('\n', last.keySpan.start - 1) + 1);
  return { span, before: `${text.includes('\r\n') ? '\r\n' : '\n'}${' '.repeat(column)}host_ip: ` };
}

function exposed(item: Node, common: Common): Publish[] {
  if (item.kind !== 'scalar' || item.value === null) return [];
  const whole = item.opaque ? String(item.value) : item.text;
  const protocolAt = /\/(tcp|udp|sctp)$/i.exec(whole);
  const protocol = protocolAt?.[1]?.toLowerCase() ?? 'tcp';
  if (protocol === 'sctp') return [];
  const piece = stretch(item, whole, 0, protocolAt?.index ?? whole.length, true);
  return (rangeOf(piece) ?? [unknownAt(piece)]).map((target) =>
    rowOf(common, item.span, { host: unsaid(item.span), port: unsaid(item.span), target }, protocol, 'documentation'),
  );
}
