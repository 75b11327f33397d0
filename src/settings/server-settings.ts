import { parsePort } from '../address.ts';
import { defaultsOf } from '../commands/defaults.ts';
import type { SettingsLookup } from '../commands/match-commands.ts';
import type { Bind, Context, Slot, Span } from '../facts.ts';
import type { CommandShape, Framework, Sensitive, SettingsFiles } from '../framework.ts';
import { escaped } from '../match/callees.ts';
import type { MatchInput } from '../match/entries.ts';
import { settingsInCode } from '../match.ts';
import { definitionsOf } from '../resolve/definitions.ts';
import { foldersOf } from '../resolve/modules.ts';
import type { ProgramIndex } from '../resolve/names.ts';
import { attributeAssignments } from '../resolve.ts';
import { accessOf } from '../sensitive.ts';
import type { Expr, Statement } from '../syntax/call.ts';
import type { CommandLine, Word } from '../syntax/command.ts';
import type { Document, Entry, Node, Scalar } from '../syntax/document.ts';
import { settingsOfScript } from './script-settings.ts';
import {
  addressSlots,
  hostSlot,
  portSlot,
  referenced,
  type SettingsValue,
  settingsValue,
  unknownFailure,
} from './slots.ts';

/** Addresses of one settings file that its commands take: more are written by nobody. */
const maximumAddresses = 50;

type Catalogue = Readonly<Record<string, Framework>>;

/** A server of the catalogue that reads settings files. */
export interface SettingsReader {
  readonly word: string;
  readonly framework: Framework;
  readonly shape: CommandShape;
  readonly settings: SettingsFiles;
}

/** An address in a server's settings file; a half that is not written there is left out. */
export interface ServerAddress {
  readonly key: Span;
  readonly name: string;
  readonly host?: Slot<string>;
  readonly port?: Slot<number>;
  /** The names under which its document counts. */
  readonly profile?: string;
}

/** What a settings file says to the server that reads it. */
export interface ServerSettings {
  readonly file: string;
  readonly reader: SettingsReader;
  readonly language: string;
  readonly addresses: readonly ServerAddress[];
  /** It may say more than can be seen. */
  readonly open: boolean;
  /** A later document of it has addresses too, or one is said twice: which of them counts is decided elsewhere. */
  readonly isDivided?: true;
  /** It takes in other files, or parts that count under other names. */
  readonly takesMore?: true;
  /** The keys that decide whom it lets in, as `key=value`. */
  readonly says: readonly string[];
}

/** The servers of a catalogue that read settings files, one for each way to read them. */
export function settingsReaders(catalogue: Catalogue): SettingsReader[] {
  return Object.entries(catalogue).flatMap(([word, framework]) => {
    const shapes = framework.commands?.filter(({ settings }) => settings !== undefined) ?? [];
    // The commands of a program read the same files; only a project's own description has more.
    const own = shapes.filter(({ program }) => program.length === 0);
    const others = shapes.filter((shape) => !own.includes(shape));
    return [...own, ...others.slice(0, 1)].flatMap((shape) => {
      if (!shape.settings) return [];
      const readBy = own.includes(shape) ? [shape] : others;
      const keys = (role: 'host' | 'port' | 'address') => {
        const names = [...new Set(readBy.flatMap(({ settings }) => settings?.[role] ?? []))];
        return names.length > 0 ? { [role]: names } : {};
      };
      return [
        {
          word,
          framework,
          shape,
          settings: { ...shape.settings, ...keys('host'), ...keys('port'), ...keys('address') },
        },
      ];
    });
  });
}

/** The part of a key in front of its last word: what belongs together stands there. */
export const sectionOf = (name: string): string => name.slice(0, name.lastIndexOf('.') + 1);

/** The command of a framework that takes an address by this key. */
function shapeFor({ framework, shape }: SettingsReader, name: string): CommandShape {
  const takes = ({ settings }: CommandShape) =>
    [...(settings?.host ?? []), ...(settings?.port ?? []), ...(settings?.address ?? [])].includes(name);
  return takes(shape) ? shape : (framework.commands?.find(takes) ?? shape);
}

