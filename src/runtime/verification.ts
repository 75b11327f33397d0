import { networkInterfaces } from 'node:os';
import { isLoopback, isUnspecified } from '../address.ts';
import { grouped } from '../grouped.ts';
import { type Attempt, attempt, request } from './attempt.ts';
import { type Child, type Look, startChild, type Unended } from './child.ts';
import { load } from './load.ts';
import { firstRandomPort } from './machine.ts';
import type { Printed } from './output.ts';
import { holdPort } from './port-holder.ts';
import { compare, expected, missing, type Predicted } from './prediction.ts';
import { openSecondHost, type SecondHost } from './second-host.ts';
import { endpoint, type Listening, type Machine } from './sockets.ts';
import { startWatchdog, type Watchdog } from './watchdog.ts';

export type CheckId = 'binds' | 'prediction' | 'requests' | 'second-host' | 'stops' | 'taken';

/** One thing that was to be proven. */
export interface Check {
  readonly id: CheckId;
  /** The port it is about; undefined: the program as a whole. */
  readonly port?: number;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly message: string;
  /** What else is worth knowing. */
  readonly notes: readonly string[];
  readonly seconds?: number;
}

/** An address that the program listened on. */
export interface Bound {
  readonly protocol: 'tcp' | 'udp';
  readonly host: string;
  readonly port: number;
  /** From the start of the command until it was seen. */
  readonly seconds: number;
  readonly pid: number;
  readonly command: string;
}

/** What came out of it. */
export interface Verification {
  readonly command: readonly string[];
  readonly bound: readonly Bound[];
  readonly checks: readonly Check[];
  /** The last lines that the program printed in its first run. */
  readonly output: readonly string[];
  /** What could not be stopped, and why. */
  readonly left: readonly (Unended & { readonly command: string })[];
}

export interface VerifyOptions {
  /** The command, as it was typed. */
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The port that has to be opened; undefined: whatever the program opens. */
  readonly port?: number;
  readonly requests: number;
  readonly path: string;
  /** How long the program may take for each step, in milliseconds. */
  readonly limit: number;
  /** It is meant for this machine only: a second host must not get through. */
  readonly local: boolean;
  /** Undefined: `map` was not asked. */
  readonly predicted: readonly Predicted[] | undefined;
  /** The folder of the programs that are run beside the command. */
  readonly programs: string;
  readonly signal: AbortSignal;
  /** Says what is being done. */
  say(text: string): void;
}

/** Listening sockets of workers and debuggers come a moment after the first. */
const quiet = 1000;
/** How much longer is waited for what the project is expected to open. */
const patience = 5000;
const maximumPorts = 8;
const maximumTaken = 4;

/**
 * Starts the command and proves what it does with its port. Everything that is started is stopped, whatever happens.
 * @throws {StartError} where the command cannot be started at all
 * @throws the reason of the signal, where it is raised
 */
export async function verify(options: VerifyOptions, machine: Machine): Promise<Verification> {
  const watchdog = startWatchdog(options.programs);
  const left = new Map<number, Unended>();
  const end = async (child: Child) => {
    for (const one of await child.kill()) left.set(one.pid, one);
  };
  try {
    const first = await firstRun(options, machine, watchdog, end);
    const taken: Check[] = [];
    for (const { port, listening, isRandom } of first.ports.slice(0, maximumTaken))
      taken.push(await takenRun(options, machine, watchdog, port, listening, isRandom, first, end));
    for (const { port } of first.ports.slice(maximumTaken))
      taken.push({ id: 'taken', port, outcome: 'skipped', message: `only ${maximumTaken} ports are tried`, notes: [] });
    if (first.ports.length === 0) taken.push(skipped('taken', 'there is no port to take'));
    const rows = left.size > 0 ? await machine.processes() : [];
    const many = left.size === 1 ? 'one process' : `${left.size} processes`;
    const message = `${many} of it could not be stopped`;
    const notes = [...grouped([...left.values()], ({ why }) => why)].map(
      ([why, same]) => `process ${same.map(({ pid }) => pid).join(', ')}: ${why}`,
    );
    const remaining: Check[] = left.size > 0 ? [{ id: 'stops', outcome: 'failed', message, notes }] : [];
    return {
      command: options.words,
      bound: first.bound,
      checks: [...first.checks, ...taken, ...remaining],
      output: first.output,
      left: [...left.values()].map((one) => ({
        ...one,
        command: rows.find(({ pid }) => pid === one.pid)?.command ?? '',
      })),
    };
  } finally {
    watchdog.dismiss();
  }
}

interface Port {
  readonly port: number;
  readonly listening: readonly Listening[];
  /** Another one in each run. */
  readonly isRandom: boolean;
}

interface First {
  readonly bound: readonly Bound[];
  readonly ports: readonly Port[];
  readonly checks: readonly Check[];
  readonly output: readonly string[];
  readonly printed: Printed;
}

