import { ask } from './ask.ts';
import type { System } from './machine.ts';

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
  /** Where a rule would go: `inet filter input`. */
  readonly chain?: string;
  /** What it does with TCP connections from other machines to a port, as far as its rules say so plainly. */
  judge(port: number): Verdict;
}

export interface Verdict {
  readonly verdict: 'lets-through' | 'blocks' | 'unknown';
  readonly words: string;
}

const unknown = (words: string): Verdict => ({ verdict: 'unknown', words });

function quietFirewall(name: FirewallName, state: Exclude<Firewall['state'], 'active'>, words: string): Firewall {
  const verdict: Verdict =
    state === 'unreadable' ? unknown(`${name}: ${words}`) : { verdict: 'lets-through', words: `${name} is not active` };
  return { name, state, words, judge: () => verdict };
}

/** Does a list such as `22,8000:8010` or `8000-8010` hold a port? */
function holds(list: string, port: number): boolean {
  return list.split(',').some((part) => {
    const match = /^\s*(\d+)(?:\s*[:-]\s*(\d+))?\s*$/.exec(part);
    return match !== null && port >= Number(match[1]) && port <= Number(match[2] ?? match[1]);
  });
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
    judge(port) {
      for (const { to, action, from } of rules) {
        const match = /^([\d,:]+)(?:\/(tcp|udp))?(?: \(v6\))?$/.exec(to);
        const isAny = /^Anywhere(?: \(v6\))?$/.test(to);
        if (!match && !isAny) {
          // The name of an application's profile, or a certain address of this machine.
          if (!/^\S+\/udp/.test(to))
            return unknown(`ufw has a rule for ${JSON.stringify(to)} that may concern port ${port}`);
          continue;
        }
        if (match && (match[2] === 'udp' || !holds(match[1]!, port))) continue;
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
        return protocol === 'tcp' && holds(list!, port);
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
  const chains: { name: string; policy: string; lines: string[] }[] = [];
  let table = '';
  let open: { name: string; policy: string | undefined; isInput: boolean; lines: string[] } | undefined;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const atTable = /^table (\S+) (\S+) \{/.exec(line);
    const atChain = /^chain (\S+) \{/.exec(line);
    if (atTable) table = `${atTable[1]} ${atTable[2]}`;
    else if (atChain) open = { name: `${table} ${atChain[1]}`, policy: undefined, isInput: false, lines: [] };
    else if (line === '}' && open) {
      if (open.isInput && !isApart(open.name))
        chains.push({ name: open.name, policy: open.policy ?? 'accept', lines: open.lines });
      open = undefined;
    } else if (open) {
      const hook = /^type filter hook (\w+) .*?(?:policy (\w+);)?$/.exec(line);
      if (hook) {
        open.isInput = hook[1] === 'input';
        open.policy = hook[2];
      } else if (line !== '' && !line.startsWith('#')) open.lines.push(line);
    }
  }
  if (chains.length === 0) return quietFirewall('nftables', 'inactive', 'no chain looks at what comes in');
  return {
    name: 'nftables',
    state: 'active',
    words: `${chains.length === 1 ? 'one chain looks' : `${chains.length} chains look`} at what comes in: ${chains.map(({ name, policy }) => `${name}, ${policy} by default`).join('; ')}`,
    chain: chains[0]!.name,
    judge: (port) =>
      worst(chains.map((chain) => judgeChain('nftables', chain.name, chain.policy, chain.lines.map(nftRule), port))),
  };
}

interface PacketRule {
  readonly action: 'accept' | 'drop' | 'other';
  /** Where it jumps to, where that may be another chain. */
  readonly target?: string;
  /** Ports it names; undefined: it does not look at the port. */
  readonly ports?: string;
  /** It looks at nothing but the port. */
  readonly plain: boolean;
  /** It cannot concern a new connection from another machine. */
  readonly apart: boolean;
  readonly text: string;
}

function nftRule(line: string): PacketRule {
  const text = line
    .replace(/\s*#.*$/, '')
    .replace(/\s*comment "[^"]*"/, '')
    .replace(/\bcounter(?: packets \d+ bytes \d+)?\s*/, '');
  const ports = /\btcp dport (?:\{ ?([^}]*?) ?\}|(\S+))/.exec(text);
  const rest = text
    .replace(/\b(?:meta l4proto tcp )?tcp dport (?:\{[^}]*\}|\S+)\s*/, '')
    .replace(/\bct state (?:\{[^}]*\bnew\b[^}]*\}|new)\s*/, '');
  const last = /\b(accept|drop|reject)\b/.exec(text)?.[1];
  return {
    action: last === undefined ? 'other' : last === 'accept' ? 'accept' : 'drop',
    ...(ports && { ports: (ports[1] ?? ports[2])!.replace(/\s/g, '') }),
    plain: /^(?:accept|drop|reject(?: with .*)?)$/.test(rest.trim()),
    apart:
      /\biif(?:name)? "?lo"?\b|\bct state (?:established|related|invalid|\{ ?(?:established|related|invalid)(?:, ?(?:established|related|invalid))* ?\}|(?:established|related)(?:,(?:established|related))*)(?=\s)|\bicmp(?:v6)?\b|\budp\b|\bipv6-icmp\b/.test(
        text,
      ) && !/\btcp dport\b/.test(text),
    text: line,
  };
}

