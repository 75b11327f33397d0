import type { Frame, Span } from '../facts.ts';
import type { Word } from '../syntax/command.ts';

/** What a file says that a variable holds; undefined: something that cannot be seen. */
export interface Known {
  readonly value: string | undefined;
  readonly span: Span;
  readonly frame?: Frame;
}

/** What is known of a variable by its name: the environment file beside a compose file, the lines of a script above. */
export type Given = (name: string) => Known | undefined;

/** What a text says once its variables are filled in from outside. */
export interface Interpolated {
  /** Undefined: a variable without a fallback stands in it. */
  readonly value: string | undefined;
  /** The variable that the whole text stands for, or the first one in it. */
  readonly from?: string;
  /** The whole text is one variable with this fallback: where that stands in the text. */
  readonly fallback?: { readonly start: number; readonly end: number };
  /** The whole text is one variable, and this is what it holds. */
  readonly known?: Known;
  /** The text is as long as it is written: no variable, no `$$`. */
  readonly plain: boolean;
}

/** `$$`, `$NAME`, `${NAME}`, `${NAME:-fallback}`, `${NAME:?message}`, `${NAME:+replacement}`. https://docs.docker.com/reference/compose-file/interpolation/ */
const variable = /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?])((?:[^{}]|\{[^{}]*\})*))?\})/g;

/** Fills variables in as compose does. */
export function interpolated(text: string, given: Given = () => undefined): Interpolated {
  if (!text.includes('$')) return { value: text, plain: true };
  let from: string | undefined;
  let unknown = false;
  let fallback: Interpolated['fallback'];
  let held: Known | undefined;
  const value = text.replace(
    variable,
    (
      whole,
      bare: string | undefined,
      name: string | undefined,
      operator: string | undefined,
      rest: string | undefined,
      at: number,
    ) => {
      const wanted = bare ?? name;
      if (wanted === undefined) return '$';
      from ??= wanted;
      const known = given(wanted);
      if (known && known.value === undefined) {
        unknown = true;
        return '';
      }
      const isSet = known?.value !== undefined && (known.value !== '' || !operator?.startsWith(':'));
      if (operator?.endsWith('+')) {
        // Where no file sets it, the shell still may.
        const inner = isSet ? interpolated(rest ?? '', given) : undefined;
        if (inner?.value === undefined) unknown = true;
        return inner?.value ?? '';
      }
      if (isSet) {
        if (whole === text) held = known;
        return known!.value!;
      }
      if (!operator?.endsWith('-')) {
        unknown = true;
        return '';
      }
      const inner = interpolated(rest ?? '', given);
      if (inner.value === undefined) unknown = true;
      if (whole === text && inner.plain) {
        const start = at + whole.length - 1 - rest!.length;
        fallback = { start, end: start + rest!.length };
      }
      return inner.value ?? '';
    },
  );
  return {
    value: unknown ? undefined : value,
    plain: false,
    ...(from !== undefined && { from }),
    ...(fallback && { fallback }),
    ...(held && { known: held }),
  };
}

/** A word with its variables filled in; one whose variables are not known has a value that nobody can know. */
export function interpolatedWord(word: Word, given?: Given): Word {
  const read = interpolated(word.value, given);
  if (read.plain) return { ...word, expands: false };
  const { value, fallback } = read;
  if (value === undefined) return { value: '${?}', span: word.span, expands: true };
  if (fallback && word.quote !== undefined && value === word.value.slice(fallback.start, fallback.end)) {
    const start = word.span.start + word.quote.length;
    return {
      value,
      span: { ...word.span, start: start + fallback.start, end: start + fallback.end },
      quote: '',
      expands: false,
    };
  }
  return { value, span: word.span, expands: false };
}
