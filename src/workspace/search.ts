/** Lists the files below one folder. Paths are relative to it, with `/`; ignored files are left out. */
export interface FileList {
  list(): Promise<Found>;
}

/** Looks into the files too, several at a time. */
export interface FileSearch extends FileList {
  /** Files that hold a regular expression and whose path fits. */
  holding(pattern: string, fits: (file: string) => boolean): Promise<Found>;
  /** Files that hold one of the words, bounded by characters that are no part of a word, and whose path fits. */
  mentioning(words: readonly string[], fits: (file: string) => boolean): Promise<Found>;
}

export interface Found {
  readonly files: readonly string[];
  /** Something could not be read, so files may be missing. */
  readonly incomplete: boolean;
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
