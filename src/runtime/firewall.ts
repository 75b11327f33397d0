import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { Opening } from './advice.ts';
import { ask } from './ask.ts';
import { parseFirewalld } from './firewalld.ts';
import { type IptablesRules, parseIptablesRules } from './iptables.ts';
import type { System } from './machine.ts';
import { type BaseChain, parseRuleset } from './nft.ts';
import { type Chains, follow, type Packet, type PacketRule, type Place, placeFor } from './packet-rules.ts';
import { parseUfw } from './ufw.ts';
import { parseNetshProfile } from './windows-firewall.ts';

export type FirewallName =
  | 'ufw'
  | 'firewalld'
  | 'nftables'
  | 'iptables'
  | 'ip6tables'
  | 'iptables-legacy'
  | 'ip6tables-legacy'
  | 'windows-defender-firewall'
  | 'application-firewall'
  | 'pf';

/** What could be read of one firewall. */
export interface Firewall {
  readonly name: FirewallName;
  /** `absent`: not installed; `unreadable`: one may not look. */
  readonly state: 'active' | 'inactive' | 'absent' | 'unreadable';
  readonly words: string;
  /**
   * What it does with TCP connections from other machines to a port, as far as its rules say so plainly.
   * @param address the one of this machine that they go to; undefined: any
   */
  judge(port: number, address?: string): Verdict;
  /**
   * How to let a port through past what is there, and how to have that again; undefined: there is nothing to do here.
   * @param addresses those of this machine that others would come to
   */
  opening?(port: number, name: string, addresses: readonly string[]): Opening | undefined;
}

export interface Verdict {
  readonly verdict: 'lets-through' | 'blocks' | 'unknown';
  readonly words: string;
}

/** It cannot be said. */
export const unknown = (words: string): Verdict => ({ verdict: 'unknown', words });

/** One that lets everything through, or that cannot be read. */
export function quietFirewall(
  name: FirewallName,
  state: Exclude<Firewall['state'], 'active'>,
  words: string,
): Firewall {
  const verdict: Verdict =
    state === 'unreadable' ? unknown(`${name}: ${words}`) : { verdict: 'lets-through', words: `${name} is not active` };
  return { name, state, words, judge: () => verdict };
}

/** The interface that has an address, as far as that is known. */
export type DeviceOf = (address: string) => string | undefined;

const nowhere: DeviceOf = () => undefined;

const packetTo = (
  port: number,
  family: 4 | 6,
  address: string | undefined,
  deviceOf: DeviceOf,
): Packet & { readonly port: number } => {
  const device = address === undefined ? undefined : deviceOf(address);
  return { port, family, ...(address !== undefined && { address }), ...(device !== undefined && { device }) };
};

/**
 * Reads what `nft list ruleset` prints.
 * @param isApart chains that are spoken of elsewhere
 */
