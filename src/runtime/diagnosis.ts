import { readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostsOverlap, isLoopback, isUnspecified, reachOf } from '../address.ts';
import { grouped } from '../grouped.ts';
import { type Advice, findCommands, type Opening, openings, stopCommands, unpublishCommands } from './advice.ts';
import { ask } from './ask.ts';
import { type Attempt, attempt } from './attempt.ts';
import { isEngine, isRedirecting } from './engine.ts';
import { type Firewall, readFirewalls, type Verdict } from './firewall.ts';
import { keeperFor, type ProcessFiles } from './keeper.ts';
import { kernelNumbers } from './linux.ts';
import { type System, thisSystem } from './machine.ts';
import { fits } from './prediction.ts';
import { containerEnd, type Published, readPublished } from './published.ts';
import { endpoint, type Listening, type Machine, type ProcessRow } from './sockets.ts';
import { lookAround, type Surroundings } from './surroundings.ts';
import { parseExcludedPorts } from './windows.ts';

/** A place that wants something to listen on a port of this machine. */
export interface Intended {
  readonly port: number;
  /** Undefined: it cannot be seen. */
  readonly host: string | undefined;
  /** `main.py:27:9`; undefined: the command line says so. */
  readonly place?: string;
  /** What would listen: `uvicorn`, `published by compose`. */
  readonly what: string;
  /** It is meant for this machine only, and why. */
  readonly guarded?: string;
  /** A container engine would hold it. */
  readonly published?: true;
}

/** Somebody who holds a port. */
export interface Owner {
  readonly pid: number;
  readonly command: string;
  readonly user?: string;
  /** The systemd unit or container that keeps it up. */
  readonly keeper?: string;
}

export interface Listener {
  readonly host: string;
  readonly family: 4 | 6;
  /** It takes IPv4 connections too; undefined: it is an IPv4 socket, or it could not be found out. */
  readonly dual?: boolean;
  /** Empty: they cannot be seen. */
  readonly owners: readonly Owner[];
  readonly user?: string;
}

export interface Tried {
  readonly address: string;
  readonly attempt: Attempt;
}

/** What is so on one port. */
export interface PortDiagnosis {
  readonly port: number;
  readonly intended: readonly Intended[];
  readonly listeners: readonly Listener[];
  readonly tried: readonly Tried[];
  /** Would another machine get through? As far as that can be known here. */
  readonly others: Verdict;
  /** What is not as it should be. */
  readonly problems: readonly string[];
  /** What else is worth knowing. */
  readonly hints: readonly string[];
  /** Addresses to open, here and on other machines. */
  readonly urls: { readonly here: readonly string[]; readonly elsewhere: readonly string[] };
  /** What each firewall that was read does with it, in words. */
  readonly firewall: readonly string[];
  readonly openings: readonly Opening[];
  readonly advice: readonly Advice[];
  readonly nextFree?: number;
}

/** What is so on this machine. */
export interface Diagnosis {
  readonly system: System;
  /** The system whose commands are shown. */
  readonly shown: System;
  readonly surroundings: Surroundings;
  readonly firewalls: readonly Firewall[];
  readonly ports: readonly PortDiagnosis[];
  /** What could not be seen. */
  readonly unseen: readonly string[];
  /** What holds for the machine as a whole. */
  readonly hints: readonly string[];
}

export interface DiagnoseOptions {
  readonly intended: readonly Intended[];
  /** What the project is called: the name of a rule. */
  readonly service: string;
  /** How long a connection may take, in milliseconds. */
  readonly limit: number;
  /** Show the commands of this system; undefined: of this one. */
  readonly shown: System | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  say(text: string): void;
}

const maximumAddresses = 10;
const excludedCommand = 'netsh interface ipv4 show excludedportrange protocol=tcp';

