import { BlockList, isIPv6 } from 'node:net';

/** The first packet of a TCP connection from another machine, or the answer to it. */
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
  /** It is the answer, on its way out. */
  readonly isAnswer?: true;
  /** It comes from a machine that no rule is about. */
  readonly isOrdinary?: true;
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

/**
 * Puts a rule together.
 * @param isOfSome is it about some of the machines that may connect, as a ban is?
 */
export function packetRule(
  text: string,
  deed: Deed,
  isOfSome: boolean,
  conditions: readonly ((packet: Packet) => Match)[],
): PacketRule {
  return {
    text,
    deed,
    match: (packet) => (packet.isOrdinary && isOfSome ? 'no' : every(conditions.map((condition) => condition(packet)))),
  };
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

/** Where a rule has to stand to let a packet through, and what it leaves behind. */
export interface Place {
  readonly chain: string;
  /** How many rules of the chain stay before it. */
  readonly index: number;
  readonly isLast: boolean;
  /** The rule that it goes before. */
  readonly next?: string;
  /** Rules that keep some machines out, and that it comes before. */
  readonly passed: readonly string[];
}

/**
 * Finds the last place at which a rule lets through what no rule is about: rules that keep some machines out stay before it where that is
 * possible.
 * @param policy what becomes of what no rule of the chain decides
 * @returns undefined where nothing is in its way
 */
export function placeFor(chain: string, chains: Chains, policy: 'accept' | 'drop', packet: Packet): Place | undefined {
  const ordinary: Packet = { ...packet, isOrdinary: true };
  const passes = (rules: Chains) => {
    const { ends } = follow(chain, rules, ordinary);
    const stops = ends.has('drop') || ends.has('unknown') || (ends.has('return') && policy === 'drop');
    return !stops;
  };
  if (passes(chains)) return undefined;
  const accept = packetRule('', { does: 'accept' }, false, []);
  const withRule = (name: string, index: number) =>
    new Map(chains).set(name, (chains.get(name) ?? []).toSpliced(index, 0, accept));
  const found = stoppedAt(chain, chains, ordinary) ?? { chain, index: chains.get(chain)?.length ?? 0 };
  const best = passes(withRule(found.chain, found.index)) ? found : { chain, index: 0 };
  const rules = chains.get(best.chain) ?? [];
  const next = rules[best.index]?.text;
  return {
    ...best,
    isLast: best.index === rules.length,
    ...(next !== undefined && { next }),
    passed: bansAfter(chain, chains, packet, best),
  };
}

interface Spot {
  readonly chain: string;
  readonly index: number;
}

/** The first rule that may stop a packet; in a chain of its own only where that holds bans, and where nothing else leads. */
function stoppedAt(chain: string, chains: Chains, packet: Packet, depth = 0): Spot | undefined {
  const rules = chains.get(chain) ?? [];
  for (const [index, { deed, match }] of rules.entries()) {
    const matches = match(packet);
    if (matches === 'no' || deed.does === 'on') continue;
    if (deed.does === 'drop' || deed.does === 'unknown') return { chain, index };
    if ('chain' in deed) {
      const { ends } = follow(deed.chain, chains, packet);
      if (!ends.has('drop') && !ends.has('unknown')) continue;
      const isOwn =
        depth < 20 &&
        holdsBans(deed.chain, chains, packet) &&
        [...chains.values()].flat().filter((one) => 'chain' in one.deed && one.deed.chain === deed.chain).length === 1;
      return (isOwn ? stoppedAt(deed.chain, chains, packet, depth + 1) : undefined) ?? { chain, index };
    }
    if (matches === 'yes') return undefined;
  }
  return undefined;
}

/** Does a rule keep out some machines, and not the others? */
function isBan({ deed, match }: PacketRule, chains: Chains, packet: Packet): boolean {
  const { isOrdinary: _, ...any } = packet;
  if (deed.does === 'on' || deed.does === 'accept' || deed.does === 'return') return false;
  if (match(any) === 'no' || match({ ...any, isOrdinary: true }) !== 'no') return false;
  return !('chain' in deed) || follow(deed.chain, chains, any).ends.has('drop');
}

const holdsBans = (chain: string, chains: Chains, packet: Packet) =>
  (chains.get(chain) ?? []).some((rule) => isBan(rule, chains, packet));

/** The bans that a packet meets behind a spot. */
function bansAfter(chain: string, chains: Chains, packet: Packet, spot: Spot): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  let isBehind = false;
  const walk = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    const rules = chains.get(name) ?? [];
    for (const [index, rule] of rules.entries()) {
      if (name === spot.chain && index === spot.index) isBehind = true;
      if (isBan(rule, chains, packet)) {
        if (isBehind) found.push(rule.text);
      } else if ('chain' in rule.deed && rule.match(packet) !== 'no') walk(rule.deed.chain);
    }
    if (name === spot.chain && spot.index === rules.length) isBehind = true;
  };
  walk(chain);
  return found;
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

