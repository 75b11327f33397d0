import { isLoopback, isUnspecified } from '../address.ts';
import type { Bind, Context, Publish, Setting, Slot, Span } from '../facts.ts';
import { saysLocal } from '../match/intent.ts';
import type { SettingsFile } from '../resolve.ts';
import type { Document, Entry, Node } from '../syntax/document.ts';
import {
  addressSlots,
  hostSlot,
  portSlot,
  type SettingsValue,
  settingsValue,
  unknownFailure,
  unsaidSlot,
} from './slots.ts';
import {
  calledPorts,
  clientFolders,
  clientSiblings,
  controlWords,
  elsewhereWords,
  listenWords,
  manifestKeys,
  programSiblings,
  serverSiblings,
  serverWords,
  servingWords,
  wordsOf,
} from './words.ts';

/** A host, a port or both that stand side by side. */
interface Pair {
  readonly key: Span;
  readonly host: Slot<string> | undefined;
  readonly port: Slot<number> | undefined;
  /** The words of the keys in front of `host` and `port`. */
  readonly prefix: readonly string[];
  /** One value holds both. */
  readonly joined: boolean;
}

/** A map of a settings file, or the keys of one that share a dotted prefix. */
interface Section {
  readonly entries: readonly { readonly entry: Entry; readonly name: string }[];
  /** The words of the keys above, outermost first. */
  readonly above: readonly (readonly string[])[];
  readonly path: string;
  readonly readOnly: boolean;
}

interface Found {
  readonly pair: Pair;
  readonly sure: boolean;
  /** Code of the project reads it into a bind. */
  readonly read: boolean;
  readonly development: boolean;
  /** The program is told there what to do; nobody else is to reach it. */
  readonly controls?: true;
}

/**
 * The keys of settings files by which a server of the project seems to listen, where the code that reads them was not found.
 * @param files the project's settings
 * @param binds what is known already: a value that one of them takes makes no second row
 * @param unpassed keys of which it is known that the server beside them does not get them
 * @param publishes what containers publish: a variable that says on which address of the host is none that a program listens on
 * @param contextOf what a file is for
 */
export function settingsBinds(
  files: readonly SettingsFile[],
  binds: readonly Bind[],
  unpassed: readonly Setting[],
  publishes: readonly Publish[],
  contextOf: (file: string) => Context,
): Bind[] {
  const outside = new Set(publishes.flatMap(({ host }) => (host.origin.by === 'env' ? [host.origin.name] : [])));
  const taken = placesTaken(binds);
  const isUnpassed = (key: Span) =>
    unpassed.some(({ span, via }) => via === 'config' && span.file === key.file && span.start === key.start);
  const open = mayBeRead(binds);
  const made = new Set<string>();
  return files.flatMap(({ file, documents, ignored }) => {
    if (folderNames(file).some((folder) => clientFolders.has(folder))) return [];
    const own = contextOf(file);
    return documents.flatMap((document) => {
      const found =
        document.notation === 'env'
          ? inEnvironment(document, ignored, binds, outside)
          : inTree(document, ignored, binds);
      return found.flatMap(({ pair, sure, read, development, controls }) => {
        const host = pair.host && (taken(pair.host.span) || isUnpassed(pair.key)) ? undefined : pair.host;
        const port = pair.port && taken(pair.port.span) ? undefined : pair.port;
        if (!host && (!port || port.unset)) return [];
        if ([host, port].every((slot) => !slot || (slot.value === undefined && slot.origin.by === 'unknown')))
          return [];
        const id = [host, port].map((slot) => slot && `${slot.span.file}:${slot.span.start}`).join(' ');
        if (made.has(id)) return [];
        made.add(id);
        const context = development && own === 'production' ? 'development' : own;
        // Programs of Java read properties, and nobody has seen them; only Spring's own keys say enough.
        const isOwn =
          !file.endsWith('.properties') ||
          [pair.host, pair.port].some((slot) => slot?.origin.by === 'config' && /^server\.\w+$/.test(slot.origin.path));
        const isSeen = sure && (read || isOwn);
        const seen = rowOf(document, { ...pair, host, port }, isSeen, context);
        const local = controls ? 'the program is controlled there' : host && saidBeside(host, document);
        const row = local === undefined ? seen : { ...seen, local };
        // Every call that listens is known, and none takes it.
        return [read || open ? row : { ...row, feeds: [] }];
      });
    });
  });
}