/** Looks at this machine, changes nothing, and connects to nothing but its own addresses. */
export async function diagnose(options: DiagnoseOptions, machine: Machine): Promise<Diagnosis> {
  const system = thisSystem();
  const shown = options.shown ?? system;
  options.say('looking at sockets and firewalls');
  const [surroundings, firewalls, sight, rows, excluded] = await Promise.all([
    lookAround(options.env),
    readFirewalls(system, options.env),
    machine.listening(true),
    machine.processes(),
    excludedPorts(system, options.env),
  ]);
  const published = system === 'linux' ? await readPublished(options.env, firewalls) : undefined;
  const wanted = new Map<number, Intended[]>();
  for (const one of options.intended) wanted.set(one.port, [...(wanted.get(one.port) ?? []), one]);
  const ports: PortDiagnosis[] = [];
  for (const [port, intended] of [...wanted].sort(([a], [b]) => a - b)) {
    options.say(`connecting to port ${port}`);
    const sockets = sight.sockets.filter((one) => one.protocol === 'tcp' && one.port === port);
    const tried = await tryAll(port, sockets, surroundings, options.limit);
    const listeners = sockets.map((socket) => listenerOf(socket, rows, tried, sockets));
    const problems = problemsOf(port, intended, listeners, tried, surroundings);
    const isLocal = intended.every(
      ({ host, guarded }) => guarded !== undefined || (host !== undefined && isLoopback(host)),
    );
    const free = await nextFree(port, sight.sockets, wanted, excluded);
    const barrier = barrierOf(port, intended, listeners, tried, surroundings, firewalls, published);
    const places = barrier.far.length > 0 ? barrier.far : [undefined];
    ports.push({
      port,
      intended,
      listeners,
      tried,
      others: othersOf(port, listeners, surroundings, barrier),
      problems,
      hints: [
        ...(await hintsOf(port, intended, listeners, tried, surroundings, machine, excluded, shown)),
        ...(listeners.length > 0 && free !== undefined ? [`the next free port is ${free}`] : []),
      ],
      urls: urlsOf(port, listeners, tried, surroundings),
      firewall: isLocal
        ? []
        : [...new Set(places.flatMap((address) => barrier.judge(address).map(({ words }) => words)))],
      openings: isLocal ? [] : openingsFor(port, options, barrier, listeners, shown),
      advice: adviceOf(shown, port, listeners, rows),
      ...(free !== undefined && { nextFree: free }),
    });
  }
  return {
    system,
    shown,
    surroundings,
    firewalls,
    ports,
    unseen:
      sight.unseen !== undefined && ports.some(({ listeners }) => listeners.some(({ owners }) => owners.length === 0))
        ? [sight.unseen]
        : [],
    hints: [
      ...surroundings.hints,
      ...(surroundings.ipv6 ? [] : ['IPv6 is off on this machine: :: and ::1 cannot be bound']),
      ...(surroundings.localhost.length === 0 ? ['the name localhost cannot be resolved here'] : []),
    ],
  };
}

/** What stands between a port and other machines. */
interface Barrier {
  /** The addresses by which others would come, as far as they answer here. */
  readonly far: readonly string[];
  /** Those that others should come by. */
  readonly meant: readonly string[];
  /** What is said of one of these addresses; undefined: of any. */
  judge(address: string | undefined): readonly Verdict[];
  /** The firewalls that may be in the way. */
  readonly inTheWay: readonly Firewall[];
  readonly openings: readonly Opening[];
}

function barrierOf(
  port: number,
  intended: readonly Intended[],
  listeners: readonly Listener[],
  tried: readonly Tried[],
  { addresses }: Surroundings,
  firewalls: readonly Firewall[],
  published: Published | undefined,
): Barrier {
  const far = tried.filter((one) => addresses.includes(one.address) && isThere(one)).map(({ address }) => address);
  const meant = far.length > 0 ? far : addresses.slice(0, maximumAddresses);
  const read = firewalls.filter(({ state }) => state === 'active' || state === 'unreadable');
  const incoming = (address: string | undefined) => read.map((one) => one.judge(port, address));
  const places = far.length > 0 ? far : [undefined];
  const inTheWay = read.filter((one) => places.some((address) => one.judge(port, address).verdict !== 'lets-through'));
  const owners = listeners.flatMap((one) => one.owners);
  // What answers without a listener is passed on by the kernel.
  const isPassedOn =
    owners.some(({ command, user }) => isRedirecting(command, user)) || (listeners.length === 0 && far.length > 0);
  if (isPassedOn && published) {
    const end = (address: string) =>
      owners
        .map(({ command }) => containerEnd(command))
        .find((one) => one?.address.includes(':') === address.includes(':'));
    const judge = (address: string | undefined) =>
      address === undefined ? [] : [published.judge(port, address, end(address))];
    const shut = far.filter((address) => / DOCKER-USER: /.test(published.judge(port, address, end(address)).words));
    const openings = shut.flatMap((address) => published.opening(port, address, end(address)) ?? []).slice(0, 1);
    return { far, meant, judge, inTheWay: [], openings };
  }
  const isHidden =
    intended.some((one) => one.published === true) &&
    owners.length === 0 &&
    listeners.some(({ user }) => user === undefined || user === 'root');
  if (!isHidden || inTheWay.length === 0) return { far, meant, judge: incoming, inTheWay, openings: [] };
  const doubt: Verdict = {
    verdict: 'unknown',
    words: 'who holds it cannot be seen; where that is a container engine, the rules for what comes in do not count',
  };
  return { far, meant, judge: () => [doubt], inTheWay, openings: [] };
}