/** The server whose settings a file of this name holds. */
export function readerOf(file: string, readers: readonly SettingsReader[]): SettingsReader | undefined {
  return readers.find(
    ({ settings }) =>
      settings.files?.some((name) => file === name || file.endsWith(`/${name}`)) || settings.known?.test(file),
  );
}

interface Found {
  readonly role: 'host' | 'port' | 'address';
  readonly name: string;
}

function keysOf({ settings }: SettingsReader): Found[] {
  return (['address', 'host', 'port'] as const).flatMap((role) =>
    (settings[role] ?? []).map((name) => ({ role, name })),
  );
}

/**
 * Reads a server's settings from a data file.
 * @param readOnly nothing may be written to the file
 */
export function settingsOfDocuments(
  file: string,
  reader: SettingsReader,
  documents: readonly Document[],
  readOnly: boolean,
): ServerSettings {
  const { bare } = reader.shape;
  const { list } = reader.settings;
  const [first = [], ...later] = documents.map(({ root }) => {
    const halves = keysOf(reader).flatMap(({ role, name }) =>
      entriesAt(root, name.split('.')).flatMap((written) => {
        const placeholder = (key: string) => scalarAt(root, sectionOf(name), key);
        const other = written.value.kind === 'scalar' ? referenced(written.value.value, placeholder) : undefined;
        const entry = other ? { ...written, value: other } : written;
        const items = entry.value.kind === 'list' && role !== 'port' ? entry.value.items : [entry.value];
        const single =
          role === 'port' || list === undefined ? items : items.flatMap((item) => listedScalars(item, list));
        return single.flatMap((value): ServerAddress[] => {
          const plain = settingsValue({ ...entry, value }, name, readOnly);
          if (!plain) return [];
          const setting = { ...plain, placeholder };
          const host = role === 'host' ? hostSlot(setting) : undefined;
          const port = role === 'port' ? portSlot(setting) : undefined;
          const read =
            role === 'address'
              ? (reader.settings.portFirst && portThenHost(setting)) ||
                (reader.shape.numberIsPath && pathOfNumber(setting)) ||
                addressSlots(setting, bare)
              : { ...(host && { host }), ...(port && { port }) };
          return read && (read.host ?? read.port) ? [{ key: entry.keySpan, name, ...read }] : [];
        });
      }),
    );
    const named = reader.settings.profiles?.keys.flatMap((key) => entriesAt(root, key.split('.'))).at(-1)?.value;
    const profile = named && (named.kind === 'scalar' ? String(named.value) : '?');
    return joined(halves).map((address) => (profile === undefined ? address : { ...address, profile }));
  });
  const says = documents.flatMap(({ root }) =>
    saidKeys(reader.framework.sensitive).flatMap((name) =>
      entriesAt(root, name.split('.')).flatMap(({ value }) =>
        value.kind === 'scalar' ? [`${name}=${value.value ?? ''}`] : [],
      ),
    ),
  );
  const more = reader.settings.profiles?.more ?? [];
  const takesMore = documents.some(({ root }) => more.some((key) => entriesAt(root, key.split('.')).length > 0));
  const isDivided =
    later.some((found) => found.length > 0) || new Set(first.map(({ name }) => name)).size < first.length;
  return {
    file,
    reader,
    language: documents[0]?.notation ?? 'ini',
    addresses: [first, ...later].flat(),
    open: false,
    ...(isDivided && { isDivided }),
    ...(takesMore && { takesMore }),
    says,
  };
}

/** The keys that decide whom a server lets in; flags and variables are among them, and stand in no file. */
function saidKeys(sensitive: Sensitive | undefined): readonly string[] {
  const { protects = [], opens = [], locks = [] } = sensitive ?? {};
  return [...new Set([...protects, ...opens, ...locks].map((text) => text.replace(/=.*$/, '')))];
}