function skipped(id: CheckId, message: string): Check {
  return { id, outcome: 'skipped', message, notes: [] };
}

async function firstRun(
  options: VerifyOptions,
  machine: Machine,
  watchdog: Watchdog,
  end: (child: Child) => Promise<void>,
): Promise<First> {
  options.say('waiting for the program to listen');
  const before = await machine.listening(false);
  const child = await startChild(options.words, machine, watchdog, options);
  try {
    const seen = await untilBound(child, options);
    const bound = await describe(seen.bound, machine);
    const output = () => child.printed.lastLines(20);
    if (seen.state !== 'bound') {
      const why = await whyUnbound(child, seen, options, machine, before.sockets);
      const over = seen.state === 'ended' ? 'it has ended' : 'it does not listen';
      const rest = (['prediction', 'requests', 'second-host', 'stops'] as const).map((id) => skipped(id, over));
      return { bound, ports: [], checks: [why, ...rest], output: output(), printed: child.printed };
    }
    const ports = portsOf(seen.bound, child, options);
    const checks: Check[] = [bindsCheck(child, seen, ports, options)];
    checks.push(...(await predictionChecks(ports, options, machine)));
    const speaks = new Map<number, Attempt>();
    for (const { port, listening } of ports.slice(0, maximumPorts)) {
      options.say(`making ${options.requests} requests to port ${port}`);
      checks.push(await requestsCheck(port, listening, speaks, child, options));
    }
    checks.push(...(await secondHostChecks(ports.slice(0, maximumPorts), speaks, child, options)));
    checks.push(await stopsCheck(child, ports, options, machine));
    return { bound, ports, checks, output: output(), printed: child.printed };
  } finally {
    await end(child);
  }
}

/** When each socket was first seen, by what it is bound to. */
type Seen = ReadonlyMap<string, { readonly socket: Listening; readonly milliseconds: number }>;

interface Waited {
  readonly state: 'bound' | 'ended' | 'late';
  readonly bound: Seen;
  /** What it listened on, and does not any more. */
  readonly gone: Seen;
  readonly last: Look;
}

const nameOf = ({ protocol, family, host, port }: Listening) => `${protocol} ${family} ${host} ${port}`;

/** Waits until the program listens and nothing more comes. */
async function untilBound(child: Child, options: VerifyOptions): Promise<Waited> {
  const bound = new Map<string, { socket: Listening; milliseconds: number }>();
  const gone = new Map<string, { socket: Listening; milliseconds: number }>();
  let changed = 0;
  for (;;) {
    const last = await child.look();
    const now = child.milliseconds();
    for (const socket of last.sockets) {
      if (socket.protocol !== 'tcp' || bound.has(nameOf(socket))) continue;
      bound.set(nameOf(socket), { socket, milliseconds: now });
      gone.delete(nameOf(socket));
      changed = now;
    }
    // A socket that is gone again was a trial of the program, or its worker has been replaced.
    for (const [name, seen] of bound) {
      if (last.sockets.some((one) => nameOf(one) === name)) continue;
      bound.delete(name);
      gone.set(name, seen);
    }
    const ports = new Set([...bound.values()].map(({ socket }) => socket.port));
    if (last.pids.length === 0) return { state: 'ended', bound, gone, last };
    const isWanted = options.port === undefined ? ports.size > 0 : ports.has(options.port);
    const isQuiet = now - changed > quiet;
    const isMissing = missing(ports, options.predicted ?? []).length > 0 && now - changed < patience;
    if (isWanted && isQuiet && !isMissing) return { state: 'bound', bound, gone, last };
    if (now > options.limit) return { state: isWanted ? 'bound' : 'late', bound, gone, last };
    await pause(now < 3000 ? 50 : 150, options.signal);
  }
}

/** Waits, unless the run is broken off. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
  signal.throwIfAborted();
}

async function describe(seen: Seen, machine: Machine): Promise<Bound[]> {
  const rows = seen.size > 0 ? await machine.processes() : [];
  return [...seen.values()].map(({ socket, milliseconds }) => {
    const pid = socket.owners[0] ?? 0;
    return {
      protocol: socket.protocol,
      host: socket.host,
      port: socket.port,
      seconds: milliseconds / 1000,
      pid,
      command: rows.find((row) => row.pid === pid)?.command ?? '',
    };
  });
}

/** The ports to look at: without those that a helper of the program takes by chance. */
function portsOf(seen: Seen, child: Child, options: VerifyOptions): Port[] {
  const random = firstRandomPort();
  const all = new Map<number, Listening[]>();
  for (const { socket } of seen.values()) all.set(socket.port, [...(all.get(socket.port) ?? []), socket]);
  const ports = [...all].map(([port, listening]) => ({
    port,
    listening,
    isRandom: port >= random && port !== options.port && options.predicted?.some((one) => one.port === port) !== true,
  }));
  const meant = ports.filter(({ port, isRandom }) => !isRandom || child.printed.names(port));
  return (meant.length > 0 ? meant : ports).sort((a, b) => a.port - b.port);
}

