import { networkInterfaces } from 'node:os';
import type { Opening } from './advice.ts';
import { ask } from './ask.ts';
import { parseFirewalld } from './firewalld.ts';
import { parseIptablesRules } from './iptables.ts';
import type { System } from './machine.ts';
import { parseRuleset } from './nft.ts';
import { type Chains, follow, type Packet } from './packet-rules.ts';
import { parseUfw } from './ufw.ts';
import { parseNetshProfile } from './windows-firewall.ts';

export type FirewallName =
  | 'ufw'
  | 'firewalld'
  | 'nftables'
  | 'iptables'
  | 'ip6tables'
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
  /** The chains of nftables that may not let it through. */
  readonly chains?: readonly string[];
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

const packetTo = (port: number, family: 4 | 6, address: string | undefined, deviceOf: DeviceOf) => {
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
  if (incoming.length === 0) return quietFirewall('nftables', 'inactive', 'no chain looks at what comes in');
  const judge = (port: number, address?: string): Verdict =>
    overFamilies(address, (family) => {
      const own = incoming.filter(({ families }) => families.includes(family));
      if (own.length === 0)
        return { verdict: 'lets-through', words: `no chain of nftables looks at what comes in over IPv${family}` };
      const packet = packetTo(port, family, address, deviceOf);
      const verdicts = own.map(({ name, policy, ofDevice, isNat }) => {
        if (isNat) return redirected(name, chains, packet);
        const verdict = verdictOf('nftables', name, policy, chains, packet);
        return ofDevice && verdict.verdict === 'blocks'
          ? unknown(`${verdict.words}, where it comes in by the device of that chain`)
          : verdict;
      });
      const chosen = worst(verdicts);
      const shut = own
        .filter(({ isNat }, index) => !isNat && verdicts[index]!.verdict !== 'lets-through')
        .map(({ name }) => name);
      return { ...chosen, chains: shut };
    });
  return {
    name: 'nftables',
    state: 'active',
    words: `${incoming.length === 1 ? 'one chain looks' : `${incoming.length} chains look`} at what comes in: ${incoming.map(({ name, policy }) => `${name}, ${policy} by default`).join('; ')}`,
    judge,
  };
}

/** A chain that changes where packets go: what is sent elsewhere does not come to this port. */
function redirected(chain: string, chains: Chains, packet: Packet & { readonly port: number }): Verdict {
  const { ends } = follow(chain, chains, packet);
  const sent = ends.get('unknown');
  if (ends.has('unknown'))
    return unknown(`nftables has a rule in ${chain} that may send port ${packet.port} elsewhere: ${sent ?? chain}`);
  if (ends.has('drop') && ends.size === 1)
    return { verdict: 'blocks', words: `nftables has a rule in ${chain} that blocks port ${packet.port}` };
  if (ends.has('drop'))
    return unknown(`nftables has a rule in ${chain} that may concern port ${packet.port}: ${ends.get('drop') ?? ''}`);
  return { verdict: 'lets-through', words: `no rule in ${chain} sends port ${packet.port} elsewhere` };
}