export function parseNft(
  text: string,
  isApart: (chain: string) => boolean = () => false,
  deviceOf: DeviceOf = nowhere,
): Firewall {
  const { bases, chains } = parseRuleset(text);
  const incoming = bases.filter(
    ({ name, hook }) =>
      !isApart(name) && (hook === 'input' || (/^(?:ingress|prerouting)$/.test(hook) && chains.get(name)!.length > 0)),
  );
  const outgoing = bases.filter(
    ({ name, hook, policy }) =>
      !isApart(name) && isForAnswers(hook) && (policy === 'drop' || chains.get(name)!.length > 0),
  );
  if (incoming.length + outgoing.length === 0)
    return quietFirewall('nftables', 'inactive', 'no chain looks at what comes in');
  const packetsFor = (port: number, family: 4 | 6, address: string | undefined) => {
    const packet = packetTo(port, family, address, deviceOf);
    return [...incoming, ...outgoing]
      .filter(({ families }) => families.includes(family))
      .map((base) => ({ base, packet: isForAnswers(base.hook) ? answerTo(packet) : packet }));
  };
  const judge = (port: number, address?: string): Verdict =>
    overFamilies(address, (family) => {
      const own = packetsFor(port, family, address);
      if (own.length === 0)
        return { verdict: 'lets-through', words: `no chain of nftables looks at what comes in over IPv${family}` };
      const verdicts = own.map(({ base: { name, policy, ofDevice, isNat }, packet }) => {
        if (isNat) return redirected(name, chains, packet);
        const verdict = verdictOf('nftables', name, policy, chains, packet);
        return ofDevice && verdict.verdict === 'blocks'
          ? unknown(`${verdict.words}, where it comes in by the device of that chain`)
          : verdict;
      });
      return worst(verdicts);
    });
  const lists = (some: readonly BaseChain[]) =>
    some.map(({ name, policy }) => `${name}, ${policy} by default`).join('; ');
  const looks = (some: readonly BaseChain[], at: string) =>
    some.length === 0
      ? []
      : [`${some.length === 1 ? 'one chain looks' : `${some.length} chains look`} ${at}: ${lists(some)}`];
  return {
    name: 'nftables',
    state: 'active',
    words: [...looks(incoming, 'at what comes in'), ...looks(outgoing, 'at what goes out')].join('; '),
    judge,
    opening(port, name, addresses) {
      const places = packetsOver(addresses, (family, address) =>
        packetsFor(port, family, address).flatMap(({ base, packet }) => {
          const place = base.isNat ? undefined : placeFor(base.name, chains, base.policy, packet);
          return place === undefined ? [] : [{ ...place, isAnswer: packet.isAnswer === true }];
        }),
      );
      if (places.length === 0) return undefined;
      const rules = places.map((place) => {
        const verb = place.isLast && place.index > 0 ? 'add' : 'insert';
        const at = verb === 'insert' && place.index > 0 ? ` index ${place.index}` : '';
        return `sudo nft ${verb} rule ${place.chain}${at} tcp ${place.isAnswer ? 'sport' : 'dport'} ${port} accept comment '"${name}"'`;
      });
      return {
        of: 'nftables',
        open: rules,
        close: [...new Set(places.map(({ chain }) => chain))].flatMap((chain) => [
          `sudo nft -a list chain ${chain}`,
          `sudo nft delete rule ${chain} handle NUMBER`,
        ]),
        note: [
          'it lasts until the rules are loaded again; the list shows the number of the rule',
          ...passedWords(places),
        ].join('; '),
      };
    },
  };
}

const isForAnswers = (hook: string) => hook === 'output' || hook === 'postrouting';
const answerTo = <P extends Packet>(packet: P): P & { readonly isAnswer: true } => ({ ...packet, isAnswer: true });

type FoundPlace = Place & { readonly isAnswer: boolean };

/** Looks for places for each of some addresses, or for both families; each place once. */
function packetsOver(
  addresses: readonly string[],
  find: (family: 4 | 6, address: string | undefined) => readonly FoundPlace[],
): FoundPlace[] {
  const all =
    addresses.length > 0
      ? addresses.flatMap((address) => find(familyOf(address), address))
      : ([4, 6] as const).flatMap((family) => find(family, undefined));
  return [...new Map(all.map((place) => [`${place.chain} ${place.index} ${place.isAnswer}`, place])).values()];
}

/** What a person has to know of the rules that the new ones come before. */
function passedWords(places: readonly Place[]): string[] {
  const passed = [...new Set(places.flatMap((place) => place.passed))];
  const more = passed.length > 3 ? ` and ${passed.length - 3} more` : '';
  return passed.length === 0
    ? []
    : [
        `it goes before rules that keep some machines out, which then get through: ${passed.slice(0, 3).join(', ')}${more}`,
      ];
}

/** A chain that changes where packets go: what is sent elsewhere does not come to this port. */
function redirected(
  chain: string,
  chains: Chains,
  packet: Packet & { readonly port: number },
  name: FirewallName = 'nftables',
): Verdict {
  const { ends } = follow(chain, chains, packet);
  const sent = ends.get('unknown');
  if (ends.has('unknown'))
    return unknown(`${name} has a rule in ${chain} that may send port ${packet.port} elsewhere: ${sent ?? chain}`);
  if (ends.has('drop') && ends.size === 1)
    return { verdict: 'blocks', words: `${name} has a rule in ${chain} that blocks port ${packet.port}` };
  if (ends.has('drop'))
    return unknown(`${name} has a rule in ${chain} that may concern port ${packet.port}: ${ends.get('drop') ?? ''}`);
  return { verdict: 'lets-through', words: `no rule in ${chain} sends port ${packet.port} elsewhere` };
}

