import { keepCompiled } from './cli/compile-cache.ts';
import type { Io } from './cli/io.ts';
import { main as run } from './cli/main.ts';

/**
 * The program with its own rules.
 * @param argv the words after the program's name
 * @returns the exit code
 */
export function main(argv: readonly string[] = process.argv.slice(2), io?: Io): Promise<number> {
  return run(argv, async () => (await import('../generated/rules.ts')).default, io);
}

/**
 * The built program.
 * @param folder absolute path of where it lies
 * @returns the exit code
 */
export async function start(folder: string): Promise<number> {
  keepCompiled(folder);
  const code = await main();
  // All that was printed has been taken. To take memory down bit by bit would be a twentieth of a short run.
  if (process.argv[2] === 'check') process.exit(code);
  return code;
}
