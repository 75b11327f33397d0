import type { Opening } from './advice.ts';
import { type Firewall, unknown, type Verdict } from './firewall.ts';
import { holdsPort } from './packet-rules.ts';

interface Zone {
  readonly name: string;
  readonly target: string;
  readonly interfaces: readonly string[];
  readonly sources: readonly string[];
  readonly services: readonly string[];
  readonly ports: readonly string[];
  readonly richRules: readonly string[];
}

/** What `firewall-cmd` says. */
export interface FirewalldReading {
  /** `--list-all-zones` */
  readonly zones: string;
  /** `--permanent --list-all-zones`; undefined: it cannot be read. */
  readonly permanent: string | undefined;
  /** `--get-default-zone` */
  readonly standard: string;
}

const words = (text: string) => text.split(/\s+/).filter(Boolean);

/** Reads zones as `--list-all-zones` and `--list-all` print them. */
function parseZones(text: string): Zone[] {
  // Whatever else is printed, as warnings, is no heading with fields below it.
  return text.split(/^(?=\S)/m).flatMap((part) => {
    const name = /^([\w.-]+)(?: \([^)]*\))?\s*\n(?=\s+target:)/.exec(part)?.[1];
    if (name === undefined) return [];
    const field = (key: string) => new RegExp(`^\\s*${key}:[ \\t]*(.*)$`, 'm').exec(part)?.[1]?.trim() ?? '';
    return [
      {
        name,
        target: field('target'),
        interfaces: words(field('interfaces')),
        sources: words(field('sources')),
        services: words(field('services')),
        ports: words(field('ports')),
        richRules: [...part.matchAll(/^\s+(rule .*)$/gm)].map((match) => match[1]!),
      },
    ];
  });
}

const opens = (zone: Zone | undefined, port: number) =>
  zone?.ports.some((one) => {
    const [list, protocol] = one.split('/');
    return protocol === 'tcp' && holdsPort(list!, port) === 'yes';
  }) === true;

/** May a rich rule concern a port? */
function mayConcern(rule: string, port: number): boolean {
  if (/ (?:icmp-block|icmp-type|masquerade|source-port|forward-port)\b/.test(rule)) return false;
  const own = / port port="([^"]*)" protocol="(\w+)"/.exec(rule);
  return own === null || (own[2] === 'tcp' && holdsPort(own[1]!, port) !== 'no');
}

const known: Readonly<Record<string, number>> = { ssh: 22, http: 80, https: 443 };
const harmless = ['dhcpv6-client', 'mdns', 'cockpit', 'samba-client'];

function judgeZone(zone: Zone, port: number): Verdict {
  const { name, target, services, richRules } = zone;
  const rich = richRules.filter((rule) => mayConcern(rule, port));
  // They decide before ports and services do.
  if (rich.length > 0)
    return unknown(`the zone ${name} of firewalld has a rich rule that may concern port ${port}: ${rich[0]}`);
  if (opens(zone, port))
    return { verdict: 'lets-through', words: `the zone ${name} of firewalld lets port ${port} through` };
  if (target === 'ACCEPT')
    return { verdict: 'lets-through', words: `the zone ${name} of firewalld lets everything through` };
  const service = services.find((one) => known[one] === port);
  if (service)
    return { verdict: 'lets-through', words: `the zone ${name} of firewalld lets the service ${service} through` };
  const others = services.filter((one) => !(one in known) && !harmless.includes(one));
  if (others.length > 0)
    return unknown(`the zone ${name} of firewalld has services that may concern port ${port}: ${others.join(' ')}`);
  return { verdict: 'blocks', words: `the zone ${name} of firewalld names neither port ${port} nor a service on it` };
}

/**
 * Reads what `firewall-cmd` says of its zones.
 * @param deviceOf the interface that has an address
 */
