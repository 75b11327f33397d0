import { isIP, isIPv6 } from 'node:net';
import type { Opening } from './advice.ts';
import { type Firewall, familyOf, quietFirewall, unknown } from './firewall.ts';
import { holdsPort, type Match } from './packet-rules.ts';

/** A rule as `ufw show added` prints it: `deny from 10.0.0.0/8 to any port 7001`. */
interface Added {
  readonly text: string;
  readonly action: 'allow' | 'deny' | 'reject' | 'limit';
  /** Without action, direction, logging and comment: `7001/tcp`. */
  readonly rest: string;
  /** Does it hold for some addresses or interfaces only? */
  readonly isLimited: boolean;
  /** Is it about some of the machines that may connect, as a ban is? The address or network. */
  readonly from: string | undefined;
  /** Its place among those for IPv4, as `insert` counts; undefined: it is for IPv6 only, or cannot be counted. */
  readonly number: number | undefined;
  concerns(port: number): Match;
}

/**
 * Reads what `ufw status verbose` prints.
 * @param added what `ufw show added` prints: what was there before decides how the port is opened
 * @param deviceOf the interface that has an address
 */
export function parseUfw(
  text: string,
  added = '',
  deviceOf: (address: string) => string | undefined = () => undefined,
): Firewall {
  if (!/^Status: active/m.test(text)) return quietFirewall('ufw', 'inactive', 'installed, and not active');
  const incoming = /^Default: (\w+) \(incoming\)/m.exec(text)?.[1];
  const rules = text.split('\n').flatMap((line) => {
    const match = /^(\S.*?)\s{2,}(ALLOW|DENY|REJECT|LIMIT)(?: IN)?\s{2,}(.*?)\s*(?:#.*)?$/.exec(line);
    return match ? [{ to: match[1]!, action: match[2]!, from: match[3]! }] : [];
  });
  const own = parseAdded(added);
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
    opening: (port, name, addresses) => openingOf(own, incoming === 'allow', port, name, addresses, deviceOf),
  };
}

/** Reads what `ufw show added` prints: the rules in their order, as they were typed. */
function parseAdded(text: string): Added[] {
  let count = 0;
  let isCountable = true;
  return text.split('\n').flatMap((line): Added[] => {
    if (!line.startsWith('ufw ')) return [];
    const words = line.replace(/ comment '.*'$/, '').split(' ');
    const isSix = words.some((word) => word === 'ipv6' || isIPv6(word.replace(/\/\d+$/, '')));
    if (!isSix) count++;
    const match =
      /^ufw (allow|deny|reject|limit) (?!out\b)(?:in (?!on\b))?(?:log(?:-all)? )?(.*?)(?: comment '.*')?$/.exec(line);
    if (!match) return [];
    const rest = match[2]!.trim();
    const number = isSix || !isCountable ? undefined : count;
    const simple = /^([\d,:]+)(?:\/(\w+))?$/.exec(rest);
    const ports = simple?.[1] ?? /\bto \S+ port (\S+)/.exec(rest)?.[1];
    const protocol = simple?.[2] ?? /\bproto (\w+)/.exec(rest)?.[1];
    // What names neither is the profile of an application, or all that comes from somewhere.
    const isPlain = /\b(?:from|to|on) \S/.test(rest);
    const isProfile = (simple === null && !isPlain) || /\bapp\b/.test(rest);
    // A profile may be several rules.
    if (isProfile) isCountable = false;
    const from = /\bfrom (\S+)/.exec(rest)?.[1];
    return [
      {
        text: line,
        action: match[1] as Added['action'],
        rest,
        isLimited: /\bfrom (?!any\b)|\bto (?!any\b)|\bon \S/.test(rest),
        from: from === 'any' ? undefined : from,
        number,
        concerns: (port) => {
          if (protocol !== undefined && protocol !== 'tcp') return 'no';
          if (ports !== undefined) return holdsPort(ports, port);
          return isProfile ? 'maybe' : 'yes';
        },
      },
    ];
  });
}

