import { spawn } from 'node:child_process';
import path from 'node:path';

/** Ends what was started when this process itself is killed. */
export interface Watchdog {
  /** @param limit the limit that marks what it has started too */
  watch(leader: number, mark: string, limit?: number): void;
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
  return {
    watch: (leader, mark, limit) =>
      void watchdog.stdin.write(`${leader} BINDLINT_VERIFY=${mark}${limit === undefined ? '' : ` ${limit}`}\n`),
    release: (leader) => void watchdog.stdin.write(`${leader}\n`),
    dismiss: () => void watchdog.stdin.end(),
  };
}