/** Is a value at a place taken by a bind already? */
function placesTaken(binds: readonly Bind[]): (span: Span) => boolean {
  const taken = new Map<string, Span[]>();
  for (const { host, port } of binds) {
    for (const { span } of [host, port]) {
      if (span.start === span.end) continue;
      const spans = taken.get(span.file);
      if (spans) spans.push(span);
      else taken.set(span.file, [span]);
    }
  }
  return ({ file, start, end }) => taken.get(file)?.some((span) => span.start < end && start < span.end) ?? false;
}

/** Does code listen that may take its address from a place that was not found, or was the code that listens not read? */
function mayBeRead(binds: readonly Bind[]): boolean {
  const calls = binds.filter(({ via, context }) => via === 'call' && context === 'production');
  return calls.length === 0 || calls.some(({ host }) => host.value === undefined);
}

/** `HOST=localhost # 0.0.0.0 to reach it from elsewhere`: whoever writes that has chosen. */
function saidBeside({ span, value }: Slot<string>, { comments, text }: Document): string | undefined {
  if (!isLoopback(value)) return undefined;
  const line = text.lastIndexOf('\n', span.start - 1) + 1;
  const before = text.lastIndexOf('\n', line - 2) + 1;
  const after = text.indexOf('\n', span.end);
  const beside = comments.some(
    (comment) =>
      comment.span.start >= before &&
      comment.span.start < (after === -1 ? text.length : after) &&
      (saysLocal.test(comment.text) || saysChoice.test(comment.text)),
  );
  return beside ? 'a comment says so' : undefined;
}

const saysChoice = /(?<![\d.])0\.0\.0\.0(?![\d.])|\ball interfaces\b|\bother (?:machines|devices|hosts|computers)\b/i;

function folderNames(file: string): string[] {
  return file.toLowerCase().split('/').slice(0, -1);
}

function rowOf(document: Document, { key, host, port }: Pair, sure: boolean, context: Context): Bind {
  return {
    kind: 'bind',
    span: key,
    via: 'config',
    language: document.notation,
    framework: 'settings',
    scope: '',
    context,
    sure,
    host: host ?? unsaidSlot(key),
    port: port ?? unsaidSlot(key),
    protocol: 'tcp',
    failure: unknownFailure,
    reached: [],
    blocks: false,
    // What reads it is not known.
    dualStack: true,
  };
}

const somewhere = (list: readonly string[], words: ReadonlySet<string>) => list.some((word) => words.has(word));

// Trees of keys

function inTree(document: Document, readOnly: boolean, binds: readonly Bind[]): Found[] {
  const { root } = document;
  if (root.kind !== 'map' || root.entries.some(({ key }) => manifestKeys.has(key))) return [];
  const file = wordsOf(nameOf(document.file));
  if (somewhere(file, elsewhereWords)) return [];
  const read = keysRead(document.file, binds);
  const found: Found[] = [];
  const seen = new Set<Node>();
  const visit = (node: Node, above: Section['above'], path: string): void => {
    if (node.kind === 'scalar' || seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'list') {
      // A list of servers is a list of those that are called.
      if (somewhere(above.at(-1) ?? [], serverWords)) for (const item of node.items) visit(item, above, path);
      return;
    }
    for (const section of sectionsOf(node, above, path, readOnly)) found.push(...inSection(section, read));
    for (const { key, value } of node.entries) {
      const words = wordsOf(key);
      if (!somewhere(words, elsewhereWords)) visit(value, [...above, words], path === '' ? key : `${path}.${key}`);
    }
  };
  visit(root, [file], '');
  return found;
}