/** The parts of a value that holds a list; a dash in front says that the address may be missing (`-::1`). */
function listedScalars(node: Node, mark: ',' | ';' | ' '): Node[] {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return [node];
  const parts = [...node.text.matchAll(mark === ' ' ? /[^\s]+/g : new RegExp(`[^${mark}]+`, 'g'))].flatMap(
    ({ 0: whole, index }) => {
      const text = whole.trim().replace(/^-/, '');
      return text === '' ? [] : [{ text, at: index + whole.indexOf(text) }];
    },
  );
  if (parts.length === 1 && parts[0]!.text === node.text) return [node];
  return parts.map(({ text, at }): Node => {
    const start = node.span.start + node.quote.length + at;
    const span = node.opaque ? node.span : { ...node.span, start, end: start + text.length };
    return { kind: 'scalar', value: text, text, span, quote: '', ...(node.opaque && { opaque: true }) };
  });
}

/** `1883 127.0.0.1`. */
function portThenHost({ node, ...setting }: SettingsValue): { host: Slot<string>; port: Slot<number> } | undefined {
  const [portNode, hostNode] = listedScalars(node, ' ');
  if (portNode?.kind !== 'scalar' || hostNode?.kind !== 'scalar') return undefined;
  const port = portSlot({ ...setting, node: portNode });
  const host = hostSlot({ ...setting, node: hostNode });
  return host && port && { host, port };
}

/** The entries at a path of keys, whose `*` is any key; one that is repeated counts each time. A key may hold the dots itself. */
function entriesAt(root: Node, path: readonly string[]): Entry[] {
  if (root.kind !== 'map') return [];
  return path.flatMap((_, at) => {
    const key = path.slice(0, at + 1).join('.');
    const rest = path.slice(at + 1);
    const pattern = key.includes('*') ? new RegExp(`^${key.split('*').map(escaped).join('[^.]+')}$`) : undefined;
    const own = root.entries.filter((entry) => (pattern ? pattern.test(entry.key) : entry.key === key));
    return rest.length === 0 ? own : own.flatMap(({ value }) => entriesAt(value, rest));
  });
}

/** A number alone, which is the name of a UNIX socket. */
function pathOfNumber({ node }: SettingsValue): { host?: Slot<string>; port: Slot<number> } | undefined {
  if (parsePort(String(node.value)) === undefined) return undefined;
  const { span } = node;
  const written = String(node.value);
  return { port: { value: undefined, written, origin: { by: 'literal' }, span, site: span, chain: [], fixed: true } };
}

/** What a key of a section holds, or of the one with what all have in common. */
function scalarAt(root: Node, section: string, key: string): Scalar | undefined {
  const own = section === '' ? [] : entriesAt(root, [...section.slice(0, -1).split('.'), key]);
  const value = (own.at(-1) ?? entriesAt(root, ['DEFAULT', key]).at(-1))?.value;
  return value?.kind === 'scalar' ? value : undefined;
}

/** Hosts and a port that are given apart are addresses: those in one section first. */
function joined(halves: readonly ServerAddress[]): ServerAddress[] {
  const section = ({ name }: ServerAddress) => sectionOf(name);
  const near = [...new Set(halves.map(section))].flatMap((one) =>
    together(halves.filter((half) => section(half) === one)),
  );
  return together(near);
}

function together(halves: readonly ServerAddress[]): ServerAddress[] {
  const hosts = halves.filter(({ host, port }) => host && !port);
  const [port, ...others] = halves.filter(({ host, port }) => port && !host);
  if (hosts.length === 0 || !port || others.length > 0) return [...halves];
  if (new Set(hosts.map(({ name }) => name)).size > 1) return [...halves];
  return [
    ...halves.filter((half) => half !== port && !hosts.includes(half)),
    ...hosts.map((host) => ({ ...port, ...host })),
  ];
}

