import { createHash, randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from './make-folder.ts';

/** What a file system says of a file that has not been touched since; milliseconds with their fractions. */
type Stamp = string;

/** A file that changed in the moment before it was searched may change again and keep its stamp. In milliseconds. */
const settling = 3_000;
const maximumSize = 64 * 1024 * 1024;
/** Folders and patterns that are remembered. */
const keptStores = 48;

/** What earlier runs found out about files that have not been touched since. */
export interface KnownFiles {
  /** Does a file hold the pattern? Undefined: nobody has looked. */
  holds(file: string): boolean | undefined;
  /** Keeps answers for later runs; a store that cannot be written is no error. */
  learn(answers: ReadonlyMap<string, boolean>): void;
}

/**
 * Remembers which files hold a pattern, so that a file is searched once and not in every run. A file is the same while its size,
 * its times and its inode are; git's object ids would cost a comparison by git, which runs filters that the repository names.
 * @param root absolute path of the folder that files are relative to
 * @param folder absolute path of the user's cache folder for bindlint; made where it is missing
 * @param pattern what is searched for
 * @param now milliseconds since 1970 when the run began
 */
export function knownFiles(root: string, folder: string, pattern: string, now: number): KnownFiles {
  const store = path.join(folder, `${hash(`${root}\0${pattern}`)}.files`);
  const before = load(store);
  const stamps = new Map<string, Stamp | undefined>();
  const stampOf = (file: string): Stamp | undefined => {
    if (!stamps.has(file)) stamps.set(file, stampIn(path.join(root, file), now));
    return stamps.get(file);
  };
  return {
    holds(file) {
      const entry = before.get(file);
      return entry !== undefined && entry.stamp === stampOf(file) ? entry.answer : undefined;
    },
    learn(answers) {
      const lines = [...answers].flatMap(([file, answer]) => {
        const stamp = stampOf(file);
        return stamp === undefined ? [] : [`${answer ? 1 : 0}${stamp} ${file}\0`];
      });
      save(store, lines.join(''));
    },
  };
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** @returns undefined for what may change unnoticed, or is no regular file */
function stampIn(file: string, now: number): Stamp | undefined {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile() || Math.max(stat.mtimeMs, stat.ctimeMs) > now - settling) return undefined;
  return `${stat.size}:${stat.mtimeMs}:${stat.ctimeMs}:${stat.ino}`;
}

function load(store: string): Map<string, { readonly answer: boolean; readonly stamp: Stamp }> {
  const entries = new Map<string, { answer: boolean; stamp: Stamp }>();
  let text: string;
  try {
    if (statSync(store).size > maximumSize) return entries;
    text = readFileSync(store, 'utf8');
  } catch {
    return entries;
  }
  for (let at = 0; at < text.length; ) {
    const space = text.indexOf(' ', at);
    const end = text.indexOf('\0', at);
    if (space === -1 || end < space) break;
    entries.set(text.slice(space + 1, end), { answer: text[at] === '1', stamp: text.slice(at + 1, space) });
    at = end + 1;
  }
  return entries;
}

/** Writes beside the store and renames, so that runs at the same time see one whole store or the other. */
function save(store: string, text: string): void {
  if (text.length > maximumSize) return;
  const folder = path.dirname(store);
  const beside = `${store}.${randomBytes(6).toString('hex')}`;
  try {
    makeFolder(folder, 0o700);
    writeFileSync(beside, text, { mode: 0o600, flag: 'wx' });
    renameSync(beside, store);
    forgetOthers(folder);
  } catch {
    try {
      rmSync(beside, { force: true });
    } catch {}
  }
}

/** Removes the stores that were written longest ago, and what ended runs have left. */
function forgetOthers(folder: string): void {
  const stores = readdirSync(folder)
    .filter((name) => /^[0-9a-f]{32}\.files(?:\.[0-9a-f]{12})?$/.test(name))
    .map((name) => path.join(folder, name))
    .map((file) => ({ file, written: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((one, other) => other.written - one.written);
  const isWhole = ({ file }: { readonly file: string }) => file.endsWith('.files');
  const left = stores.filter((one) => !isWhole(one) && one.written < Date.now() - 60_000);
  for (const { file } of [...stores.filter(isWhole).slice(keptStores), ...left]) rmSync(file, { force: true });
}