/** Is the address of this machine in one of these addresses and networks? They are taken apart once. */
function isHere(list: string, family: 4 | 6): (packet: Packet) => Match {
  const networks = networksOf(list, family);
  const otherwise: Match = isLoopbackOnly(list) ? 'no' : 'maybe';
  return ({ address }) => {
    if (networks === undefined || address === undefined) return otherwise;
    return networks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4') ? 'yes' : 'no';
  };
}

const isEverywhere = (list: string) => /^(?:0\.0\.0\.0\/0|::\/0)$/.test(list.trim());

/** May the other machine have one of these? Its address is not known, but that it is another machine. */
function isThere(list: string): () => Match {
  const match = isLoopbackOnly(list) ? 'no' : isEverywhere(list) ? 'yes' : 'maybe';
  return () => match;
}

export type Condition = (packet: Packet) => Match;

/** A condition, and whether it is about some of the machines that may connect. */
export interface AddressCondition {
  readonly condition: Condition;
  /** In a chain for what comes in, or for answers. */
  readonly isOfSome: boolean;
}

/**
 * Does the sender have one of these addresses, or the receiver? The sender of an answer is this machine.
 * @param isSender the sender, and not the receiver
 */
export function addressIn(list: string, family: 4 | 6, isSender: boolean): AddressCondition {
  const [here, there] = [isHere(list, family), isThere(list)];
  return {
    condition: (packet) => ((packet.isAnswer === true) === isSender ? here(packet) : there()),
    isOfSome: isSender && !isEverywhere(list) && !isLoopbackOnly(list),
  };
}

/** Does the port that it comes from lie in a list, or the one that it goes to? */
export function portIn(list: string, isSource: boolean): Condition {
  return ({ port, isAnswer }) => {
    if ((isAnswer === true) === isSource) return holdsPort(list, port);
    // Clients have any port that needs no rights.
    if (/^\s*1024\s*[:-]\s*65535\s*$/.test(list)) return 'yes';
    return list.split(',').every((one) => /^\s*(?:\d{1,3}|10[01]\d|102[0-3])\s*$/.test(one)) ? 'no' : 'maybe';
  };
}

/** Is the state of its connection one of these? */
export function stateIn(states: readonly string[]): Condition {
  return ({ isAnswer }) => (states.includes(isAnswer ? 'established' : 'new') ? 'yes' : 'no');
}

/** Are those of its flags that are looked at just these? */
export function flagsAre(looked: readonly string[], set: readonly string[]): Condition {
  return ({ isAnswer }) => {
    const own = (isAnswer ? ['syn', 'ack'] : ['syn']).filter((flag) => looked.includes(flag));
    return own.length === set.length && own.every((flag) => set.includes(flag)) ? 'yes' : 'no';
  };
}

/** Does it go out by one of these interfaces? What comes in goes out by none, or by one that is not known. */
export function goesBy(names: readonly string[]): Condition {
  const isOwn = comesBy(names);
  return ({ isAnswer, ...packet }) => (isAnswer ? isOwn(packet) : 'maybe');
}

/** Does it come in by one of these interfaces? `eth*` and `eth+` are all that begin so. */
export function comesBy(names: readonly string[]): (packet: Packet) => Match {
  const isLoopback = names.every((name) => name === 'lo');
  return ({ device, isAnswer }) => {
    if (isLoopback || isAnswer) return 'no';
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
