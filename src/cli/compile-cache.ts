import { existsSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';
import { readOwn, writeOwn } from '../workspace/own-file.ts';
import { cacheFolder } from './user-folders.ts';

const maximumSize = 32 * 1024 * 1024;
/** Builds and versions of Node that are remembered. */
const kept = { names: /^[0-9a-f]+-v\d+\.\d+\.\d+\S*-\w+$/, count: 4, size: 4 * maximumSize };

/** Code that imports cannot be kept: once it comes from V8's cache, Node no longer knows how it imports. */
const imports = /(?<![.#\w])import\(/;

/** What V8 made of one file. */
interface Compiled {
  /** Of the file's text. */
  readonly checksum: number;
  readonly code: Buffer;
}

type Compile = (this: NodeJS.Module, text: string, file: string, ...more: unknown[]) => unknown;

/**
 * Keeps what V8 made of the program's files for the next run: most of a short run is compiling. Node's own cache, from 22.1 on,
 * lies in the temporary folder, where others may write. https://nodejs.org/docs/latest-v22.x/api/module.html#module-compile-cache
 * @param folder absolute path of the built program; other files are compiled as ever
 * @param argv the words after the program's name
 */
export function keepCompiled(folder: string, argv: readonly string[] = process.argv.slice(2)): void {
  const { env } = process;
  if (env.NODE_DISABLE_COMPILE_CACHE || env.NODE_V8_COVERAGE) return;
  if (argv.includes('--no-cache') || /^(?:-V|--version)$/.test(argv[0] ?? '')) return;
  const stores = path.join(cacheFolder(env), 'compiled');
  if (isInProject(stores)) return;
  const store = path.join(stores, `${crc32(folder).toString(16)}-${process.version}-${process.arch}`);
  const known = load(store);
  const compiled = new Map<string, { readonly checksum: number; readonly script: Script }>();
  let isNew = false;
  const prototype = Module.prototype as unknown as { _compile: Compile };
  const compileOther = prototype._compile;
  prototype._compile = function (text, file, ...more) {
    if (!file.startsWith(folder + path.sep) || imports.test(text)) return compileOther.call(this, text, file, ...more);
    const name = file.slice(folder.length + 1);
    const checksum = crc32(text);
    const before = known.get(name);
    const cachedData = before?.checksum === checksum ? before.code : undefined;
    const script = new Script(Module.wrap(text), {
      filename: file,
      cachedData,
    });
    isNew ||= cachedData === undefined || script.cachedDataRejected === true;
    compiled.set(name, { checksum, script });
    const run: (...given: unknown[]) => unknown = script.runInThisContext();
    return run.call(this.exports, this.exports, Module.createRequire(file), this, file, path.dirname(file));
  };
  process.once('exit', () => {
    if (!isNew) return;
    const made = [...compiled].map(([name, { checksum, script }]): [string, Compiled] => [
      name,
      { checksum, code: script.createCachedData() },
    ]);
    save(store, new Map([...known, ...made]));
  });
}

/** What is compiled is run: a repository must not bring it along, and CI often keeps the user's caches there. */
function isInProject(folder: string): boolean {
  for (let at = folder; path.dirname(at) !== at; at = path.dirname(at))
    if (at === process.cwd() || existsSync(path.join(at, '.git'))) return true;
  return false;
}

/** A line of JSON (name, checksum and length of each) and then their code, after a checksum of all that. */
function load(store: string): Map<string, Compiled> {
  const files = new Map<string, Compiled>();
  try {
    const bytes = readOwn(store, process.getuid?.(), maximumSize);
    if (bytes === undefined) return files;
    const body = bytes.subarray(4);
    if (bytes.readUInt32LE(0) !== crc32(body)) return files;
    const end = body.indexOf('\n');
    let at = end + 1;
    for (const [name, checksum, length] of JSON.parse(body.toString('utf8', 0, end)) as [string, number, number][]) {
      files.set(name, { checksum, code: body.subarray(at, at + length) });
      at += length;
    }
  } catch {
    files.clear();
  }
  return files;
}

function save(store: string, files: ReadonlyMap<string, Compiled>): void {
  const names = [...files].map(([name, { checksum, code }]) => [name, checksum, code.length]);
  const body = Buffer.concat([
    Buffer.from(`${JSON.stringify(names)}\n`),
    ...[...files.values()].map(({ code }) => code),
  ]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32(body));
  try {
    writeOwn(store, Buffer.concat([checksum, body]), kept);
  } catch {}
}
