import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const python = '/usr/bin/python3';
/** Where the system's own programs are. */
const searched = '/usr/sbin:/usr/bin:/sbin:/bin';
const observer = path.join(import.meta.dirname, 'observe.py');

/** The words that give a command a network of its own, where the system allows that. */
const ownNetwork = [
  ['unshare', '-n'],
  ['unshare', '-rn'],
].find(([program, ...args]) => spawnSync(program!, [...args, 'true']).status === 0);

/** The words that let localhost stand for both families, as on most machines, whatever /etc/hosts says here. */
const bothFamilies =
  ownNetwork?.[1] === '-n' && spawnSync('unshare', ['-m', 'true']).status === 0
    ? ['unshare', '-m', 'sh', '-c', 'mount --bind "$HOSTS" /etc/hosts && exec "$@"', 'sh']
    : undefined;

/** The words that give a command a root where the file of Docker is or is not, for what looks there whether it runs in a container. */
const otherRoot =
  ownNetwork?.[1] === '-n' && bothFamilies !== undefined
    ? [
        'unshare',
        '-m',
        'sh',
        '-c',
        `mount -t tmpfs root /mnt
for name in /*; do
  if [ "$name" = /mnt ]; then mkdir /mnt/mnt
  elif [ -L "$name" ]; then cp -a "$name" "/mnt$name"
  elif [ -d "$name" ]; then mkdir "/mnt$name" && mount --rbind "$name" "/mnt$name"
  fi
done
if [ "$CONTAINER" = yes ]; then touch /mnt/.dockerenv; fi
exec chroot /mnt sh -c 'cd "$0" && exec "$@"' "$PWD" "$@"`,
        'sh',
      ]
    : undefined;

/** Can a command be made to believe that it runs in a container? */
export const hasContainers = otherRoot !== undefined;

/** Can localhost be made to stand for both families? */
export const hasBothFamilies = bothFamilies !== undefined;

export interface Observation {
  /** Exit status; negative for a signal, null where it still ran in the end. */
  readonly status: number | null;
  /** What listened last: `127.0.0.1:8000`, `[::]:8080`. */
  readonly tcp: readonly string[];
  readonly udp: readonly string[];
  /** The families that are taken on the port that was asked about: 4, 6 or both. */
  readonly families: readonly number[];
  /** Standard output and standard error. */
  readonly output: string;
}

/** The whole environment of what is started. */
export function environmentOf(options: {
  readonly cwd: string;
  readonly path?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}): Record<string, string> {
  return {
    PATH: [...(options.path ?? []), searched].join(':'),
    LANG: 'C.UTF-8',
    HOME: options.cwd,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
    ...options.env,
  };
}

/**
 * Runs a program and tells what it does with its ports.
 * @param command its words; `python3` is the system's
 * @param options `cwd`; `taken`: ports that are taken on every address before it starts, and the program is then waited for; `seconds` to wait at most; `expected`: a port
 *   without which it is waited on; `movesOn`: with a taken port it is
 *   waited for until it has another one; `path`: folders with programs that are not the system's; `bothFamilies`: localhost stands for
 *   127.0.0.1 and ::1 where that can be had; `asked`: the port whose families are looked at, `tcp:8000`; `env`: further variables; `container`: it is to find
 *   out that it runs in a container, or in none
 */
export function observe(
  command: readonly string[],
  options: {
    readonly cwd: string;
    readonly taken?: readonly number[];
    readonly seconds?: number;
    readonly expected?: number;
    readonly movesOn?: boolean;
    readonly path?: readonly string[];
    readonly bothFamilies?: boolean;
    readonly asked?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly container?: boolean;
  },
): Promise<Observation> {
  const words = command.map((word) => (word === 'python3' ? python : word));
  const taken = options.taken?.join(',') || '-';
  const hosts = options.bothFamilies === true ? (bothFamilies ?? []) : [];
  const [program, ...args] = [
    ...(ownNetwork ?? []),
    ...hosts,
    ...(options.container === undefined ? [] : (otherRoot ?? [])),
    python,
    observer,
    String(options.seconds ?? 20),
    taken,
    ...words,
  ];
  const env = {
    ...environmentOf(options),
    // A busy machine takes its time between a server's first socket and its last.
    QUIET_SECONDS: '0.8',
    ...(options.expected !== undefined && { EXPECTED_PORT: String(options.expected) }),
    ...(options.asked !== undefined && { ASKED_FAMILIES: options.asked }),
    ...(options.movesOn && { MOVES_ON: '1' }),
    ...(ownNetwork && { OWN_NETWORK: '1' }),
    HOSTS: path.join(import.meta.dirname, 'hosts'),
    ...(options.container && { CONTAINER: 'yes' }),
  };
  return new Promise((resolve, reject) => {
    execFile(program!, args, { cwd: options.cwd, env, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command.join(' ')}: ${error.message}\n${stderr}`));
      else resolve(JSON.parse(stdout) as Observation);
    });
  });
}

/** The version of an installed Python distribution; undefined where it is not installed. */
export function installedVersion(distribution: string): string | undefined {
  const code = 'import importlib.metadata as m, sys; print(m.version(sys.argv[1]))';
  const { status, stdout } = spawnSync(python, ['-c', code, distribution], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * Why a live test cannot run, for `skip`. With BINDLINT_LIVE=required nothing is skipped, so what is missing fails.
 * @param distribution what it needs beside Python itself
 * @param program a command that it runs
 */
export function missing(distribution?: string, program?: string): string | false {
  if (process.env.BINDLINT_LIVE === 'required') return false;
  if (process.platform !== 'linux') return 'sockets are read from /proc, which only Linux has';
  if (spawnSync(python, ['--version']).status !== 0) return `${python} is not installed`;
  if (distribution !== undefined && installedVersion(distribution) === undefined)
    return `${distribution} is not installed for ${python}`;
  const isThere = program === undefined || searched.split(':').some((folder) => existsSync(path.join(folder, program)));
  return isThere ? false : `${program} is not installed`;
}