function bindsCheck(child: Child, { bound, last }: Waited, ports: readonly Port[], options: VerifyOptions): Check {
  const own = new Set(ports.map(({ port }) => port));
  const rows = [...bound.values()].filter(({ socket }) => own.has(socket.port));
  const others = [...bound.values()].filter(({ socket }) => !own.has(socket.port));
  const at = rows.map(
    ({ socket, milliseconds }) => `${endpoint(socket.host, socket.port)} after ${inSeconds(milliseconds)}`,
  );
  const notes: string[] = [];
  if (others.length > 0) {
    const addresses = others.map(({ socket }) => endpoint(socket.host, socket.port)).join(', ');
    notes.push(`also on ${addresses}, which looks like a port for itself and is not tried`);
  }
  if (last.unix.length > 0)
    notes.push(`also on the UNIX ${last.unix.length > 1 ? 'sockets' : 'socket'} ${last.unix.join(', ')}`);
  if (child.ended) notes.push(leftWords(child, last));
  if (child.isUnrestored) notes.push(unrestored);
  const seconds = Math.max(...rows.map(({ milliseconds }) => milliseconds)) / 1000;
  const port = options.port;
  return {
    id: 'binds',
    outcome: 'passed',
    message: `listens on ${at.join(', ')}`,
    notes,
    seconds,
    ...(port && { port }),
  };
}

const unrestored =
  'prlimit could not put back the limit for message queues of bindlint itself, so daemons that close all files and clear their environment are not found';

function leftWords(child: Child, { pids }: Look): string {
  const many = pids.length === 1 ? 'one process goes' : `${pids.length} processes go`;
  return `the command itself ended after ${inSeconds(child.ended!.milliseconds)} ${endingWords(child)}, and ${many} on without it`;
}

function endingWords({ ended }: Child): string {
  if (!ended) return '';
  return ended.signal === null ? `with status ${ended.status}` : `by ${ended.signal}`;
}

async function whyUnbound(
  child: Child,
  { state, last, bound, gone }: Waited,
  options: VerifyOptions,
  machine: Machine,
  before: readonly Listening[],
): Promise<Check> {
  const notes: string[] = [];
  const wanted = options.port === undefined ? 'any port' : `port ${options.port}`;
  const ended = `ended after ${inSeconds(child.ended?.milliseconds ?? child.milliseconds())} ${endingWords(child)}`;
  const wasOpen = [...gone.values()].filter(({ socket }) => options.port === undefined || socket.port === options.port);
  const until = wasOpen
    .map(({ socket, milliseconds }) => `${endpoint(socket.host, socket.port)} (seen after ${inSeconds(milliseconds)})`)
    .join(', ');
  let message = `did not listen on ${wanted} within ${inSeconds(options.limit)}`;
  if (state === 'ended')
    message = until === '' ? `${ended}, and did not listen on ${wanted}` : `listened on ${until}, and ${ended}`;
  else if (until !== '')
    message = `listened on ${until}, closed that again, and did not listen on ${wanted} within ${inSeconds(options.limit)}`;
  const tcp = [...bound.values()].map(({ socket }) => endpoint(socket.host, socket.port));
  if (tcp.length > 0) message += `, but on ${tcp.join(', ')}`;
  const udp = last.sockets.filter(({ protocol }) => protocol === 'udp');
  if (last.unix.length > 0)
    message += `; it listens on the UNIX ${last.unix.length > 1 ? 'sockets' : 'socket'} ${last.unix.join(', ')}, which only this machine reaches`;
  else if (udp.length > 0)
    message += `; it receives UDP on ${udp.map(({ host, port }) => endpoint(host, port)).join(', ')}, which cannot be tried without its protocol`;
  if (last.closed.length > 0) {
    const many =
      last.closed.length === 1 ? 'one process of it belongs' : `${last.closed.length} processes of it belong`;
    notes.push(`${many} to another user, so its sockets cannot be seen; run bindlint as that user`);
  }
  const { sockets } = await machine.listening(true);
  const held = sockets.filter(
    ({ protocol, port }) =>
      protocol === 'tcp' &&
      (port === options.port ||
        child.printed.names(port) ||
        options.predicted?.some((one) => one.started && one.port === port) === true),
  );
  const earlier = new Set(before.map(nameOf));
  const fresh = (child.isWholeSeen ? [] : sockets).filter(
    (one) => one.protocol === 'tcp' && !earlier.has(nameOf(one)) && !one.owners.some((pid) => last.pids.includes(pid)),
  );
  const rows = held.length + fresh.length > 0 ? await machine.processes() : [];
  for (const { host, port, owners } of fresh.slice(0, 3)) {
    const owner = rows.find(({ pid }) => pid === owners[0]);
    const who = owner ? `${owner.command.slice(0, 200)} (process ${owner.pid})` : 'a process that cannot be seen';
    notes.push(
      `${endpoint(host, port)} is held by ${who} since then; nothing shows that it belongs to the command, so it was left alone`,
    );
  }
  for (const { host, port, owners } of held.filter((one) => !fresh.includes(one))) {
    const owner = rows.find(({ pid }) => pid === owners[0]);
    const who = owner ? `${owner.command} (process ${owner.pid})` : 'a process that cannot be seen';
    notes.push(`${endpoint(host, port)} is held by ${who}`);
  }
  if (state === 'late' && child.ended && last.pids.length > 0) notes.push(leftWords(child, last));
  if (
    /\b(?:not a|no|needs? a|requires? a|a)n? ?(?:tty|terminal)\b|inappropriate ioctl|\bisatty\b/i.test(
      child.printed.text(),
    )
  )
    notes.push(
      "it seems to want a terminal, which it has not got here: -- script -qec 'COMMAND' /dev/null gives it one",
    );
  if (child.printed.total === 0) notes.push('it printed nothing');
  if (child.isUnrestored) notes.push(unrestored);
  return { id: 'binds', outcome: 'failed', message, notes, ...(options.port && { port: options.port }) };
}