/** Reads what `iptables -S` prints. */
export function parseIptables(
  text: string,
  name: 'iptables' | 'ip6tables' = 'iptables',
  deviceOf: DeviceOf = nowhere,
): Firewall {
  const rules = parseIptablesRules(text);
  const { policies, chains } = rules;
  if (!policies.has('INPUT')) return quietFirewall(name, 'inactive', 'no rules');
  const own = baseChains(rules, ['INPUT', 'OUTPUT']);
  if (own.every(isQuiet)) return quietFirewall(name, 'inactive', 'everything is let in, without rules');
  const family = name === 'iptables' ? 4 : 6;
  return {
    name,
    state: 'active',
    words: own
      .filter((one) => one.chain === 'INPUT' || !isQuiet(one))
      .map(({ chain, policy, count }) => {
        const many = count === 1 ? 'one rule' : `${count} rules`;
        return `${many} for what ${chain === 'INPUT' ? 'comes in' : 'goes out'}, ${policy.toUpperCase()} by default`;
      })
      .join('; '),
    judge: overOne(name, family, (port, address) =>
      judgeChains(name, own, chains, packetTo(port, family, address, deviceOf)),
    ),
    opening: (port, rule, addresses) =>
      iptablesOpening(name, name, [{ table: 'filter', own, chains }], family, port, rule, addresses, deviceOf),
  };
}

interface OwnChain {
  readonly chain: string;
  readonly policy: 'accept' | 'drop';
  readonly count: number;
}

const isQuiet = ({ policy, count }: OwnChain) => policy === 'accept' && count === 0;

/** The chains at which packets arrive by themselves. */
function baseChains({ policies, chains }: IptablesRules, names: readonly string[]): OwnChain[] {
  return names.flatMap((chain) => {
    const policy = policies.get(chain);
    return policy === undefined ? [] : [{ chain, policy, count: chains.get(chain)?.length ?? 0 }];
  });
}

const goesOut = (chain: string) => chain === 'OUTPUT' || chain === 'POSTROUTING';

function judgeChains(
  name: FirewallName,
  own: readonly OwnChain[],
  chains: Chains,
  packet: Packet & { readonly port: number },
): Verdict {
  return worst(
    own.map(({ chain, policy }) => verdictOf(name, chain, policy, chains, goesOut(chain) ? answerTo(packet) : packet)),
  );
}

interface IptablesTable {
  readonly table: string;
  readonly own: readonly OwnChain[];
  readonly chains: Chains;
}

/**
 * How to let a port through past rules of iptables, behind those that keep some machines out.
 * @param program what shows and changes the rules
 * @param isOthers is it a place that another program looks after?
 */
function iptablesOpening(
  of: FirewallName,
  program: string,
  tables: readonly IptablesTable[],
  family: 4 | 6,
  port: number,
  rule: string,
  addresses: readonly string[],
  deviceOf: DeviceOf,
  isOthers: (place: Place) => boolean = () => false,
): Opening | undefined {
  const near = addresses.filter((address) => familyOf(address) === family);
  if (near.length === 0 && addresses.length > 0) return undefined;
  const open: string[] = [];
  const close: string[] = [];
  const all: Place[] = [];
  for (const { table, own, chains } of tables) {
    for (const { chain, policy } of own) {
      const find = (_: 4 | 6, address: string | undefined): FoundPlace[] => {
        const packet = packetTo(port, family, address, deviceOf);
        const place = placeFor(chain, chains, policy, goesOut(chain) ? answerTo(packet) : packet);
        return place === undefined || isOthers(place) ? [] : [{ ...place, isAnswer: goesOut(chain) }];
      };
      const places = near.length > 0 ? packetsOver(near, find) : find(family, undefined);
      all.push(...places);
      for (const place of places) {
        const end = `-p tcp ${place.isAnswer ? '--sport' : '--dport'} ${port} -m comment --comment '${rule}' -j ACCEPT`;
        const start = `sudo ${program}${table === 'filter' ? '' : ` -t ${table}`}`;
        const at = place.index === 0 ? '' : ` ${place.index + 1}`;
        open.push(
          place.isLast && place.index > 0
            ? `${start} -A ${place.chain} ${end}`
            : `${start} -I ${place.chain}${at} ${end}`,
        );
        close.push(`${start} -D ${place.chain} ${end}`);
      }
    }
  }
  if (open.length === 0) return undefined;
  return { of, open, close, note: ['it lasts until the next start', ...passedWords(all)].join('; ') };
}

