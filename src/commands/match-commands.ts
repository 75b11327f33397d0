import { type AddressPart, isLoopback, parsePort, reachOf, splitAddress } from '../address.ts';
import { contextOf } from '../context.ts';
import type { Bind, Context, Failure, Origin, Slot, Span, Step } from '../facts.ts';
import type { Extract } from '../format.ts';
import type { CommandShape, Framework, SettingsFiles } from '../framework.ts';
import { escaped } from '../match/callees.ts';
import { inRange } from '../match/failure.ts';
import { accessOf } from '../sensitive.ts';
import { type ServerAddress, type ServerSettings, sectionOf } from '../settings/server-settings.ts';
import type { Word } from '../syntax/command.ts';
import { expand, splitWords } from '../syntax/shell.ts';
import {
  addressParts,
  type CommandSlot,
  commandSlots,
  isOwnScript,
  listedWords,
  part,
  type Started,
  unwrap,
} from './commands.ts';
import { defaultsOf, isMeant } from './defaults.ts';

interface Entry {
  readonly word: string;
  readonly framework: Framework;
  readonly shape: CommandShape;
}

type Catalogue = Readonly<Record<string, Framework>>;
type Table = ReadonlyMap<string, readonly Entry[]>;
const tables = new WeakMap<Catalogue, Table>();

function tableOf(catalogue: Catalogue): Table {
  const known = tables.get(catalogue);
  if (known) return known;
  const table = new Map<string, Entry[]>();
  for (const [word, framework] of Object.entries(catalogue)) {
    for (const shape of framework.commands ?? []) {
      const entry: Entry = { word, framework, shape };
      for (const program of typeof shape.program === 'string' ? [shape.program] : shape.program) {
        table.set(program, [...(table.get(program) ?? []), entry]);
      }
    }
  }
  tables.set(catalogue, table);
  return table;
}

/** The names of the catalogue's programs, as a regular expression; a variable that holds a program often has its name in capitals. */
export function programNames(catalogue: Catalogue): RegExp {
  const signs = [...tableOf(catalogue)].flatMap(([program, entries]) =>
    entries.map(({ shape }) => shape.sign ?? program),
  );
  const names = [...new Set(signs)].map(escaped).join('|');
  // Nothing is no program's name.
  return new RegExp(`(?<![A-Za-z])(?:${names || '(?!)'})(?![A-Za-z])`, 'i');
}

/**
 * What a program's settings file says to a command of a file.
 * @param word the program's framework
 * @param named the words of the command that name settings files
 * @returns undefined where there is no such file, `unknown` where one may be there that was not read
 */
export type SettingsLookup = (
  word: string,
  settings: SettingsFiles,
  named: readonly Word[],
) => ServerSettings | 'unknown' | undefined;

/**
 * All binds that a file's command lines make.
 * @param context what the file is for
 * @param text the file, and what the image of its container is built from
 * @param readOnly nothing may be written to the file
 * @param pinned the version of a package that the project pins
 */
export function matchCommands(
  commands: Extract['commands'],
  catalogue: Catalogue,
  context: Context,
  text: string,
  readOnly: boolean,
  settingsLookup: SettingsLookup,
  pinned: (name: string) => string | undefined = () => undefined,
): Bind[] {
  const table = tableOf(catalogue);
  return commands.flatMap(({ line, context: stated, scope, given, forwarded }) =>
    unwrap(line).flatMap((started) => {
      const development =
        stated ??
        (started.development ? 'development' : scope === undefined && isForTests(started) ? 'test' : undefined);
      const deployed = scope !== undefined && context === 'tool' ? 'production' : context;
      const found: Omit<Bind, 'scope'>[] = [];
      for (const entry of entriesOf(started, table, text)) {
        // A flag may open a second port beside the first one.
        if (found.length > 0 && !entry.shape.only && !entry.shape.beside) continue;
        if (found.length === 0 && entry.shape.beside) continue;
        if (!isMeant(entry.shape.when, pinned)) continue;
        for (const bind of bindsOf(started, entry, scope !== undefined, settingsLookup, pinned) ?? []) {
          // A reload server is for development, unless an image starts it.
          const workbench = (bind.debug === 'reload' || entry.shape.development) && scope === undefined;
          const behind = forwarded !== undefined && bind.port.value === forwarded && scope === undefined;
          const own = development ?? (workbench || behind ? 'development' : deployed);
          const why = behind
            ? 'the development server of this package forwards to it'
            : own === 'development' && scope === undefined
              ? 'it is started for development'
              : undefined;
          const local = bind.local ?? (isLoopback(bind.host.value) ? why : undefined);
          found.push({ ...bind, context: own, ...(local !== undefined && { local }) });
        }
      }
      return found.map((bind) => ({
        ...bind,
        scope: scope ?? '',
        ...(given && { given }),
        ...(readOnly && { host: sealed(bind.host), port: sealed(bind.port) }),
      }));
    }),
  );
}

