/** A text that a parser cannot read, or refuses because reading it would cost too much. */
export class SyntaxProblem extends Error {
  /** UTF-16 offset in the text. */
  readonly offset: number;
  readonly kind: 'unparsed' | 'limit';

  /**
   * @param message what is wrong, lower case, without the place
   * @param offset UTF-16 offset in the text
   * @param kind `limit`: too large, deep or costly to be read at all
   */
  constructor(message: string, offset: number, kind: 'unparsed' | 'limit' = 'unparsed') {
    super(message);
    this.name = 'SyntaxProblem';
    this.offset = offset;
    this.kind = kind;
  }
}
