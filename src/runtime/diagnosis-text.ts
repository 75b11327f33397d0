import { isUnspecified } from '../address.ts';
import { grouped } from '../grouped.ts';
import { columnsOf, harmless, painter, wrap } from '../terminal.ts';
import type { Diagnosis, Listener, PortDiagnosis } from './diagnosis.ts';
import { endpoint } from './sockets.ts';

/** What is so on this machine, for people. */
export function diagnosisAsText(
  diagnosis: Diagnosis,
  options: { readonly color: boolean; readonly quiet: boolean; readonly columns: number },
): string {
  const paint = painter(options.color);
  const { ports, surroundings, firewalls, shown, system } = diagnosis;
  const lines: string[] = [];
  const put = (indent: string, text: string, style?: Parameters<typeof paint>[0]) => {
    const room = Math.max(40, options.columns - indent.length - 2);
    for (const [index, line] of wrap(harmless(text), room).entries())
      lines.push(`${indent}${index === 0 ? '' : '  '}${style === undefined ? line : paint(style, line)}`);
  };
  // A command is for copying: it is never broken.
  const command = (indent: string, text: string) => lines.push(indent + harmless(text));
  for (const port of ports) {
    lines.push(paint('bold', `port ${port.port}`));
    for (const meant of meantWords(port)) put('  ', `meant: ${meant}`);
    for (const problem of port.problems) put('  ', `problem: ${problem}`, 'red');
    for (const listener of port.listeners) put('  ', `listens: ${listenerWords(listener, port.port)}`);
    for (const line of triedLines(port)) put('  ', line);
    if (!isSilent(port)) put('  ', `from another machine: ${port.others.words}`);
    for (const hint of port.hints) put('  ', `note: ${hint}`);
    for (const line of urlLines(port)) put('  ', line);
    for (const words of port.firewall) if (!port.others.words.includes(words)) put('  ', `firewall: ${words}`);
    for (const { of, open, close, note } of port.openings) {
      if (open.length === 0) {
        put('  ', `to let other machines through ${of}: ${note}`);
        continue;
      }
      put('  ', `to let other machines through ${of}${note === undefined ? '' : ` (${note})`}:`, 'dim');
      for (const one of open) command('    ', one);
      put('  ', 'to take that back:', 'dim');
      for (const one of close) command('    ', one);
    }
    for (const { of, commands } of isSilent(port) && shown === system ? [] : port.advice) {
      put('  ', `${of}:`, 'dim');
      for (const one of commands) command('    ', one);
    }
    lines.push('');
  }
  if (ports.length === 0)
    lines.push('no port to look at: the project declares none that can be seen; --port names one', '');
  if (!options.quiet) {
    lines.push(paint('bold', 'this machine'));
    const names = surroundings.localhost.join(', then ') || 'nothing';
    put('  ', `localhost stands for ${names}; other addresses: ${surroundings.addresses.join(', ') || 'none'}`);
    for (const { name, state, words } of firewalls) if (state !== 'absent') put('  ', `${name}: ${words}`);
    const absent = firewalls.filter(({ state }) => state === 'absent').map(({ name }) => name);
    if (absent.length > 0) put('  ', `not installed: ${absent.join(', ')}`);
    for (const hint of diagnosis.hints) put('  ', `note: ${hint}`);
    for (const unseen of diagnosis.unseen) put('  ', `not seen: ${unseen}`);
    if (shown !== system) put('  ', `commands are those of ${shown}`);
    put('  ', 'nothing was changed, and no command above was run', 'dim');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Nothing is there at all. */
const isSilent = ({ listeners, tried }: PortDiagnosis) =>
  listeners.length === 0 && tried.every(({ attempt }) => attempt.result === 'refused');

/** Attempts that ended alike share a line. */
function triedLines(port: PortDiagnosis): string[] {
  const alike = grouped(port.tried, ({ attempt }) => attempt.words);
  return columnsOf([...alike].map(([words, same]) => [`from ${same.map(({ address }) => address).join(', ')}`, words]));
}

const maximumPlaces = 3;

/** Each host that is meant, with the places that say so. */
function meantWords({ intended }: PortDiagnosis): string[] {
  const hosts = grouped(intended, ({ host, what }) => JSON.stringify([host, what]));
  const all = [...hosts.values()].flatMap((same) => {
    const { host, what } = same[0]!;
    const places = same.flatMap(({ place }) => place ?? []);
    if (host === undefined && places.length === 0) return [];
    const shown = host === undefined ? 'an address that cannot be seen' : host === '' ? 'all interfaces' : host;
    return [`${shown} (${[...firstOf(places), what].join(', ')})`];
  });
  return firstOf(all);
}

function firstOf(all: readonly string[]): string[] {
  const more = all.length - maximumPlaces;
  return more > 1 ? [...all.slice(0, maximumPlaces), `and ${more} more`] : [...all];
}

function listenerWords({ host, family, dual, owners, user }: Listener, port: number): string {
  const families = dual === true ? ', IPv4 too' : dual === false ? ', IPv6 only' : '';
  const where = isUnspecified(host) ? ` (all interfaces, IPv${family}${families})` : '';
  const shown = owners.slice(0, 3).map(({ pid, command, user: own, keeper }) => {
    const rest = [own === undefined ? undefined : `user ${own}`, keeper].filter((one) => one !== undefined);
    const short = command.length > 100 ? `${command.slice(0, 100)}...` : command;
    return `process ${pid}: ${short}${rest.length > 0 ? ` (${rest.join(', ')})` : ''}`;
  });
  const others = owners.length > 3 ? ` and ${owners.length - 3} more` : '';
  const hidden = `a process that cannot be seen${user === undefined ? '' : ` (user ${user})`}`;
  return `${endpoint(host, port)}${where}, ${owners.length === 0 ? hidden : shown.join('; ') + others}`;
}

function urlLines({ port, listeners, urls, others }: PortDiagnosis): string[] {
  const { here, elsewhere } = urls;
  if (here.length + elsewhere.length === 0) return [];
  const any = listeners.find(({ host }) => isUnspecified(host))?.host;
  const why =
    any === undefined
      ? []
      : [
          `http://${endpoint(any, port)} is no address to open: ${any} means every address of this machine to a server, and nothing to a client; browsers and Windows refuse it`,
        ];
  return [
    ...why,
    ...(here.length > 0 ? [`open on this machine: ${here.join(' ')}`] : []),
    ...(elsewhere.length > 0
      ? [`open on another${others.verdict === 'blocks' ? ', once it gets through' : ''}: ${elsewhere.join(' ')}`]
      : []),
  ];
}

/** Version 1 of the format for programs. */
export function diagnosisAsJson({ ports, firewalls, surroundings, ...rest }: Diagnosis): string {
  const { hints, ...around } = surroundings;
  const state = {
    version: 1,
    system: rest.system,
    commandsFor: rest.shown,
    surroundings: around,
    firewalls: firewalls.map(({ name, state: is, words }) => ({ name, state: is, words })),
    hints: rest.hints,
    unseen: rest.unseen,
    ports: ports.map((port) => ({
      port: port.port,
      intended: port.intended.map(({ host, place, what, guarded }) => ({
        host: host ?? null,
        place: place ?? null,
        what,
        guarded: guarded ?? null,
      })),
      listeners: port.listeners.map(({ host, family, dual, owners, user }) => ({
        host,
        family,
        dual: dual ?? null,
        user: user ?? null,
        owners,
      })),
      attempts: port.tried.map(({ address, attempt }) => ({ address, ...attempt })),
      fromOtherMachines: port.others,
      problems: port.problems,
      hints: port.hints,
      urls: port.urls,
      firewall: port.firewall,
      openings: port.openings,
      advice: port.advice,
      nextFree: port.nextFree ?? null,
    })),
  };
  return `${JSON.stringify(state, undefined, 2)}\n`;
}
