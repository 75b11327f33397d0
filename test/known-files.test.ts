import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import searching from '../generated/searching.ts';
import { openWorkspace } from '../src/workspace/disk-workspace.ts';
import { fileStamps } from '../src/workspace/known-files.ts';
import { bindlint, project as repository } from './command-line.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'bindlint-known-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const prefilter = {
  searches: [
    { pattern: '\\blisten\\(', paths: /\.py$/, confirms: () => true },
    { paths: /\.toml$/, confirms: (_: string, text: string) => text.includes('port') },
  ],
  revision: '',
};
let count = 0;

function project(files: Readonly<Record<string, string>>): { root: string; cache: string } {
  const root = path.join(scratch, `project${count}`);
  const cache = path.join(scratch, `cache${count++}`, 'bindlint');
  mkdirSync(root);
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(root, file), text);
  return { root, cache };
}

/** Two files are many: ripgrep searches them, and memory is asked before it. What was just written counts as settled. */
async function candidates(root: string, cache?: string, later = 60_000): Promise<readonly string[]> {
  const memory = cache !== undefined && { cache, user: process.getuid?.(), began: Date.now() + later };
  const workspace = await openWorkspace(root, { listAtMost: 0, readAtMost: 1, ...memory });
  return (await workspace.candidates(prefilter)).files;
}

function storeIn(cache: string): string {
  const names = readdirSync(cache).filter((name) => name !== 'compiled' && !name.endsWith('.outcome'));
  assert.equal(names.length, 1, names.join(', '));
  assert.match(names[0]!, /^[0-9a-f]{32}\.files$/);
  return path.join(cache, names[0]!);
}