export function parseFirewalld(
  reading: FirewalldReading,
  deviceOf: (address: string) => string | undefined = () => undefined,
): Firewall {
  const zones = parseZones(reading.zones);
  const permanent = reading.permanent === undefined ? undefined : parseZones(reading.permanent);
  const standard = reading.standard.trim().split('\n').at(-1)!;
  const zoneOf = (address: string | undefined): Zone | undefined => {
    const device = address === undefined ? undefined : deviceOf(address);
    return (
      zones.find(({ interfaces }) => device !== undefined && interfaces.includes(device)) ??
      zones.find(({ name }) => name === standard)
    );
  };
  const used = zones.filter(({ name, interfaces }) => interfaces.length > 0 || name === standard);
  return {
    name: 'firewalld',
    state: 'active',
    words: `active, ${used.length === 1 ? 'zone' : 'zones'} ${used.map(({ name }) => name).join(', ')}`,
    judge(port, address) {
      const zone = zoneOf(address);
      if (zone === undefined) return unknown('the zones of firewalld cannot be read');
      const bySource = zones.find(({ name, sources }) => sources.length > 0 && name !== zone.name);
      const verdict = judgeZone(zone, port);
      if (bySource && judgeZone(bySource, port).verdict !== verdict.verdict)
        return unknown(
          `firewalld decides by where it comes from: zone ${bySource.name} is for ${bySource.sources.join(' ')}, and ${verdict.words}`,
        );
      return verdict;
    },
    opening(port, _name, addresses) {
      const chosen = [...new Map(addresses.map((address) => [zoneOf(address)?.name, zoneOf(address)])).values()];
      const own = (chosen.length > 0 ? chosen : [zoneOf(undefined)]).flatMap((zone) => zone ?? []);
      const all = own.flatMap((zone) => openingOf(zone, permanent, port) ?? []);
      if (all.length === 0) return undefined;
      const notes = [...new Set(all.flatMap(({ note }) => note ?? []))];
      return {
        of: 'firewalld',
        open: all.flatMap(({ open }) => open),
        close: all.flatMap(({ close }) => close),
        ...(notes.length > 0 && { note: notes.join('; ') }),
      };
    },
  };
}

const withPriority = (rule: string, priority: number) =>
  rule.replace(/ priority="-?\d+"/, '').replace(/^rule/, `rule priority="${priority}"`);
const priorityOf = (rule: string) => Number(/ priority="(-?\d+)"/.exec(rule)?.[1] ?? 0);
/** Is it for this port and for everybody? */
function isAccepted(rule: string, port: number): boolean {
  const own = / port port="([^"]*)" protocol="tcp"/.exec(rule);
  return (
    own !== null &&
    holdsPort(own[1]!, port) === 'yes' &&
    / accept\b/.test(rule) &&
    !isAboutSome(rule) &&
    !/ family=| destination /.test(rule)
  );
}

const isAboutSome = (rule: string) => / source (?:NOT )?(?:address|mac|ipset)=/.test(rule);
const lowest = -32_768;

/** For now and for later, each only where it is not so yet: a reload would drop what others have opened for now. */
function openingOf(zone: Zone, permanent: readonly Zone[] | undefined, port: number): Opening | undefined {
  const later = permanent?.find(({ name }) => name === zone.name);
  const base = `sudo firewall-cmd --zone=${zone.name}`;
  const denies = zone.richRules.filter((rule) => mayConcern(rule, port) && / (?:drop|reject)\b/.test(rule));
  const shut = denies.filter((rule) => !isAboutSome(rule));
  const accepted = zone.richRules.filter((rule) => isAccepted(rule, port)).map(priorityOf);
  const first = Math.min(Number.POSITIVE_INFINITY, ...shut.map(priorityOf));
  // Of those with the same priority, what denies comes first.
  if (accepted.some((priority) => priority < first)) return undefined;
  if (shut.length > 0) {
    const rule = shut.find((one) => priorityOf(one) === first)!;
    if (first - 1 < lowest)
      return {
        of: 'firewalld',
        open: [],
        close: [],
        note: `no rule can go before ${rule}, which has the lowest priority there is: it has to be changed itself`,
      };
    // Those that keep some machines out and would come behind are said once more before it.
    const behind = denies.filter((one) => isAboutSome(one) && priorityOf(one) >= first - 1);
    const isRoom = behind.length === 0 || first - 2 >= lowest;
    const rules = [
      ...(isRoom ? behind : []).map((one) => withPriority(one, first - 2)),
      `rule priority="${first - 1}" port port="${port}" protocol="tcp" accept`,
    ].map((one) => `'${one.replaceAll("'", "'\\''")}'`);
    const lost = isRoom ? '' : `; what these keep out gets through: ${behind.slice(0, 3).join(', ')}`;
    return {
      of: 'firewalld',
      open: rules.flatMap((one) => [`${base} --add-rich-rule=${one}`, `${base} --permanent --add-rich-rule=${one}`]),
      // First the opening, then what keeps some out of it.
      close: rules
        .toReversed()
        .flatMap((one) => [`${base} --remove-rich-rule=${one}`, `${base} --permanent --remove-rich-rule=${one}`]),
      note: `it goes before ${rule}${lost}`,
    };
  }
  // The port alone comes behind all that denies.
  if (opens(zone, port)) return undefined;
  const places = [base, ...(opens(later, port) ? [] : [`${base} --permanent`])];
  const note =
    permanent === undefined
      ? `where ${base} --permanent --query-port=${port}/tcp says yes, leave out the lines with --permanent`
      : `in the zone ${zone.name}, for now${places.length > 1 ? ' and for later' : '; for later it is open already'}`;
  return {
    of: 'firewalld',
    open: places.map((place) => `${place} --add-port=${port}/tcp`),
    close: places.map((place) => `${place} --remove-port=${port}/tcp`),
    note,
  };
}