async function predictionChecks(
  ports: readonly Port[],
  { predicted }: VerifyOptions,
  machine: Machine,
): Promise<Check[]> {
  if (predicted === undefined) return [skipped('prediction', 'map was not asked')];
  const checks = ports.map(({ port, listening }): Check => {
    const { state, words } = compare(port, listening, predicted);
    const outcome = state === 'agrees' ? 'passed' : state === 'differs' ? 'failed' : 'skipped';
    return { id: 'prediction', port, outcome, message: words, notes: [] };
  });
  const absent = missing(new Set(ports.map(({ port }) => port)), predicted);
  // Where a prediction fails already, its port is spoken of.
  if (absent.length === 0 || checks.some(({ outcome }) => outcome === 'failed')) return checks;
  const { sockets } = await machine.listening(false);
  for (const { port, place, framework } of absent) {
    const isHeld = sockets.some((one) => one.protocol === 'tcp' && one.port === port);
    checks.push({
      id: 'prediction',
      port: port!,
      outcome: isHeld ? 'failed' : 'skipped',
      message: isHeld
        ? `map expects port ${port} too (${place}, ${framework}); another program holds it, and this one goes on without it`
        : `map expects port ${port} too (${place}, ${framework}), and the program has not opened it`,
      notes: [],
    });
  }
  return checks;
}

/** The address of this machine at which a socket can be reached from this machine. */
function near({ host, family }: Listening): string {
  if (!isUnspecified(host)) return host;
  return family === 6 ? '::1' : '127.0.0.1';
}

/** Of one port; nobody listens on more of them. */
const mostAddresses = 8;

async function requestsCheck(
  port: number,
  listening: readonly Listening[],
  speaks: Map<number, Attempt>,
  child: Child,
  { requests, path, limit, signal }: VerifyOptions,
): Promise<Check> {
  signal.throwIfAborted();
  const to = { host: near(listening[0]!), port };
  // A server that builds on the first request takes its time with the answer.
  const tried = await attempt(to, limit, path, signal);
  const isHttp = tried.result === 'accepted' && child.printed.links(port);
  const first = isHttp ? { ...tried, speaks: 'http' } : tried;
  speaks.set(port, first);
  const how = { http: 'HTTP', https: 'HTTPS', tls: 'TLS' }[String(first.speaks)] ?? 'TCP';
  signal.throwIfAborted();
  const { answered, outcomes, milliseconds } = await load(to, first.speaks, requests, path, limit, signal);
  signal.throwIfAborted();
  const counted = [...outcomes].map(([outcome, count]) => `${count} x ${outcome}`).join(', ');
  const at = `${how} at ${endpoint(to.host, port)}`;
  const notes: string[] = [];
  if (how === 'TCP') notes.push(`a request is not understood there: it ${first.words}`);
  if ([...outcomes.keys()].some((outcome) => /^status 5/.test(outcome)))
    notes.push('an answer of 500 or more is an answer, but hardly the right one; --path says what to ask for');
  if (child.ended && (await child.look()).pids.length === 0)
    notes.push(`the program ended meanwhile ${endingWords(child)}`);
  const what = how === 'HTTP' || how === 'HTTPS' ? 'requests' : 'connections';
  const others = [...new Set(listening.map(near))].filter((host) => host !== to.host).slice(0, mostAddresses);
  const seen = await Promise.all(
    others.map(async (host) => ({ host, ...(await attempt({ host, port }, limit, path, signal)) })),
  );
  const unlike = seen.filter(({ result }) => result !== tried.result);
  const elsewhere = unlike.map(({ host, words }) => `, but one at ${endpoint(host, port)} ${words}`).join('');
  return {
    id: 'requests',
    port,
    outcome: answered === requests && unlike.length === 0 ? 'passed' : 'failed',
    message: `${answered} of ${requests} concurrent ${what} answered over ${at}: ${counted}${elsewhere}`,
    notes,
    seconds: milliseconds / 1000,
  };
}

