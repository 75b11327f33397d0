import { parsePort } from '../address.ts';
import type { Frame, Origin, Publish, Slot, Span } from '../facts.ts';
import { type Given, interpolated } from './interpolation.ts';

/** More ports than this in one mapping are a range for passing on, and no list of servers. */
const longestRange = 256;

const literal: Origin = { by: 'literal' };
const part: Frame = { before: '', after: '', quote: '', part: true };

/** A stretch of a file's text, quotes not counted. */
export interface Stretch {
  readonly text: string;
  readonly span: Span;
  /** The text is as long as it stands in the file, so that parts of it have places. */
  readonly exact: boolean;
}

/** One port of a container and where it is published. */
export interface PortMapping {
  readonly host: Slot<string>;
  readonly port: Slot<number>;
  readonly target: Slot<number>;
  readonly protocol: Publish['protocol'];
}

/** Part of a stretch. */
function within({ text, span, exact }: Stretch, from: number, to: number): Stretch {
  const inside = exact ? { ...span, start: span.start + from, end: span.start + to } : span;
  return { text: text.slice(from, to), span: inside, exact };
}

/** A slot of something that is not written, and nobody decides here. */
export function unsaid<T>({ file, end }: Span): Slot<T> {
  const span = { file, start: end, end };
  return { value: undefined, origin: { by: 'unknown' }, span, site: span, chain: [], fixed: false };
}

/** What a stretch says, with its variables filled in. */
export function slotOf<T>(
  { text, span, exact }: Stretch,
  given: Given,
  read: (text: string) => T | undefined,
): Slot<T> {
  const filled = interpolated(text, given);
  const { value, fallback, from, known } = filled;
  const at = fallback && exact ? { ...span, start: span.start + fallback.start, end: span.start + fallback.end } : span;
  const parsed = value === undefined ? undefined : read(value);
  return {
    value: parsed,
    ...(value !== undefined && parsed === undefined && { written: value }),
    origin: filled.plain ? literal : from === undefined ? { by: 'unknown' } : { by: 'env', name: from },
    span: known?.span ?? at,
    site: span,
    chain: filled.plain || from === undefined ? [] : [{ span, note: `variable ${from}` }],
    fixed: filled.plain,
    ...(exact && (filled.plain || fallback) && { frame: part, ...(filled.plain && { siteFrame: part }) }),
  };
}

/** Cuts at colons outside `${...}` and brackets. */
function cut(text: string): readonly { readonly from: number; readonly to: number }[] {
  const masked = text.replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}|\[[^\]]*\]/g, (inner) => '_'.repeat(inner.length));
  const parts: { from: number; to: number }[] = [];
  let from = 0;
  for (const match of masked.matchAll(/:/g)) {
    parts.push({ from, to: match.index });
    from = match.index + 1;
  }
  return [...parts, { from, to: text.length }];
}

/** All interfaces of the host, where no address is said, and how one would be written. */
export function everywhere(
  span: Span,
  { of, docs }: { readonly of: string; readonly docs: string },
  frame: Frame | undefined,
): Slot<string> {
  return {
    value: '0.0.0.0',
    origin: { by: 'default', of, docs },
    span,
    site: span,
    chain: [],
    fixed: true,
    ...(frame && { frame, siteFrame: frame }),
  };
}

export const hostOf = (text: string) => text.replace(/^\[|\]$/g, '');

/** The protocol behind a port; undefined where no server of ours speaks it. */
function protocolOf(
  whole: Stretch,
): { readonly protocol: PortMapping['protocol']; readonly body: Stretch } | undefined {
  const found = /\/(tcp|udp|sctp)$/i.exec(whole.text);
  const protocol = found?.[1]?.toLowerCase() ?? 'tcp';
  if (protocol === 'sctp') return undefined;
  return { protocol: protocol === 'udp' ? 'udp' : 'tcp', body: within(whole, 0, found?.index ?? whole.text.length) };
}

/**
 * `8080:80`, `127.0.0.1:8080:80/tcp`, `[::1]::80`, `8000-8002:80-82`, as compose and `docker run -p` write it.
 * @param by who publishes on all interfaces where no address is said
 */
export function portMappings(
  whole: Stretch,
  given: Given,
  by: { readonly of: string; readonly docs: string },
): PortMapping[] {
  const read = protocolOf(whole);
  if (!read) return [];
  const { protocol, body } = read;
  const parts = cut(body.text);
  const piece = ({ from, to }: { from: number; to: number }) => within(body, from, to);
  const target = parts.at(-1)!;
  const port = parts.length > 1 ? parts.at(-2)! : undefined;
  // An IPv6 address needs no brackets here: whatever stands before the last two parts is the address.
  const address = parts.length > 2 ? { from: 0, to: parts.at(-3)!.to } : undefined;
  const start = body.exact ? { ...body.span, end: body.span.start } : body.span;
  const host = address
    ? slotOf(piece(address), given, hostOf)
    : everywhere(start, by, body.exact ? { before: '', after: port ? ':' : '::', quote: '' } : undefined);
  return portPairs(port && port.to > port.from ? piece(port) : undefined, piece(target), given).map(
    ([outside, inside]) => ({ host, port: outside ?? unsaid(whole.span), target: inside, protocol }),
  );
}

/** The ports of a container that are only written down: `8080`, `8000-8002/udp`. */
export function exposedPorts(whole: Stretch, given: Given): Pick<PortMapping, 'target' | 'protocol'>[] {
  const read = protocolOf(whole);
  if (!read) return [];
  const { protocol, body } = read;
  return (rangeOf(body, given) ?? [unknownAt(body)]).map((target) => ({ target, protocol }));
}

/** The ports of two ranges side by side. */
export function portPairs(
  outside: Stretch | undefined,
  inside: Stretch,
  given: Given,
): (readonly [Slot<number> | undefined, Slot<number>])[] {
  const targets = rangeOf(inside, given);
  const ports = outside && rangeOf(outside, given);
  if (!targets)
    return [[outside && (ports ? unsaid(outside.span) : slotOf(outside, given, parsePort)), unknownAt(inside)]];
  if (ports && ports.length === targets.length) return targets.map((target, index) => [ports[index]!, target]);
  // One of several ports outside, whichever is free.
  return targets.map((target) => [outside && unsaid(outside.span), target]);
}

const unknownAt = ({ span }: Stretch): Slot<number> => ({ ...unsaid<number>(span), span, site: span });

/** One port, or all of a range; undefined where the range is too long or none. */
function rangeOf(piece: Stretch, given: Given): readonly Slot<number>[] | undefined {
  const range = /^(\d{1,5})-(\d{1,5})$/.exec(piece.text);
  if (!range) return [slotOf(piece, given, parsePort)];
  const [first, last] = [Number(range[1]), Number(range[2])];
  if (last < first || last > 65535 || last - first >= longestRange) return undefined;
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    value: first + index,
    origin: literal,
    span: piece.span,
    site: piece.span,
    chain: [],
    fixed: true,
  }));
}
