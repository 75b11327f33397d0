import { pathToFileURL } from 'node:url';

/**
 * What a module of the user exports by default. It stands alone, because what V8 kept compiled of a file can import nothing:
 * `src/cli/compile-cache.ts` leaves such files out.
 * @param file absolute path of a module that the command line names
 * @throws what the module throws
 */
export async function importDefault(file: string): Promise<unknown> {
  return ((await import(pathToFileURL(file).href)) as { readonly default?: unknown }).default;
}