async function secondHostChecks(
  ports: readonly Port[],
  speaks: ReadonlyMap<number, Attempt>,
  child: Child,
  options: VerifyOptions,
): Promise<Check[]> {
  options.say('connecting from a second host');
  const second = await openSecondHost(options.programs, options.env);
  try {
    const checks: Check[] = [];
    for (const { port, listening } of ports) {
      options.signal.throwIfAborted();
      const check = await secondHostCheck(port, listening, speaks.get(port), second, options);
      // The connections before may have been more than it could bear; where it listened is no reason then.
      const isOver = check.outcome === 'failed' && child.ended && (await child.look()).pids.length === 0;
      const over = { ...skipped(check.id, `the program had ended by then, ${endingWords(child)}`), port };
      checks.push(isOver ? over : check);
    }
    return checks;
  } finally {
    if (typeof second !== 'string') await second.close();
  }
}

async function secondHostCheck(
  port: number,
  listening: readonly Listening[],
  spoken: Attempt | undefined,
  second: SecondHost | string,
  { path, local, predicted, limit }: VerifyOptions,
): Promise<Check> {
  const id = 'second-host';
  const specific = listening.map(({ host }) => host).filter((host) => !isUnspecified(host) && !isLoopback(host));
  const usual = typeof second === 'string' ? ownAddresses() : second.addresses;
  const addresses = [...new Set([...usual, ...specific])];
  if (addresses.length === 0) {
    return { ...skipped(id, `this machine has no address but loopback, and ${second}`), port };
  }
  const seen: (Outcome & { readonly at: string })[] = [];
  for (const host of addresses) {
    const outcome =
      typeof second === 'string'
        ? await fromHere(host, port, spoken, path, limit)
        : await fromThere(second, host, port, spoken, path, limit);
    seen.push({ ...outcome, at: endpoint(host, port) });
  }
  const through = seen.filter(({ came }) => came === 'answered').map(({ at }) => at);
  const refused = seen.filter(({ came }) => came !== 'answered').map(({ at, words }) => `${at} ${words}`);
  const from =
    typeof second === 'string'
      ? 'from an address of this machine that is not loopback'
      : 'from another network namespace';
  const notes = typeof second === 'string' ? [`${second}, so no firewall was in the way`] : [];
  if (through.length > 0 && refused.length > 0)
    notes.push(`not by ${refused.map((one) => one.replace(/ (.*)$/, ' ($1)')).join(', ')}`);
  const isReached = through.length > 0;
  const bound = [...new Set(listening.map(({ host }) => host))];
  const where = bound.every((host) => isLoopback(host)) ? `; it listens on ${bound.join(' and ')} only` : '';
  const message = isReached
    ? `reached ${from} by ${through.join(', ')}`
    : `not reached ${from}: ${refused.join(', ')}${where}`;
  const own = expected(port, listening, predicted ?? []);
  const meantLocal = own?.started ? own.local : undefined;
  if (!isReached && !local && meantLocal !== undefined && where !== '')
    return {
      id,
      port,
      outcome: 'skipped',
      message: `${message.replace(/:.*?(?=;)/, '')}, as is meant: ${meantLocal}`,
      notes,
    };
  const isGone = seen.some(({ came }) => came === 'gone');
  if (!local) return { id, port, outcome: isReached ? 'passed' : isGone ? 'skipped' : 'failed', message, notes };
  // A connection is one, whatever is said over it.
  if (isReached || seen.some(({ came }) => came === 'accepted'))
    return { id, port, outcome: 'failed', message: `${message}, and it is meant for this machine only`, notes };
  const isDoubtful = isGone || seen.some(({ came }) => came === 'unknown');
  const doubt = isDoubtful ? ', so that it cannot be said whether a second host gets through' : '';
  return { id, port, outcome: isDoubtful ? 'skipped' : 'passed', message: message + doubt, notes };
}

/**
 * How far a connection came. `accepted`: there was one, and no answer; `unknown`: nobody said yes or no; `gone`: there was nobody to make it.
 */
interface Outcome {
  readonly came: 'answered' | 'accepted' | 'refused' | 'unknown' | 'gone';
  readonly words: string;
}

const speaksHttp = (spoken: Attempt | undefined) => spoken?.speaks === 'http' || spoken?.speaks === 'https';

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((rows) =>
    (rows ?? []).filter(({ internal, address }) => !internal && !/^fe80/i.test(address)).map(({ address }) => address),
  );
}

