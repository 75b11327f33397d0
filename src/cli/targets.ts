import { MisuseError } from './misuse.ts';

/** Where one report goes; without a file it goes to standard output. */
export interface Target {
  readonly format: string;
  readonly file?: string;
}

/** One `--format` or one `--output`. */
export type TargetWord = { readonly format: string } | { readonly file: string };

/**
 * Pairs every `--output` with the `--format` before it; the first one also with a `--format` after it. Text stays on standard output
 * unless another format is left for it, or text itself went to a file.
 * @param words in the order of the command line
 * @throws {MisuseError} where two reports would be mixed in one place, or an `--output` has no format of its own
 */
export function targetsOf(words: readonly TargetWord[]): readonly Target[] {
  const targets: Target[] = [];
  let waiting: string | undefined;
  for (const word of words) {
    const last = targets.at(-1);
    if ('format' in word) {
      targets.push(waiting === undefined ? word : { ...word, file: waiting });
      waiting = undefined;
    } else if (last !== undefined && last.file === undefined) targets[targets.length - 1] = { ...last, ...word };
    else if (last === undefined && waiting === undefined) waiting = word.file;
    else throw new MisuseError(`--output ${JSON.stringify(word.file)} needs a --format of its own before it`);
  }
  if (waiting !== undefined) targets.push({ format: 'text', file: waiting });

  const printed = targets.filter(({ file }) => file === undefined).map(({ format }) => format);
  if (printed.length > 1) {
    throw new MisuseError(
      `only one format can go to standard output, and these would: ${printed.join(', ')}; follow each of the others with --output FILE`,
    );
  }
  const files = targets.flatMap(({ file }) => (file === undefined ? [] : [file]));
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined) throw new MisuseError(`two reports cannot be written to ${JSON.stringify(twice)}`);
  if (printed.length === 0 && !targets.some(({ format }) => format === 'text')) targets.push({ format: 'text' });
  return targets;
}

/** Does standard output carry the report for people? */
export function printsText(targets: readonly Target[]): boolean {
  return targets.some(({ format, file }) => format === 'text' && file === undefined);
}