/** The commands for those of the firewalls that may be in the way; those of a whole system where one is asked for by name. */
function openingsFor(
  port: number,
  { service, shown: asked }: DiagnoseOptions,
  { inTheWay, meant, openings: own }: Barrier,
  listeners: readonly Listener[],
  shown: System,
): readonly Opening[] {
  const program = shown === thisSystem() ? programOf(listeners) : undefined;
  if (asked !== undefined) return openings(shown, port, service, [], program);
  return inTheWay.length === 0 ? own : openings(shown, port, service, inTheWay, program, meant);
}

function othersOf(
  port: number,
  listeners: readonly Listener[],
  { addresses, kind }: Surroundings,
  { far, judge }: Barrier,
): Verdict {
  if (listeners.length === 0 && far.length === 0) return { verdict: 'blocks', words: 'no, nothing listens' };
  if (listeners.length > 0 && listeners.every(({ host }) => isLoopback(host)))
    return { verdict: 'blocks', words: 'no, it listens on loopback only' };
  if (addresses.length === 0) return { verdict: 'unknown', words: 'this machine has no address but loopback' };
  if (far.length === 0) return { verdict: 'blocks', words: `no, not by ${addresses.join(' or ')}` };
  const judged = far.map((address) => {
    const all = judge(address);
    const bad = all.find(({ verdict }) => verdict === 'blocks') ?? all.find(({ verdict }) => verdict === 'unknown');
    return { at: endpoint(address, port), bad };
  });
  const list = (some: typeof judged) => some.map(({ at }) => at).join(', ');
  const reasons = (some: typeof judged) => [...new Set(some.map(({ bad }) => bad!.words))].join('; ');
  const [open, shut, doubtful] = [
    judged.filter(({ bad }) => bad === undefined),
    judged.filter(({ bad }) => bad?.verdict === 'blocks'),
    judged.filter(({ bad }) => bad?.verdict === 'unknown'),
  ];
  if (open.length > 0) {
    const around =
      kind === 'machine' ? 'unless a firewall elsewhere is in the way' : 'as far as this surrounding is reached at all';
    const rest = [
      ...(shut.length > 0 ? [`not by ${list(shut)}: ${reasons(shut)}`] : []),
      ...(doubtful.length > 0 ? [`whether by ${list(doubtful)} is not known: ${reasons(doubtful)}`] : []),
    ];
    return { verdict: 'lets-through', words: [`yes, by ${list(open)}, ${around}`, ...rest].join('; ') };
  }
  if (doubtful.length > 0)
    return {
      verdict: 'unknown',
      words: [
        `it answers at ${list(doubtful)}; ${reasons(doubtful)}`,
        ...(shut.length > 0 ? [`not by ${list(shut)}: ${reasons(shut)}`] : []),
      ].join('; '),
    };
  return { verdict: 'blocks', words: `no, it answers at ${list(shut)} here, but ${reasons(shut)}` };
}