async function fromHere(
  host: string,
  port: number,
  spoken: Attempt | undefined,
  path: string,
  limit: number,
): Promise<Outcome> {
  const { result, words } = await attempt({ host, port, from: host }, speaksHttp(spoken) ? limit : 3000, path);
  const isConnected = result === 'accepted' || result === 'closed' || result === 'reset';
  const isAlike = result === 'accepted' || result === spoken?.result;
  if (result === 'answered' || (isConnected && isAlike && !speaksHttp(spoken))) return { came: 'answered', words };
  if (isConnected) return { came: 'accepted', words };
  return { came: result === 'timed-out' || result === 'failed' ? 'unknown' : 'refused', words };
}

async function fromThere(
  second: SecondHost,
  host: string,
  port: number,
  spoken: Attempt | undefined,
  path: string,
  limit: number,
): Promise<Outcome> {
  const isSecure = spoken?.speaks === 'https' || spoken?.speaks === 'tls';
  const say = speaksHttp(spoken) ? request({ host, port }, path) : undefined;
  const { end, connected, code } = await second.connect(host, port, say, limit, isSecure);
  if (end === 'bytes' || end === 'connected') return { came: 'answered', words: '' };
  if (end === 'gone') return { came: 'gone', words: 'was not tried, because the second host has ended' };
  if (connected) {
    const how = end === 'timeout' ? `did not answer within ${inSeconds(limit)}` : 'closed without an answer';
    return { came: 'accepted', words: `accepted and ${how}` };
  }
  if (code === 'ECONNREFUSED') return { came: 'refused', words: 'refused' };
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'EACCES')
    return { came: 'refused', words: `refused (${code})` };
  return { came: 'unknown', words: end === 'timeout' ? 'timed out' : `failed (${code ?? end})` };
}

async function stopsCheck(
  child: Child,
  ports: readonly Port[],
  options: VerifyOptions,
  machine: Machine,
): Promise<Check> {
  const id = 'stops';
  if (process.platform === 'win32') return skipped(id, 'Windows has no SIGTERM');
  const before = await child.look();
  if (before.pids.length === 0) {
    return { id, outcome: 'failed', message: `it had ended before it was asked to, ${endingWords(child)}`, notes: [] };
  }
  options.say('stopping the program with SIGTERM');
  const started = child.milliseconds();
  const patient = Math.min(options.limit, 10_000);
  const isUp = before.pids.includes(child.pid);
  const sent = performance.now();
  let notes: readonly string[] | undefined;
  await child.signal('SIGTERM');
  for (;;) {
    const { pids, sockets } = await child.look();
    const waited = performance.now() - sent;
    if (pids.length === 0) {
      const kept = await heldOf(ports, machine);
      if (kept.length > 0) {
        const message = `ends ${inSeconds(waited)} after SIGTERM, and somebody still holds port ${kept.join(', ')}`;
        return { id, outcome: 'failed', message, notes: notes ?? [] };
      }
      const free = ports.length === 1 ? 'its port is free' : 'its ports are free';
      const message = `ends ${inSeconds(waited)} after SIGTERM ${endingWords(child)}, and ${free} again`;
      return { id, outcome: 'passed', message, notes: notes ?? [], seconds: waited / 1000 };
    }
    const isLeft = isUp && child.ended !== undefined;
    const alone = isLeft ? child.ended.milliseconds - started + Math.min(2000, patient / 2) : patient / 2;
    // A service manager asks every process at once, and a terminal does too.
    if (notes === undefined && waited > alone) {
      const others = await child.signal('SIGTERM', true);
      const only = isLeft
        ? 'does not pass the signal on'
        : `had not ended what it has started after ${inSeconds(waited)}`;
      notes = others === 0 ? [] : [`the command itself ${only}: ${otherwiseAsked}`];
    }
    if (waited > patient) {
      const held = [...new Set(sockets.filter(({ protocol }) => protocol === 'tcp').map(({ port }) => port))];
      const many = pids.length === 1 ? 'one process of it goes' : `${pids.length} processes of it go`;
      const holding = held.length > 0 ? `, and port ${held.join(', ')} is held` : '';
      const message = isLeft
        ? `ends after SIGTERM ${endingWords(child)}, but ${many} on after ${inSeconds(patient)}${holding}; killed`
        : `still runs ${inSeconds(patient)} after SIGTERM${holding}; it was killed`;
      return { id, outcome: 'failed', message, notes: [], seconds: waited / 1000 };
    }
    await pause(50, options.signal);
  }
}

const otherwiseAsked =
  'that ended when all of its processes were asked, as systemd and terminals do; where only the first is, as by docker stop, supervisord or kill, start the server with exec';

/** The ports that somebody listens on. */
async function heldOf(ports: readonly Port[], machine: Machine): Promise<number[]> {
  const { sockets } = await machine.listening(false);
  return ports
    .map(({ port }) => port)
    .filter((port) => sockets.some((one) => one.protocol === 'tcp' && one.port === port));
}

