import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A port that is taken. */
export interface HeldPort {
  /** The addresses it is taken on. */
  readonly hosts: readonly string[];
  /** The system's word for why, where it could not be taken on an address that was asked for. */
  readonly refused: string | undefined;
  /** Does it still hold the port? Some programs end whoever has the one they want. */
  readonly holds: boolean;
  /** Gives the port back. */
  release(): Promise<void>;
}

/**
 * Takes a port.
 * @param hosts the addresses
 * @param programs the folder of the programs that `verify` runs beside the command
 */
export async function holdPort(port: number, hosts: readonly string[], programs: string): Promise<HeldPort> {
  const holder = spawn(process.execPath, [path.join(programs, 'port-holder.js'), String(port), ...hosts], {
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
  const gone = new Promise<void>((resolve) => holder.once('close', () => resolve()));
  holder.on('error', () => {});
  holder.stdin.on('error', () => {});
  let holds = true;
  void gone.then(() => {
    holds = false;
  });
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: holder.stdout }).once('line', resolve)),
    gone.then(() => '{"taken":[],"failed":[{"code":"EPERM"}]}'),
  ]);
  const { taken, failed } = JSON.parse(line) as { taken: string[]; failed: { host: string; code: string }[] };
  return {
    hosts: taken,
    // A machine without IPv6 has no second address to take.
    refused: failed.find(({ code }) => !['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(code))?.code,
    get holds() {
      return holds;
    },
    async release() {
      holder.stdin.end();
      await gone;
    },
  };
}
