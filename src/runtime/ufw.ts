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
    opening: (port, name, addresses) => openingOf(own, port, name, addresses, deviceOf),
  };
}

/** Reads what `ufw show added` prints: the rules in their order, as they were typed. */
function parseAdded(text: string): Added[] {
  return text.split('\n').flatMap((line): Added[] => {
    const match =
      /^ufw (allow|deny|reject|limit) (?!out\b)(?:in (?!on\b))?(?:log(?:-all)? )?(.*?)(?: comment '.*')?$/.exec(line);
    if (!match) return [];
    const rest = match[2]!.trim();
    const simple = /^([\d,:]+)(?:\/(\w+))?$/.exec(rest);
    const ports = simple?.[1] ?? /\bto \S+ port (\S+)/.exec(rest)?.[1];
    const protocol = simple?.[2] ?? /\bproto (\w+)/.exec(rest)?.[1];
    // What names neither is the profile of an application, or all that comes from somewhere.
    const isPlain = /\b(?:from|to|on) \S/.test(rest);
    return [
      {
        text: line,
        action: match[1] as Added['action'],
        rest,
        isLimited: /\bfrom (?!any\b)|\bto (?!any\b)|\bon \S/.test(rest),
        concerns: (port) => {
          if (protocol !== undefined && protocol !== 'tcp') return 'no';
          if (ports !== undefined) return holdsPort(ports, port);
          return isPlain && !/\bapp\b/.test(rest) ? 'yes' : 'maybe';
        },
      },
    ];
  });
}

/**
 * `ufw allow` stands behind the rules that are there, and takes the place of one for the same port; a rule that was put before all others and
 * is like none of them leaves those as they were, when it is taken back too.
 */
function openingOf(
  rules: readonly Added[],
  port: number,
  name: string,
  addresses: readonly string[],
  deviceOf: (address: string) => string | undefined,
): Opening | undefined {
  const all = rules.filter((one) => one.concerns(port) !== 'no');
  const open = all.findIndex(
    ({ action, isLimited, concerns }) =>
      (action === 'allow' || action === 'limit') && !isLimited && concerns(port) === 'yes',
  );
  const before = open === -1 ? all : all.slice(0, open);
  const inFront = before.filter(({ action }) => action === 'deny' || action === 'reject');
  // It lets the port through already; who stops it is somebody else.
  if (open !== -1 && inFront.length === 0) return undefined;
  const known = new Set(all.map(({ rest }) => rest));
  const verb = inFront.length > 0 ? 'prepend allow' : 'allow';
  const forms = known.has(`${port}/tcp`)
    ? addresses.flatMap((address) => {
        const to = `to ${address} port ${port} proto tcp`;
        const device = deviceOf(address);
        return [to, ...(device === undefined ? [] : [`in on ${device} ${to}`])].find((one) => !known.has(one)) ?? [];
      })
    : [`${port}/tcp`];
  if (forms.length === 0) return undefined;
  const opening: Opening = {
    of: 'ufw',
    open: forms.map((form) => `sudo ufw ${verb} ${form} comment '${name}'`),
    close: forms.map((form) => `sudo ufw delete allow ${form}`),
  };
  const others = inFront.map(({ text }) => text).slice(0, 3);
  return inFront.length === 0 ? opening : { ...opening, note: `it goes before ${others.join(', ')}` };
}