/** Does it run a debugger or reloader without a flag for it? */
function isDebugged(
  { args, environment }: Started,
  { flags, variable, without, earlier }: NonNullable<CommandShape['debug']>,
  pinned: (name: string) => string | undefined,
): boolean {
  if (args.some(({ value }) => without?.includes(value))) return false;
  if (flags.length === 0) return true;
  const set = environment.findLast(({ name }) => name === variable)?.value.value;
  if (set !== undefined) return !/^(?:0|false|no|)$|[$%`]/i.test(set);
  return (
    earlier !== undefined &&
    pinned(earlier.when.package) !== undefined &&
    isMeant(earlier.when, pinned) &&
    environment.findLast(({ name }) => name === earlier.variable)?.value.value === earlier.value
  );
}

/** Does the command name a file of the tests, as in `CONFIG=tests/functional.ini gunicorn app`? */
function isForTests({ args, environment }: Started): boolean {
  return [...args, ...environment.map(({ value }) => value)].some(
    (word) => word !== undefined && /^[\w./-]+\/[\w.-]+\.\w+$/.test(word.value) && contextOf(word.value) === 'test',
  );
}

/** The catalogue's entries for a program, as far as the file with the command speaks of it. */
function entriesOf({ program, runs, programWord }: Started, table: Table, text: string): readonly Entry[] {
  if (isOwnScript(programWord)) return [];
  const path = programWord.value.split(/[/\\]/);
  const names = [program, path.slice(-2).join('/'), program.slice(program.lastIndexOf('/') + 1)];
  const entries = names.flatMap((name) => table.get(name) ?? []);
  return [...new Set(entries)].filter(
    ({ shape }) => (!shape.script || runs === 'file') && (shape.sign === undefined || text.includes(shape.sign)),
  );
}

function sealed<T>(slot: Slot<T>): Slot<T> {
  const { frame: _frame, siteFrame: _siteFrame, ...rest } = slot;
  return rest;
}

/** The words that variables add to a command line: GUNICORN_CMD_ARGS, JAVA_TOOL_OPTIONS. Those of the line itself come after them. */
function withArguments(started: Started, shape: CommandShape): Started {
  const added = (shape.environment?.arguments ?? []).flatMap((name) => {
    const value = started.environment.findLast((one) => one.name === name)?.value;
    if (!value || /[$%`]/.test(value.value)) return [];
    const words = splitWords(value.span.file, value.value, value.span.start + (value.quote?.length ?? 0));
    return value.quote === undefined
      ? words.map(({ quote: _quote, ...word }) => ({ ...word, span: value.span }))
      : [...words];
  });
  return added.length === 0
    ? started
    : { ...started, args: [...withoutAddresses(added, started, shape), ...started.args] };
}

/** What the line itself says of its address takes the place of what a variable says; it is not added to it. */
function withoutAddresses(added: readonly Word[], { args }: Started, { address = [] }: CommandShape): readonly Word[] {
  const holds = ({ value }: Word) =>
    address.some(
      (flag) => value === flag || value.startsWith(`${flag}=`) || (flag.length === 2 && value.startsWith(flag)),
    );
  if (!args.some(holds)) return added;
  return added.filter((word, at) => {
    const before = added[at - 1];
    return !holds(word) && !(before && address.includes(before.value));
  });
}

