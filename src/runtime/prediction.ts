import { isLoopback, isLoopbackName, isNumeric, isUnspecified, sameAddress } from '../address.ts';
import { endpoint, type Listening } from './sockets.ts';

/** A server that `map` expects. */
export interface Predicted {
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly protocol: 'tcp' | 'udp';
  readonly framework: string;
  /** `main.py:27:9`. */
  readonly place: string;
  /** The command that was typed starts it; otherwise only the project holds it. */
  readonly started: boolean;
  readonly sure: boolean;
  /** Why it is meant for this machine only, where it seems to be. */
  readonly local?: string;
}

/** How a port agrees with what `map` expects. */
export interface Agreement {
  readonly state: 'agrees' | 'differs' | 'unseen';
  readonly words: string;
}

const shown = ({ host, port }: Predicted) => endpoint(host === '' ? '*' : (host ?? '?'), port ?? 0);

/** What was expected to listen there: rather what the command starts than what the project only holds. */
export function expected(
  port: number,
  listening: readonly Listening[],
  predicted: readonly Predicted[],
): Predicted | undefined {
  const hosts = listening.map(({ host }) => host);
  const right = predicted.filter((one) => one.protocol === 'tcp' && one.port === port && fits(one.host, hosts));
  return right.find(({ started }) => started) ?? right[0];
}

/** Holds the addresses that listen on one port against what was expected. */
export function compare(port: number, listening: readonly Listening[], predicted: readonly Predicted[]): Agreement {
  const hosts = [...new Set(listening.map(({ host }) => host))];
  const tcp = predicted.filter(({ protocol }) => protocol === 'tcp');
  const here = tcp.filter((one) => one.port === port);
  const right = expected(port, listening, predicted);
  if (right) {
    const known = right.host === undefined ? `port ${port}, and cannot see the host` : shown(right);
    return { state: 'agrees', words: `map expects ${known} (${right.place}, ${right.framework})` };
  }
  const bound = hosts.map((host) => endpoint(host, port)).join(' and ');
  const wrong = here.find(({ started }) => started) ?? here[0];
  if (wrong) {
    return {
      state: 'differs',
      words: `map expects ${shown(wrong)} (${wrong.place}, ${wrong.framework}), and the program listens on ${bound}: one of the two is wrong`,
    };
  }
  const open = tcp.find((one) => one.port === undefined && fits(one.host, hosts));
  if (open) {
    const host =
      open.host === undefined ? 'neither its host nor its port' : `its host ${open.host || '*'} but not its port`;
    return { state: 'unseen', words: `map sees a server at ${open.place} (${open.framework}), ${host}` };
  }
  const other = tcp.find(({ started, sure }) => started && sure);
  if (other) {
    return {
      state: 'differs',
      words: `map expects ${shown(other)} (${other.place}, ${other.framework}), and the program listens on ${bound}: one of the two is wrong`,
    };
  }
  const none =
    tcp.length === 0 ? 'map sees no server here' : `map sees ${tcp.length} servers here, and none on this port`;
  return { state: 'unseen', words: `${none}, so there is nothing to compare` };
}

/** May what was written as a host have led to these addresses? */
export function fits(host: string | undefined, bound: readonly string[]): boolean {
  if (host === undefined) return true;
  if (isUnspecified(host)) return bound.some((one) => isUnspecified(one));
  if (isLoopbackName(host)) return bound.some((one) => isLoopback(one));
  // What a name stands for is known to the machine's resolver alone.
  return !isNumeric(host) || bound.some((one) => sameAddress(one, host));
}

/** What the command should have opened and did not, each once. */
export function missing(bound: ReadonlySet<number>, predicted: readonly Predicted[]): Predicted[] {
  const found = new Map<number, Predicted>();
  for (const one of predicted) {
    if (!one.started || !one.sure || one.protocol !== 'tcp' || !one.port || bound.has(one.port)) continue;
    found.set(one.port, one);
  }
  return [...found.values()];
}
