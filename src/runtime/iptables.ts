import {
  addressIn,
  type Condition,
  comesBy,
  type Deed,
  flagsAre,
  goesBy,
  holdsPort,
  inverted,
  type PacketRule,
  packetRule,
  portIn,
  stateIn,
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

function ruleOf(line: string, words: readonly string[]): PacketRule {
  const conditions: Condition[] = [];
  let isOfSome = false;
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
      const isFirst = flagsAre(['fin', 'syn', 'rst', 'ack'], ['syn']);
      conditions.push((packet) => inverted(isFirst(packet), isNot));
      continue;
    }
    if (flag === '--tcp-flags') {
      const isSet = flagsAre(flagsIn(value), flagsIn(words[index + 2] ?? ''));
      conditions.push((packet) => inverted(isSet(packet), isNot));
      index += 2;
      continue;
    }
    if (flag === '--match-set') {
      isOfSome ||= /\bsrc\b/.test(words[index + 2] ?? '');
      conditions.push(() => 'maybe');
      index += 2;
      continue;
    }
    if (flag === '-s' || flag === '-d') {
      const own = addressIn(value, value.includes(':') ? 6 : 4, flag === '-s');
      isOfSome ||= own.isOfSome;
      conditions.push((packet) => inverted(own.condition(packet), isNot));
      index++;
      continue;
    }
    isOfSome ||= someOnly.has(flag);
    const condition = conditionOf(flag, value);
    if (condition) conditions.push((packet) => inverted(condition(packet), isNot));
    else if (flag !== '--comment' && flag.startsWith('-')) conditions.push(() => 'maybe');
    if (!words[index + 1]?.startsWith('-')) index++;
  }
  return packetRule(line, deed, isOfSome, conditions);
}

/** What a machine has to be, or to have done before, for a rule to be about it. */
const someOnly = new Set([
  '--src-range',
  '--mac-source',
  '--src-cc',
  '--source-country',
  '--rcheck',
  '--update',
  '--connlimit-above',
  '--hashlimit-above',
]);

const allFlags = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg'];

function flagsIn(words: string): readonly string[] {
  if (words === 'ALL') return allFlags;
  return words === 'NONE' ? [] : words.toLowerCase().split(',');
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
  'CHECKSUM',
  'TOS',
  'DSCP',
  'TTL',
  'HL',
  'ECN',
  'CLASSIFY',
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
      return portIn(value, false);
    case '--sport':
    case '--sports':
      return portIn(value, true);
    case '--ctorigdstport':
      return ({ port, sentTo }) => holdsPort(value, sentTo ?? port);
    case '--ctdir':
      return ({ isAnswer }) => ((value === 'ORIGINAL') === (isAnswer !== true) ? 'yes' : 'no');
    case '-i':
      return comesBy([value]);
    case '-o':
      return goesBy([value]);
    // What comes for the first time has not come too often, nor with a header for its way.
    case '--hitcount':
      return () => (Number(value) > 1 ? 'no' : 'maybe');
    case '--rt-type':
      return () => 'no';
    case '--ctstate':
    case '--state':
      return stateIn(value.toLowerCase().split(','));
    case '--dst-type':
      return ({ isAnswer }) =>
        value.split(',').includes(isAnswer ? 'UNICAST' : 'LOCAL')
          ? 'yes'
          : /^(?:BROADCAST|MULTICAST|ANYCAST|,)+$/.test(value)
            ? 'no'
            : 'maybe';
    default:
      return undefined;
  }
}
