/** Lists the files below one folder. Paths are relative to it, with `/`; ignored files are left out. */
export interface FileList {
  list(): Promise<Found>;
}

/** Looks into the files too, several at a time. */
export interface FileSearch extends FileList {
  /** Files that hold a regular expression. */
  holding(pattern: string, among: Among): Promise<Found>;
  /** Files that hold one of the words, bounded by characters that are no part of a word. */
  mentioning(words: readonly string[], among: Among): Promise<Found>;
}

/** The files that a search is about. */
export interface Among {
  /** The endings they have, with the dot; no others need to be looked into. */
  readonly endings: ReadonlySet<string>;
  fits(file: string): boolean;
}

export interface Found {
  readonly files: readonly string[];
  /** Something could not be read, so files may be missing. */
  readonly incomplete: boolean;
  /** Files and folders that could not be read, where nothing else is missing. */
  readonly unread?: readonly string[];
}

const folders = [
  '.git',
  '.hg',
  '.svn',
  '.jj',
  'node_modules',
  'bower_components',
  '.venv',
  'venv',
  'site-packages',
  'dist-packages',
  '__pycache__',
  '.tox',
  '.nox',
  'vendor/bundle',
];

/** Gitignore patterns of what is never read, whether git ignores it or not: other people's code, caches, version control, generated bundles. */
export const skipped: readonly string[] = [...folders.map((folder) => `**/${folder}`), '**/*.min.*'];

const skippedNames = new Set(folders);

/**
 * Is a file or folder one that is never read, going by its own name?
 * @param file path relative to the root, with `/`
 * @param name the last part of it
 */
export function isSkipped(file: string, name: string): boolean {
  return (
    skippedNames.has(name) || name.includes('.min.') || (name === 'bundle' && /(?:^|\/)vendor\/bundle$/.test(file))
  );
}

/** Endings of data that nothing here can read; searching it would only cost time. */
export const dataEndings: readonly string[] =
  '7z a avi bin bmp bz2 class csv db dll dylib eot exe flac gguf gif gz h5 ico jar jpeg jpg jsonl lib mkv mov mp3 mp4 npy npz o obj ogg onnx otf parquet pack pb pdf pickle pkl png psd pt pth pyc rar safetensors so sqlite sqlite3 svg tar tgz tif tiff tsv ttf wasm wav webm webp whl woff woff2 xls xlsx xz zip zst'.split(
    ' ',
  );

/** One of the words, bounded by characters that are no part of a word. */
export function anyWord(words: readonly string[]): RegExp {
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(?<![\\p{L}\\p{N}\\p{M}_])(?:${escaped.join('|')})(?![\\p{L}\\p{N}\\p{M}_])`, 'u');
}