/** A store with every answer the other way round. */
function turned(store: Buffer): Buffer {
  const count = store.readUInt32LE(4);
  const bytes = Buffer.from(store);
  for (let file = 0; file < count; file++) bytes[8 + count * 41 + file]! ^= 1;
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

describe('what has not been touched is not searched again', () => {
  const files = { 'a.py': 'listen()', 'b.py': 'quiet()', 'c.py': 'listen()', 'd.txt': 'listen()' };

  test('a run learns, and the next one asks nobody', async () => {
    const { root, cache } = project(files);
    assert.deepEqual(await candidates(root, cache), ['a.py', 'c.py']);
    const store = storeIn(cache);
    const good = readFileSync(store);
    assert.match(good.toString('latin1'), /(?:[abc]\.py\0?|d\.txt\0?){4}$/);
    assert.deepEqual(await candidates(root, cache), ['a.py', 'c.py']);
    // The answers come from the store: turned round, they are the others.
    writeFileSync(store, turned(good));
    assert.deepEqual(await candidates(root, cache), ['b.py']);
  });

  test('changed, new and replaced files are looked into', async () => {
    const { root, cache } = project(files);
    await candidates(root, cache);
    writeFileSync(path.join(root, 'a.py'), 'quiet()');
    writeFileSync(path.join(root, 'new.py'), 'listen()');
    assert.deepEqual(await candidates(root, cache), ['c.py', 'new.py']);
    rmSync(path.join(root, 'c.py'));
    assert.deepEqual(await candidates(root, cache), ['new.py']);
  });

  test('another version of the code that searches remembers apart', async () => {
    const { root, cache } = project(files);
    await candidates(root, cache);
    const named = (...parts: readonly string[]) =>
      `${createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32)}.files`;
    assert.equal(path.basename(storeIn(cache)), named(searching, realpathSync(root), ''));
  });

  test('what took a place while it was searched is not taken for what was there before', async () => {
    const { root, cache } = project({});
    const [inside, other] = [path.join(root, 'in'), path.join(root, 'other')];
    for (const folder of [inside, other]) {
      mkdirSync(folder);
      for (const file of Object.keys(files))
        writeFileSync(path.join(folder, file), folder === other ? 'quiet()' : 'listen()');
    }
    const memory = { cache, user: process.getuid?.(), began: Date.now() + 60_000 };
    const workspace = await openWorkspace(root, { listAtMost: 0, readAtMost: 1, ...memory });
    let swapped = false;
    const confirms = () => {
      if (!swapped) {
        swapped = true;
        renameSync(inside, path.join(root, 'before'));
        renameSync(other, inside);
      }
      return true;
    };
    const [python] = prefilter.searches;
    await workspace.candidates({ searches: [{ ...python!, paths: /^in\/.*\.py$/, confirms }], revision: '' });
    assert.ok(swapped);
    const again = await openWorkspace(root, { listAtMost: 0, readAtMost: 1, ...memory });
    const { files: found } = await again.candidates({
      searches: [{ ...python!, paths: /^in\/.*\.py$/ }],
      revision: '',
    });
    assert.deepEqual(found, []);
  });

  test('a time that was set back does not hide a change', async () => {
    const { root, cache } = project(files);
    const then = new Date(2020, 1, 1);
    utimesSync(path.join(root, 'b.py'), then, then);
    await candidates(root, cache);
    await new Promise((resolve) => setTimeout(resolve, 20));
    writeFileSync(path.join(root, 'b.py'), 'listen(');
    utimesSync(path.join(root, 'b.py'), then, then);
    assert.deepEqual(await candidates(root, cache), ['a.py', 'b.py', 'c.py']);
  });

  test('a file of which the system says nothing is unknown', () => {
    const { root } = project(files);
    symlinkSync('loop', path.join(root, 'loop'));
    const stamps = fileStamps(
      root,
      ['a.py', 'loop/a.py', 'absent.py', 'a.py/b.py', 'x'.repeat(300)],
      Date.now() + 60_000,
    );
    assert.deepEqual(
      stamps.files.map((_, at) => stamps.has(at)),
      [true, false, false, false, false],
    );
  });

  test('nothing is kept of a file that was written a moment ago', async () => {
    const { root, cache } = project(files);
    assert.deepEqual(await candidates(root, cache, 0), ['a.py', 'c.py']);
    assert.throws(() => readdirSync(cache), { code: 'ENOENT' });
  });

  test('a store that is no store is written anew', async () => {
    const { root, cache } = project(files);
    await candidates(root, cache);
    const good = readFileSync(storeIn(cache));
    const bytes = (text: string) => Buffer.from(text);
    const sealed = (body: Buffer) => {
      const head = Buffer.alloc(4);
      head.writeUInt32LE(crc32(body));
      return Buffer.concat([head, body]);
    };
    const wrong = [
      ...['', 'x', '\0', ' ', '\0 \0', '\uFFFD'.repeat(99)].map(bytes),
      good.subarray(0, 10),
      good.subarray(1),
      Buffer.concat([good, bytes('\0d.py')]),
      sealed(Buffer.concat([good.subarray(4), bytes('\0d.py')])),
      sealed(Buffer.alloc(4)),
      sealed(Buffer.alloc(4, 0xff)),
      sealed(Buffer.alloc(200)),
    ];
    for (const store of wrong) {
      writeFileSync(storeIn(cache), store);
      assert.deepEqual(await candidates(root, cache), ['a.py', 'c.py'], JSON.stringify(store.toString('latin1')));
    }
  });

  test('a store that another user could have written is not read', async () => {
    const { root, cache } = project(files);
    await candidates(root, cache);
    const store = storeIn(cache);
    writeFileSync(store, turned(readFileSync(store)));
    chmodSync(store, 0o666);
    assert.deepEqual(await candidates(root, cache), ['a.py', 'c.py']);
  });

  test('what cannot be read is unknown, and the rest is kept', { skip: process.platform === 'win32' }, async () => {
    const { root, cache } = project({ ...files, 'e.py': 'quiet()' });
    mkdirSync(path.join(root, 'shut'));
    writeFileSync(path.join(root, 'shut/f.py'), 'listen()');
    const parent = path.dirname(cache);
    mkdirSync(parent);
    chmodSync(parent, 0o777);
    for (const folder of [scratch, root]) chmodSync(folder, 0o755);
    for (const name of ['e.py', 'shut']) chmodSync(path.join(root, name), 0);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid!(65_534);
    try {
      const memory = { cache, user: process.geteuid?.(), began: Date.now() + 60_000 };
      const workspace = await openWorkspace(root, { listAtMost: 0, readAtMost: 1, ...memory });
      const { files: found } = await workspace.candidates(prefilter);
      assert.deepEqual(found, ['a.py', 'c.py', 'e.py']);
      assert.match(readFileSync(storeIn(cache)).toString('latin1'), /(?<!e\.py.*)(?:[abc]\.py\0?|d\.txt\0?){4}$/s);
    } finally {
      if (isRoot) process.seteuid!(0);
      chmodSync(path.join(root, 'shut'), 0o755);
    }
  });

  test('where nothing can be written, nothing is remembered', async () => {
    const { root } = project(files);
    const file = path.join(scratch, 'file');
    writeFileSync(file, '');
    assert.deepEqual(await candidates(root, path.join(file, 'bindlint')), ['a.py', 'c.py']);
    assert.equal(readFileSync(file, 'utf8'), '');
  });

  test('all stores together are bounded, and those that were used last stay', async () => {
    const { root, cache } = project(files);
    await candidates(root, cache);
    const store = storeIn(cache);
    const size = 64 * 1024 * 1024;
    const others = ['1', '2', '3', '4', '5'].map((name) => path.join(cache, `${name.repeat(32)}.files`));
    for (const [index, other] of others.entries()) {
      writeFileSync(other, '');
      truncateSync(other, size);
      utimesSync(other, 1_000_000 + index, 1_000_000 + index);
    }
    utimesSync(store, 1, 1);
    await candidates(root, cache);
    assert.ok(statSync(store).mtimeMs > Date.now() - 60_000, 'it was used');
    await candidates(project(files).root, cache);
    assert.deepEqual(
      readdirSync(cache)
        .map((name) => path.join(cache, name))
        .filter((file) => others.includes(file)),
      others.slice(2),
    );
    assert.ok(readdirSync(cache).includes(path.basename(store)));
  });

  test('stores of many folders are bounded', async () => {
    const { root, cache } = project({});
    for (let index = 0; index < 60; index++) {
      mkdirSync(path.join(root, String(index)));
      for (const [file, text] of Object.entries(files)) writeFileSync(path.join(root, String(index), file), text);
      await candidates(path.join(root, String(index)), cache);
    }
    assert.equal(readdirSync(cache).length, 48);
  });
});

describe('on the command line', () => {
  /** What was written in the last seconds is not remembered. */
  const settled = () => new Promise((resolve) => setTimeout(resolve, 3_100));
  /** More files than are looked into one by one. */
  const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`f${index}.py`, `x = ${index}\n`]));
  const server = { 'run.py': 'import uvicorn\n\nuvicorn.run("app:app", host="127.0.0.1", port=8000)\n' };

  test('a large tree is remembered, and --no-cache remembers nothing', async () => {
    const root = repository({ ...many, ...server });
    const cache = path.join(root, '.git/cache/bindlint');
    const without = await bindlint(['check', '--no-cache', '--quiet'], root);
    assert.equal(without.code, 1);
    assert.match(without.out, /^run\.py:3:29 warning loopback-host/);
    assert.throws(() => readdirSync(cache));
    await settled();
    for (const _ of [1, 2]) assert.deepEqual(await bindlint(['check', '--quiet'], root), without);
    storeIn(cache);
  });

  test('a cache folder that the project brings along is neither read nor written, unless it is named', async () => {
    const root = repository({ ...many, ...server });
    await settled();
    const home = { HOME: root };
    await bindlint(['check', '--quiet'], root, '', home);
    const folders = readdirSync(root, { recursive: true, encoding: 'utf8' });
    assert.deepEqual(
      folders.filter((name) => name.endsWith('.files')),
      [],
    );
    await bindlint(['check', '--quiet'], root, '', { ...home, XDG_CACHE_HOME: path.join(root, 'kept') });
    storeIn(path.join(root, 'kept/bindlint'));
  });

  test('runs at the same time leave one whole store', async () => {
    const root = repository({ ...many, ...server });
    await settled();
    const program = path.join(path.dirname(import.meta.dirname), 'bin/bindlint.js');
    const { NODE_V8_COVERAGE: _, ...inherited } = process.env;
    const cache = path.join(root, '.git/cache');
    const words = [program, 'check', '--quiet'];
    const options = { cwd: root, env: { ...inherited, XDG_CACHE_HOME: cache } };
    const run = () =>
      new Promise<string>((resolve) => {
        execFile(process.execPath, words, options, (_error, stdout) => resolve(stdout));
      });
    const outputs = await Promise.all(Array.from({ length: 8 }, run));
    assert.match(outputs[0]!, /^run\.py:3:29 warning loopback-host/);
    for (const output of outputs) assert.equal(output, outputs[0]);
    const store = readFileSync(storeIn(path.join(cache, 'bindlint')));
    assert.equal(store.readUInt32LE(0), crc32(store.subarray(4)));
  });

  test('--concurrency bounds the threads and changes no finding', async () => {
    const root = repository({ ...many, ...server });
    const usual = await bindlint(['check', '--no-cache', '--quiet'], root);
    assert.deepEqual(await bindlint(['check', '--no-cache', '--quiet', '--concurrency', '1'], root), usual);
    for (const wrong of ['0', '-1', 'all', '1.5']) {
      const { code, err } = await bindlint(['check', `--concurrency=${wrong}`], root);
      assert.equal(code, 2);
      assert.match(err, /--concurrency/);
    }
  });
});

test('after any changes, memory and search find the same', async () => {
  const name = fc.constantFrom('a.py', 'b.py', 'c.py', 'd.py', 'e.toml');
  const text = fc.constantFrom(
    'listen()\n',
    'quiet()\n',
    'port = 1\n',
    'listen',
    'x = listen (1)\r\n',
    '\0listen()',
    '\uFEFFlisten()',
  );
  const step = fc.oneof(
    fc.record({ kind: fc.constant('write' as const), name, text }),
    fc.record({ kind: fc.constant('remove' as const), name }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const { root, cache } = project({ 'a.py': 'listen()\n', 'b.py': 'quiet()\n' });
      for (const one of steps) {
        if (one.kind === 'write') writeFileSync(path.join(root, one.name), one.text);
        else rmSync(path.join(root, one.name), { force: true });
        assert.deepEqual(await candidates(root, cache), await candidates(root));
      }
    }),
    { numRuns: 20 },
  );
});