/** What lets through a port that a container engine publishes, behind the rules of DOCKER-USER that keep some machines out. */
export function dockerOpening(text: string, packet: Packet, port: number): Opening | undefined {
  const { chains } = parseIptablesRules(text);
  const place = placeFor('DOCKER-USER', chains, 'accept', packet);
  if (place === undefined) return undefined;
  const rule = `-p tcp -m conntrack --ctorigdstport ${port} --ctdir ORIGINAL -j ACCEPT`;
  const at = place.index === 0 ? '' : ` ${place.index + 1}`;
  return {
    of: 'iptables',
    open: [`sudo iptables -I ${place.chain}${at} ${rule}`],
    close: [`sudo iptables -D ${place.chain} ${rule}`],
    note: ['it lasts until the next start', ...passedWords([place])].join('; '),
  };
}

const legacyChains: Readonly<Record<string, readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING'],
  filter: ['INPUT', 'OUTPUT'],
  security: ['INPUT', 'OUTPUT'],
};

/**
 * Reads the rules of the older kind, which stand beside those of nftables and are shown by a program of their own.
 * @param program what has printed them
 * @param tables what `-S` prints for each table
 */
export function parseLegacy(
  name: 'iptables-legacy' | 'ip6tables-legacy',
  program: string,
  tables: Readonly<Record<string, string>>,
  deviceOf: DeviceOf = nowhere,
): Firewall {
  const family = name === 'iptables-legacy' ? 4 : 6;
  const read = Object.entries(tables).map(([table, text]) => {
    const rules = parseIptablesRules(text);
    const own = baseChains(rules, legacyChains[table] ?? []).filter((one) => !isQuiet(one));
    return { table, own, chains: rules.chains };
  });
  const used = read.filter(({ own }) => own.length > 0);
  if (used.length === 0) return quietFirewall(name, 'inactive', 'no rules');
  const filters = used.filter(({ table }) => table !== 'nat');
  return {
    name,
    state: 'active',
    words: `rules in ${used.flatMap(({ table, own }) => own.map(({ chain }) => `${table} ${chain}`)).join(', ')}`,
    judge: overOne(name, family, (port, address) => {
      const packet = packetTo(port, family, address, deviceOf);
      const sent = used
        .filter(({ table }) => table === 'nat')
        .flatMap(({ own, chains }) => own.map(({ chain }) => redirected(chain, chains, packet, name)));
      return worst([...filters.map(({ own, chains }) => judgeChains(name, own, chains, packet)), ...sent]);
    }),
    opening: (port, rule, addresses) =>
      iptablesOpening(name, program, filters, family, port, rule, addresses, deviceOf),
  };
}

/** What the rules of iptables come to where another program has laid most of them. */
interface Shared {
  /** What becomes of it, as far as the chains of that program have a part in it. */
  own(port: number, address: string | undefined): Verdict;
  /** As far as rules beside them have. */
  readonly beside: Firewall;
}

/**
 * Splits what the rules of iptables come to between the chains of a program and the rules that stand beside them in INPUT.
 * @param isOwn is it a chain of that program?
 */