/**
 * Reads a server's settings from a file of code, whose assignments are the settings.
 * @param index the file
 */
export function settingsOfProgram(index: ProgramIndex, reader: SettingsReader, input: MatchInput): ServerSettings {
  if (index.program.language !== 'python') return settingsOfScript(index, reader, input);
  const { file, text, body } = index.program;
  const halves = keysOf(reader).flatMap(({ role, name }) => {
    const set = assigned(index, name);
    if (!set) return [];
    const slots = settingsInCode(index, { [role]: set.value }, reader, input);
    return slots.map(({ host, port }) => ({
      key: set.key,
      name,
      ...(role !== 'port' && written(host) && { host: asSetting(host, name) }),
      ...(role !== 'host' && written(port) && { port: asSetting(port, name) }),
    }));
  });
  const open =
    /\b(?:exec|execfile|load_subconfig|globals|locals)\s*\(/.test(text) ||
    body.some((statement) => statement.kind === 'import' && statement.names.some(({ name }) => name === '*'));
  const says = saidKeys(reader.framework.sensitive).flatMap((name) => {
    const value = /^[A-Za-z_][\w.]*$/.test(name) ? assigned(index, name)?.value : undefined;
    if (!value) return [];
    // What is worked out is something.
    return [`${name}=${value.kind === 'string' ? value.value : value.kind === 'boolean' && !value.value ? '' : '?'}`];
  });
  return { file, reader, language: index.program.language, addresses: joined(halves), open, says };
}

/** A half of an address that is left out has the default, and stands nowhere. */
const written = (slot: Slot<string | number>) => slot.origin.by !== 'default';

function asSetting<T>(slot: Slot<T>, name: string): Slot<T> {
  return slot.origin.by === 'literal' ? { ...slot, origin: { by: 'config', path: name } } : slot;
}

/** What a module's own code sets a name (`bind`) or an attribute (`c.ServerApp.ip`) to, in the end. */
function assigned(
  { module, program }: ProgramIndex,
  name: string,
): { readonly value: Expr; readonly key: Span } | undefined {
  const end = { file: program.file, start: program.text.length, end: program.text.length };
  const dot = name.lastIndexOf('.');
  if (dot !== -1) {
    const set = attributeAssignments(name.slice(0, dot), name.slice(dot + 1), module);
    const last = set.at(-1);
    if (!last?.value) return undefined;
    const certain = set.length === 1 || module.body.includes(last);
    return { value: certain ? last.value : { kind: 'other', parts: [], span: end }, key: keyOf(last) };
  }
  const { definitions, definite } = definitionsOf(module, name, undefined);
  const last = definitions.at(-1);
  if (!last) return undefined;
  const plain = definite && definitions.length === 1 && last.by === 'value' && last.path.length === 0;
  return { value: plain ? last.value : { kind: 'name', name, span: end }, key: keyOf(last.statement) };
}

function keyOf(statement: Statement): Span {
  return (statement.kind === 'assign' ? statement.targets[0] : undefined)?.span ?? statement.span;
}

const isPackage = /(?:^|\/)package\.json$/;

/**
 * Where a command's settings may be, best first.
 * @param named the command's words that name settings files
 * @param from the file with the command
 * @param placed the files of the project behind a path inside the container
 * @returns an empty list where they are named in a way that cannot be followed
 */
export function placesOfSettings(
  settings: SettingsFiles,
  named: readonly Word[],
  from: string,
  placed: (path: string) => readonly string[] = () => [],
): string[] {
  // The scripts of a package run in its folder.
  const folders = isPackage.test(from) ? foldersOf(from).slice(0, 1) : foldersOf(from);
  const below = (folder: string, name: string) => normal(folder === '' ? name : `${folder}/${name}`);
  const word = named.at(-1);
  if (!word) return (settings.files ?? []).flatMap((name) => folders.map((folder) => below(folder, name)));
  const value = word.value.replace(/^(?:file|config|python):/, '');
  const path = word.value.startsWith('python:')
    ? `${value.replaceAll('.', '/')}.py`
    : value.replace(/[:#][\w.-]*$/, '');
  if (/[$%`]/.test(path)) return [];
  const inside = placed(path);
  if (!path.startsWith('/')) return [...inside, ...folders.map((folder) => below(folder, path))];
  // In a container the project's folder has another name, so the end of the path has to do.
  const parts = path.split('/').filter((part) => part !== '');
  const ends = parts.flatMap((_, at) => folders.map((folder) => below(folder, parts.slice(at).join('/'))));
  return [...inside, ...ends];
}

function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/**
 * Looks up what the settings say to the commands of a file.
 * @param from the file with the commands
 * @param all every settings file of a server that was read
 * @param want is told of the files that would have to be read, best first
 * @param placed the files of the project behind a path inside the container of the commands
 * @param line the command, where all that it is given is known
 */
export function settingsLookup(
  from: string,
  all: readonly ServerSettings[],
  want?: (word: string, places: readonly string[]) => void,
  placed?: (path: string) => readonly string[],
  line?: CommandLine,
): SettingsLookup {
  return (word, settings, named) => {
    const places = placesOfSettings(settings, named, from, placed);
    const own = all.filter(({ reader }) => reader.word === word);
    const found = places.flatMap((place) => own.find(({ file }) => file === place) ?? [])[0];
    const chosen = found && line && chosenBy(line, found, own);
    if (chosen) return chosen;
    // Spring's profiles: which of the files beside each other, or of the documents in one, counts is decided elsewhere.
    const folder = found?.file.slice(0, found.file.lastIndexOf('/') + 1);
    const beside = own.some(
      ({ file, addresses }) =>
        file !== found?.file && file.slice(0, file.lastIndexOf('/') + 1) === folder && addresses.length > 0,
    );
    if (found && settings.shared && (beside || found.isDivided)) return 'unknown';
    if (found) return { ...found, addresses: found.addresses.slice(0, maximumAddresses) };
    want?.(word, places);
    if (named.length > 0) return 'unknown';
    // Where the command is started is not known, so another folder's may be the one.
    const below = isPackage.test(from) ? from.slice(0, from.lastIndexOf('/') + 1) : '';
    const elsewhere = own.some(
      ({ file }) => file.startsWith(below) && settings.files?.some((name) => file.endsWith(`/${name}`)),
    );
    return elsewhere ? 'unknown' : undefined;
  };
}

/**
 * What holds under the profiles that a command is started with: the documents of the file without a name, those that name one, and
 * the files that are called by it, of which the last one counts.
 * @returns undefined where it is started with none, or that cannot be told
 */
function chosenBy(
  line: CommandLine,
  found: ServerSettings,
  own: readonly ServerSettings[],
): ServerSettings | undefined {
  const active = activeProfiles(line, found.reader.settings);
  const stem = found.file.replace(/\.\w+$/, '');
  const others = own.filter((one) => one.reader === found.reader && one.file !== found.file);
  if (!active || others.some(({ file }) => file.startsWith(`${stem}.`))) return undefined;
  const named = active.map((profile) =>
    others.filter(({ file }) => /^\.(?:properties|ya?ml)$/.test(file.replace(`${stem}-${profile}`, ''))),
  );
  if (named.some((files) => files.length > 1)) return undefined;
  const files = [found, ...named.flat()];
  if (files.some(({ takesMore }) => takesMore)) return undefined;
  const addresses = new Map<string, ServerAddress>();
  for (const { addresses: written } of files) {
    const inOrder = [...written.filter((one) => !one.profile), ...written.filter((one) => one.profile)];
    for (const { profile, ...address } of inOrder) {
      if (profile !== undefined && !/^[\w., -]+$/.test(profile)) return undefined;
      if (profile?.split(/,\s*/).every((name) => !active.includes(name))) continue;
      const section = sectionOf(address.name);
      addresses.set(section, { ...addresses.get(section), ...address });
    }
  }
  return { ...found, addresses: [...addresses.values()] };
}

/** The names that a command gives by a flag, or by a variable that is written down for it. */
function activeProfiles(
  { words, environment }: CommandLine,
  { profiles }: SettingsFiles,
): readonly string[] | undefined {
  if (!profiles) return undefined;
  const flag = words.flatMap(({ value }) => {
    const name = profiles.flags.find((one) => value.startsWith(`${one}=`));
    return name === undefined ? [] : [value.slice(name.length + 1)];
  });
  const variable = environment.findLast(({ name }) => profiles.variables.includes(name))?.value;
  const text = flag.length > 0 ? flag.at(-1)! : variable && !variable.expands ? variable.value : '';
  const names = text.split(',').map((name) => name.trim());
  return text !== '' && names.every((name) => /^[\w.-]+$/.test(name)) ? names : undefined;
}

/**
 * The addresses of settings files as binds of their own.
 * @param commands what the catalogue's commands bind: those that take a file's value are fed by it
 * @param contextOf what a file is for
 * @param pinned the version of a package that the project pins for a file
 */
export function serverSettingsRows(
  all: readonly ServerSettings[],
  commands: readonly Bind[],
  contextOf: (file: string) => Context,
  pinned: (name: string, file: string) => string | undefined,
): Bind[] {
  const takenBy = new Map<Span, Set<Span>>();
  for (const { span, host, port } of commands) {
    for (const slot of [host, port]) takenBy.set(slot.span, (takenBy.get(slot.span) ?? new Set()).add(span));
  }
  return all.flatMap(({ file, reader, language, addresses, says }) =>
    addresses.flatMap((address): Bind | readonly Bind[] => {
      const { word, framework, settings } = reader;
      const shape = shapeFor(reader, address.name);
      const taken = [address.host, address.port].map((slot) => slot && takenBy.get(slot.span));
      const feeds = [...new Set(taken.flatMap((spans) => [...(spans ?? [])]))];
      if (settings.onlyAsked && !commands.some((bind) => bind.framework === word && feeds.includes(bind.span)))
        return [];
      const given =
        settings.defaults ?? (shape.required ? {} : defaultsOf(framework, shape, (name) => pinned(name, file)));
      const missing = <T>(value: T | undefined): Slot<T> => ({
        value,
        origin: value === undefined ? { by: 'unknown' } : { by: 'default', of: framework.name, docs: framework.docs },
        span: { ...address.key, start: address.key.end },
        site: { ...address.key, start: address.key.end },
        chain: [],
        fixed: true,
      });
      const reloads = shape.debug?.flags.length === 0;
      const workbench = reloads || shape.development === true;
      const inward = shape.inward?.find(({ names }) => names.includes(address.name));
      const own = contextOf(file);
      return {
        kind: 'bind',
        span: address.key,
        via: 'config',
        language,
        framework: word,
        scope: '',
        context: workbench && own === 'production' ? 'development' : own,
        sure: true,
        host: address.host ?? missing(given.host),
        port: address.port ?? missing(given.port),
        protocol: 'tcp',
        failure: unknownFailure,
        reached: [],
        blocks: true,
        ...(framework.dualStack && { dualStack: true as const }),
        ...(framework.familiesApart && { familiesApart: true as const }),
        ...(framework.bothLoopbacks && { bothLoopbacks: true as const }),
        ...(feeds.length > 0 && { feeds }),
        ...(framework.sensitive && {
          guarded: `it is ${framework.sensitive.what}`,
          sensitive: accessOf(framework.sensitive, [], [], says),
        }),
        ...(shape.guarded !== undefined && { guarded: shape.guarded }),
        ...(inward && { local: inward.why }),
        ...((settings.local ?? shape.local) !== undefined && { local: settings.local ?? shape.local! }),
        ...(reloads && { local: 'it runs a reload server' }),
      };
    }),
  );
}
