import { type Firewall, quietFirewall, unknown, type Verdict } from './firewall.ts';
import { holdsPort } from './packet-rules.ts';

const name = 'windows-defender-firewall';

interface Profile {
  /** `Domain`, `Private`, `Public`. */
  readonly name: string;
  readonly isOn: boolean;
  /** What becomes of what no rule concerns. `always`: no rule lets anything in. */
  readonly incoming: 'allow' | 'block' | 'always' | undefined;
}

interface Rule {
  readonly name: string;
  readonly profiles: readonly string[];
  readonly action: string;
  readonly ports: string;
  /** It concerns each program, each address and each network device. */
  readonly isGeneral: boolean;
  readonly limits: string;
}

/** Reads what `netsh advfirewall show currentprofile` and the list of its rules print, in English. */
export function parseNetshProfile(text: string, rules: string): Firewall {
  const profiles = parseProfiles(text);
  if (profiles.length === 0)
    return quietFirewall(name, 'unreadable', 'its state is printed in another language, or cannot be read');
  const on = profiles.filter(({ isOn }) => isOn);
  if (on.length === 0) return quietFirewall(name, 'inactive', 'off for the current profile');
  const parsed = parseNetshRules(rules);
  const byDefault = { allow: 'lets in by default', block: 'blocks by default', always: 'blocks all that comes in' };
  const words = on.map((one) => {
    const how = one.incoming === undefined ? 'its default cannot be read' : byDefault[one.incoming];
    return `on for the ${one.name.toLowerCase()} profile, ${how}`;
  });
  return {
    name,
    state: 'active',
    words: words.join('; '),
    judge(port) {
      const verdicts = profiles.map((profile) => judgeProfile(profile, parsed, port));
      const [first] = verdicts as [Verdict];
      if (verdicts.every(({ verdict }) => verdict === first.verdict)) return first;
      return unknown(
        `it depends on the network: ${verdicts.map((one, index) => `${profiles[index]!.name.toLowerCase()}: ${one.words}`).join('; ')}`,
      );
    },
  };
}

function judgeProfile(profile: Profile, rules: readonly Rule[], port: number): Verdict {
  const where = `the ${profile.name.toLowerCase()} profile`;
  if (!profile.isOn) return { verdict: 'lets-through', words: `the firewall is off for ${where}` };
  if (profile.incoming === 'always')
    return { verdict: 'blocks', words: `${where} blocks all that comes in, whatever the rules say` };
  const own = rules.filter(({ profiles, ports }) => profiles.includes(profile.name) && concerns(ports, port) !== 'no');
  const told = ({ name: rule, limits }: Rule) => `the rule ${JSON.stringify(rule)}${limits}`;
  const isPlain = (rule: Rule) => rule.isGeneral && concerns(rule.ports, port) === 'yes';
  const blocking = own.filter(({ action }) => action === 'Block');
  const sure = blocking.find(isPlain);
  if (sure) return { verdict: 'blocks', words: `${told(sure)} blocks port ${port}` };
  // A rule for every port of one program concerns that program alone.
  const named = (rule: Rule) => /(?:^|,)\s*\d/.test(rule.ports);
  const doubtful = blocking.find(named);
  if (doubtful) return unknown(`${told(doubtful)} may block port ${port}`);
  const allowing = own.filter(({ action }) => action === 'Allow' || action === 'Bypass');
  const open = allowing.find((rule) => rule.action === 'Allow' && isPlain(rule));
  const isLeftToPrograms = blocking.some((rule) => !rule.isGeneral);
  if (open && !isLeftToPrograms) return { verdict: 'lets-through', words: `${told(open)} lets port ${port} through` };
  if (open) return unknown(`${told(open)} lets port ${port} through, but a rule for the program itself may block it`);
  const limited = allowing.find(named);
  if (limited) return unknown(`${told(limited)} lets port ${port} through, but not for all`);
  if (profile.incoming === 'allow' && !isLeftToPrograms)
    return { verdict: 'lets-through', words: 'what no rule blocks is let in' };
  return unknown(
    `no rule names port ${port}; a rule for the program itself may ${profile.incoming === 'allow' ? 'block it' : 'let it through'}`,
  );
}

const concerns = (ports: string, port: number) => (ports === 'Any' || ports === '' ? 'yes' : holdsPort(ports, port));

/** Several profiles hold at the same time where the machine is in several networks. */
function parseProfiles(text: string): Profile[] {
  return text.split(/^(?=\w+ Profile Settings)/m).flatMap((block): Profile[] => {
    const profile = /^(\w+) Profile Settings/.exec(block)?.[1];
    const state = /^State\s+(ON|OFF)\s*$/im.exec(block)?.[1]?.toUpperCase();
    if (profile === undefined || state === undefined) return [];
    const policy = /^Firewall Policy\s+(\w+)/im.exec(block)?.[1]?.toLowerCase();
    const incoming = { allowinbound: 'allow', blockinbound: 'block', blockinboundalways: 'always' } as const;
    return [{ name: profile, isOn: state === 'ON', incoming: incoming[policy as keyof typeof incoming] }];
  });
}

/** Reads those rules that are on and concern TCP of `netsh advfirewall firewall show rule name=all dir=in verbose`, in English. */
function parseNetshRules(text: string): Rule[] {
  return text
    .split(/^Rule Name:/m)
    .slice(1)
    .flatMap((block): Rule[] => {
      const field = (label: string) => new RegExp(`^${label}:[ \\t]*(.*?)[ \\t]*\\r?$`, 'm').exec(block)?.[1] ?? '';
      const protocol = field('Protocol');
      if (field('Enabled') !== 'Yes' || !/^(?:TCP|6|Any|)$/.test(protocol)) return [];
      const limits: string[] = [];
      for (const [label, told] of [
        ['RemoteIP', 'from'],
        ['LocalIP', 'to'],
        ['RemotePort', 'from the ports'],
        ['Program', 'for'],
        ['Service', 'for the service'],
        ['InterfaceTypes', 'by'],
      ] as const) {
        const value = field(label);
        if (value !== '' && value !== 'Any') limits.push(`${told} ${value}`);
      }
      const profiles = field('Profiles');
      return [
        {
          name: block.split(/\r?\n/)[0]!.trim(),
          profiles: profiles === '' || profiles === 'Any' ? ['Domain', 'Private', 'Public'] : profiles.split(/,\s*/),
          action: field('Action'),
          ports: field('LocalPort'),
          isGeneral: limits.length === 0,
          limits: limits.length === 0 ? '' : ` (${limits.join(', ')})`,
        },
      ];
    });
}