/** Reads what `iptables -S` prints. */
export function parseIptables(text: string, name: 'iptables' | 'ip6tables' = 'iptables'): Firewall {
  const policy = /^-P INPUT (\w+)/m.exec(text)?.[1];
  if (policy === undefined) return quietFirewall(name, 'inactive', 'no rules');
  const chains = new Map<string, PacketRule[]>();
  for (const line of text.split('\n')) {
    const [, chain] = /^-[AN] (\S+)/.exec(line) ?? [];
    if (chain === undefined) continue;
    const own = chains.get(chain) ?? [];
    chains.set(chain, own);
    if (line.startsWith('-A')) own.push(iptablesRule(line));
  }
  const rules = chains.get('INPUT') ?? [];
  if (policy === 'ACCEPT' && rules.length === 0)
    return quietFirewall(name, 'inactive', 'everything is let in, without rules');
  return {
    name,
    state: 'active',
    words: `${rules.length} rules for what comes in, ${policy} by default`,
    chain: 'INPUT',
    judge: (port) => judgeChain(name, 'INPUT', policy.toLowerCase(), rules, port, chains),
  };
}

function iptablesRule(line: string): PacketRule {
  const text = line.replace(/ -m comment --comment (?:"[^"]*"|\S+)/, '');
  const target = / -j (\S+)/.exec(text)?.[1];
  // What is said of all but one is not taken apart: `! -i lo`.
  const negated = / ! /.test(text);
  const ports = negated ? undefined : / --dports? (\S+)/.exec(text)?.[1];
  const rest = text
    .replace(/^-A \S+/, '')
    .replace(/ -j \S+(?: --reject-with \S+)?/, '')
    .replace(/ -m (?:tcp|multiport)\b| -p tcp\b| --dports? \S+| -m (?:conntrack --ctstate|state --state) NEW\b/g, '');
  return {
    action: target === 'ACCEPT' ? 'accept' : target === 'DROP' || target === 'REJECT' ? 'drop' : 'other',
    ...(target !== undefined && { target }),
    ...(ports !== undefined && { ports }),
    plain: rest.trim() === '' && !negated,
    apart:
      !negated &&
      (/ -i lo\b| -p (?:udp|icmp|icmpv6|ipv6-icmp)\b/.test(text) || / --(?:ctstate|state) (?!\S*NEW)\S+/.test(text)),
    text: line,
  };
}

function judgeChain(
  name: FirewallName,
  chain: string,
  policy: string,
  rules: readonly PacketRule[],
  port: number,
  chains: ReadonlyMap<string, readonly PacketRule[]> = new Map(),
): Verdict {
  for (const rule of rules) {
    if (rule.apart || leadsNowhere(rule, chains)) continue;
    const isNumeric = rule.ports === undefined || /^[\d,:-]+$/.test(rule.ports);
    if (rule.ports !== undefined && isNumeric && !holds(rule.ports, port)) continue;
    if (!rule.plain || !isNumeric || rule.action === 'other')
      return unknown(`${name} has a rule in ${chain} that may concern port ${port}: ${rule.text}`);
    return rule.action === 'accept'
      ? { verdict: 'lets-through', words: `${name} has a rule in ${chain} that lets port ${port} through` }
      : { verdict: 'blocks', words: `${name} has a rule in ${chain} that blocks port ${port}: ${rule.text}` };
  }
  return policy === 'accept'
    ? { verdict: 'lets-through', words: `${name} lets through in ${chain} what no rule blocks` }
    : { verdict: 'blocks', words: `${name} has no rule in ${chain} for port ${port}, and what has none is dropped` };
}

/** A jump to a chain that does nothing, as a firewall that was switched off leaves them behind. */
function leadsNowhere({ target }: PacketRule, chains: ReadonlyMap<string, readonly PacketRule[]>, depth = 0): boolean {
  const rules = target === undefined ? undefined : chains.get(target);
  if (rules === undefined) return ['LOG', 'NFLOG', 'RETURN'].includes(target ?? '');
  return depth < 8 && rules.length < 100 && rules.every((rule) => leadsNowhere(rule, chains, depth + 1));
}

function worst(verdicts: readonly Verdict[]): Verdict {
  const rank = { blocks: 0, unknown: 1, 'lets-through': 2 };
  return [...verdicts].sort((a, b) => rank[a.verdict] - rank[b.verdict])[0]!;
}

/** Reads what `netsh advfirewall show currentprofile` prints, in English. */
export function parseNetshProfile(text: string, rules: string): Firewall {
  const state = /^State\s+(ON|OFF)\s*$/im.exec(text)?.[1]?.toUpperCase();
  const name = 'windows-defender-firewall';
  if (state === 'OFF') return quietFirewall(name, 'inactive', 'off for the current profile');
  if (state === undefined)
    return quietFirewall(name, 'unreadable', 'its state is printed in another language, or cannot be read');
  const profile = /^(\w+) Profile Settings/im.exec(text)?.[1] ?? 'current';
  const blocks = /^Firewall Policy\s+BlockInbound/im.test(text);
  const parsed = parseNetshRules(rules);
  return {
    name,
    state: 'active',
    words: `on for the ${profile.toLowerCase()} profile, ${blocks ? 'blocks' : 'lets in'} by default`,
    judge(port) {
      const own = parsed.filter(
        (rule) =>
          rule.enabled && rule.protocol !== 'UDP' && (rule.ports === 'Any' || holds(rule.ports, port)) && rule.named,
      );
      const blocking = own.find(({ action }) => action === 'Block');
      if (blocking)
        return { verdict: 'blocks', words: `the rule ${JSON.stringify(blocking.name)} blocks port ${port}` };
      const allowing = own.find(({ action }) => action === 'Allow');
      if (allowing)
        return {
          verdict: 'lets-through',
          words: `the rule ${JSON.stringify(allowing.name)} lets port ${port} through`,
        };
      return blocks
        ? unknown(`no rule names port ${port}; a rule for the program itself may let it through`)
        : { verdict: 'lets-through', words: 'what no rule blocks is let in' };
    },
  };
}

interface NetshRule {
  readonly name: string;
  readonly enabled: boolean;
  readonly protocol: string;
  readonly ports: string;
  readonly action: string;
  /** It names a port. */
  readonly named: boolean;
}

/** Reads what `netsh advfirewall firewall show rule name=all dir=in` prints, in English. */
export function parseNetshRules(text: string): NetshRule[] {
  return text
    .split(/^Rule Name:/m)
    .slice(1)
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'm').exec(block)?.[1] ?? '';
      const ports = field('LocalPort');
      return {
        name: block.split(/\r?\n/)[0]!.trim(),
        enabled: field('Enabled') === 'Yes',
        protocol: field('Protocol'),
        ports,
        action: field('Action'),
        named: /\d/.test(ports),
      };
    });
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
      ask('netsh', ['advfirewall', 'firewall', 'show', 'rule', 'name=all', 'dir=in'], env, 30_000),
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