function sharedRules(
  manager: FirewallName,
  text: string,
  name: 'iptables' | 'ip6tables',
  isOwn: (chain: string) => boolean,
  deviceOf: DeviceOf,
): Shared {
  const all = parseIptablesRules(text);
  const { policies, chains } = all;
  const isOwnRule = ({ deed }: PacketRule) => 'chain' in deed && isOwn(deed.chain);
  const policy = policies.get('INPUT') ?? 'accept';
  const outgoing = baseChains(all, ['OUTPUT']);
  const isOutgoing = (chains.get('OUTPUT') ?? []).some((rule) => !isOwnRule(rule));
  const input = chains.get('INPUT') ?? [];
  const [own, beside] = [input.filter(isOwnRule), input.filter((rule) => !isOwnRule(rule))];
  const family = name === 'iptables' ? 4 : 6;
  const judge = (port: number, address: string | undefined) => {
    const packet = packetTo(port, family, address, deviceOf);
    const among = (of: FirewallName, rules: typeof input, fallback: 'accept' | 'drop') =>
      verdictOf(of, 'INPUT', fallback, new Map(chains).set('INPUT', rules), packet);
    const whole = verdictOf(name, 'INPUT', policy, chains, packet);
    const [mine, others] = [among(manager, own, policy), among(name, beside, 'accept')];
    const passes = (words: string): Verdict => ({ verdict: 'lets-through', words });
    // What all of them come to counts; the parts only say whose it is.
    if (whole.verdict === 'lets-through') return { mine: passes(whole.words), others: passes(whole.words) };
    const [isMine, isOthers] = [mine, others].map(({ verdict }) => verdict !== 'lets-through');
    const part = (verdict: Verdict) =>
      whole.verdict === 'unknown' && verdict.verdict === 'blocks' ? unknown(whole.words) : verdict;
    if (whole.verdict === 'blocks' && mine.verdict !== 'blocks' && others.verdict !== 'blocks')
      return { mine: part(mine), others: whole };
    return { mine: part(mine), others: isOthers || isMine ? part(others) : whole };
  };
  return {
    own: (port, address) => judge(port, address).mine,
    beside: {
      name,
      state: beside.length === 0 && !isOutgoing ? 'inactive' : 'active',
      words:
        beside.length === 0 && !isOutgoing
          ? `its rules are those of ${manager}`
          : `${beside.length === 1 ? 'one rule' : `${beside.length} rules`} for what comes in beside those of ${manager}`,
      judge: overOne(name, family, (port, address) => {
        const { others } = judge(port, address);
        const packet = packetTo(port, family, address, deviceOf);
        return isOutgoing ? worst([others, judgeChains(name, outgoing, chains, packet)]) : others;
      }),
      opening: (port, rule, addresses) => {
        const own = [...baseChains(all, ['INPUT']), ...outgoing];
        // The end of the chain is what it does by default.
        const isOthers = ({ chain, next }: Place) =>
          isOwn(chain) || next === undefined || isOwn(/ -[jg] (\S+)/.exec(next)?.[1] ?? '');
        return iptablesOpening(
          name,
          name,
          [{ table: 'filter', own, chains }],
          family,
          port,
          rule,
          addresses,
          deviceOf,
          isOthers,
        );
      },
    },
  };
}

export const familyOf = (address: string) => (address.includes(':') ? 6 : 4);

/** What rules for one family come to; they do not see the other. */
function overOne(name: FirewallName, family: 4 | 6, judge: Firewall['judge']): Firewall['judge'] {
  return (port, address) =>
    address !== undefined && familyOf(address) !== family
      ? { verdict: 'lets-through', words: `${name} does not look at IPv${familyOf(address)}` }
      : judge(port, address);
}

/** What holds over the family of an address, or over both. */
function overFamilies(address: string | undefined, judge: (family: 4 | 6) => Verdict): Verdict {
  if (address !== undefined) return judge(familyOf(address));
  const [four, six] = [judge(4), judge(6)];
  if (four.verdict === six.verdict) return four;
  return unknown(`it depends on the family: over IPv4 ${four.words}; over IPv6 ${six.words}`);
}

