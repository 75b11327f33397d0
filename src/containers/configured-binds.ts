import { isLoopback, parsePort, splitAddress } from '../address.ts';
import { contextOf } from '../context.ts';
import type { Bind, Origin, Slot, Span } from '../facts.ts';
import { unknownFailure } from '../settings/slots.ts';

/** An address on which a configuration says that something listens. */
export interface Listening {
  /** `8080`, `127.0.0.1:8080`, `[::]:80`, `*:80`, `localhost`. */
  readonly text: string;
  readonly start: number;
  /** What says so: `listen`, `ListenStream`. */
  readonly directive: string;
  /** Where it says no port; undefined where that cannot be told. */
  readonly port: number | undefined;
  /** The variable that decides the port. */
  readonly variable?: string;
  /** Where it says no host: nginx means IPv4 alone, Caddy and systemd both families. */
  readonly host: string;
  /** Where the host stands, if that is not beside the port. */
  readonly hostStart?: number;
  readonly protocol?: 'udp';
  /** As it is written; where that is not the address itself. */
  readonly length?: number;
  /** Nothing is written down, and this page says what that means. */
  readonly implied?: string;
}

/** What listens, as a configuration says. */
export function configuredBinds(file: string, framework: string, addresses: Iterable<Listening>): Bind[] {
  return [...addresses].flatMap((listening): Bind[] => {
    const { text, start, directive, protocol = 'tcp', length = text.length, implied } = listening;
    if (/^(?:unix:|\/)/.test(text)) return [];
    const variable = /\$\{?([A-Za-z_]\w*)\}?$/.exec(text);
    const name = listening.variable ?? variable?.[1];
    const { host, port } = splitAddress(text, /^\d+$/.test(text) || variable?.index === 0 ? 'port' : 'host');
    const at = (from: number, to: number): Span => ({ file, start: start + from, end: start + to });
    const origin: Origin = implied
      ? { by: 'default', of: framework, docs: implied }
      : { by: 'config', path: directive };
    const common = { chain: [], fixed: true, origin };
    const { hostStart } = listening;
    const apart =
      hostStart === undefined ? undefined : { file, start: hostStart, end: hostStart + listening.host.length };
    const hostAt = apart ?? at(host?.start ?? 0, host?.end ?? 0);
    const named = host === undefined || host.text === '' || host.text === '*' ? listening.host : host.text;
    const frame = { before: '', after: '', quote: '', part: true as const };
    const hostSlot: Slot<string> = {
      ...common,
      value: /[${}<]/.test(named) ? undefined : named.replace(/^\[|\]$/g, ''),
      span: hostAt,
      site: hostAt,
      ...((apart !== undefined || (host !== undefined && host.text !== '')) && { frame }),
    };
    const portAt = at(port?.start ?? text.length, port?.end ?? text.length);
    const value = port === undefined ? listening.port : parsePort(port.text);
    const portSlot: Slot<number> = {
      ...common,
      value,
      ...(value === undefined && port && /^\d+$/.test(port.text) && { written: port.text }),
      ...(name !== undefined && { origin: { by: 'env', name }, fixed: false }),
      span: portAt,
      site: portAt,
    };
    return [
      {
        kind: 'bind',
        span: at(0, length),
        via: 'config',
        language: framework,
        framework,
        scope: '',
        context: contextOf(file),
        sure: true,
        host: hostSlot,
        port: portSlot,
        protocol,
        failure: unknownFailure,
        reached: [],
        blocks: true,
        ...(isLoopback(hostSlot.value) && { local: `${framework} is told to listen for this machine alone` }),
      },
    ];
  });
}
