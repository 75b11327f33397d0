import { readFileSync } from 'node:fs';
import type { Machine } from './sockets.ts';

export type System = 'windows' | 'linux' | 'macos';

/** The system this runs on; what is no Windows and no macOS is spoken of as Linux. */
export function thisSystem(): System {
  if (process.platform === 'win32') return 'windows';
  return process.platform === 'darwin' ? 'macos' : 'linux';
}

/** What shows the sockets and processes of this system. */
export async function thisMachine(): Promise<Machine> {
  const system = thisSystem();
  if (system === 'windows') return (await import('./windows.ts')).windows;
  return system === 'macos' ? (await import('./macos.ts')).macos : (await import('./linux.ts')).linux;
}

/** Where the ports begin that the system gives to whoever does not ask for a certain one. */
export function firstRandomPort(): number {
  if (thisSystem() !== 'linux') return 49_152;
  try {
    return Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'latin1'), 10) || 32_768;
  } catch {
    return 32_768;
  }
}