async function takenRun(
  options: VerifyOptions,
  machine: Machine,
  watchdog: Watchdog,
  port: number,
  listening: readonly Listening[],
  isRandom: boolean,
  first: First,
  end: (child: Child) => Promise<void>,
): Promise<Check> {
  const id = 'taken';
  options.say(`starting it again with port ${port} taken`);
  // Other systems let one bind an address beside all of them.
  const hosts = process.platform === 'linux' ? [] : listening.map(({ host }) => host);
  const held = await holdPort(port, [...new Set(['0.0.0.0', '::', ...hosts])], options.programs);
  try {
    if (held.hosts.length === 0 || held.refused !== undefined) {
      return { ...skipped(id, `port ${port} cannot be taken: ${held.refused ?? 'no address is left'}`), port };
    }
    const child = await startChild(options.words, machine, watchdog, options);
    let seen: Check | Moved | Doubtful;
    try {
      seen = await untilEnded(child, port, isRandom, first, machine, options);
      if (!held.holds)
        return { id, port, outcome: 'failed', message: `it ends the program that holds port ${port}`, notes: [] };
    } finally {
      await end(child);
    }
    await held.release();
    const runFreely = () => runAgain(options, machine, watchdog, end);
    if ('told' in seen) return decided(seen, port, await runFreely());
    if (!('moved' in seen)) return seen;
    const again = isRandom ? await runFreely() : undefined;
    const now = again?.ports;
    const isFixed = now?.has(port) === true || seen.moved.some((socket) => now?.has(socket.port) === true);
    if (now === undefined || isFixed) {
      const check = movedCheck(child, port, seen.moved, [first.printed]);
      return 'told' in check ? decided(check, port, again ?? (await runFreely())) : check;
    }
    const at = seen.moved.map((socket) => endpoint(socket.host, socket.port)).join(', ');
    if (now.size > 0)
      return { id, port, outcome: 'passed', message: `takes another port in each run, this time ${at}`, notes: [] };
    const message = `took ${at} instead; whether it takes another port in each run cannot be told, because it does not listen when it is started again`;
    return { id, port, outcome: 'skipped', message, notes: [] };
  } finally {
    await held.release();
  }
}

/** It listens elsewhere than in the first run. */
interface Moved {
  readonly moved: readonly Listening[];
}

/** Something was printed that may be told because the port is taken, or may be another greeting in each run. */
interface Doubtful {
  /** What is so where that is a message. */
  readonly told: Check;
  /** What is so when one more run is known in which nothing was in its way. */
  decide(printed: Printed): Check | Doubtful;
}

function decided({ told, decide }: Doubtful, port: number, again: Again): Check {
  if (!again.ports.has(port)) {
    const message = `it does not listen on port ${port} either when it is started again with the port free, so what it printed may have another reason`;
    return { id: told.id, port, outcome: 'skipped', message, notes: told.notes };
  }
  const check = decide(again.printed);
  return 'told' in check ? check.told : check;
}

interface Again {
  readonly ports: ReadonlySet<number>;
  readonly printed: Printed;
}

/** What it opens and prints when nothing is in its way. */
async function runAgain(
  options: VerifyOptions,
  machine: Machine,
  watchdog: Watchdog,
  end: (child: Child) => Promise<void>,
): Promise<Again> {
  options.say('starting it once more, to see whether it does the same as at first');
  const child = await startChild(options.words, machine, watchdog, options);
  try {
    const { bound } = await untilBound(child, { ...options, predicted: undefined });
    return { ports: new Set([...bound.values()].map(({ socket }) => socket.port)), printed: child.printed };
  } finally {
    await end(child);
  }
}

