import type { Io, Output } from './io.ts';
import type { ColorChoice } from './options.ts';

/** Are colours wanted on this stream? The flag decides, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal. */
export function wantsColor(choice: ColorChoice, output: Output, env: Io['env']): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return output.isTTY === true && env.TERM !== 'dumb';
}
