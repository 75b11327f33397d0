/** A socket that waits for others: TCP in the state LISTEN, or a bound UDP socket without a peer. */
export interface Listening {
  readonly protocol: 'tcp' | 'udp';
  readonly family: 4 | 6;
  /** An address as the field writes it, without brackets: `0.0.0.0`, `::1`. */
  readonly host: string;
  readonly port: number;
  /** The processes that hold it, as far as they can be seen. */
  readonly owners: readonly number[];
  /** Name or number of the user whose socket it is; undefined where the system does not say. */
  readonly user?: string;
}

/** One process. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  /** Process group; undefined where there is no such thing. */
  readonly group?: number;
  readonly session?: number;
  /** When it was started, in the system's own words: tells a process from a later one of the same number. */
  readonly started: string;
  /** Its command line, cut at some length. */
  readonly command: string;
  readonly user?: string;
}

/** What can be seen of a machine's sockets and processes. */
export interface Machine {
  /** @param owned whether to look for owners too, which takes longer */
  listening(owned: boolean): Promise<Sight>;
  processes(): Promise<readonly ProcessRow[]>;
  /** TCP connections to a port of this machine that are over and still remembered. */
  timeWait(port: number): Promise<number>;
}

/** What listens, and what could not be seen. */
export interface Sight {
  readonly sockets: readonly Listening[];
  /** Whose owners stay unknown, in words; undefined where everything was seen. */
  readonly unseen?: string;
}

/** The address and port of a socket, as people write them. */
export function endpoint(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