/** The keys from which the programs around a file take an address that was not found: its own folder, or the one around `config/`. */
function keysRead(file: string, binds: readonly Bind[]): ReadonlySet<string> {
  const folder = file.replace(/(?:^|(?<=\/))(?:\.?(?:config|configs|conf|settings|etc)\/)?[^/]+$/i, '');
  const slots = binds
    .filter((bind) => bind.via === 'call' && bind.span.file.startsWith(folder))
    .flatMap(({ host, port }) => [host, port]);
  return new Set(
    slots.flatMap(({ value, origin }) => (value === undefined && origin.by === 'config' ? [origin.path] : [])),
  );
}

/** The name of a file without its folders and ending. */
function nameOf(file: string): string {
  return file
    .slice(file.lastIndexOf('/') + 1)
    .replace(/\.\w+$/, '')
    .replace(/\b(?:app|application|service)\b/gi, '');
}

/** A map, and those of its keys that have dots in them as the maps they stand for. */
function sectionsOf(
  node: Extract<Node, { kind: 'map' }>,
  above: Section['above'],
  path: string,
  readOnly: boolean,
): Section[] {
  const groups = new Map<string, { entry: Entry; name: string }[]>();
  for (const entry of node.entries) {
    const dot = entry.key.lastIndexOf('.');
    const prefix = entry.key.slice(0, Math.max(dot, 0));
    const group = groups.get(prefix);
    const one = { entry, name: entry.key.slice(dot + 1) };
    if (group) group.push(one);
    else groups.set(prefix, [one]);
  }
  return [...groups].map(([prefix, entries]) => ({
    entries,
    above: [
      ...above,
      ...prefix
        .split('.')
        .map(wordsOf)
        .filter((words) => words.length > 0),
    ],
    path: [path, prefix].filter((part) => part !== '').join('.'),
    readOnly,
  }));
}

function inSection(section: Section, read: ReadonlySet<string>): Found[] {
  if (section.above.some((words) => somewhere(words, elsewhereWords))) return [];
  const development = section.above
    .slice(1)
    .some((words) => somewhere(words, new Set(['dev', 'development', 'local'])));
  const pairs = pairsOf(section, true);
  if (pairs.length === 0) return [];
  const signs = signsOf(section);
  const off = section.entries.some(({ name, entry: { value } }) => value.kind === 'scalar' && isOff(name, value.value));
  return pairs.flatMap((given): Found[] => {
    const pair = withMissingPort(given, signs, section);
    if (isRead(pair.host, read) || isRead(pair.port, read))
      return [{ pair: given, sure: !off, read: true, development }];
    const sure = evidence(pair, signs);
    const controls = somewhere([...signs.near, ...pair.prefix], controlWords) && { controls: true as const };
    return sure === undefined ? [] : [{ pair, sure: sure && !off, read: false, development, ...controls }];
  });
}

/** `enabled: false` beside an address: nobody listens there until somebody changes it. */
const isOff = (name: string, value: unknown) =>
  (/^enabled?$/i.test(name) && /^(?:false|no|off|0)$/i.test(String(value))) ||
  (/^disabled?$/i.test(name) && /^(?:true|yes|on|1)$/i.test(String(value)));

/** What a section and the keys in it say of who listens. */
interface Signs {
  /** The words of the sections nearest above; those of the file's name only for keys at its root. */
  readonly near: readonly string[];
  /** How many keys only a server has. */
  readonly server: number;
  /** A key that a program of its own mostly has, or a section for what it calls stands beside at the root. */
  readonly program: boolean;
  readonly client: boolean;
  /** A port is named in some way. */
  readonly port: boolean;
}

function signsOf({ entries, above }: Section): Signs {
  const root = above.length === 1;
  const names = entries.map(({ name }) => wordsOf(name).join(''));
  const beside = ({ value, key }: Entry) => root && value.kind === 'map' && somewhere(wordsOf(key), elsewhereWords);
  return {
    near: root ? above[0]! : above.slice(1).slice(-2).flat(),
    server: names.filter((name) => serverSiblings.has(name)).length,
    program: names.some((name) => programSiblings.has(name)) || entries.some(({ entry }) => beside(entry)),
    client: entries.some(({ entry }, at) => entry.value.kind === 'scalar' && clientSiblings.has(names[at]!)),
    port: names.some((name) => /port|bind|listen|socket|url|address/.test(name)),
  };
}

