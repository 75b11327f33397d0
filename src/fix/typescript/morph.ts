import { createRequire } from 'node:module';
import type * as Morph from 'ts-morph';

export type { Morph };

let loaded: typeof Morph | undefined;

/** ts-morph takes half a second to load, so it is loaded when code is restructured, and never before. */
export function morph(): typeof Morph {
  loaded ??= createRequire(import.meta.url)('ts-morph') as typeof Morph;
  return loaded;
}
