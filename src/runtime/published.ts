import type { Opening } from './advice.ts';
import { ask } from './ask.ts';
import { dockerOpening, type Firewall, unknown, type Verdict } from './firewall.ts';
import { parseIptablesRules } from './iptables.ts';
import { parseRuleset } from './nft.ts';
import { follow, type Packet } from './packet-rules.ts';

/** What is read of the rules for packets that a container engine passes on to its containers. */
export interface ForwardRules {
  /** What `iptables -S`, `ip6tables -S` and `nft list ruleset` print; undefined: it cannot be read. */
  readonly iptables: string | undefined;
  readonly ip6tables: string | undefined;
  readonly nftables: string | undefined;
  /** `ufw` or `firewalld`, where that is on. */
  readonly manager?: string;
}

/** Where a container has a published port, as far as it is known. */
export interface ContainerEnd {
  readonly port: number;
  readonly address: string;
}

export interface Published {
  judge(port: number, address: string, end?: ContainerEnd): Verdict;
  /** How to let it through past DOCKER-USER, where that stops it. */
  opening(port: number, address: string, end?: ContainerEnd): Opening | undefined;
}

/** The command line of docker-proxy says where it passes a port on to. */
export function containerEnd(command: string): ContainerEnd | undefined {
  const port = / -container-port (\d+)(?: |$)/.exec(command)?.[1];
  const address = / -container-ip (\S+)/.exec(command)?.[1];
  return port === undefined || address === undefined ? undefined : { port: Number(port), address };
}

/**
 * What becomes of connections to a port that a container engine publishes: it changes where they go before the rules for what comes in
 * are asked, so those for what is passed on decide.
 */
export function judgePublished({ iptables, ip6tables, nftables, manager }: ForwardRules): Published {
  const readings = [iptables, ip6tables].map((text) => parseIptablesRules(text ?? ''));
  const { bases, chains } = parseRuleset(nftables ?? '');
  const isOwn = (name: string) =>
    /^(?:ip|ip6) (?:filter|raw|mangle) [A-Z]+$|^\S+ (?:docker-bridges|netavark|firewalld) /.test(name);
  // By then it has the port and the address of the container.
  const packetFor = (port: number, address: string, end: ContainerEnd | undefined): Packet => {
    const isKnown = end !== undefined && end.address.includes(':') === address.includes(':');
    return {
      port: isKnown ? end.port : undefined,
      sentTo: port,
      family: address.includes(':') ? 6 : 4,
      ...(isKnown && { address: end.address }),
    };
  };
  const judge = (port: number, address: string, end?: ContainerEnd): Verdict => {
    const family = address.includes(':') ? 6 : 4;
    const [rules, text] = family === 4 ? [readings[0]!, iptables] : [readings[1]!, ip6tables];
    const program = family === 4 ? 'iptables' : 'ip6tables';
    if (text === undefined)
      return unknown(
        `a container engine publishes it, past the rules for what comes in; sudo ${program} -S DOCKER-USER shows those that count`,
      );
    const packet = packetFor(port, address, end);
    const verdicts: Verdict[] = [];
    if (rules.chains.has('DOCKER-USER')) verdicts.push(verdictOf('DOCKER-USER', 'accept', rules.chains, packet));
    for (const { name, hook, families, policy } of bases) {
      if (isOwn(name) || !families.includes(family)) continue;
      if (hook === 'forward') verdicts.push(verdictOf(name, policy, chains, packet));
      if (hook === 'prerouting' && chains.get(name)!.length > 0)
        verdicts.push(verdictOf(name, policy, chains, { port, family, address }));
    }
    const bad =
      verdicts.find(({ verdict }) => verdict === 'blocks') ?? verdicts.find(({ verdict }) => verdict === 'unknown');
    if (bad) return bad;
    if (manager === 'firewalld')
      return unknown(
        'a container engine publishes it, and firewalld lets that through where the engine has made a policy for it: sudo firewall-cmd --get-policies',
      );
    const past = manager === undefined ? 'the rules for what comes in' : `${manager} and the rules for what comes in`;
    return { verdict: 'lets-through', words: `a container engine publishes it, past ${past}` };
  };
  return {
    judge,
    opening: (port, address, end) =>
      address.includes(':') || !readings[0]!.chains.has('DOCKER-USER')
        ? undefined
        : dockerOpening(iptables ?? '', packetFor(port, address, end), port),
  };
}

function verdictOf(
  chain: string,
  policy: 'accept' | 'drop',
  chains: Parameters<typeof follow>[1],
  packet: Packet,
): Verdict {
  const { ends, doubtful } = follow(chain, chains, packet);
  const falls = ends.has('drop') || (ends.has('return') && policy === 'drop');
  const passes = ends.has('accept') || (ends.has('return') && policy === 'accept');
  if (ends.has('unknown') || falls === passes)
    return unknown(
      `a container engine publishes it, past the rules for what comes in, and a rule in ${chain} may concern it: ${doubtful ?? ends.get('unknown') ?? ''}`,
    );
  if (passes) return { verdict: 'lets-through', words: '' };
  return {
    verdict: 'blocks',
    words: `what is passed on to containers is dropped in ${chain}: ${ends.get('drop') ?? 'by default'}`,
  };
}

/** Reads the rules for what is passed on. Nothing is changed. */
export async function readPublished(
  env: Readonly<Record<string, string | undefined>>,
  firewalls: readonly Firewall[],
): Promise<Published> {
  const read = async (program: string, ...args: string[]) => {
    const { state, status, out } = await ask(program, args, env);
    if (state === 'missing') return '';
    return state === 'ran' && status === 0 ? out : undefined;
  };
  const [iptables, ip6tables, nftables] = await Promise.all([
    read('iptables', '-S'),
    read('ip6tables', '-S'),
    read('nft', 'list', 'ruleset'),
  ]);
  const manager = firewalls.find(({ name, state }) => state === 'active' && /^(?:ufw|firewalld)$/.test(name))?.name;
  return judgePublished({ iptables, ip6tables, nftables, ...(manager !== undefined && { manager }) });
}