/**
 * Does a server of the project listen there?
 * @returns whether that is certain; undefined where it does not seem so
 */
function evidence({ host, port, prefix, joined }: Pair, signs: Signs): boolean | undefined {
  const named = somewhere(prefix, listenWords) || somewhere(signs.near, serverWords);
  const strong = named || somewhere(prefix, serverWords);
  const both = host !== undefined && port !== undefined && !port.unset;
  const open = host?.value !== undefined && isUnspecified(host.value);
  const numeric = host?.value === undefined || /^[\d.]+$|:/.test(host.value);
  if (host && !open && !isLoopback(host.value) && !(numeric && (strong || signs.server > 0))) return undefined;
  if (port?.value !== undefined && calledPorts.has(port.value) && !open) return undefined;
  if (signs.client) return open && (strong || somewhere(signs.near, servingWords)) ? false : undefined;
  if (strong) return both && (named || signs.server > 0) && (!joined || named);
  if (somewhere(signs.near, servingWords) || somewhere(prefix, servingWords)) {
    if (both) return signs.server > 0;
    return host === undefined || open || signs.server > 0 ? false : undefined;
  }
  if (!both) return undefined;
  if (signs.server > 1) return true;
  return open || signs.server > 0 || signs.program ? false : undefined;
}

type Role = 'host' | 'port' | 'address';

/** What a key is for, and the words in front of that. */
function roleOf(name: string): { readonly role: Role; readonly prefix: readonly string[] } | undefined {
  const key = wordsOf(name);
  const prefix = key.slice(0, -1);
  switch (key.at(-1)) {
    case 'host':
    case 'ip':
      return { role: 'host', prefix };
    case 'port':
      return { role: 'port', prefix };
    case 'address':
    case 'addr':
    case 'interface':
      return { role: 'address', prefix };
    case 'bind':
    case 'listen':
      return { role: 'address', prefix: key };
    default:
      return undefined;
  }
}

/** Words in front of a key that do not tell one server from another: `bind_host` belongs to `port`. */
const serverOf = (prefix: readonly string[]) =>
  prefix.filter((word) => !listenWords.has(word) && word !== 'server').join(' ');

/** A host alone is written without brackets. */
function addressOrHost(setting: SettingsValue, bare: 'host' | 'port') {
  const read = addressSlots(setting, bare);
  const whole = setting.node.text === read?.host?.value;
  return whole && !read.port ? { host: hostSlot(setting) } : read;
}

interface Half<T> {
  readonly slot: Slot<T>;
  readonly key: Span;
  readonly prefix: readonly string[];
}

/**
 * The addresses that a section's keys give, hosts and ports of one prefix together.
 * @param shared a host without a prefix is that of every port
 */
