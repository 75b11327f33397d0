import type { Rule } from '../rule.ts';
import { type Io, print, processIo } from './io.ts';

/** The rules to run, loaded when a command needs them. */
export type LoadRules = () => Promise<Readonly<Record<string, Rule>>>;

/**
 * Runs one command line. Never throws: what goes wrong is printed.
 * @param argv the words after the program's name
 * @returns the exit code: 0 nothing found, 1 findings, 2 misuse or unreadable configuration, 3 internal error
 */
export async function main(argv: readonly string[], loadRules: LoadRules, io: Io = processIo()): Promise<number> {
  try {
    if (argv[0] === 'check' && argv.slice(1).every((word) => /^[^-]/.test(word))) {
      // A hook calls it so for every commit: there is nothing for commander to read.
      const { check } = await import('./check.ts');
      return await check(argv.slice(1), { color: 'auto', targets: [{ format: 'text' }] }, await loadRules(), io);
    }
    const { runCommand } = await import('./program.ts');
    return await runCommand(argv, loadRules, io);
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    if (name === 'MisuseError' || name === 'SettingsError') {
      await print(io.stderr, `bindlint: ${message}\n`);
      return 2;
    }
    const details = io.env.BINDLINT_DEBUG ? stack : 'set BINDLINT_DEBUG=1 to see where';
    await print(io.stderr, `bindlint: internal error: ${message.slice(0, 500)}\n${details}\n`);
    return 3;
  }
}
