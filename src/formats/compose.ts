import { exactText, listCommand, textCommand } from '../commands/command-nodes.ts';
import { stagesIn } from '../containers/dockerfile-stages.ts';
import { healthDials } from '../containers/health-checks.ts';
import { type Given, interpolated, interpolatedWord } from '../containers/interpolation.ts';
import { stretchOf } from '../containers/manifest-values.ts';
import { passedPorts } from '../containers/passed-ports.ts';
import {
  everywhere,
  exposedPorts,
  hostOf,
  portMappings,
  portPairs,
  type Stretch,
  slotOf,
  unsaid,
} from '../containers/port-mappings.ts';
import type { Build, Placement, Workload } from '../containers/workload.ts';
import { variablePlace } from '../entry-places.ts';
import type { Frame, Publish, Span, Variable } from '../facts.ts';
import type { Format } from '../format.ts';
import { containerPath, joined } from '../paths.ts';
import type { CommandLine } from '../syntax/command.ts';
import { parseDockerfile } from '../syntax/dockerfile.ts';
import { type Entry, type Node, nodeAt } from '../syntax/document.ts';

const compose = { of: 'compose', docs: 'https://docs.docker.com/reference/compose-file/services/#ports' };
const part: Frame = { before: '', after: '', quote: '', part: true };

/** What compose looks for, and what people call its files. */
const named = /(?:^|\/)(?:[\w.-]*[._-])?compose(?:[._-][\w.-]+)?\.ya?ml$/i;
/** Names of files for it that other programs give their files too. */
const mayBe =
  /(?:^|\/)(?:(?:[\w.-]*[._-])?(?:stack|swarm|dc)(?:[._-][\w.-]+)?|local|production|staging|development|dev|prod)\.ya?ml$|(?:^|\/)(?:docker-)?compose\/[\w.-]+\.ya?ml$/i;

export default {
  files: new RegExp(`${named.source}|${mayBe.source}`, 'i'),
  notation: 'yaml',
  literals: ['services|image:|build:'],
  elsewhere: {
    files: /\.ya?ml$/i,
    literals: [`(?:^|\\n)services:[ \\t]*(?:#.*)?\\r?\\n`, '\\n[ \\t]+(?:image|build|ports):'],
  },
  environment: true,
  read({ file, guessed, text, documents, given, folder = folderOf(file) }) {
    const root = documents[0]?.root;
    const services =
      root && (nodeAt(root, ['services']) ?? (nodeAt(root, ['version']) ? undefined : oldServices(root)));
    if (!root || services?.kind !== 'map') return {};
    if (!named.test(file) && mayBe.test(file) && !isWhole(root, services)) return {};
    if (guessed && !looksSo(root, services)) return {};
    const read = services.entries.flatMap((entry) =>
      entry.value.kind === 'map' && !entry.key.startsWith('x-') ? [serviceOf(file, folder, text, entry, given)] : [],
    );
    const included = nodeAt(root, ['include']);
    const also = [
      ...(included?.kind === 'list' ? included.items : []).flatMap((item) =>
        scalarTexts(item.kind === 'map' ? nodeAt(item, ['path']) : item),
      ),
      ...services.entries.flatMap((entry) => scalarTexts(nodeAt(entry.value, ['extends', 'file']))),
    ].flatMap((path) => joined(folderOf(file), path) ?? []);
    return {
      facts: read.flatMap(({ facts }) => facts),
      workloads: read.flatMap(({ workloads }) => workloads),
      ...(also.length > 0 && { also }),
    };
  },
} satisfies Format;

const rootKeys = /^(?:version|name|services|networks|volumes|configs|secrets|include|x-.*)$/;

/** Nothing but what compose knows stands at the top, and each service says what it is made of. */
function isWhole(root: Node, services: Node): boolean {
  if (root.kind !== 'map' || services.kind !== 'map' || services.entries.length === 0) return false;
  return (
    root.entries.every(({ key }) => rootKeys.test(key)) &&
    services.entries.every(({ value }) => ['image', 'build', 'extends'].some((key) => nodeAt(value, [key])))
  );
}

const serviceKeys =
  /^(?:image|build|extends|ports|expose|command|entrypoint|environment|env_file|volumes|networks|network_mode|depends_on|restart|deploy|healthcheck|labels|profiles|container_name|hostname|user|working_dir|logging|secrets|configs|x-.*)$/;