function verdictOf(
  name: FirewallName,
  chain: string,
  policy: 'accept' | 'drop',
  chains: Chains,
  packet: Packet & { readonly port: number },
): Verdict {
  const port = packet.isAnswer ? `answers from port ${packet.port}` : `port ${packet.port}`;
  const { ends, doubtful } = follow(chain, chains, packet);
  const passes = ends.has('accept') || (ends.has('return') && policy === 'accept');
  const falls = ends.has('drop') || (ends.has('return') && policy === 'drop');
  if (ends.has('unknown') || passes === falls) {
    const rule = doubtful ?? ends.get('unknown') ?? '';
    return unknown(`${name} has a rule in ${chain} that may concern ${port}: ${rule}`);
  }
  if (passes) {
    return {
      verdict: 'lets-through',
      words: ends.has('accept')
        ? `${name} has a rule in ${chain} that lets ${port} through`
        : `${name} lets through in ${chain} what no rule blocks`,
    };
  }
  // What keeps out some is not the reason where all are kept out.
  const ordinary = follow(chain, chains, { ...packet, isOrdinary: true }).ends;
  const rule = (ordinary.has('accept') ? ends : ordinary).get('drop');
  return {
    verdict: 'blocks',
    words:
      rule === undefined
        ? `${name} has no rule in ${chain} for ${port}, and what has none is dropped`
        : `${name} has a rule in ${chain} that blocks ${port}: ${rule}`,
  };
}

function worst(verdicts: readonly Verdict[]): Verdict {
  const rank = { blocks: 0, unknown: 1, 'lets-through': 2 };
  return [...verdicts].sort((a, b) => rank[a.verdict] - rank[b.verdict])[0]!;
}

/** Reads what `socketfilterfw --getglobalstate` and `--getblockall` print. */
export function parseSocketFilter(state: string, blockAll: string): Firewall {
  const name = 'application-firewall';
  const number = /State = (\d)/.exec(state)?.[1];
  if (number === '0' || /disabled/i.test(state)) return quietFirewall(name, 'inactive', 'off');
  if (number === undefined) return quietFirewall(name, 'unreadable', 'its state cannot be read');
  const blocksAll = number === '2' || /block all.*enabled|set to block all/i.test(blockAll);
  return {
    name,
    state: 'active',
    words: blocksAll ? 'on, and blocks everything that comes in' : 'on, and asks for each program',
    judge: () =>
      blocksAll
        ? { verdict: 'blocks', words: 'the application firewall blocks everything that comes in' }
        : unknown('the application firewall decides by program, not by port'),
  };
}

/** Reads what `pfctl -s info` prints. */
export function parsePf(text: string): Firewall {
  const status = /^Status: (\w+)/m.exec(text)?.[1];
  if (status === 'Disabled') return quietFirewall('pf', 'inactive', 'off');
  if (status !== 'Enabled') return quietFirewall('pf', 'unreadable', 'reading it needs sudo');
  return {
    name: 'pf',
    state: 'active',
    words: 'on',
    judge: () => unknown('pf is on; sudo pfctl -s rules shows its rules'),
  };
}