/** Watches a program whose port is taken. */
async function untilEnded(
  child: Child,
  port: number,
  isRandom: boolean,
  first: First,
  machine: Machine,
  options: VerifyOptions,
): Promise<Check | Moved | Doubtful> {
  const id = 'taken';
  const usual = new Set(first.ports.map((one) => one.port));
  const helpers = new Set(first.bound.map((one) => one.port).filter((one) => !usual.has(one))).size;
  const others = new Map<string, number>();
  let leftAlone: number | undefined;
  const random = firstRandomPort();
  for (;;) {
    const { pids, sockets } = await child.look();
    const now = child.milliseconds();
    const tcp = sockets.filter(({ protocol }) => protocol === 'tcp');
    // The program has failed, and something that it started is left behind.
    if (child.ended && child.ended.status !== 0 && tcp.length === 0) leftAlone ??= now;
    else leftAlone = undefined;
    if (pids.length === 0) return endedCheck(child, port, [first.printed], []);
    if (leftAlone !== undefined && now - leftAlone > (now > options.limit ? 2000 : lingering)) {
      const rows = await machine.processes();
      const left = rows
        .filter(({ pid }) => pids.includes(pid))
        .map(({ pid, command }) => `${command} (process ${pid})`);
      if (left.length > 0) return endedCheck(child, port, [first.printed], left);
    }
    for (const name of others.keys()) if (!tcp.some((socket) => nameOf(socket) === name)) others.delete(name);
    for (const socket of tcp) {
      const name = nameOf(socket);
      const isOther = !usual.has(socket.port) || socket.port === port;
      if (isOther && !others.has(name)) others.set(name, now);
    }
    const settled = tcp.filter((socket) => now - (others.get(nameOf(socket)) ?? now) > 1500);
    const shared = settled.find((socket) => socket.port === port);
    if (shared) {
      return {
        id,
        port,
        outcome: 'failed',
        message: `listens on ${endpoint(shared.host, port)} although it is taken, so connections go to one or the other`,
        notes: [],
      };
    }
    const moved = settled.filter((socket) => isRandom || socket.port < random || child.printed.names(socket.port));
    if (moved.length > 0) return { moved };
    // More ports of the system's choice than its helpers had in the first run: one is in place of the taken one.
    const strange = settled.filter((socket) => !usual.has(socket.port));
    if (now > options.limit && new Set(strange.map((socket) => socket.port)).size > helpers) return { moved: strange };
    if (now > options.limit && leftAlone === undefined) {
      const rest = [...new Set(tcp.map((socket) => socket.port))];
      const doing =
        rest.length > 0 ? `it serves port ${rest.join(', ')} and goes on without port ${port}` : 'it serves nothing';
      const said =
        child.printed.complaints(port, [first.printed]).lines.length > 0
          ? 'it says so, and stays up'
          : 'it does not say that the port is taken';
      return {
        id,
        port,
        outcome: 'failed',
        message: `stays up for ${inSeconds(options.limit)} although port ${port} is taken: ${doing}`,
        notes: [said, ...lastWords(child, port)],
      };
    }
    await pause(now < 3000 ? 50 : 150, options.signal);
  }
}

/** The lines that speak of the matter, else the last ones. */
function lastWords(child: Child, port: number): string[] {
  const lines = child.printed.lastLines(200);
  const telling = lines.filter(
    (line) => /in use|already|EADDRINUSE|errno|\btaken\b/i.test(line) || line.includes(`${port}`),
  );
  const shown = (telling.length > 0 ? telling : lines).slice(-2);
  return shown.length === 0 ? ['it printed nothing'] : shown.map((line) => `it printed: ${line.trim().slice(0, 200)}`);
}

function endedCheck(child: Child, port: number, before: readonly Printed[], left: readonly string[]): Check | Doubtful {
  const id = 'taken';
  const { ended, printed } = child;
  const after = `after ${inSeconds(ended?.milliseconds ?? child.milliseconds())}`;
  const seconds = (ended?.milliseconds ?? child.milliseconds()) / 1000;
  const failed = (message: string, notes: readonly string[]): Check => ({
    id,
    port,
    outcome: 'failed',
    message,
    notes,
    seconds,
  });
  if (ended?.status === 0)
    return failed(
      `ends ${after} with status 0 although port ${port} is taken, as if all were well`,
      lastWords(child, port),
    );
  const how = `ends ${after} ${endingWords(child)}`;
  const news = printed.complaints(port, before);
  if (news.lines.length === 0) {
    const what = printed.names(port)
      ? `but names port ${port} only as it does where the port is free`
      : `but its message does not name port ${port}`;
    return failed(`${how}, ${what}`, lastWords(child, port));
  }
  if (left.length > 0)
    return failed(
      `${how}, and its message names the port, but it leaves ${left.length === 1 ? 'a process' : `${left.length} processes`} behind`,
      left.slice(0, 3).map((one) => `still there seconds later: ${one.slice(0, 200)}`),
    );
  const told: Check = {
    id,
    port,
    outcome: 'passed',
    message: `${how}, and its message names the port`,
    notes: [],
    seconds,
  };
  if (news.isSure || before.length > 1) return told;
  return { told, decide: (again) => endedCheck(child, port, [...before, again], left) };
}

/** How long what a program has started may outlive it. */
const lingering = 5000;

function movedCheck(
  child: Child,
  port: number,
  moved: readonly Listening[],
  before: readonly Printed[],
): Check | Doubtful {
  const id = 'taken';
  const at = moved.map((socket) => endpoint(socket.host, socket.port)).join(', ');
  const all = moved.map((socket) => child.printed.announces(socket.port, port, before));
  const said = all.some(({ lines }) => lines.length > 0);
  const check: Check = {
    id,
    port,
    outcome: said ? 'passed' : 'failed',
    message: said ? `falls back to ${at} and says so` : `falls back to ${at} and does not say so`,
    notes: said ? ['what expects it on its own port does not find it there'] : lastWords(child, port),
  };
  const isClear = !said || all.some(({ isSure }) => isSure) || before.length > 1;
  return isClear ? check : { told: check, decide: (again) => movedCheck(child, port, moved, [...before, again]) };
}

/** A duration for people. */
export function inSeconds(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}
