import { ask } from './ask.ts';
import { parseIptablesRules } from './iptables.ts';
import type { System } from './machine.ts';
import { parseRuleset } from './nft.ts';
import { type Chains, follow, holdsPort, type Packet } from './packet-rules.ts';
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

/** Reads what `ufw status verbose` prints. */
export function parseUfw(text: string): Firewall {
  if (!/^Status: active/m.test(text)) return quietFirewall('ufw', 'inactive', 'installed, and not active');
  const incoming = /^Default: (\w+) \(incoming\)/m.exec(text)?.[1];
  const rules = text.split('\n').flatMap((line) => {
    const match = /^(\S.*?)\s{2,}(ALLOW|DENY|REJECT|LIMIT)(?: IN)?\s{2,}(.*?)\s*(?:#.*)?$/.exec(line);
    return match ? [{ to: match[1]!, action: match[2]!, from: match[3]! }] : [];
  });
  return {
    name: 'ufw',
    state: 'active',
    words: `active, ${incoming ?? 'unknown'} by default`,
    judge(port, address) {
      for (const { to, action, from } of rules) {
        const family = / \(v6\)$/.test(to) ? 6 : 4;
        if (
          address !== undefined &&
          /^[\d,:]+(?:\/\w+)?(?: \(v6\))?$|^Anywhere/.test(to) &&
          familyOf(address) !== family
        )
          continue;
        const match = /^([\d,:]+)(?:\/(tcp|udp))?(?: \(v6\))?$/.exec(to);
        const isAny = /^Anywhere(?: \(v6\))?$/.test(to);
        if (!match && !isAny) {
          // The name of an application's profile, or a certain address of this machine.
          if (!/^\S+\/udp/.test(to))
            return unknown(`ufw has a rule for ${JSON.stringify(to)} that may concern port ${port}`);
          continue;
        }
        if (match && (match[2] === 'udp' || holdsPort(match[1]!, port) !== 'yes')) continue;
        if (!/^Anywhere/.test(from)) {
          return unknown(`ufw decides by where it comes from: ${action.toLowerCase()} ${to} from ${from}`);
        }
        const passes = action === 'ALLOW' || action === 'LIMIT';
        return passes
          ? { verdict: 'lets-through', words: `ufw has a rule that lets port ${port} through` }
          : { verdict: 'blocks', words: `ufw has a rule that blocks port ${port}` };
      }
      if (incoming === 'allow') return { verdict: 'lets-through', words: 'ufw lets through what no rule blocks' };
      if (incoming === undefined) return unknown('the default of ufw cannot be read');
      return { verdict: 'blocks', words: `ufw has no rule for port ${port}, and what has none is blocked` };
    },
  };
}

/** Reads what `firewall-cmd --list-all` prints for the default zone. */
export function parseFirewalld(text: string): Firewall {
  const field = (name: string) => new RegExp(`^\\s*${name}:[ \\t]*(.*)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  const zone = /^(\S+)/.exec(text)?.[1] ?? 'default';
  const ports = field('ports').split(/\s+/).filter(Boolean);
  const services = field('services').split(/\s+/).filter(Boolean);
  const known: Readonly<Record<string, number>> = { ssh: 22, http: 80, https: 443 };
  return {
    name: 'firewalld',
    state: 'active',
    words: `active, zone ${zone}`,
    judge(port) {
      const isOpen = ports.some((one) => {
        const [list, protocol] = one.split('/');
        return protocol === 'tcp' && holdsPort(list!, port) === 'yes';
      });
      if (isOpen) return { verdict: 'lets-through', words: `the zone ${zone} of firewalld lets port ${port} through` };
      if (field('target') === 'ACCEPT')
        return { verdict: 'lets-through', words: `the zone ${zone} of firewalld lets everything through` };
      const service = services.find((name) => known[name] === port);
      if (service)
        return { verdict: 'lets-through', words: `the zone ${zone} of firewalld lets the service ${service} through` };
      const others = services.filter(
        (name) => !(name in known) && !['dhcpv6-client', 'mdns', 'cockpit', 'samba-client'].includes(name),
      );
      if (others.length > 0 || /rich rules:\s*\n\s+rule/.test(text))
        return unknown(
          `the zone ${zone} of firewalld has services or rules that may concern port ${port}: ${others.join(' ') || 'rich rules'}`,
        );
      return {
        verdict: 'blocks',
        words: `the zone ${zone} of firewalld names neither port ${port} nor a service on it`,
      };
    },
  };
}

/**
 * Reads what `nft list ruleset` prints.
 * @param isApart chains that are spoken of elsewhere
 */
export function parseNft(text: string, isApart: (chain: string) => boolean = () => false): Firewall {
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
      const packet = { port, family, ...(address !== undefined && { address }) };
      const verdicts = own.map(({ name, policy, ofDevice }) => {
        const verdict = verdictOf('nftables', name, policy, chains, packet);
        return ofDevice && verdict.verdict === 'blocks'
          ? unknown(`${verdict.words}, where it comes in by the device of that chain`)
          : verdict;
      });
      const chosen = worst(verdicts);
      const shut = own.filter((_, index) => verdicts[index]!.verdict !== 'lets-through').map(({ name }) => name);
      return { ...chosen, chains: shut };
    });
  return {
    name: 'nftables',
    state: 'active',
    words: `${incoming.length === 1 ? 'one chain looks' : `${incoming.length} chains look`} at what comes in: ${incoming.map(({ name, policy }) => `${name}, ${policy} by default`).join('; ')}`,
    judge,
  };
}

/** Reads what `iptables -S` prints. */
export function parseIptables(text: string, name: 'iptables' | 'ip6tables' = 'iptables'): Firewall {
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
    judge: (port, address) =>
      address !== undefined && familyOf(address) !== family
        ? { verdict: 'lets-through', words: `${name} does not look at IPv${familyOf(address)}` }
        : verdictOf(name, 'INPUT', policy, chains, { port, family, ...(address !== undefined && { address }) }),
  };
}

const familyOf = (address: string) => (address.includes(':') ? 6 : 4);

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
  const ufw = await read('ufw', 'ufw', ['status', 'verbose'], env, parseUfw);
  const running = await ask('firewall-cmd', ['--state'], env);
  const firewalld: Firewall =
    running.state === 'missing'
      ? quietFirewall('firewalld', 'absent', 'not installed')
      : running.out.trim() === 'running'
        ? await readZones(env)
        : quietFirewall('firewalld', 'inactive', 'installed, and not running');
  const owned = [ufw, firewalld].find(({ state }) => state === 'active');
  // The rules below are then its own, and what it says of them is clearer.
  if (owned) return [ufw, firewalld];
  const [iptables, ip6tables] = await Promise.all([
    read('iptables', 'iptables', ['-S'], env, (text) => parseIptables(text)),
    read('ip6tables', 'ip6tables', ['-S'], env, (text) => parseIptables(text, 'ip6tables')),
  ]);
  // Today's iptables keeps its rules in tables of nftables.
  const kept = [...(iptables.state === 'active' ? ['ip'] : []), ...(ip6tables.state === 'active' ? ['ip6'] : [])];
  const own = new Set(kept.map((family) => `${family} filter INPUT`));
  const nft = await read('nftables', 'nft', ['list', 'ruleset'], env, (text) =>
    parseNft(text, (chain) => own.has(chain)),
  );
  return [ufw, firewalld, nft, iptables, ip6tables];
}

/** Each zone has interfaces of its own; the default one has the rest. */
async function readZones(env: Readonly<Record<string, string | undefined>>): Promise<Firewall> {
  const first = await read('firewalld', 'firewall-cmd', ['--list-all'], env, parseFirewalld);
  const active = await ask('firewall-cmd', ['--get-active-zones'], env);
  const names = active.out.split('\n').flatMap((line) => /^([\w-]+)/.exec(line)?.[1] ?? []);
  const others = names.filter((name) => !first.words.endsWith(`zone ${name}`)).slice(0, 8);
  if (first.state !== 'active' || others.length === 0) return first;
  const one = (zone: string) =>
    read('firewalld', 'firewall-cmd', [`--zone=${zone}`, '--list-all'], env, parseFirewalld);
  const zones = [first, ...(await Promise.all(others.map(one)))];
  return {
    ...first,
    words: zones.map(({ words }, index) => (index === 0 ? words : words.replace(/^active, /, ''))).join(', '),
    judge(port) {
      const verdicts = zones.map((zone) => zone.judge(port));
      const isOne = verdicts.every(({ verdict }) => verdict === verdicts[0]!.verdict);
      if (isOne) return verdicts[0]!;
      return unknown(`it depends on the interface: ${verdicts.map(({ words }) => words).join('; ')}`);
    },
  };
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