/**
 * `ufw allow` stands behind the rules that are there, and takes the place of one for the same port; a rule that was put before those that shut
 * the port, and is like none of them, leaves them as they were when it is taken back. Rules that keep some machines out stay before it; those
 * that stand behind are said once more before it, for this port.
 */
function openingOf(
  rules: readonly Added[],
  isOpenByDefault: boolean,
  port: number,
  name: string,
  addresses: readonly string[],
  deviceOf: (address: string) => string | undefined,
): Opening | undefined {
  const devices = addresses.map(deviceOf);
  // What is about another network or another address of this machine shuts nothing here.
  const isElsewhere = ({ rest }: Added): boolean => {
    const device = /\bon (\S+)/.exec(rest)?.[1];
    const to = /\bto (\S+)/.exec(rest)?.[1] ?? '';
    if (addresses.length === 0) return false;
    const isOtherDevice = device !== undefined && devices.every((one) => one !== undefined && one !== device);
    return isOtherDevice || (isIP(to) !== 0 && !addresses.includes(to));
  };
  const all = rules.filter((one) => one.concerns(port) !== 'no' && !isElsewhere(one));
  const open = all.findIndex(
    ({ action, isLimited, concerns }) =>
      (action === 'allow' || action === 'limit') && !isLimited && concerns(port) === 'yes',
  );
  const isShut = ({ action }: Added) => action === 'deny' || action === 'reject';
  const shut = all.findIndex((one) => isShut(one) && one.from === undefined);
  // It lets the port through already; who stops it is somebody else, or is about some machines only.
  if (shut === -1 ? open !== -1 || isOpenByDefault : open !== -1 && open < shut) return undefined;
  const known = new Set(all.map(({ rest }) => rest));
  const forms = known.has(`${port}/tcp`)
    ? addresses.flatMap((address) => {
        const to = `to ${address} port ${port} proto tcp`;
        const device = deviceOf(address);
        return [to, ...(device === undefined ? [] : [`in on ${device} ${to}`])].find((one) => !known.has(one)) ?? [];
      })
    : [`${port}/tcp`];
  if (forms.length === 0) return undefined;
  const close = forms.map((form) => `sudo ufw delete allow ${form}`);
  if (shut === -1) return { of: 'ufw', open: forms.map((form) => `sudo ufw allow ${form} comment '${name}'`), close };
  const first = all[shut]!;
  const behind = all.slice(shut + 1).filter((one) => isShut(one) && one.from !== undefined);
  const bans = behind.map((one) => ({ one, form: `from ${one.from} to any port ${port} proto tcp` }));
  const repeated = bans.filter(
    ({ one, form }) => !known.has(form) && isAddress(one.from!) && !/\bon \S/.test(one.rest),
  );
  const lost = bans.filter((ban) => !repeated.includes(ban)).map(({ one }) => one.text);
  const at = (form: string) => (form.includes(':') ? undefined : first.number);
  const unknown = forms.some((form) => at(form) === undefined) || repeated.some(({ form }) => at(form) === undefined);
  const insert = (verb: string, form: string, end = '') =>
    `sudo ufw insert ${at(form) ?? 'NUMBER'} ${verb} ${form}${end}`;
  const notes = [
    `it goes before ${first.text}`,
    ...(unknown ? [`NUMBER is that of ${first.text} in the list, once for each family`] : []),
    ...(lost.length > 0 ? [`what these keep out gets through: ${lost.slice(0, 3).join(', ')}`] : []),
  ];
  return {
    of: 'ufw',
    open: [
      ...(unknown ? ['sudo ufw status numbered'] : []),
      ...forms.map((form) => insert('allow', form, ` comment '${name}'`)),
      // Each is put before the last one.
      ...repeated.map(({ one, form }) => insert(one.action, form)),
    ],
    close: [...close, ...repeated.map(({ one, form }) => `sudo ufw delete ${one.action} ${form}`)],
    note: notes.join('; '),
  };
}

const isAddress = (from: string) => isIP(from.replace(/\/\d+$/, '')) !== 0;