async function tryAll(
  port: number,
  sockets: readonly Listening[],
  { ipv6, addresses }: Surroundings,
  limit: number,
): Promise<Tried[]> {
  // Something may listen on one address of many, as 127.0.0.6.
  const bound = sockets.map(({ host }) => host).filter((host) => !isUnspecified(host) && !/^fe80:/i.test(host));
  const own = new Set(['127.0.0.1', ...(ipv6 ? ['::1'] : []), ...addresses.slice(0, maximumAddresses), ...bound]);
  return Promise.all(
    [...own].map(async (address) => ({
      address,
      attempt: await attempt({ host: address, port, from: address }, limit),
    })),
  );
}

const isThere = ({ attempt: { result } }: Tried) => result !== 'refused' && result !== 'unreachable';

function listenerOf(
  socket: Listening,
  rows: readonly ProcessRow[],
  tried: readonly Tried[],
  all: readonly Listening[],
): Listener {
  const owners = socket.owners.map((pid): Owner => {
    const row = rows.find((one) => one.pid === pid);
    const keeper = keeperFor(pid, rows, processFiles);
    return {
      pid,
      command: row?.command ?? '',
      ...(row?.user !== undefined && { user: row.user }),
      ...(keeper !== undefined && { keeper: `${keeper.kind} ${keeper.name}` }),
    };
  });
  // Whether a socket for :: takes IPv4 too is in no table, but it shows where nothing else could have answered.
  const isAny = socket.family === 6 && isUnspecified(socket.host);
  const four = all.filter(({ family }) => family === 4).map(({ host }) => host);
  const probes = tried.filter(
    ({ address }) => !address.includes(':') && !four.some((host) => hostsOverlap(host, address)),
  );
  const alone = isAny && probes.length > 0;
  const answers = probes.some(isThere);
  return {
    host: socket.host,
    family: socket.family,
    owners,
    ...(alone && { dual: answers }),
    ...(socket.user !== undefined && { user: socket.user }),
  };
}

const processFile = (pid: number, name: string) => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
};

const processFiles: ProcessFiles = {
  cgroup: (pid) => processFile(pid, 'cgroup'),
  variable: (pid, name) =>
    processFile(pid, 'environ')
      .split('\0')
      .find((one) => one.startsWith(`${name}=`))
      ?.slice(name.length + 1),
};

function programOf(listeners: readonly Listener[]): string | undefined {
  const pid = listeners[0]?.owners[0]?.pid;
  if (pid === undefined) return undefined;
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}

const hostOf = ({ host }: Intended) => (host === '' ? 'all interfaces' : (host ?? 'an address that cannot be seen'));
const placeOf = ({ place, what }: Intended) => (place === undefined ? what : `${place}, ${what}`);

/** Does something listen where it is meant to? */
const isServed = ({ host }: Intended, listeners: readonly Listener[]) =>
  fits(
    host,
    listeners.filter((one) => !isOtherFamily(host, one)).map((one) => one.host),
  );

/** 0.0.0.0 is meant, and this takes IPv6 alone. */
const isOtherFamily = (host: string | undefined, one: Listener) => host === '0.0.0.0' && one.dual === false;

