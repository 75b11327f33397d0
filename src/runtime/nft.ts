import {
  addressIn,
  type Condition,
  comesBy,
  type Deed,
  flagsAre,
  goesBy,
  inverted,
  type Match,
  type PacketRule,
  packetRule,
  portIn,
  stateIn,
} from './packet-rules.ts';

/** A chain at which packets arrive by themselves. */
export interface BaseChain {
  /** `inet filter input`. */
  readonly name: string;
  readonly hook: string;
  readonly families: readonly (4 | 6)[];
  /** It changes where packets go, and lets all of them through. */
  readonly isNat: boolean;
  /** It sees packets of one device only. */
  readonly ofDevice: boolean;
  readonly policy: 'accept' | 'drop';
  readonly priority: number;
}

export interface Ruleset {
  readonly bases: readonly BaseChain[];
  /** By `inet filter input`. */
  readonly chains: ReadonlyMap<string, readonly PacketRule[]>;
}

const families: Readonly<Record<string, readonly (4 | 6)[]>> = { ip: [4], ip6: [6], inet: [4, 6], netdev: [4, 6] };
const priorities: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};

/** Reads what `nft list ruleset` prints: https://netfilter.org/projects/nftables/manpage.html */
export function parseRuleset(text: string): Ruleset {
  const bases: BaseChain[] = [];
  const lines = new Map<string, { readonly table: string; readonly texts: string[] }>();
  const sets = new Map<string, string>();
  let family = '';
  let table = '';
  let chain: string | undefined;
  let set: string | undefined;
  for (const line of statements(text)) {
    const atTable = /^table (\S+) (\S+) \{/.exec(line);
    const atChain = /^chain (\S+) \{/.exec(line);
    const atSet = /^set (\S+) \{/.exec(line);
    if (atTable) [family, table] = [atTable[1]!, `${atTable[1]} ${atTable[2]}`];
    else if (atChain) {
      chain = `${table} ${atChain[1]}`;
      lines.set(chain, { table, texts: [] });
    } else if (atSet) {
      set = `${table} @${atSet[1]}`;
      sets.set(set, '');
    } else if (line === '}') [chain, set] = [undefined, undefined];
    else if (set !== undefined) {
      const elements = /^elements = \{(.*)\}$/.exec(line)?.[1];
      if (elements !== undefined) sets.set(set, elements);
    } else if (chain !== undefined) {
      const hook =
        /^type (\w+) hook (\w+)(?: devices? .*?)? priority (\S+?)(?: ([+-]) (\d+))?;(?: policy (\w+);)?/.exec(line);
      if (!hook) {
        lines.get(chain)!.texts.push(line);
        continue;
      }
      const own = families[family];
      const isNat = hook[1] === 'nat' && hook[2] === 'prerouting';
      const isRoute = hook[1] === 'route' && hook[2] === 'output';
      if (own === undefined || (hook[1] !== 'filter' && !isNat && !isRoute)) continue;
      const shift = hook[5] === undefined ? 0 : Number(hook[5]) * (hook[4] === '-' ? -1 : 1);
      bases.push({
        name: chain,
        hook: hook[2]!,
        families: own,
        isNat,
        ofDevice: family === 'netdev' || / device/.test(line),
        policy: hook[6] === 'drop' ? 'drop' : 'accept',
        priority: (priorities[hook[3]!] ?? (Number(hook[3]) || 0)) + shift,
      });
    }
  }
  const maps = new Map<string, readonly PacketRule[]>();
  const chains = new Map(
    [...lines].map(([name, { table: of, texts }]) => [
      name,
      texts.map((one) => ruleOf(one, of, (list) => (list.startsWith('@') ? sets.get(`${of} ${list}`) : list), maps)),
    ]),
  );
  for (const [name, rules] of maps) chains.set(name, [...rules]);
  return { bases: bases.sort((a, b) => a.priority - b.priority), chains };
}

/** Its lines; what stands in braces over several of them is one. */
function* statements(text: string): Generator<string> {
  let parts: string[] = [];
  let depth = 0;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (parts.length === 0 && (line === '' || line.startsWith('#'))) continue;
    const isHead =
      parts.length === 0 &&
      /^(?:table|chain|set|map|flowtable|counter|quota|limit|ct \w+|synproxy) [^{]*\{$/.test(line);
    parts.push(line);
    if (!isHead) for (const [brace] of line.matchAll(/[{}]/g)) depth += brace === '{' ? 1 : -1;
    if (!isHead && depth > 0) continue;
    yield parts.join(' ');
    parts = [];
    depth = 0;
  }
}

/** @param maps takes the chains that stand for maps of verdicts */
function ruleOf(
  line: string,
  table: string,
  resolved: (list: string) => string | undefined,
  maps: Map<string, readonly PacketRule[]>,
): PacketRule {
  let rest = line
    .replace(/\s*# handle \d+$/, '')
    .replace(/\s*comment "[^"]*"/, '')
    .replace(/\bcounter(?: name \S+)?(?: packets \d+ bytes \d+)?\s*/g, '')
    .replace(
      /\blog(?: (?:prefix (?:"[^"]*"|\S+)|level \S+|group \d+|flags [\w ,]+?|snaplen \d+|queue-threshold \d+))*\s*/g,
      '',
    )
    .trim();
  const conditions: Condition[] = [];
  let isOfSome = false;
  for (;;) {
    const taken = conditionAt(rest, resolved);
    if (!taken) break;
    conditions.push(taken.condition);
    isOfSome ||= taken.isOfSome === true;
    rest = rest.slice(taken.length).trim();
  }
  const mapped = vmapAt(rest);
  if (mapped) {
    const chain = `${table} map ${maps.size}`;
    const verdicts = ['new', 'established'].map((state) =>
      packetRule(line, deedOf(mapped.get(state) ?? 'continue', table).deed, false, [stateIn([state])]),
    );
    maps.set(chain, verdicts);
    return packetRule(line, { does: 'jump', chain }, isOfSome, conditions);
  }
  const { deed, whole } = deedOf(rest, table);
  // What was not understood before the verdict may or may not hold.
  if (!whole) {
    conditions.push(() => 'maybe');
    isOfSome ||= /\bsaddr\b|\b(?:rate|count) over\b/.test(rest);
  }
  return packetRule(line, deed, isOfSome, conditions);
}

/** A map of verdicts by the state of the connection. */
function vmapAt(rest: string): ReadonlyMap<string, string> | undefined {
  const match = /^ct state vmap \{([^}]*)\}$/.exec(rest);
  if (!match) return undefined;
  const pairs = match[1]!.split(',').flatMap((pair) => {
    const [key, verdict] = pair.split(/ : /);
    return verdict === undefined ? [] : key!.split('|').map((state) => [state.trim(), verdict.trim()] as const);
  });
  return new Map(pairs);
}

/** `whole`: there is nothing but what it does. */
function deedOf(rest: string, table: string): { readonly deed: Deed; readonly whole: boolean } {
  const verdict = /(?:^|\s)(accept|drop|return|continue|reject(?: with .*)?|(?:jump|goto) \S+)$/.exec(rest);
  if (verdict) {
    const [word, chain] = verdict[1]!.split(' ') as [string, string?];
    const deed: Deed =
      word === 'jump' || word === 'goto'
        ? { does: word, chain: `${table} ${chain}` }
        : word === 'continue'
          ? { does: 'on' }
          : { does: word === 'accept' ? 'accept' : word === 'return' ? 'return' : 'drop' };
    return { deed, whole: verdict.index === 0 };
  }
  const isOther =
    /\b(?:vmap|queue|synproxy|tproxy|dup|fwd|dnat|redirect)\b|\bxt target "(?!LOG|NFLOG|MARK|CONNMARK|CT|TRACE|CHECKSUM|TCPMSS|TOS|DSCP|TTL|HL|ECN|CLASSIFY)/.test(
      rest,
    );
  return { deed: { does: isOther ? 'unknown' : 'on' }, whole: false };
}

const value = String.raw`(?!\. )(?:\{[^}]*\}|@\S+|"[^"]*"|\S+)`;
const protocols = 'udp|udplite|icmp|icmpv6|igmp|sctp|dccp|esp|ah|gre';

const patterns = new Map<string, RegExp>();

/** What is joined to another one by a dot is no condition by itself: `iifname . tcp dport { "eth0" . 8000 }`. */
function beginning(pattern: string): RegExp {
  const known = patterns.get(pattern) ?? new RegExp(`^${pattern}(?= (?!\\. )|$)`);
  patterns.set(pattern, known);
  return known;
}

const flagWords = String.raw`\(?(?:fin|syn|rst|psh|ack|urg|ecn|cwr)(?: ?[|,] ?(?:fin|syn|rst|psh|ack|urg|ecn|cwr))*\)?`;
const flagsPatterns = [
  // tcp flags & (fin | syn | rst | ack) != syn
  new RegExp(`^tcp flags & (?<looked>${flagWords}) (?<operator>==|!=) (?<set>${flagWords}|0x0)(?= |$)`),
  // tcp flags != syn / fin,syn,rst,ack
  new RegExp(`^tcp flags (?:(?<operator>!=) )?(?<set>${flagWords}|0x0) / (?<looked>${flagWords})(?= |$)`),
  // tcp flags == syn, and tcp flags != syn
  new RegExp(`^tcp flags (?<operator>==|!=) (?<set>${flagWords}|0x0)(?= (?![|&/])|$)`),
];

/** A condition on the flags of TCP; one without an operator holds for any of them. */
function flagsAt(text: string): { readonly condition: Condition; readonly length: number } | undefined {
  if (!text.startsWith('tcp flags ')) return undefined;
  const words = (some: string): readonly string[] => some.match(/[a-z]{3}/g) ?? [];
  for (const pattern of flagsPatterns) {
    const match = pattern.exec(text);
    if (!match) continue;
    const { looked, operator, set } = match.groups!;
    const are = flagsAre(looked === undefined ? allFlags : words(looked), words(set!));
    return { condition: (packet) => inverted(are(packet), operator === '!='), length: match[0].length };
  }
  const any = new RegExp(`^tcp flags (${flagWords})(?= (?![|&/])|$)`).exec(text);
  if (!any) return undefined;
  const named = words(any[1]!);
  const isAny = (own: readonly string[]): Match => (own.some((flag) => named.includes(flag)) ? 'yes' : 'no');
  return { condition: ({ isAnswer }) => isAny(isAnswer ? ['syn', 'ack'] : ['syn']), length: any[0].length };
}

const allFlags = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr'];

/** The condition that a rule begins with. */
function conditionAt(
  text: string,
  resolved: (list: string) => string | undefined,
): { readonly condition: Condition; readonly length: number; readonly isOfSome?: boolean } | undefined {
  const at = (pattern: string) => beginning(pattern).exec(text);
  const listed = (written: string) => {
    const list = resolved(written);
    return list?.replace(/^\{|\}$/g, '').trim();
  };
  const port = at(`(?:tcp|th) (dport|sport) (!= )?(?!vmap)(${value})`);
  if (port) {
    const list = listed(port[3]!);
    const isIn = list === undefined ? undefined : portIn(list, port[1] === 'sport');
    const condition: Condition = (packet) => {
      const held = isIn === undefined ? 'maybe' : list === '' ? 'no' : isIn(packet);
      return inverted(held, port[2] !== undefined);
    };
    return { condition, length: port[0].length };
  }
  const state = at(`ct state (!= |! )?(?!vmap|\\. )(\\{[^}]*\\}|\\S+)`);
  if (state) {
    const isIn = stateIn(state[2]!.match(/\w+/g) ?? []);
    return { condition: (packet) => inverted(isIn(packet), state[1] !== undefined), length: state[0].length };
  }
  const flags = flagsAt(text);
  if (flags) return flags;
  const protocol = at(`(?:(?:meta )?l4proto|ip protocol|ip6 nexthdr) (!= )?(?!vmap)(${value})`);
  if (protocol) {
    const own = /^ip6/.test(text) ? 6 : /^ip /.test(text) ? 4 : undefined;
    const words = listed(protocol[2]!)?.split(/[\s,]+/);
    const isTcp: Match =
      words === undefined ? 'maybe' : words.some((one) => one === 'tcp' || one === '6') ? 'yes' : 'no';
    return {
      condition: ({ family }) =>
        own === undefined || own === family ? inverted(isTcp, protocol[1] !== undefined) : 'no',
      length: protocol[0].length,
    };
  }
  const version = at(`(?:meta )?(?:nfproto|protocol) (!= )?(ipv4|ipv6|ip6|ip)`);
  if (version) {
    const own = version[2]!.includes('6') ? 6 : 4;
    return {
      condition: ({ family }) => inverted(family === own ? 'yes' : 'no', version[1] !== undefined),
      length: version[0].length,
    };
  }
  const device = at(`(?:meta )?(iif|oif)(?:name)? (!= )?(?!vmap)(${value})`);
  if (device) {
    const names = listed(device[3]!)
      ?.replaceAll('"', '')
      .split(/[\s,]+/);
    const isOut = device[1] === 'oif';
    const isListed = names === undefined ? () => 'maybe' as const : isOut ? goesBy(names) : comesBy(names);
    return {
      // What goes out has come in by nothing, which is not another one either.
      condition: (packet) => inverted(isListed(packet), device[2] !== undefined && (isOut || !packet.isAnswer)),
      length: device[0].length,
    };
  }
  const address = at(`(ip6?) (saddr|daddr) (!= )?(?!vmap)(${value})`);
  if (address) {
    const own = address[1] === 'ip6' ? 6 : 4;
    const list = listed(address[4]!);
    const isSender = address[2] === 'saddr';
    const isListed = list === undefined ? undefined : addressIn(list, own, isSender);
    return {
      isOfSome: isListed === undefined ? isSender : isListed.isOfSome && list !== '',
      condition: (packet) => {
        if (packet.family !== own) return 'no';
        if (isListed === undefined) return 'maybe';
        if (list === '') return inverted('no', address[3] !== undefined);
        return inverted(isListed.condition(packet), address[3] !== undefined);
      },
      length: address[0].length,
    };
  }
  const kind = at(`(?:fib daddr type|meta pkttype) (!= )?(?!vmap)(${value})`);
  if (kind) {
    const words = kind[2]!
      .replace(/[{}"]/g, '')
      .split(/[\s,]+/)
      .filter(Boolean);
    const isAmong = (...some: string[]): Match => (words.some((one) => some.includes(one)) ? 'yes' : 'no');
    const isOwn: Condition = ({ isAnswer }) => (isAnswer ? isAmong('unicast') : isAmong('local', 'host', 'unicast'));
    return { condition: (packet) => inverted(isOwn(packet), kind[1] !== undefined), length: kind[0].length };
  }
  // Whom a rule before has sent elsewhere is not asked for by this port, and whoever connects can be answered.
  const never = at('ct status (!= )?dnat') ?? at(String.raw`fib saddr(?: \. (?:mark|iif))* oif (!= )?(?:missing|0)`);
  if (never) return { condition: () => inverted('no', never[1] !== undefined), length: never[0].length };
  // No TCP connection begins with these.
  const foreign = at(`(?:${protocols}) .*`);
  if (foreign) return { condition: () => 'no', length: text.length };
  return undefined;
}
