/** What a bind answers to. */
export type Reach = 'loopback' | 'all' | 'specific' | 'unknown';

const loopbackNames = new Set([
  'localhost',
  'localhost.localdomain',
  'localhost4',
  'localhost6',
  'ip6-localhost',
  'ip6-loopback',
]);

/** A host without the brackets and zone of its URL form, in lower case. */
function bare(host: string): string {
  const text = host.trim().toLowerCase();
  const inside = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  return inside.replace(/%.*$/, '').replace(/\.$/, '');
}

/** The eight groups of an IPv6 address, or undefined. */
function groupsOf(host: string): number[] | undefined {
  if (!host.includes(':') || !/^[0-9a-f:.]+$/.test(host)) return undefined;
  let text = host;
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (tail) {
    const octets = octetsOf(tail[2]!);
    if (octets?.length !== 4) return undefined;
    const [a, b, c, d] = octets as [number, number, number, number];
    text = `${tail[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = (half: string) => (half === '' ? [] : half.split(':'));
  const head = groups(halves[0]!);
  const rest = halves.length === 2 ? groups(halves[1]!) : [];
  const missing = 8 - head.length - rest.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...Array<string>(halves.length === 1 ? 0 : missing).fill('0'), ...rest];
  return all.every((group) => /^[0-9a-f]{1,4}$/.test(group))
    ? all.map((group) => Number.parseInt(group, 16))
    : undefined;
}

/** The octets of an IPv4 address; short forms such as 127.1 are spread as inet_aton does. */
function octetsOf(host: string): number[] | undefined {
  if (!/^\d+(\.\d+){0,3}$/.test(host)) return undefined;
  const parts = host.split('.').map(Number);
  const last = parts.pop()!;
  const width = 4 - parts.length;
  if (parts.some((part) => part > 255) || last >= 256 ** width) return undefined;
  for (let index = width - 1; index >= 0; index--) parts.push(Math.floor(last / 256 ** index) % 256);
  return parts;
}

/** 127.0.0.0/8, ::1, its IPv4-mapped form, and the names that stand for them. */
export function isLoopback(host: string | undefined): boolean {
  if (host === undefined) return false;
  const text = bare(host);
  if (loopbackNames.has(text) || text.endsWith('.localhost')) return true;
  const octets = octetsOf(text);
  if (octets) return octets[0] === 127;
  const groups = groupsOf(text);
  if (!groups) return false;
  if (groups.slice(0, 7).every((group) => group === 0)) return groups[7] === 1;
  return groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff && groups[6]! >> 8 === 127;
}

/** The address that means every interface: 0.0.0.0, ::, and the notations that stand for them (`''`, `*`, `0`). */
export function isUnspecified(host: string | undefined): boolean {
  if (host === undefined) return false;
  const text = bare(host);
  if (text === '' || text === '*' || text === '+') return true;
  const octets = octetsOf(text);
  if (octets) return octets.every((octet) => octet === 0);
  const groups = groupsOf(text);
  if (!groups) return false;
  if (groups.every((group) => group === 0)) return true;
  return groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff && groups[6] === 0 && groups[7] === 0;
}

/** Loopback of IPv6 alone: ::1 and the names that stand for it. */
export function isLoopbackSix(host: string | undefined): boolean {
  return host !== undefined && isLoopback(host) && /:|^localhost6$|^ip6-/.test(bare(host));
}

/** A name of the loopback address, not a number: which family answers depends on the machine. */
export function isLoopbackName(host: string | undefined): boolean {
  return host !== undefined && isLoopback(host) && !/^[\d.:a-f[\]]+$/i.test(host.trim());
}

/** A number, not a name: what it stands for does not depend on the machine. */
export function isNumeric(host: string | undefined): boolean {
  return host !== undefined && (octetsOf(bare(host)) !== undefined || groupsOf(bare(host)) !== undefined);
}

/** Do two hosts mean the same address, in whatever notation? */
export function sameAddress(first: string, second: string): boolean {
  const [a, b] = [bare(first), bare(second)];
  const parts = (host: string) => (octetsOf(host) ?? groupsOf(host))?.join();
  return a === b || (parts(a) !== undefined && parts(a) === parts(b));
}

/** An address or a host name as the field writes them. */
export function isHost(text: string): boolean {
  const host = bare(text);
  if (host === '' || host === '*') return true;
  if (host.includes(':')) return groupsOf(host) !== undefined;
  if (/^[\d.]+$/.test(host)) return octetsOf(host) !== undefined;
  return host.length <= 253 && /^(?!-)[a-z0-9_-]{1,63}(\.(?!-)[a-z0-9_-]{1,63})*$/.test(host);
}

/** @param host undefined where it is not known */
export function reachOf(host: string | undefined): Reach {
  if (host === undefined) return 'unknown';
  if (isUnspecified(host)) return 'all';
  if (isLoopback(host)) return 'loopback';
  return 'specific';
}

/** What a server does that listens on a host, for people who are about to change it. */
export function listeningOn(host: string): string {
  return reachOf(host) === 'all'
    ? `listen on ${host}, which every machine that can reach this one can connect to`
    : `listen on ${host}`;
}

/** Do two binds on the same port answer on a common address? Unknown hosts do not count as known to collide. */
export function hostsOverlap(first: string | undefined, second: string | undefined): boolean {
  if (first === undefined || second === undefined) return false;
  const [a, b] = [bare(first), bare(second)];
  if (a === b) return true;
  const [all, other] = isUnspecified(a) ? [a, b] : isUnspecified(b) ? [b, a] : [undefined, undefined];
  if (all !== undefined && other !== undefined) {
    // 0.0.0.0 and an IPv6-only address are different sockets (measured on Linux).
    return !(all === '0.0.0.0' && other.includes(':') && !isUnspecified(other));
  }
  if (isLoopback(a) && isLoopback(b)) {
    const named = (host: string) => (loopbackNames.has(host) ? '127.0.0.1' : host);
    return named(a) === named(b);
  }
  return false;
}

/** A port number 0 to 65535, or undefined where the text is none. */
export function parsePort(text: string | number): number | undefined {
  if (typeof text === 'string' && !/^\s*\d{1,9}\s*$/.test(text)) return undefined;
  const port = Number(text);
  return Number.isInteger(port) && port >= 0 && port <= 65535 ? port : undefined;
}

export interface AddressPart {
  readonly text: string;
  /** Offsets within the whole address. */
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts `host:port`, `[::1]:8000`, `:8000`, `host` or `8000` in two.
 * @param bareMeans what a text without a colon is
 */
export function splitAddress(
  text: string,
  bareMeans: 'host' | 'port',
): { readonly host?: AddressPart; readonly port?: AddressPart } {
  const part = (start: number, end: number): AddressPart => ({ text: text.slice(start, end), start, end });
  const bracket = /^\[[^\]]*\]/.exec(text);
  if (bracket) {
    const end = bracket[0].length;
    return text[end] === ':'
      ? { host: part(0, end), port: part(end + 1, text.length) }
      : { host: part(0, text.length) };
  }
  // No address ends with three colons, so this is `::` and a port.
  if (/^:::\d+$/.test(text)) return { host: part(0, 2), port: part(3, text.length) };
  const colon = text.lastIndexOf(':');
  if (colon === -1) return bareMeans === 'port' ? { port: part(0, text.length) } : { host: part(0, text.length) };
  if (text.indexOf(':') !== colon) return { host: part(0, text.length) };
  return { host: part(0, colon), port: part(colon + 1, text.length) };
}
