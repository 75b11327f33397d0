/** bindlint's own settings cannot be read or make no sense: exit code 2 on the command line. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  /** As it is shown: relative to the working directory where it lies below; undefined for the command line. */
  readonly file: string | undefined;
  /** From 1; undefined where the whole file is meant. */
  readonly line: number | undefined;

  /** @param problem what is wrong, lower case, without the place */
  constructor(problem: string, file?: string, line?: number) {
    super(
      [file, line, ` ${problem}`]
        .filter((part) => part !== undefined)
        .join(':')
        .trim(),
    );
    this.file = file;
    this.line = line;
  }
}