function bindsOf(
  plain: Started,
  { word, framework, shape }: Entry,
  inContainer: boolean,
  settingsLookup: SettingsLookup,
  pinned: (name: string) => string | undefined,
): Omit<Bind, 'context' | 'scope'>[] | undefined {
  const started = withArguments(plain, shape);
  const slots = commandSlots(started, shape);
  if (!slots || slots.elsewhere) return undefined;
  const given = defaultsOf(framework, shape, pinned);
  if (inContainer && shape.hostInContainer !== undefined) given.host = shape.hostInContainer;
  for (const other of shape.defaultsWith ?? []) {
    if (started.args.some((arg) => arg.value === other.flag || arg.value.startsWith(`${other.flag}=`)))
      Object.assign(given, other);
  }
  const variable = (role: 'host' | 'port' | 'address') =>
    (shape.environment?.[role] ?? [])
      .flatMap((name) => started.environment.find((candidate) => candidate.name === name) ?? [])
      .at(-1);
  const argumentsElsewhere =
    started === plain &&
    shape.environment?.arguments?.some((name) => started.environment.some((one) => one.name === name));
  const named = shape.settings ? settingsNamed(started, shape.settings, slots.positionals) : [];
  const { host = [], port = [], address = [] } = shape.settings ?? {};
  const sections = [...host, ...port].map(sectionOf);
  const isAsked = ({ name }: ServerAddress) => address.includes(name) || sections.includes(sectionOf(name));
  const looked = shape.settings && settingsLookup(word, shape.settings, named);
  const said = typeof looked === 'object' ? { ...looked, addresses: looked.addresses.filter(isAsked) } : looked;
  const elsewhere = (role: 'host' | 'port' | 'address') =>
    (said === 'unknown' || said?.open) && (shape.settings?.[role] ?? shape.settings?.address) !== undefined;
  const fromSettings = <T>(
    { name, key }: ServerAddress,
    slot: Slot<T> | undefined,
    place: CommandSlot | undefined,
  ): Slot<T> | undefined => {
    if (!slot) return undefined;
    const { siteFrame: _siteFrame, ...rest } = slot;
    const path = slot.origin.by === 'config' ? slot.origin.path : name;
    const note: Step = { span: slot.chain.length > 0 ? key : slot.span, note: `${path} in ${key.file}` };
    const site = place?.span ?? { ...started.programWord.span, start: started.programWord.span.end };
    return { ...rest, site, chain: [note, ...slot.chain], ...(place?.frame && { siteFrame: place.frame }) };
  };
  const missing = <T extends string | number>(role: 'host' | 'port', slot: CommandSlot | undefined): Slot<T> => {
    const assigned = variable(role);
    const span = slot?.span ?? { ...started.programWord.span, start: started.programWord.span.end };
    if (assigned)
      return {
        ...fromWord<T>(role, assigned.value, assigned.value.span, started),
        ...(!assigned.value.expands &&
          assigned.value.quote !== undefined && { frame: { before: '', after: '', quote: assigned.value.quote } }),
        origin: { by: 'env', name: assigned.name },
        fixed: true,
      };
    const common = {
      span,
      site: span,
      chain: [] as Step[],
      ...(slot?.frame && { frame: slot.frame, siteFrame: slot.frame }),
    };
    if (role === 'host' && slot?.alone && shape.hostAlone !== undefined)
      return { value: shape.hostAlone as T, origin: { by: 'literal' }, fixed: true, ...common };
    const address =
      typeof said === 'object' && !slot?.unknown && !argumentsElsewhere
        ? said.addresses.find(
            (candidate) =>
              candidate[role] !== undefined &&
              shape.settings?.[role]?.some((name) => sectionOf(name) === sectionOf(candidate.name)),
          )
        : undefined;
    const written = address && fromSettings(address, address[role] as Slot<T> | undefined, slot);
    if (written) return written;
    const unknown = slot?.unknown || elsewhere(role) || shape.required?.includes(role) || argumentsElsewhere;
    if (unknown) return { value: undefined, origin: { by: 'unknown' }, fixed: false, ...common };
    // gunicorn's PORT opens all interfaces, so it decides the host as well.
    const byPort = role === 'host' && shape.environmentHost !== undefined ? (shape.environment?.port ?? []) : [];
    const variables = [...(shape.environment?.[role] ?? []), ...(shape.environment?.address ?? []), ...byPort];
    let value: string | number | undefined = given[role];
    if (role === 'host' && shape.hostWith) {
      variables.push(...shape.hostWith.variables);
      const word = hostWord(started, shape.hostWith);
      if (word)
        value = word.expands && /[$%`]/.test(word.value) ? undefined : (shape.hostWith.values[word.value] ?? value);
    }
    if (role === 'host' && shape.environmentHost !== undefined && variable('port')) value = shape.environmentHost;
    return {
      value: value as T | undefined,
      origin: value === undefined ? { by: 'unknown' } : { by: 'default', of: framework.name, docs: framework.docs },
      fixed: true,
      ...(variables.length > 0 && { variables }),
      ...(slot?.layer && { layers: [slot.layer] }),
      ...common,
    };
  };
  const slotOf = <T extends string | number>(role: 'host' | 'port', slot: CommandSlot | undefined): Slot<T> =>
    slot?.word ? withFrame(fromWord<T>(role, slot.word, slot.span, started), slot) : missing<T>(role, slot);
  /** What a host that is written comes to. */
  const meant = (slot: Slot<string>): Slot<string> => {
    const { hosts, host } = shape.hostMeans ?? {};
    const applies = host !== undefined && slot.value !== undefined && slot.origin.by !== 'default';
    if (!applies || !(hosts?.includes(slot.value!) ?? true)) return inVain(slot);
    const name = shape.host?.[0] ?? shape.address?.[0];
    const differs = name !== undefined && slot.value !== '*' && reachOf(slot.value) !== reachOf(host);
    return { ...sealed(slot), value: host, ...(differs && { ignored: { name, value: undefined } }) };
  };
  /** A host behind a flag that only changes what is printed. */
  const inVain = (slot: Slot<string>): Slot<string> => {
    const at = started.args.findIndex(({ value }) => shape.ignores?.includes(value.replace(/=.*/s, '')));
    const flag = started.args[at];
    if (!flag || slot.origin.by !== 'default') return slot;
    const name = flag.value.replace(/=.*/s, '');
    const site = flag.value.includes('=') ? flag.span : (started.args[at + 1]?.span ?? flag.span);
    return { ...sealed(slot), site, ignored: { name, value: undefined }, fixed: true };
  };

  const assignedAddress = variable('address');
  const addresses: readonly CommandSlot[] =
    slots.addresses.every((slot) => slot.word === undefined) && assignedAddress
      ? listedWords(assignedAddress.value, shape.list).map((one) => ({
          word: one,
          span: one.span,
          ...(one.quote !== undefined && !one.expands && { frame: { before: '', after: '', quote: one.quote } }),
        }))
      : slots.addresses;
  if (shape.onlyWritten && !isWritten()) return undefined;
  const written = addresses.filter((slot) => slot.word !== undefined);
  const pairs: { host: Slot<string>; port: Slot<number>; name?: string }[] = [];
  if (written.length > 0) {
    for (const slot of written) {
      const pair = splitWord(slot, shape, started, given, missing);
      if (pair) pairs.push({ ...pair, host: meant(pair.host), ...(slot.flag !== undefined && { name: slot.flag }) });
    }
    if (pairs.length === 0) return undefined;
  } else if (slots.host || slots.port || (shape.host ?? shape.port)) {
    const port = slotOf<number>('port', slots.port);
    const listed =
      slots.host?.word || slots.host?.unknown || typeof said !== 'object' || argumentsElsewhere || !shape.settings?.host
        ? []
        : said.addresses.filter((address) => address.host);
    if (listed.length > 1) {
      for (const address of listed) {
        const host = fromSettings(address, address.host, slots.host)!;
        pairs.push({ host, port: (!slots.port?.word && fromSettings(address, address.port, slots.port)) || port });
      }
    } else {
      for (const host of [slots.host, ...slots.furtherHosts])
        pairs.push({ host: meant(slotOf<string>('host', host)), port });
    }
  } else {
    const place = addresses[0];
    if (typeof said === 'object' && !place?.unknown && !argumentsElsewhere && !assignedAddress) {
      // uWSGI on a socket's path alone opens no port.
      if (said.addresses.length === 0 && !said.open && shape.required) return undefined;
      const leftOut = <T extends string | number>(role: 'host' | 'port'): Slot<T> => {
        const value = shape.settings?.defaults?.[role] as T | undefined;
        const slot = sealed(missing<T>(role, undefined));
        if (value === undefined) return slot;
        return { ...slot, value, origin: { by: 'default', of: framework.name, docs: framework.docs }, fixed: true };
      };
      pairs.push(
        ...said.addresses.map((address) => ({
          name: address.name,
          host: fromSettings(address, address.host, undefined) ?? leftOut<string>('host'),
          port: fromSettings(address, address.port, undefined) ?? leftOut<number>('port'),
        })),
      );
    }
    if (pairs.length === 0) {
      // One new flag holds both: it is written as a whole, so neither half has a frame of its own.
      const both = { host: sealed(missing<string>('host', place)), port: sealed(missing<number>('port', place)) };
      if (place?.unknown || elsewhere('address')) {
        both.host = { ...both.host, value: undefined, origin: { by: 'unknown' } };
        both.port = { ...both.port, value: undefined, origin: { by: 'unknown' } };
      } else if (place?.frame && both.port.value !== undefined) {
        both.host = { ...both.host, frame: { ...place.frame, after: `:${both.port.value}${place.frame.after}` } };
      }
      pairs.push(both);
    }
  }
  const earlier = shape.failure?.earlier;
  const version = earlier && pinned(earlier.when.package);
  const row = earlier && version !== undefined && inRange(version, earlier.when.range) ? earlier : shape.failure;
  const silent = row?.silent === true && !slots.strict;
  const failure: Failure = {
    state: row === undefined ? 'unknown' : silent ? 'unhandled' : 'handled',
    raises: 'exit status',
    silent,
    how: slots.strict ? `${framework.name} ends where the port is taken` : (row?.how ?? ''),
    place: 'command',
    ...(silent && row?.exit === undefined && { goesOn: true as const }),
  };
  const debugging =
    shape.debug && (slots.debug.length > 0 || isDebugged(started, shape.debug, pinned)) ? shape.debug.means : undefined;
  const local = (name: string | undefined) =>
    shape.local ?? shape.inward?.find(({ names }) => name !== undefined && names.includes(name))?.why;
  return pairs.map(({ host, port, name }) => ({
    kind: 'bind' as const,
    span: started.programWord.span,
    via: 'command' as const,
    language: 'shell',
    framework: word,
    sure: true,
    host,
    port,
    protocol: 'tcp' as const,
    failure,
    reached: [],
    blocks: true,
    ...(framework.dualStack && { dualStack: true as const }),
    ...(framework.familiesApart && { familiesApart: true as const }),
    ...(framework.bothLoopbacks && { bothLoopbacks: true as const }),
    ...(debugging && {
      debug: debugging,
      local: `it runs a ${debugging === 'debugger' ? 'debugger' : 'reload server'}`,
    }),
    ...(debugging === 'debugger' && { guarded: 'it runs a debugger' }),
    ...(local(name) !== undefined && { local: local(name)! }),
    ...(framework.sensitive && {
      guarded: `it is ${framework.sensitive.what}`,
      sensitive: accessOf(
        framework.sensitive,
        started.args,
        started.environment,
        typeof said === 'object' ? said.says : said,
      ),
    }),
    ...(shape.guarded !== undefined && { guarded: shape.guarded }),
  }));

  /** Does anything give a host, a port or an address? */
  function isWritten(): boolean {
    if (addresses.some((slot) => slot.word) || slots!.host?.word || slots!.port?.word) return true;
    if (variable('host') || variable('port')) return true;
    return (said === 'unknown' && !shape.beside) || (typeof said === 'object' && said.addresses.length > 0);
  }
}

/** What decides the default host. */
function hostWord(
  { args, environment }: Started,
  { flags = [], variables }: NonNullable<CommandShape['hostWith']>,
): Word | undefined {
  const at = args.findIndex(({ value }) => flags.includes(value));
  const attached = args.find(({ value }) =>
    flags.some((flag) => flag.startsWith('--') && value.startsWith(`${flag}=`)),
  );
  if (attached) return { ...attached, value: attached.value.slice(attached.value.indexOf('=') + 1) };
  return (at === -1 ? undefined : args[at + 1]) ?? environment.findLast(({ name }) => variables.includes(name))?.value;
}

/** The words of a command that name settings files. */
function settingsNamed({ args }: Started, settings: SettingsFiles, positionals: readonly Word[]): Word[] {
  const named: Word[] = [];
  const flags = (settings.flags ?? []).map((flag) => [flag, ...flag.split(' ')] as [string, string, string?]);
  for (const [at, word] of args.entries()) {
    for (const [flag, front, pair] of flags) {
      if (!word.value.startsWith(front)) continue;
      const next = args[at + 1];
      if (pair !== undefined) {
        if (word.value === front && next?.value.startsWith(`${pair}=`))
          named.push({ ...next, value: next.value.slice(pair.length + 1) });
      } else if (word.value === flag && next) named.push(next);
      else if (word.value.startsWith(`${flag}=`)) named.push({ ...word, value: word.value.slice(flag.length + 1) });
    }
  }
  const place = settings.positional === undefined ? undefined : positionals[settings.positional];
  if (place && /\.(?:ini|ya?ml|json|xml|toml|py|conf|cfg|properties)(?:[:#][\w.-]+)?$/.test(place.value))
    named.push(place);
  return named;
}

function withFrame<T>(slot: Slot<T>, place: CommandSlot): Slot<T> {
  if (!place.frame) return slot;
  const here = slot.span.start === place.span.start && slot.span.file === place.span.file;
  return { ...slot, ...(here && slot.frame === undefined && { frame: place.frame }), siteFrame: place.frame };
}

/** What a word says: a literal, or a variable with what the line or a fallback sets it to. */
function fromWord<T extends string | number>(role: 'host' | 'port', word: Word, span: Span, started: Started): Slot<T> {
  const common = { span, site: span, chain: [] as Step[] };
  const read = (text: string): { value: T | undefined; written?: string } => {
    if (role === 'host') return { value: text as T };
    const port = parsePort(text);
    return port === undefined ? { value: undefined, written: text } : { value: port as T };
  };
  // Where nothing expands it, the text is taken as it stands.
  if (!word.expands || !/[$%`!]/.test(word.value)) {
    const flag: Origin = { by: 'literal' };
    if (/\{\{|<[^>]+>|\$/.test(word.value)) {
      const unexpanded = started.line.form === 'exec' && /^\$(?:\w+|\{\w+(?::?[-=?+][^{}]*)?\})$/.test(word.value);
      return {
        value: undefined,
        ...(unexpanded && { written: word.value }),
        origin: { by: 'unknown' },
        fixed: false,
        ...common,
      };
    }
    return { ...read(word.value), origin: flag, fixed: true, ...common };
  }
  const { name, fallback } = expand(word.value);
  if (name === undefined) return { value: undefined, origin: { by: 'unknown' }, fixed: false, ...common };
  const origin: Origin = { by: 'env', name };
  const set = started.environment.filter((one) => one.name === name);
  const assigned = set.find(({ unlessSet }) => !unlessSet) ?? set[0];
  const note: Step = { span: word.span, note: `variable ${name}` };
  if (assigned && !assigned.value.value.includes('$')) {
    const { quote } = assigned.value;
    return {
      ...read(assigned.value.value),
      origin,
      // The line or the script above it says what it holds, whatever is set outside.
      fixed: !assigned.unlessSet,
      ...(quote !== undefined && { frame: { before: '', after: '', quote } }),
      span: assigned.value.span,
      site: span,
      chain: [note, { span: assigned.value.span, note: `${name} is set here` }],
    };
  }
  if (fallback !== undefined) return { ...read(fallback), origin, fixed: false, ...common, chain: [note] };
  return { value: undefined, origin, fixed: false, ...common, chain: [note] };
}

function splitWord(
  slot: CommandSlot,
  shape: CommandShape,
  started: Started,
  given: { readonly host?: string; readonly port?: number },
  missing: <T extends string | number>(role: 'host' | 'port', place: CommandSlot | undefined) => Slot<T>,
): { host: Slot<string>; port: Slot<number> } | undefined {
  const word = slot.word!;
  if (/^(unix:|\/|fd:|file:)/.test(word.value)) return undefined;
  if (shape.notation === 'jdwp') {
    if (!/(?:^|,)server=y/.test(word.value)) return undefined;
    const address = /(?:^|,)address=(?:([^,:]*|\[[^\]]*\]):)?(\d+)(?:,|$)/.exec(word.value);
    if (!address) return undefined;
    const whole = { span: slot.span, site: slot.span, chain: [], fixed: true, origin: { by: 'literal' as const } };
    // Without a host it depends on the version: all interfaces up to Java 8, the loopback since 9.
    return { host: { ...whole, value: address[1] }, port: { ...whole, value: parsePort(address[2]!) } };
  }
  if (shape.notation === 'endpoint') {
    const port = /^(?:tcp6?|ssl):(?:port=)?(\d+)/.exec(word.value)?.[1];
    if (port === undefined) return undefined;
    const host = /interface=((?:\\.|[^:\\])+)/.exec(word.value)?.[1]?.replaceAll('\\', '');
    const whole = { span: slot.span, site: slot.span, chain: [], fixed: true, origin: { by: 'literal' as const } };
    return { host: { ...whole, value: host ?? '0.0.0.0' }, port: { ...whole, value: parsePort(port) } };
  }
  const scheme = shape.notation === 'url' ? (/^(?:[a-z+]+:\/\/|tcp:)/i.exec(word.value)?.[0].length ?? 0) : 0;
  if (scheme > 0) {
    const parts = splitAddress(word.value.slice(scheme), shape.bare === 'port' ? 'port' : 'host');
    const half = <T>(value: T | undefined, written: AddressPart | undefined): Slot<T> => {
      const open = /[$%`]/.test(written?.text ?? '');
      const origin: Origin = open ? { by: 'unknown' } : { by: 'literal' };
      const isPlain = slot.frame && written && value !== undefined && !open && !written.text.startsWith('[');
      const span = isPlain ? part(word, scheme + written.start, scheme + written.end).span : slot.span;
      const frame = { before: '', after: '', quote: '', part: true as const };
      const common = { origin, span, site: span, chain: [], fixed: !open };
      return { value: open ? undefined : value, ...common, ...(isPlain && word.quote !== undefined && { frame }) };
    };
    return {
      host: half(parts.host?.text.replace(/^\[(.*)\]$/, '$1') ?? given.host, parts.host),
      port: half(parts.port ? parsePort(parts.port.text) : given.port, parts.port),
    };
  }
  const opensPath = shape.bare === undefined && !word.value.includes(':');
  const isNumber = opensPath && shape.numberIsPath && parsePort(word.value) !== undefined;
  if (opensPath && !isNumber) return undefined;
  const parts = addressParts(word, shape.bare ?? 'host');
  if (isNumber || (shape.hostBeforeColon && word.value.startsWith(':') && !/[$%`]/.test(word.value))) {
    const nothing = { value: undefined, span: slot.span, site: slot.span, chain: [], fixed: true };
    return {
      host: { ...nothing, origin: { by: 'unknown' } },
      port: { ...nothing, written: word.value, origin: { by: 'literal' } },
    };
  }
  const inside = { before: '', after: '', quote: '', part: true as const };
  const framed = <T>(read: Slot<T>): Slot<T> =>
    slot.frame && read.origin.by === 'literal' ? { ...read, frame: inside } : read;
  const host = parts.host
    ? framed(fromWord<string>('host', parts.host, parts.host.span, started))
    : beforePort(sealed(missing<string>('host', undefined)));
  const port = parts.port
    ? framed(fromWord<number>('port', parts.port, parts.port.span, started))
    : sealed(missing<number>('port', undefined));
  const open =
    host.value === ''
      ? { ...host, value: '0.0.0.0' }
      : host.value?.startsWith('[')
        ? { ...host, value: host.value.slice(1, -1) }
        : host;
  return { host: open, port };

  /** `runserver 8000`: the host goes before the port that stands alone. */
  function beforePort(absent: Slot<string>): Slot<string> {
    if (!parts.port || !slot.frame || parts.port.quote === undefined || absent.origin.by !== 'default') return absent;
    const { file, start } = parts.port.span;
    const span = { file, start: start + parts.port.quote.length, end: start + parts.port.quote.length };
    return { ...absent, span, site: span, frame: { ...inside, after: ':' } };
  }
}
