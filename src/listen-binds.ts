import { isHost, parsePort, splitAddress } from './address.ts';
import type { Bind, Frame, Origin, Slot, Span } from './facts.ts';
import { unknownFailure } from './settings-slots.ts';
import { expand } from './syntax/shell.ts';

/** An address that a server's own settings file makes it listen on. */
export interface Listen {
  /** The directive's name. */
  readonly key: Span;
  /** `8080`, `127.0.0.1:80`, `[::]:80`, `*:443`. */
  readonly text: string;
  readonly start: number;
  /** What its port is where none is written. */
  readonly port?: number;
  readonly udp?: boolean;
}

/** What the server makes of an address. */
export interface Listener {
  readonly file: string;
  readonly framework: string;
  readonly docs: string;
  /** The host and port where the address has none. */
  readonly host: string;
  /** Where that host is written, for all of its addresses. */
  readonly hostAt?: Span;
  readonly port?: number;
  /** What a text without a colon is where it does not look like a port. */
  readonly bare: 'host' | 'port';
}

const part: Frame = { before: '', after: '', quote: '', part: true };

/** The addresses of a settings file as binds, each once. */
export function listenBinds(listener: Listener, found: Iterable<Listen>): Bind[] {
  const binds = new Map<string, Bind>();
  for (const listen of found) {
    const bind = bindOf(listener, listen);
    const known =
      bind && (bind.port.value ?? bind.port.written ?? (bind.port.origin.by === 'env' && bind.port.origin.name));
    if (bind && known) {
      const id = `${bind.host.value ?? bind.host.span.start} ${known} ${bind.protocol}`;
      if (!binds.has(id)) binds.set(id, bind);
    }
  }
  return [...binds.values()];
}

function bindOf(
  { file, framework, docs, host, hostAt, port, bare }: Listener,
  { key, text, start, udp, port: usual = port }: Listen,
): Bind | undefined {
  if (/^(?:unix|fd|abns|sockpair|ipv[46]@\/)[:@]?|^[/@]/.test(text)) return undefined;
  const parts = splitMasked(text, /^(?:\d+|\$\{[^}]*\}|\$\w+)$/.test(text) ? 'port' : bare);
  const spanOf = ({ start: from, end }: { readonly start: number; readonly end: number }): Span => ({
    file,
    start: start + from,
    end: start + end,
  });
  const end = { file, start: start + text.length, end: start + text.length };
  const left = <T>(value: T | undefined): Slot<T> => ({
    value,
    origin: value === undefined ? { by: 'unknown' } : { by: 'default', of: framework, docs },
    span: end,
    site: end,
    chain: [],
    fixed: true,
  });
  const slot = <T>(at: Span, written: string, read: (literal: string) => T | undefined): Slot<T> => {
    const { literal, name, fallback } = expand(written);
    const origin: Origin =
      literal !== undefined ? { by: 'literal' } : name === undefined ? { by: 'unknown' } : { by: 'env', name };
    const said = literal ?? fallback;
    const value = said === undefined ? undefined : read(said);
    return {
      value,
      ...(said !== undefined && value === undefined && { written: said }),
      origin,
      span: at,
      site: at,
      chain: [],
      fixed: literal !== undefined,
      ...(literal !== undefined && { frame: part, siteFrame: part }),
    };
  };
  const implied = () => (hostAt ? slot(hostAt, host, asHost) : left(host));
  const asHost = (literal: string) => {
    const plain = literal.startsWith('[') ? literal.slice(1, -1) : literal;
    return isHost(plain) ? (plain === '' ? host : plain) : undefined;
  };
  return {
    kind: 'bind',
    span: key,
    via: 'config',
    language: framework,
    framework,
    scope: '',
    context: 'production',
    sure: true,
    host: parts.host && parts.host.text !== '' ? slot(spanOf(parts.host), parts.host.text, asHost) : implied(),
    port: parts.port ? slot(spanOf(parts.port), parts.port.text, parsePort) : left(usual),
    protocol: udp ? 'udp' : 'tcp',
    failure: unknownFailure,
    reached: [],
    blocks: true,
    local: `it stands in the settings of ${framework} itself`,
  };
}

/** A colon inside `${PORT:-80}` does not count. */
function splitMasked(text: string, bare: 'host' | 'port'): ReturnType<typeof splitAddress> {
  if (text === '') return {};
  // HAProxy writes `:::80` for `[::]:80`.
  const wild = /^::(?=:(\d+)$)/.exec(text);
  if (wild)
    return { host: { text: '::', start: 0, end: 2 }, port: { text: text.slice(3), start: 3, end: text.length } };
  const masked = text.replace(/\$\{[^}]*\}/g, (variable) => '_'.repeat(variable.length));
  const { host, port } = splitAddress(masked, bare);
  const back = (at: NonNullable<typeof host>) => ({ ...at, text: text.slice(at.start, at.end) });
  return { ...(host && { host: back(host) }), ...(port && { port: back(port) }) };
}