function pairsOf({ entries, path, readOnly }: Section, shared: boolean): Pair[] {
  const hosts: Half<string>[] = [];
  /** Of the same prefix, and of the same server. */
  const exact = new Map<string, Half<string>>();
  const ofServer = new Map<string, Half<string>>();
  const ports: Half<number>[] = [];
  const pairs: Pair[] = [];
  for (const { entry, name } of entries) {
    const known = roleOf(name);
    if (!known || somewhere(known.prefix, elsewhereWords)) continue;
    const { role, prefix } = known;
    const full = path === '' ? name : `${path}.${name}`;
    const items = entry.value.kind === 'list' && role === 'address' ? entry.value.items : [entry.value];
    for (const value of items) {
      const setting = settingsValue({ ...entry, value }, full, readOnly);
      if (!setting) continue;
      const bare = /^\d+$/.test(setting.node.text) ? 'port' : 'host';
      const read =
        role === 'address'
          ? addressOrHost(setting, bare)
          : role === 'host'
            ? { host: hostSlot(setting) }
            : { port: portSlot(setting) };
      const { host, port } = { host: undefined, port: undefined, ...read };
      const half = { key: entry.keySpan, prefix };
      if (host && port) pairs.push({ ...half, host, port, joined: true });
      else if (host) {
        const one = { ...half, slot: host };
        hosts.push(one);
        exact.set(prefix.join(' '), one);
        ofServer.set(serverOf(prefix), one);
      } else if (port) ports.push({ ...half, slot: port });
    }
  }
  const used = new Set<Half<string>>();
  for (const { slot: port, key, prefix } of ports) {
    const host =
      exact.get(prefix.join(' ')) ?? ofServer.get(serverOf(prefix)) ?? (shared ? ofServer.get('') : undefined);
    if (host) used.add(host);
    const both = [...(host?.prefix ?? []), ...prefix];
    pairs.push({ key: host?.key ?? key, host: host?.slot, port, prefix: both, joined: false });
  }
  for (const host of hosts)
    if (!used.has(host)) pairs.push({ ...host, host: host.slot, port: undefined, joined: false });
  return pairs;
}

/** A server's section that names a host, and no port in any way. */
function withMissingPort(pair: Pair, signs: Signs, section: Section): Pair {
  const { host, port } = pair;
  if (!host || port || signs.port || host.origin.by !== 'config' || section.above.length === 1) return pair;
  if (!somewhere(signs.near, serverWords) || somewhere(pair.prefix, listenWords)) return pair;
  const end = { ...host.span, start: host.span.end };
  return { ...pair, port: { ...unsaidSlot<number>(end), unset: true } };
}

// Variables

/** Settings of the environment: one level, the section in front of each name. */
function inEnvironment(
  document: Document,
  readOnly: boolean,
  binds: readonly Bind[],
  outside: ReadonlySet<string>,
): Found[] {
  const { root, file } = document;
  if (root.kind !== 'map') return [];
  const read = variablesRead(file, binds);
  const section: Section = {
    entries: root.entries.map((entry) => ({ entry, name: entry.key })),
    above: [],
    path: '',
    readOnly,
  };
  return pairsOf(section, false).flatMap((pair): Found[] => {
    const halves = { host: isRead(pair.host, read), port: isRead(pair.port, read) };
    if (halves.host || halves.port) {
      // Of a host and a port, the code may read only one.
      const host = halves.host || pair.joined ? pair.host : undefined;
      const port = halves.port || pair.joined ? pair.port : undefined;
      return [{ pair: { ...pair, host, port }, sure: true, read: true, development: false }];
    }
    if (isRead(pair.host, outside)) return [];
    const sure = environmentEvidence(pair);
    return sure === undefined ? [] : [{ pair, sure, read: false, development: false }];
  });
}

/** The variables that decide where the programs around a file listen. */
function variablesRead(file: string, binds: readonly Bind[]): ReadonlySet<string> {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  return new Set(
    binds
      .filter((bind) => bind.span.file.startsWith(folder))
      .flatMap(({ host, port }) => [host, port].flatMap(({ origin }) => (origin.by === 'env' ? [origin.name] : []))),
  );
}

function isRead(slot: Slot<unknown> | undefined, read: ReadonlySet<string>): boolean {
  return slot?.origin.by === 'config' && read.has(slot.origin.path);
}

function environmentEvidence({ host, port, prefix, joined }: Pair): boolean | undefined {
  if (!host || !port || (host.value === undefined && host.origin.by !== 'env')) return undefined;
  const open = host.value !== undefined && isUnspecified(host.value);
  if (!open && !isLoopback(host.value)) return undefined;
  if (port.value !== undefined && calledPorts.has(port.value)) return undefined;
  if (somewhere(prefix, listenWords)) return true;
  const known = (prefix.length === 0 && !joined) || somewhere(prefix, serverWords) || somewhere(prefix, servingWords);
  return known || open ? false : undefined;
}