function problemsOf(
  port: number,
  intended: readonly Intended[],
  listeners: readonly Listener[],
  tried: readonly Tried[],
  { addresses }: Surroundings,
): string[] {
  const answering = tried.filter(isThere);
  if (listeners.length === 0 && answering.length === 0) return [`nothing listens on port ${port}`];
  const problems: string[] = [];
  const bound = [...new Set(listeners.map(({ host }) => endpoint(host, port)))].join(' and ');
  const reaches = listeners.map(({ host }) => reachOf(host));
  const stranger = listeners
    .flatMap(({ owners }) => owners)
    .find(({ command, keeper }) => command !== '' && !isEngine(command) && keeper?.includes('container') !== true);
  const isPublished = intended.length > 0 && intended.every((one) => one.published === true);
  if (stranger && isPublished)
    problems.push(
      `process ${stranger.pid} holds it (${stranger.command.slice(0, 100)}), which is no container engine, so it cannot be published (${placeOf(intended[0]!)})`,
    );
  for (const one of intended) {
    if (listeners.length === 0 || isServed(one, listeners) || (stranger && isPublished)) continue;
    const meant = `${hostOf(one)} is meant (${placeOf(one)})`;
    if (reachOf(one.host) === 'loopback' && reaches.some((reach) => reach !== 'loopback'))
      problems.push(
        `it listens on ${bound}, where other machines may connect, and ${meant}: it may be another program`,
      );
    else if (reachOf(one.host) !== 'loopback' && reaches.every((reach) => reach === 'loopback'))
      problems.push(`it listens on ${bound} only, where no other machine can connect, and ${meant}`);
    else problems.push(`it listens on ${bound}, and ${meant}`);
  }
  const holders = new Set(listeners.flatMap(({ owners }) => owners.slice(0, 1).map(({ pid }) => pid)));
  const isApart = (a: Listener, b: Listener) =>
    !hostsOverlap(a.host, b.host) || (a.family !== b.family && (a.dual === false || b.dual === false));
  const apart = listeners.some((a, index) => listeners.slice(index + 1).some((b) => isApart(a, b)));
  const commands = new Set(listeners.flatMap(({ owners }) => owners.slice(0, 1).map(({ command }) => command)));
  if (holders.size > 1 && commands.size > 1 && apart)
    problems.push(
      'different programs hold it on different addresses, so it depends on the address which of them answers',
    );
  for (const same of grouped(answering, ({ attempt }) => attempt.words).values()) {
    const { result, words } = same[0]!.attempt;
    const at = same.map(({ address }) => endpoint(address, port)).join(', ');
    if (result === 'timed-out') problems.push(`a connection to ${at} ${words}; a firewall may drop it`);
    if (result === 'reset' || result === 'closed')
      problems.push(
        `${at}: ${words}, as a proxy does whose server is not there, or a server that expects something else first`,
      );
  }
  const isMeant = intended.some(({ host, guarded }) => guarded === undefined && isUnspecified(host ?? '127.0.0.1'));
  if (isMeant && addresses.length > 0 && reaches.includes('all')) {
    const deaf = tried.filter(
      (one) => !isLoopback(one.address) && !isThere(one) && isFamilyBound(one.address, listeners),
    );
    for (const {
      address,
      attempt: { words },
    } of deaf)
      problems.push(`a connection to ${endpoint(address, port)} is ${words}`);
  }
  return problems;
}

/** Should a socket for this family answer? */
function isFamilyBound(address: string, listeners: readonly Listener[]): boolean {
  const family = address.includes(':') ? 6 : 4;
  return listeners.some((one) => isUnspecified(one.host) && (one.family === family || one.dual === true));
}

async function hintsOf(
  port: number,
  intended: readonly Intended[],
  listeners: readonly Listener[],
  tried: readonly Tried[],
  surroundings: Surroundings,
  machine: Machine,
  excluded: readonly (readonly [number, number])[],
  shown: System,
): Promise<string[]> {
  const hints: string[] = [];
  const answers = (address: string) => tried.some((one) => one.address === address && isThere(one));
  const [four, six] = [answers('127.0.0.1'), answers('::1')];
  if (listeners.length > 0 && surroundings.ipv6) {
    const first = surroundings.localhost[0];
    if (four && six) hints.push('it answers over IPv4 and IPv6');
    else if (four) {
      const late = first?.includes(':')
        ? ', which is what localhost stands for first here: clients that do not try the second address fail'
        : '';
      hints.push(`it answers over IPv4 only, not over IPv6${late}`);
    } else if (six) {
      const late = first !== undefined && !first.includes(':') ? ', which is what localhost stands for first here' : '';
      hints.push(`it answers over IPv6 only, not over IPv4${late}: http://127.0.0.1:${port} is refused`);
    }
  }
  const start = kernelNumbers('ipv4/ip_unprivileged_port_start')?.[0] ?? 1024;
  if (shown === 'linux' && port < start)
    hints.push(
      `ports below ${start} are privileged: a server that is not root needs CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE), or a proxy before it`,
    );
  if (shown === 'macos' && port < 1024)
    hints.push('ports below 1024 are privileged on a single address of macOS, and free to all on 0.0.0.0 and ::');
  if (listeners.length === 0) {
    const remembered = await machine.timeWait(port);
    if (remembered > 0)
      hints.push(
        `${remembered} connections to it are remembered in TIME_WAIT for up to a minute: a server that does not set SO_REUSEADDR cannot bind it until then`,
      );
  }
  const range = kernelNumbers('ipv4/ip_local_port_range');
  if (shown === 'linux' && range && port >= range[0]! && port <= range[1]!)
    hints.push(
      `it is one of the ports ${range.join(' to ')} that the system gives to outgoing connections, so any program may happen to have it`,
    );
  const own = excluded.find(([first, last]) => port >= first && port <= last);
  if (own)
    hints.push(
      `Windows keeps the ports ${own.join(' to ')} for itself (Hyper-V, WSL or Docker), so nothing can listen on it: ${excludedCommand}`,
    );
  const open = intended.find(({ guarded, host }) => guarded !== undefined && !isLoopback(host));
  if (open) hints.push(`it is a ${open.guarded}, which should not be opened to other machines`);
  if (
    process.platform === 'darwin' &&
    (port === 5000 || port === 7000) &&
    listeners.some(({ owners }) => owners.some(({ command }) => /ControlCenter/.test(command)))
  )
    hints.push('the AirPlay receiver of macOS holds it: System Settings, General, AirDrop & Handoff, AirPlay Receiver');
  return hints;
}