/** Nothing but what compose knows stands at the top, and each service holds keys of its services. */
function looksSo(root: Node, services: Node): boolean {
  if (root.kind !== 'map' || services.kind !== 'map' || services.entries.length === 0) return false;
  return (
    root.entries.every(({ key }) => rootKeys.test(key)) &&
    services.entries.every(
      ({ key, value }) =>
        key.startsWith('x-') || (value.kind === 'map' && value.entries.some((entry) => serviceKeys.test(entry.key))),
    ) &&
    services.entries.some(({ value }) => ['image', 'build', 'ports'].some((key) => nodeAt(value, [key])))
  );
}

/** The first version had services at the top. */
function oldServices(root: Node): Node | undefined {
  const isOne =
    root.kind === 'map' && root.entries.some(({ value }) => nodeAt(value, ['image']) ?? nodeAt(value, ['build']));
  return isOne ? root : undefined;
}

const folderOf = (file: string) => file.slice(0, Math.max(0, file.lastIndexOf('/')));
const scalarTexts = (node: Node | undefined): string[] =>
  node?.kind === 'scalar' && node.value !== null
    ? [String(node.value)]
    : node?.kind === 'list'
      ? node.items.flatMap(scalarTexts)
      : [];
function textOf(node: Node | undefined, given: Given): string | undefined {
  const [text] = node?.kind === 'scalar' ? scalarTexts(node) : [];
  return text === undefined ? undefined : interpolated(text, given).value;
}

function serviceOf(
  file: string,
  folder: string,
  text: string,
  { key, keySpan, value: service }: Entry,
  given: Given,
): {
  readonly workloads: readonly Workload[];
  readonly facts: NonNullable<ReturnType<Format['read']>['facts']>;
} {
  const scope = `${file}#${key}`;
  const get = (name: string) => nodeAt(service, [name]);
  const image = get('image');
  const inline = inlineImage(nodeAt(service, ['build', 'dockerfile_inline']), file, text, `${scope} image`);
  const build = buildOf(get('build'), folder, given, inline && `${scope} image`);
  const entrypoint = commandOf(get('entrypoint'), text, given);
  const command = commandOf(get('command'), text, given);
  const environment = environmentOf(entryOf(service, 'environment'), given);
  const place = variablePlace(service, 'environment', text);
  const environmentFrom = environmentFiles(get('env_file'), folder, given);
  const { files, unseen } = mounts(get('volumes'), get('configs'), folder, given);
  const extended = extendsOf(get('extends'), file, given);
  const over = overOf(file, key, image !== undefined || build !== undefined || extended !== undefined);
  const network = networkOf(file, textOf(get('network_mode'), given));
  const networks = get('networks');
  const directory = textOf(get('working_dir'), given);
  const user = textOf(get('user'), given);
  const profiles = scalarTexts(get('profiles'));
  const aliases =
    networks?.kind === 'map' ? networks.entries.flatMap(({ value }) => scalarTexts(nodeAt(value, ['aliases']))) : [];
  const context = developed.test(file) ? ('development' as const) : undefined;
  const workload: Workload = {
    scope,
    span: keySpan,
    framework: 'compose',
    ...(context && { context }),
    ...(image && { image: { name: textOf(image, given), span: image.span } }),
    ...(build && { build }),
    ...(entrypoint && { entrypoint: entrypoint.lines }),
    ...(command && { command: command.lines }),
    ...((entrypoint?.unclear || command?.unclear) && { unclear: true as const }),
    ...(directory !== undefined && { directory }),
    environment: {
      variables: environment.variables,
      files: environmentFrom.paths,
      open: environment.open || environmentFrom.open,
      ...(place && { entry: place }),
    },
    network,
    names: [key, ...scalarTexts(get('container_name')), ...scalarTexts(get('hostname')), ...aliases],
    ...(networks && {
      networks: networks.kind === 'map' ? networks.entries.map((entry) => entry.key) : scalarTexts(networks),
    }),
    files,
    ...(unseen.length > 0 && { unseen }),
    ...(user !== undefined && { user }),
    ...((/^(?:always|unless-stopped)$/.test(textOf(get('restart'), given) ?? '') ||
      nodeAt(service, ['deploy', 'restart_policy']) ||
      nodeAt(service, ['deploy', 'placement'])) && {
      restarts: true as const,
    }),
    ...(profiles.length > 0 && { profiles }),
    ...(extended !== undefined && { base: extended }),
    ...(over && { over }),
    ...(isReplaced(entryOf(service, 'ports'), text) && { ownPorts: true as const }),
    ...(get('healthcheck') && { ownCheck: true as const }),
  };
  const common = { framework: 'compose', language: 'yaml', scope, context: context ?? ('production' as const) };
  const publishes = [
    ...(listItems(get('ports')) ?? []).flatMap((item) => published(item, text, common, given)),
    ...(listItems(get('expose')) ?? []).flatMap((item) => exposed(item, common, given)),
    ...passedPorts(service, environment.variables, common, given),
  ];
  return {
    workloads: [workload, ...(inline?.workloads ?? [])],
    facts: [
      ...publishes,
      ...(inline?.facts ?? []),
      ...healthDials(healthCommands(nodeAt(service, ['healthcheck', 'test']), text, given), common, text),
    ],
  };
}