/** Reads what `iptables -S` prints. */
export function parseIptables(
  text: string,
  name: 'iptables' | 'ip6tables' = 'iptables',
  deviceOf: DeviceOf = nowhere,
): Firewall {
  const { policies, chains } = parseIptablesRules(text);
  const policy = policies.get('INPUT');
  if (policy === undefined) return quietFirewall(name, 'inactive', 'no rules');
  const rules = chains.get('INPUT') ?? [];
  if (policy === 'accept' && rules.length === 0)
    return quietFirewall(name, 'inactive', 'everything is let in, without rules');
  const family = name === 'iptables' ? 4 : 6;
  return {
    name,
    state: 'active',
    words: `${rules.length === 1 ? 'one rule' : `${rules.length} rules`} for what comes in, ${policy.toUpperCase()} by default`,
    judge: overOne(name, family, (port, address) =>
      verdictOf(name, 'INPUT', policy, chains, packetTo(port, family, address, deviceOf)),
    ),
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
  const { policies, chains } = parseIptablesRules(text);
  const policy = policies.get('INPUT') ?? 'accept';
  const input = chains.get('INPUT') ?? [];
  const isOwnRule = ({ deed }: (typeof input)[number]) => 'chain' in deed && isOwn(deed.chain);
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
      state: beside.length === 0 ? 'inactive' : 'active',
      words:
        beside.length === 0
          ? `its rules are those of ${manager}`
          : `${beside.length === 1 ? 'one rule' : `${beside.length} rules`} for what comes in beside those of ${manager}`,
      judge: overOne(name, family, (port, address) => judge(port, address).others),
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
  if (four.verdict === six.verdict) return { ...four, ...both(four, six) };
  return {
    verdict: 'unknown',
    words: `it depends on the family: over IPv4 ${four.words}; over IPv6 ${six.words}`,
    ...both(four, six),
  };
}

const both = (four: Verdict, six: Verdict) => ({
  chains: [...new Set([...(four.chains ?? []), ...(six.chains ?? [])])],
});

function verdictOf(
  name: FirewallName,
  chain: string,
  policy: 'accept' | 'drop',
  chains: Chains,
  packet: Packet & { readonly port: number },
): Verdict {
  const { port } = packet;
  const { ends, doubtful } = follow(chain, chains, packet);
  const passes = ends.has('accept') || (ends.has('return') && policy === 'accept');
  const falls = ends.has('drop') || (ends.has('return') && policy === 'drop');
  if (ends.has('unknown') || passes === falls) {
    const rule = doubtful ?? ends.get('unknown') ?? '';
    return unknown(`${name} has a rule in ${chain} that may concern port ${port}: ${rule}`);
  }
  if (passes) {
    return {
      verdict: 'lets-through',
      words: ends.has('accept')
        ? `${name} has a rule in ${chain} that lets port ${port} through`
        : `${name} lets through in ${chain} what no rule blocks`,
    };
  }
  const rule = ends.get('drop');
  return {
    verdict: 'blocks',
    words:
      rule === undefined
        ? `${name} has no rule in ${chain} for port ${port}, and what has none is dropped`
        : `${name} has a rule in ${chain} that blocks port ${port}: ${rule}`,
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
  const families = [...(iptables.state === 'active' ? ['ip'] : []), ...(ip6tables.state === 'active' ? ['ip6'] : [])];
  const isKept = (chain: string) => families.some((family) => chain === `${family} filter INPUT`);
  const isManaged = (chain: string) => firewalld.state === 'active' && /^\S+ firewalld /.test(chain);
  const nft = await read(
    'nftables',
    'nft',
    ['list', 'ruleset'],
    env,
    kept('nftables', (text) => parseNft(text, (chain) => isKept(chain) || isManaged(chain), deviceOf)),
  );
  const { iptables: four, ip6tables: six, nftables } = texts;
  if (ufw.state === 'active' && four !== undefined && six !== undefined)
    return withUfw(ufw, four, six, deviceOf).flatMap((one) => (one.name === 'ufw' ? [one, firewalld, nft] : one));
  if (firewalld.state === 'active' && nftables !== undefined) {
    const isOwn = parseRuleset(nftables).bases.some(({ name }) => isManaged(name));
    const own = isOwn ? parseNft(nftables, (chain) => !isManaged(chain), deviceOf) : undefined;
    if (own) return [ufw, asTheKernelHasIt(firewalld, (...to) => own.judge(...to)), nft, iptables, ip6tables];
  }
  if (firewalld.state === 'active' && four !== undefined && six !== undefined) {
    const judge = (port: number, address?: string) =>
      overFamilies(address, (family) => (family === 4 ? iptables : ip6tables).judge(port, address));
    const quiet = (['iptables', 'ip6tables'] as const).map((name) =>
      quietFirewall(name, 'inactive', 'its rules are those of firewalld'),
    );
    return [ufw, asTheKernelHasIt(firewalld, judge), nft, ...quiet];
  }
  return [ufw, firewalld, nft, iptables, ip6tables];
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
