import { lookup } from 'node:dns/promises';
import { existsSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** Where this runs, as far as it matters for who gets through. */
export interface Surroundings {
  readonly kind: 'machine' | 'container' | 'wsl2' | 'wsl1';
  /** What localhost stands for, in the order in which clients try it. */
  readonly localhost: readonly string[];
  readonly ipv6: boolean;
  /** Addresses at which other machines may find this one. */
  readonly addresses: readonly string[];
  readonly hints: readonly string[];
}

/** Is it a container or a Windows subsystem, judged by its own marks? */
export function kindOf(
  version: string,
  exists: (file: string) => boolean,
  cgroup: string,
  env: Readonly<Record<string, string | undefined>>,
): Surroundings['kind'] {
  if (/microsoft/i.test(version)) return /WSL2|microsoft-standard/i.test(version) ? 'wsl2' : 'wsl1';
  const isMarked = exists('/.dockerenv') || exists('/run/.containerenv') || env.container !== undefined;
  const isPod = env.KUBERNETES_SERVICE_HOST !== undefined;
  return isMarked || isPod || /\/(?:docker|kubepods|libpod|containerd)\b/.test(cgroup) ? 'container' : 'machine';
}

/** Where this runs. */
export function kindHere(env: Readonly<Record<string, string | undefined>>): Surroundings['kind'] {
  return kindOf(text('/proc/version'), existsSync, text('/proc/1/cgroup'), env);
}

/** Looks around. */
export async function lookAround(env: Readonly<Record<string, string | undefined>>): Promise<Surroundings> {
  const kind = kindHere(env);
  const rows = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const localhost = await lookup('localhost', { all: true, verbatim: true }).catch(() => []);
  return {
    kind,
    localhost: localhost.map(({ address }) => address),
    ipv6: rows.some(({ family }) => family === 'IPv6'),
    addresses: rows
      .filter(({ internal, address }) => !internal && !/^fe80:/i.test(address))
      .map(({ address }) => address),
    hints: hintsFor(kind),
  };
}

/** What is different there. */
export function hintsFor(kind: Surroundings['kind']): string[] {
  if (kind === 'container')
    return [
      'this is a container: its addresses and its firewall are its own, and other machines get in only by ports that are published on the host',
    ];
  if (kind === 'wsl2')
    return [
      'this is WSL2: Windows passes its own localhost on, but other machines reach Windows and not this; in a terminal of Windows as administrator: netsh interface portproxy add v4tov4 listenport=PORT connectport=PORT connectaddress=ADDRESS, or networkingMode=mirrored in .wslconfig',
      'the firewall that decides is that of Windows: bindlint doctor --os windows prints its commands',
    ];
  if (kind === 'wsl1') return ['this is WSL1: ports and the firewall are those of Windows'];
  return [];
}

function text(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
