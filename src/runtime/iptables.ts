import {
  comesBy,
  comesFrom,
  type Deed,
  every,
  goesTo,
  holdsPort,
  inverted,
  type Match,
  type Packet,
  type PacketRule,
} from './packet-rules.ts';

export interface IptablesRules {
  /** What is done with what no rule of a chain decides: `INPUT`. */
  readonly policies: ReadonlyMap<string, 'accept' | 'drop'>;
  readonly chains: ReadonlyMap<string, readonly PacketRule[]>;
}

/** Reads what `iptables -S` prints. */
export function parseIptablesRules(text: string): IptablesRules {
  const policies = new Map<string, 'accept' | 'drop'>();
  const chains = new Map<string, PacketRule[]>();
  for (const line of text.split('\n')) {
    const [flag, chain, ...words] = wordsOf(line);
    if (chain === undefined || (flag !== '-P' && flag !== '-N' && flag !== '-A')) continue;
    const rules = chains.get(chain) ?? [];
    chains.set(chain, rules);
    if (flag === '-P') policies.set(chain, words[0] === 'ACCEPT' ? 'accept' : 'drop');
    if (flag === '-A') rules.push(ruleOf(line, words));
  }
  return { policies, chains };
}

const wordsOf = (line: string) =>
  [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map((match) => match[1] ?? match[2]!);

type Condition = (packet: Packet) => Match;

function ruleOf(line: string, words: readonly string[]): PacketRule {
  const conditions: Condition[] = [];
  let deed: Deed = { does: 'on' };
  for (let index = 0; index < words.length; index++) {
    const isNot = words[index] === '!';
    if (isNot) index++;
    const flag = words[index]!;
    if (flag === '-j' || flag === '-g') {
      deed = deedOf(words[index + 1] ?? '', flag);
      // What follows says how, not when: --reject-with tcp-reset.
      break;
    }
    const value = words[index + 1] ?? '';
    if (flag === '-m') {
      index++;
      continue;
    }
    if (flag === '--syn') {
      conditions.push(() => inverted('yes', isNot));
      continue;
    }
    if (flag === '--tcp-flags') {
      const isFirst: Match = /\bSYN\b/.test(value) && words[index + 2] === 'SYN' ? 'yes' : 'maybe';
      conditions.push(() => inverted(isFirst, isNot));
      index += 2;
      continue;
    }
    const condition = conditionOf(flag, value);
    if (condition) conditions.push((packet) => inverted(condition(packet), isNot));
    else if (flag !== '--comment' && flag.startsWith('-')) conditions.push(() => 'maybe');
    if (!words[index + 1]?.startsWith('-')) index++;
  }
  return { text: line, deed, match: (packet) => every(conditions.map((condition) => condition(packet))) };
}

/** Targets that only write down or mark what passes. */
const harmless = new Set([
  '',
  'LOG',
  'NFLOG',
  'ULOG',
  'MARK',
  'CONNMARK',
  'TRACE',
  'CT',
  'NOTRACK',
  'SECMARK',
  'TCPMSS',
]);

function deedOf(target: string, flag: string): Deed {
  if (flag === '-g') return { does: 'goto', chain: target };
  if (target === 'ACCEPT') return { does: 'accept' };
  if (target === 'DROP' || target === 'REJECT' || target === 'TARPIT') return { does: 'drop' };
  if (target === 'RETURN') return { does: 'return' };
  if (harmless.has(target)) return { does: 'on' };
  return /^(?:NFQUEUE|QUEUE|SYNPROXY|DNAT|REDIRECT|TPROXY)$/.test(target)
    ? { does: 'unknown' }
    : { does: 'jump', chain: target };
}

function conditionOf(flag: string, value: string): Condition | undefined {
  switch (flag) {
    case '-p':
      return () => (['tcp', '6', 'all', '0'].includes(value) ? 'yes' : 'no');
    case '--dport':
    case '--dports':
      return ({ port }) => holdsPort(value, port);
    case '--ctorigdstport':
      return ({ port, sentTo }) => holdsPort(value, sentTo ?? port);
    case '--ctdir':
      return () => (value === 'ORIGINAL' ? 'yes' : 'no');
    case '-i':
      return comesBy([value]);
    // What comes for the first time has not come too often, nor with a header for its way.
    case '--hitcount':
      return () => (Number(value) > 1 ? 'no' : 'maybe');
    case '--rt-type':
      return () => 'no';
    case '-s':
      return comesFrom(value);
    case '-d':
      return goesTo(value, value.includes(':') ? 6 : 4);
    case '--ctstate':
    case '--state':
      return () => (value.split(',').includes('NEW') ? 'yes' : 'no');
    case '--dst-type':
      return () =>
        value.split(',').includes('LOCAL')
          ? 'yes'
          : /^(?:BROADCAST|MULTICAST|ANYCAST|,)+$/.test(value)
            ? 'no'
            : 'maybe';
    default:
      return undefined;
  }
}
