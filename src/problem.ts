/** Something in the input that could not be read or understood; the rest goes on. */
export interface InputProblem {
  readonly file: string;
  /** UTF-16 offset in the decoded text; undefined where there is no text. */
  readonly offset?: number;
  readonly kind: 'unparsed' | 'unsupported' | 'limit';
  readonly message: string;
  /** The file was read as far as it goes: what is missing only shows when the template is rendered. */
  readonly template?: true;
}
