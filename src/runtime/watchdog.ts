import { spawn } from 'node:child_process';
import path from 'node:path';

/** A command that has been started. */
export interface Watched {
  readonly leader: number;
  /** When the leader was started, since its number may be another's later; undefined: just now. */
  readonly started?: string | undefined;
  readonly mark: string;
  /** The limit that marks what it has started too. */
  readonly limit: number | undefined;
}

/** Ends what was started when this process itself is killed. */
export interface Watchdog {
  watch(watched: Watched): void;
  release(leader: number): void;
  /** Not needed any more. */
  dismiss(): void;
}

/**
 * Starts the watchdog, in a session of its own.
 * @param programs the folder of the programs that `verify` runs beside the command
 */
export function startWatchdog(programs: string): Watchdog {
  const watchdog = spawn(process.execPath, [path.join(programs, 'watchdog.js')], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    windowsHide: true,
  });
  watchdog.on('error', () => {});
  watchdog.stdin.on('error', () => {});
  watchdog.unref();
  const tell = (message: Partial<Watched>) => void watchdog.stdin.write(`${JSON.stringify(message)}\n`);
  return {
    watch: tell,
    release: (leader) => tell({ leader }),
    dismiss: () => void watchdog.stdin.end(),
  };
}
