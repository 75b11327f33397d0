import { BlockList, isIPv6 } from 'node:net';

/** The first packet of a TCP connection from another machine. */
export interface Packet {
  /** Undefined: it is not known which port it has by then. */
  readonly port: number | undefined;
  /** The port it was sent to, where that was changed on its way. */
  readonly sentTo?: number;
  readonly family: 4 | 6;
  /** The address of this machine that it goes to; undefined: any of them. */
  readonly address?: string;
  /** The interface that has this address, by which it comes. */
  readonly device?: string;
}

/** Whether a rule concerns a packet, as far as its text says. */
export type Match = 'yes' | 'no' | 'maybe';

/** What a rule does with what it concerns. `on`: nothing that matters here. */
export type Deed =
  | { readonly does: 'accept' | 'drop' | 'unknown' | 'return' | 'on' }
  | { readonly does: 'jump' | 'goto'; readonly chain: string };

export interface PacketRule {
  readonly text: string;
  readonly deed: Deed;
  match(packet: Packet): Match;
}

export type Chains = ReadonlyMap<string, readonly PacketRule[]>;

type End = 'accept' | 'drop' | 'unknown' | 'return';

/** What may become of a packet in a chain. */
export interface Course {
  /** Each end it may come to, with the rule that brings it there; undefined: no rule does. */
  readonly ends: ReadonlyMap<End, string | undefined>;
  /** The first rule of which it cannot be said whether it concerns it. */
  readonly doubtful?: string;
}

/** Follows a packet through a chain and those it leads to. */
export function follow(chain: string, chains: Chains, packet: Packet): Course {
  const known = new Map<string, Course>();
  const open = new Set<string>();
  const walk = (name: string): Course => {
    const before = known.get(name);
    if (before) return before;
    const rules = chains.get(name);
    if (rules === undefined || open.has(name) || open.size > 100) return { ends: new Map([['unknown', name]]) };
    open.add(name);
    const course = through(rules);
    open.delete(name);
    known.set(name, course);
    return course;
  };
  const through = (rules: readonly PacketRule[]): Course => {
    const ends = new Map<End, string | undefined>();
    let doubtful: string | undefined;
    const add = (end: End, text: string | undefined) => {
      if (!ends.has(end)) ends.set(end, text);
    };
    for (const { text, deed, match } of rules) {
      const matches = match(packet);
      if (matches === 'no' || deed.does === 'on') continue;
      let stops = true;
      if ('chain' in deed) {
        const inner = walk(deed.chain);
        for (const [end, rule] of inner.ends) {
          if (end !== 'return') add(end, rule ?? text);
          else if (deed.does === 'goto') add('return', text);
        }
        doubtful ??= inner.doubtful;
        stops = deed.does === 'goto' || !inner.ends.has('return');
        if (matches === 'maybe' && !(inner.ends.size === 1 && inner.ends.has('return'))) doubtful ??= text;
      } else {
        add(deed.does, text);
        if (matches === 'maybe') doubtful ??= text;
      }
      if (stops && matches === 'yes') return { ends, ...(doubtful !== undefined && { doubtful }) };
    }
    add('return', undefined);
    return { ends, ...(doubtful !== undefined && { doubtful }) };
  };
  return walk(chain);
}

/** All of several conditions. */
export function every(matches: readonly Match[]): Match {
  if (matches.includes('no')) return 'no';
  return matches.includes('maybe') ? 'maybe' : 'yes';
}

/** The other way round, where a rule says so; doubt stays doubt. */
export function inverted(match: Match, isInverted = true): Match {
  if (!isInverted || match === 'maybe') return match;
  return match === 'yes' ? 'no' : 'yes';
}

/** Does a list of ports, as `22,8000:8010` or `8000-8010`, hold one? */
export function holdsPort(list: string, port: number | undefined): Match {
  if (port === undefined) return 'maybe';
  let match: Match = 'no';
  for (const part of list.split(',')) {
    const range = /^\s*(\d+)(?:\s*[:-]\s*(\d+))?\s*$/.exec(part);
    if (range === null) match = 'maybe';
    else if (port >= Number(range[1]) && port <= Number(range[2] ?? range[1])) return 'yes';
  }
  return match;
}

/** Is what it goes to in one of these addresses and networks? They are taken apart once. */
export function goesTo(list: string, family: 4 | 6): (packet: Packet) => Match {
  const networks = networksOf(list, family);
  const otherwise: Match = isLoopbackOnly(list) ? 'no' : 'maybe';
  return ({ address }) => {
    if (networks === undefined || address === undefined) return otherwise;
    return networks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4') ? 'yes' : 'no';
  };
}

/** May it come from one of these? Where it comes from is not known, but that it is another machine. */
export function comesFrom(list: string): () => Match {
  const everywhere: Match = /^(?:0\.0\.0\.0\/0|::\/0)$/.test(list.trim()) ? 'yes' : 'maybe';
  const match = isLoopbackOnly(list) ? 'no' : everywhere;
  return () => match;
}

/** Does it come in by one of these interfaces? `eth*` and `eth+` are all that begin so. */
export function comesBy(names: readonly string[]): (packet: Packet) => Match {
  const isLoopback = names.every((name) => name === 'lo');
  return ({ device }) => {
    if (isLoopback) return 'no';
    if (device === undefined) return 'maybe';
    return names.some((name) => (/[*+]$/.test(name) ? device.startsWith(name.slice(0, -1)) : device === name))
      ? 'yes'
      : 'no';
  };
}

const isLoopbackOnly = (list: string) =>
  list.split(',').every((one) => /^\s*(?:127\.[\d.]+(?:\/\d+)?|::1(?:\/128)?)\s*$/.test(one));

function networksOf(list: string, family: 4 | 6): BlockList | undefined {
  const networks = new BlockList();
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  try {
    for (const part of list.split(',')) {
      const one = part.trim();
      const [network, bits] = one.split('/') as [string, string?];
      const [first, last] = one.split('-') as [string, string?];
      if (last !== undefined) networks.addRange(first, last, kind);
      else if (bits === undefined) networks.addAddress(network, kind);
      else if (/^\d{1,3}$/.test(bits)) networks.addSubnet(network, Number(bits), kind);
      else return undefined;
    }
  } catch {
    return undefined;
  }
  return networks;
}