function urlsOf(
  port: number,
  listeners: readonly Listener[],
  tried: readonly Tried[],
  { localhost }: Surroundings,
): PortDiagnosis['urls'] {
  const spoken = tried.find((one) => one.attempt.speaks === 'http' || one.attempt.speaks === 'https')?.attempt.speaks;
  if (spoken === undefined || listeners.length === 0) return { here: [], elsewhere: [] };
  const url = (address: string) => `${spoken}://${endpoint(address, port)}`;
  const answering = tried.filter((one) => one.attempt.speaks !== undefined).map(({ address }) => address);
  const [near, far] = [answering.filter((one) => isLoopback(one)), answering.filter((one) => !isLoopback(one))];
  const byName = localhost.some((address) => near.includes(address)) ? [url('localhost')] : [];
  return { here: [...byName, ...near.map(url)], elsewhere: far.map(url) };
}

function adviceOf(shown: System, port: number, listeners: readonly Listener[], rows: readonly ProcessRow[]): Advice[] {
  const find: Advice[] = [
    { of: 'who holds it', commands: findCommands(shown, port) },
    ...(shown === 'windows' ? [{ of: 'which ports Windows keeps for itself', commands: [excludedCommand] }] : []),
  ];
  if (listeners.length === 0) return find;
  const here = shown === thisSystem();
  const owners = here
    ? [...new Map(listeners.flatMap((one) => one.owners.slice(0, 1)).map((one) => [one.pid, one])).values()]
    : [];
  const stop = owners.flatMap(({ pid, command, user }) =>
    isEngine(command) && shown !== 'windows'
      ? unpublishCommands(port, command, user)
      : stopCommands(shown, pid, keeperFor(pid, rows, processFiles), user),
  );
  return [
    ...find,
    { of: 'to stop it', commands: stop.length > 0 ? [...new Set(stop)] : stopCommands(shown, undefined) },
  ];
}

async function excludedPorts(system: System, env: DiagnoseOptions['env']): Promise<(readonly [number, number])[]> {
  if (system !== 'windows') return [];
  const { out } = await ask('netsh', ['interface', 'ipv4', 'show', 'excludedportrange', 'protocol=tcp'], env);
  return parseExcludedPorts(out);
}

/** The next port that nobody holds, that the project does not want, and that can be bound. */
async function nextFree(
  port: number,
  sockets: readonly Listening[],
  wanted: ReadonlyMap<number, unknown>,
  excluded: readonly (readonly [number, number])[],
): Promise<number | undefined> {
  const held = new Set(sockets.filter(({ protocol }) => protocol === 'tcp').map((one) => one.port));
  // Beside one that needs rights, as 8080 is beside 80.
  const first = port < 1024 ? port + 8000 : port + 1;
  for (let next = first; next <= Math.min(first + 200, 65_535); next++) {
    if (held.has(next) || wanted.has(next) || excluded.some(([first, last]) => next >= first && next <= last)) continue;
    if (await canBind(next)) return next;
  }
  return undefined;
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    // Loopback is enough to know, and asks no firewall for leave.
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => resolve(true)));
  });
}