/** `!override` and `!reset` put a value in the place of the one below. https://docs.docker.com/reference/compose-file/merge/ */
function isReplaced(entry: Entry | undefined, text: string): boolean {
  if (!entry) return false;
  return /^["']?[ \t]*:[ \t]*!(?:override|reset)\b/.test(text.slice(entry.keySpan.end, entry.keySpan.end + 50));
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
  given: Given,
): { readonly lines: readonly CommandLine[]; readonly unclear?: true } | undefined {
  if (!node || (node.kind === 'scalar' && node.value === null)) return undefined;
  const list = listCommand(node, text);
  const lines = list ? (list.words.length > 0 ? [list] : []) : textCommand(node, text, false);
  if (!lines) return { lines: [], unclear: true };
  return { lines: lines.map((line) => ({ ...line, words: line.words.map((word) => interpolatedWord(word, given)) })) };
}

function healthCommands(test: Node | undefined, text: string, given: Given): readonly CommandLine[] {
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
      return interpolatedWord(word, given);
    }),
  }));
}

/** The stages of a Dockerfile that stands in the compose file itself: nobody else runs them, and no line is added to them. */
function inlineImage(
  node: Node | undefined,
  file: string,
  text: string,
  name: string,
): ReturnType<typeof stagesIn> | undefined {
  // What compose fills in first is another text than the one that stands here.
  const exact = node?.kind === 'scalar' && !/\$|<<-?["']?\w/.test(node.text) ? exactText(node, text) : undefined;
  if (!exact || /^\s*$/.test(exact.value)) return undefined;
  const before = text.slice(0, exact.start).replace(/[^\n]/g, ' ');
  const { facts, workloads } = stagesIn(file, text, parseDockerfile(file, before + exact.value), name);
  return {
    facts,
    workloads: workloads.map((workload) => {
      const { entry: _entry, ...environment } = workload.environment;
      return { ...workload, part: true, environment };
    }),
  };
}

function buildOf(node: Node | undefined, folder: string, given: Given, inline: string | undefined): Build | undefined {
  if (!node) return undefined;
  const path = node.kind === 'map' ? nodeAt(node, ['context']) : node;
  const written = path ? textOf(path, given) : '.';
  const remote = written === undefined || /^(?:[a-z]+:\/\/|git@)|\.git(?:#|$)/i.test(written);
  const context = remote ? undefined : joined(folder, written);
  if (node.kind !== 'map')
    return { context, dockerfile: context === undefined ? undefined : joined(context, 'Dockerfile'), args: [] };
  const named = nodeAt(node, ['dockerfile']);
  const name = named ? textOf(named, given) : 'Dockerfile';
  const isInline = nodeAt(node, ['dockerfile_inline']) !== undefined;
  const target = textOf(nodeAt(node, ['target']), given);
  return {
    context,
    dockerfile: isInline ? inline : context === undefined || name === undefined ? undefined : joined(context, name),
    ...(target !== undefined && { target }),
    args: environmentOf(entryOf(node, 'args'), given).variables,
  };
}

function extendsOf(node: Node | undefined, file: string, given: Given): string | undefined {
  if (!node) return undefined;
  const service = textOf(node.kind === 'map' ? nodeAt(node, ['service']) : node, given);
  const other = textOf(nodeAt(node, ['file']), given);
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
  if (!named.test(name)) return undefined;
  const bases = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
  return { scopes: bases.map((base) => `${folder}${base}#${service}`), always };
}

function networkOf(file: string, mode: string | undefined): Workload['network'] {
  if (mode === 'host') return 'host';
  const other = mode === undefined ? undefined : /^(service|container):(.+)$/.exec(mode);
  if (!other) return 'own';
  return { of: other[1] === 'service' ? `${file}#${other[2]}` : `container ${other[2]}` };
}

/** The folder in which compose is run: https://docs.docker.com/reference/compose-file/interpolation/ takes it from the shell. */
const workingFolder = /^\$(?:PWD|\{PWD(?::?-[^{}]*)?\})(?=\/|$)/;

/** Where a mounted file or folder of the project may be, best last. */
function mounted(source: string, folder: string): readonly string[] {
  const inWorkingFolder = source.replace(workingFolder, '.');
  if (!/^\.{1,2}(?:\/|$)/.test(inWorkingFolder)) return [];
  const beside = joined(folder, inWorkingFolder) ?? [];
  // It is mostly run beside its file, or at the top of the project; the whole project is no guess to make.
  const isElsewhere = inWorkingFolder !== source && folder !== '' && inWorkingFolder.length > 2;
  return [isElsewhere ? (joined('', inWorkingFolder) ?? []) : [], beside].flat();
}

/** What is mounted: files and folders of the project, and the places of everything else. */
function mounts(
  volumes: Node | undefined,
  configs: Node | undefined,
  folder: string,
  given: Given,
): { readonly files: readonly Placement[]; readonly unseen: readonly string[] } {
  const files: Placement[] = [];
  const unseen: string[] = [];
  for (const item of listItems(volumes) ?? []) {
    let [source, target] = [undefined as string | undefined, undefined as string | undefined];
    if (item.kind === 'map') {
      const isBind = textOf(nodeAt(item, ['type']), given) === 'bind';
      const place = nodeAt(item, ['source']);
      source = isBind ? (textOf(place, given) ?? (place && scalarTexts(place)[0])) : undefined;
      target = textOf(nodeAt(item, ['target']), given);
    } else {
      const parts = textOf(item, given)?.split(':') ?? [];
      [source, target] = parts.length === 1 ? [undefined, parts[0]] : parts;
      if (target === undefined) {
        // A source that a variable names.
        const [, before, behind] = /^(.{1,500}):(\/[^:$]{1,500})(?::[\w,]+)?$/.exec(scalarTexts(item)[0] ?? '') ?? [];
        [source, target] = [before, behind];
      }
    }
    if (target === undefined) continue;
    const to = containerPath('/', target);
    const places = source === undefined ? [] : mounted(source, folder);
    if (places.length === 0) unseen.push(to);
    for (const from of places) files.push({ from, to });
  }
  for (const item of listItems(configs) ?? []) {
    const target = item.kind === 'map' ? textOf(nodeAt(item, ['target']), given) : textOf(item, given);
    if (target !== undefined) unseen.push(containerPath('/', target));
  }
  return { files, unseen };
}

// Environment

function environmentFiles(
  node: Node | undefined,
  folder: string,
  given: Given,
): { readonly paths: readonly string[]; readonly open: boolean } {
  const items = node?.kind === 'list' ? node.items : node ? [node] : [];
  const written = items.map((item) => textOf(item.kind === 'map' ? nodeAt(item, ['path']) : item, given));
  const paths = written.flatMap((path) => (path === undefined ? [] : (joined(folder, path) ?? [])));
  return { paths, open: paths.length < items.length };
}

function environmentOf(
  entry: Entry | undefined,
  given: Given,
): { readonly variables: readonly Variable[]; readonly open: boolean } {
  if (!entry) return { variables: [], open: false };
  const { value: node } = entry;
  if (node.kind === 'map') {
    const variables = node.entries.flatMap(({ key, keySpan, value }): Variable[] => {
      if (value.kind !== 'scalar') return [];
      if (value.value === null) return [handedOn(key, keySpan, given)];
      // What several services share is written for all of them.
      const fixed = value.opaque && !value.anchored;
      return [
        variableOf(
          key,
          String(value.value),
          value.text,
          value.span,
          value.quote,
          fixed ? undefined : { before: '', after: '', quote: value.quote },
          given,
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
    if (equals === -1) return [handedOn(whole, item.span, given)];
    const name = whole.slice(0, equals);
    if (item.opaque && !item.anchored)
      return [variableOf(name, whole.slice(equals + 1), undefined, item.span, '', undefined, given)];
    const start = item.span.start + item.quote.length + equals + 1;
    const span = { ...item.span, start, end: start + whole.length - equals - 1 };
    return [variableOf(name, whole.slice(equals + 1), whole.slice(equals + 1), span, '', part, given)];
  });
  return { variables, open: variables.length < node.items.length };
}

/** A variable that is only named takes its value from outside. */
function handedOn(name: string, span: Span, given: Given): Variable {
  return { value: undefined, span, ...given(name), name, from: name };
}

/** @param written the value as it stands between its quotes; undefined where escapes change it */
function variableOf(
  name: string,
  value: string,
  written: string | undefined,
  span: Span,
  quote: string,
  frame: Frame | undefined,
  given: Given,
): Variable {
  const read = interpolated(value, given);
  if (read.plain) return { name, value, span, ...(frame && { frame }) };
  const { fallback, from, known } = read;
  if (known) return { ...known, name, ...(from !== undefined && { from }) };
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
  mapping: Pick<Publish, 'host' | 'port' | 'target' | 'protocol'>,
  role: Publish['role'],
): Publish {
  return { kind: 'publish', span, via: 'manifest', sure: true, ...common, ...mapping, role };
}

/** The rows of one entry of `ports`. */
function published(item: Node, text: string, common: Common, given: Given): Publish[] {
  if (item.kind === 'map') return longForm(item, text, common, given);
  if (item.kind !== 'scalar' || item.value === null) return [];
  return portMappings(stretchOf(item), given, compose).map((mapping) => rowOf(common, item.span, mapping, 'publish'));
}

function longForm(item: Node & { readonly kind: 'map' }, text: string, common: Common, given: Given): Publish[] {
  const scalar = (key: string): Stretch | undefined => {
    const node = nodeAt(item, [key]);
    return node?.kind === 'scalar' && node.value !== null ? stretchOf(node) : undefined;
  };
  const target = scalar('target');
  const protocol = scalar('protocol')?.text.toLowerCase() ?? 'tcp';
  if (!target || protocol === 'sctp') return [];
  const place = hostPlace(item, text);
  const address = scalar('host_ip');
  const host = address
    ? slotOf(address, given, hostOf)
    : everywhere(place?.span ?? item.span, compose, place && { before: place.before, after: '', quote: '' });
  return portPairs(scalar('published'), target, given).map(([outside, inside]) => {
    const mapping = { host, port: outside ?? unsaid<number>(item.span), target: inside };
    return rowOf(common, item.span, { ...mapping, protocol: protocol === 'udp' ? 'udp' : 'tcp' }, 'publish');
  });
}

/** Where `host_ip` would be written: behind the last key. */
function hostPlace(item: Node & { readonly kind: 'map' }, text: string): { span: Span; before: string } | undefined {
  const last = item.entries.at(-1);
  if (!last || last.shared || last.value.kind !== 'scalar') return undefined;
  const span = { ...last.value.span, start: last.value.span.end };
  if (text[item.span.start] === '{') return { span, before: ', host_ip: ' };
  const column = last.keySpan.start - (text.lastIndexOf('\n', last.keySpan.start - 1) + 1);
  return { span, before: `${text.includes('\r\n') ? '\r\n' : '\n'}${' '.repeat(column)}host_ip: ` };
}

function exposed(item: Node, common: Common, given: Given): Publish[] {
  if (item.kind !== 'scalar' || item.value === null) return [];
  return exposedPorts(stretchOf(item), given).map((mapping) =>
    rowOf(common, item.span, { host: unsaid(item.span), port: unsaid(item.span), ...mapping }, 'documentation'),
  );
}
