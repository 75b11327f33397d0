import { createHash } from 'node:crypto';
import { open, readdir, readFile, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { makeFolder } from '../workspace/make-folder.ts';
import { locate, type Replacement, replaceFile, syncFolder } from './write.ts';

/** Runs of one root that can be taken back, one after the other. */
const keptRuns = 10;

interface UndoRecord {
  readonly version: 1;
  readonly root: string;
  /** ISO 8601. */
  readonly at: string;
  readonly files: readonly {
    readonly file: string;
    /** Base64 of the original bytes. */
    readonly original: string;
    /** SHA-256 of what was written. */
    readonly after: string;
  }[];
}

/** What `undo` did. */
export type Undone =
  | { readonly state: 'nothing' }
  /** `restored` are back; `already` were at their original content. */
  | {
      readonly state: 'undone';
      readonly at: string;
      readonly restored: readonly string[];
      readonly already: readonly string[];
    }
  /** Nothing was written, because these have changed since. */
  | { readonly state: 'refused'; readonly at: string; readonly changed: readonly string[] };

const compress = promisify(gzip);
const decompress = promisify(gunzip);
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The records of one root. */
async function folderOf(root: string, state: string): Promise<{ readonly folder: string; readonly root: string }> {
  const real = await realpath(root);
  return { root: real, folder: path.join(state, 'undo', hash(Buffer.from(real)).slice(0, 32)) };
}

/** Names of a root's records, oldest first. */
async function recordsIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /^\d{8}\.json\.gz$/.test(name)).sort();
  } catch {
    return [];
  }
}

/**
 * Keeps the originals of a run, so that it lasts before the first file is replaced.
 * @param root absolute path of the project
 * @param state the user's folder for what programs remember
 */
export async function recordRun(root: string, state: string, replacements: readonly Replacement[]): Promise<void> {
  const { folder, root: real } = await folderOf(root, state);
  makeFolder(folder, 0o700);
  const record: UndoRecord = {
    version: 1,
    root: real,
    at: new Date().toISOString(),
    files: replacements.map(({ file, before, after }) => ({
      file,
      original: Buffer.from(before).toString('base64'),
      after: hash(after),
    })),
  };
  const bytes = await compress(JSON.stringify(record));
  const names = await recordsIn(folder);
  let number = names.length === 0 ? 1 : Number.parseInt(names.at(-1)!, 10) + 1;
  for (;;) {
    try {
      const handle = await open(path.join(folder, `${String(number).padStart(8, '0')}.json.gz`), 'wx', 0o600);
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      break;
    } catch (error) {
      // Another run took the number.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      number++;
    }
  }
  await syncFolder(folder);
  for (const name of (await recordsIn(folder)).slice(0, -keptRuns)) await rm(path.join(folder, name), { force: true });
}

/**
 * Takes the last run back as a whole, or not at all where a file has changed since.
 * @param root absolute path of the project
 * @param state the user's folder for what programs remember
 * @throws {RefusedError} or an error of the file system where a file cannot be written; calling again goes on
 */
export async function undo(root: string, state: string): Promise<Undone> {
  const { folder, root: real } = await folderOf(root, state);
  for (const name of (await recordsIn(folder)).reverse()) {
    const place = path.join(folder, name);
    const record = await readRecord(place);
    if (record === undefined) {
      // A run that ended while it kept its originals has replaced nothing.
      await rm(place, { force: true });
      continue;
    }
    const back: { target: string; now: Uint8Array; original: Uint8Array; file: string }[] = [];
    const already: string[] = [];
    const changed: string[] = [];
    for (const { file, original, after } of record.files) {
      const bytes = Buffer.from(original, 'base64');
      try {
        const target = await locate(real, file);
        const now = await readFile(target);
        if (now.equals(bytes)) already.push(file);
        else if (hash(now) === after) back.push({ file, target, now, original: bytes });
        else changed.push(file);
      } catch {
        changed.push(file);
      }
    }
    if (changed.length > 0) return { state: 'refused', at: record.at, changed };
    for (const { target, now, original } of back) await replaceFile(target, now, original);
    await rm(place, { force: true });
    return { state: 'undone', at: record.at, restored: back.map(({ file }) => file), already };
  }
  return { state: 'nothing' };
}

async function readRecord(place: string): Promise<UndoRecord | undefined> {
  try {
    const record = JSON.parse((await decompress(await readFile(place))).toString('utf8')) as UndoRecord;
    return record.version === 1 ? record : undefined;
  } catch {
    return undefined;
  }
}