/** Reads the state of every firewall that this system may have. Nothing is changed. */
export async function readFirewalls(
  system: System,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly Firewall[]> {
  if (system === 'windows') {
    const [profile, rules] = await Promise.all([
      ask('netsh', ['advfirewall', 'show', 'currentprofile'], env),
      ask('netsh', ['advfirewall', 'firewall', 'show', 'rule', 'name=all', 'dir=in', 'verbose'], env, 30_000),
    ]);
    return [parseNetshProfile(profile.out, rules.out)];
  }
  if (system === 'macos') {
    const filter = '/usr/libexec/ApplicationFirewall/socketfilterfw';
    const [state, blockAll, pf] = await Promise.all([
      ask(filter, ['--getglobalstate'], env),
      ask(filter, ['--getblockall'], env),
      ask('pfctl', ['-s', 'info'], env),
    ]);
    return [parseSocketFilter(state.out, blockAll.out), parsePf(pf.out)];
  }
  const deviceOf = devicesHere();
  const said = async (program: string, ...args: string[]) => {
    const { status, out } = await ask(program, args, env);
    return status === 0 ? out : undefined;
  };
  const added = (await said('ufw', 'show', 'added')) ?? '';
  const ufw = await read('ufw', 'ufw', ['status', 'verbose'], env, (text) => parseUfw(text, added, deviceOf));
  const running = await ask('firewall-cmd', ['--state'], env);
  const firewalld: Firewall =
    running.state === 'missing'
      ? quietFirewall('firewalld', 'absent', 'not installed')
      : running.out.trim() === 'running'
        ? await readZones(env, deviceOf)
        : quietFirewall('firewalld', 'inactive', 'installed, and not running');
  const texts: Record<string, string> = {};
  const kept = (key: string, parse: (text: string) => Firewall) => (text: string) => {
    texts[key] = text;
    return parse(text);
  };
  const [iptables, ip6tables] = await Promise.all([
    read(
      'iptables',
      'iptables',
      ['-S'],
      env,
      kept('iptables', (text) => parseIptables(text, 'iptables', deviceOf)),
    ),
    read(
      'ip6tables',
      'ip6tables',
      ['-S'],
      env,
      kept('ip6tables', (text) => parseIptables(text, 'ip6tables', deviceOf)),
    ),
  ]);
  // Today's iptables keeps its rules in tables of nftables.
  const isToday = async (program: string) => (await ask(program, ['-V'], env)).out.includes('nf_tables');
  const families = [
    ...(iptables.state === 'active' && (await isToday('iptables')) ? ['ip'] : []),
    ...(ip6tables.state === 'active' && (await isToday('ip6tables')) ? ['ip6'] : []),
  ];
  const isKept = (chain: string) =>
    families.some((family) => chain === `${family} filter INPUT` || chain === `${family} filter OUTPUT`);
  const isManaged = (chain: string) => firewalld.state === 'active' && /^\S+ firewalld /.test(chain);
  const nft = await read(
    'nftables',
    'nft',
    ['list', 'ruleset'],
    env,
    kept('nftables', (text) => parseNft(text, (chain) => isKept(chain) || isManaged(chain), deviceOf)),
  );
  const legacy = (
    await Promise.all([readLegacy('iptables', env, deviceOf), readLegacy('ip6tables', env, deviceOf)])
  ).flat();
  const { iptables: four, ip6tables: six, nftables } = texts;
  if (ufw.state === 'active' && four !== undefined && six !== undefined)
    return [
      ...withUfw(ufw, four, six, deviceOf).flatMap((one) => (one.name === 'ufw' ? [one, firewalld, nft] : one)),
      ...legacy,
    ];
  if (firewalld.state === 'active' && nftables !== undefined) {
    const isOwn = parseRuleset(nftables).bases.some(({ name }) => isManaged(name));
    const own = isOwn ? parseNft(nftables, (chain) => !isManaged(chain), deviceOf) : undefined;
    if (own)
      return [ufw, asTheKernelHasIt(firewalld, (...to) => own.judge(...to)), nft, iptables, ip6tables, ...legacy];
  }
  // With nftables for a backend, none of its chains are here.
  const isInIptables = four?.includes('INPUT_ZONES') === true;
  if (firewalld.state === 'active' && isInIptables && four !== undefined && six !== undefined) {
    const judge = (port: number, address?: string) =>
      overFamilies(address, (family) => (family === 4 ? iptables : ip6tables).judge(port, address));
    const quiet = (['iptables', 'ip6tables'] as const).map((name) =>
      quietFirewall(name, 'inactive', 'its rules are those of firewalld'),
    );
    return [ufw, asTheKernelHasIt(firewalld, judge), nft, ...quiet, ...legacy];
  }
  return [ufw, firewalld, nft, iptables, ip6tables, ...legacy];
}

/**
 * Reads the tables of the older kind, where there are any: the kernel names them, and only those are asked for, because asking for others
 * would make them.
 */
async function readLegacy(
  family: 'iptables' | 'ip6tables',
  env: Readonly<Record<string, string | undefined>>,
  deviceOf: DeviceOf,
): Promise<Firewall[]> {
  const name = `${family}-legacy` as const;
  const file = `/proc/net/${family === 'iptables' ? 'ip' : 'ip6'}_tables_names`;
  let names: string[];
  try {
    names = readFileSync(file, 'latin1').split('\n').filter(Boolean);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    return [quietFirewall(name, 'unreadable', `sudo cat ${file} shows whether it has tables`)];
  }
  const version = await ask(family, ['-V'], env);
  // Where the usual program is the older one, its table of filters is read already.
  const isUsual = version.status === 0 && version.out.includes('legacy');
  const program = isUsual ? family : name;
  const wanted = names.filter((one) => one in legacyChains && !(isUsual && one === 'filter'));
  if (wanted.length === 0) return [];
  const tables: Record<string, string> = {};
  for (const table of wanted) {
    const { state, status, out } = await ask(program, ['-t', table, '-S'], env);
    if (state === 'missing')
      return [
        quietFirewall(name, 'unreadable', `it has tables, and the program ${program} that shows them is missing`),
      ];
    if (status !== 0) return [quietFirewall(name, 'unreadable', `sudo ${program} -t ${table} -S shows it`)];
    tables[table] = out;
  }
  return [parseLegacy(name, program, tables, deviceOf)];
}

/**
 * What ufw and the rules beside it do together.
 * @param four what `iptables -S` prints
 * @param six what `ip6tables -S` prints
 */
export function withUfw(ufw: Firewall, four: string, six: string, deviceOf: DeviceOf = nowhere): readonly Firewall[] {
  const isOwn = (chain: string) => /^ufw6?-/.test(chain);
  const [ip, ip6] = [
    sharedRules('ufw', four, 'iptables', isOwn, deviceOf),
    sharedRules('ufw', six, 'ip6tables', isOwn, deviceOf),
  ];
  const judge = (port: number, address?: string) =>
    overFamilies(address, (family) => (family === 4 ? ip : ip6).own(port, address));
  return [asTheKernelHasIt(ufw, judge), ip.beside, ip6.beside];
}

/** The rules that packets really meet decide; what a firewall says of itself is clearer where it is the same. */
export function asTheKernelHasIt(firewall: Firewall, judge: Firewall['judge']): Firewall {
  return {
    ...firewall,
    judge(port, address) {
      const [real, said] = [judge(port, address), firewall.judge(port, address)];
      if (real.verdict === said.verdict) return { ...real, words: said.words };
      return real.verdict === 'lets-through'
        ? real
        : { ...real, words: real.words.replace(/^nftables/, firewall.name) };
    },
  };
}

function devicesHere(): DeviceOf {
  const devices = new Map(
    Object.entries(networkInterfaces()).flatMap(([device, rows]) =>
      (rows ?? []).map(({ address }) => [address, device] as const),
    ),
  );
  return (address) => devices.get(address);
}

/** Each zone has interfaces of its own; the default one has the rest. */
async function readZones(env: Readonly<Record<string, string | undefined>>, deviceOf: DeviceOf): Promise<Firewall> {
  const [standard, permanent] = await Promise.all([
    ask('firewall-cmd', ['--get-default-zone'], env),
    ask('firewall-cmd', ['--permanent', '--list-all-zones'], env),
  ]);
  return read('firewalld', 'firewall-cmd', ['--list-all-zones'], env, (zones) =>
    parseFirewalld(
      { zones, permanent: permanent.status === 0 ? permanent.out : undefined, standard: standard.out },
      deviceOf,
    ),
  );
}

async function read(
  name: FirewallName,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  parse: (text: string) => Firewall,
): Promise<Firewall> {
  const { state, status, out, err } = await ask(program, args, env);
  if (state === 'missing') return quietFirewall(name, 'absent', 'not installed');
  if (status === 0) return parse(out);
  const isForbidden = /root|permi|privilege|authoriz/i.test(err + out);
  return quietFirewall(
    name,
    'unreadable',
    isForbidden
      ? `sudo ${[program, ...args].join(' ')} shows it`
      : `it cannot be read: ${(err || out).trim().split('\n')[0]}`,
  );
}
