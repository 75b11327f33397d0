import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { project } from './command-line.ts';

const program = path.join(path.dirname(import.meta.dirname), 'bin/bindlint.js');
const files = {
  'app.py': 'import uvicorn\n\nuvicorn.run("app:app", host="127.0.0.1", port=8000)\n',
  'server.js': "require('express')().listen(3000, '127.0.0.1');\n",
  'config.yaml': 'server:\n  host: 127.0.0.1\n  port: 8000\n',
};

/** Runs the built program with a cache folder of its own. */
function runner(root: string, cache = project({}, false)) {
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const { NODE_V8_COVERAGE: _, ...inherited } = process.env;
    const all = { ...inherited, XDG_CACHE_HOME: cache, LOCALAPPDATA: cache, HOME: root, ...env };
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: root, env: all });
    return { status, out: String(stdout), err: String(stderr) };
  };
  const folder = path.join(cache, ...(process.platform === 'win32' ? ['bindlint', 'cache'] : ['bindlint']), 'compiled');
  const stored = () => (existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name)) : []);
  return { run, stored };
}

test('what was compiled is kept, and a broken store changes nothing', () => {
  const { run, stored } = runner(project(files, false));
  const usual = run(['check', ...Object.keys(files)]);
  assert.equal(usual.status, 1);
  assert.equal(usual.err, '');
  const [store, ...others] = stored();
  assert.deepEqual(others, []);
  const bytes = readFileSync(store!);
  assert.deepEqual(run(['check', ...Object.keys(files)]), usual);
  assert.deepEqual(readFileSync(store!), bytes);
  const middle = bytes.length >> 1;
  for (const broken of [
    Buffer.alloc(0),
    Buffer.from('xyz'),
    bytes.subarray(0, middle),
    Buffer.concat([bytes.subarray(0, middle), Buffer.from([~bytes[middle]! & 0xff]), bytes.subarray(middle + 1)]),
  ]) {
    writeFileSync(store!, broken);
    assert.deepEqual(run(['check', ...Object.keys(files)]), usual);
    assert.ok(readFileSync(store!).length > broken.length || broken.length === bytes.length);
  }
});

test('a run that needs more of the program adds it', () => {
  const cache = project({}, false);
  const sizes = Object.entries(files).map(([file, text]) => {
    const { run, stored } = runner(project({ [file]: text }, false), cache);
    run(['check', file]);
    return readFileSync(stored()[0]!).length;
  });
  assert.ok(sizes[0]! < sizes[1]! && sizes[1]! < sizes[2]!, sizes.join(' '));
});

test('nothing is kept for --no-cache, for --version and where Node is told so', () => {
  const { run, stored } = runner(project(files, false));
  run(['check', '--no-cache', 'app.py']);
  run(['--version']);
  run(['check', 'app.py'], { NODE_DISABLE_COMPILE_CACHE: '1' });
  assert.deepEqual(stored(), []);
});

test('where nothing can be written, it runs all the same', () => {
  const root = project(files, false);
  const usual = runner(root).run(['check', '--no-cache', 'app.py']);
  assert.deepEqual(runner(root, program).run(['check', 'app.py']), usual);
});

test('nothing is loaded from a cache folder that the project brings along, and nothing is written there', () => {
  const root = project(files, false);
  const inside = runner(root, path.join(root, '.cache'));
  inside.run(['check', 'app.py']);
  assert.deepEqual(inside.stored(), []);
  mkdirSync(path.join(root, '.git'));
  mkdirSync(path.join(root, 'part'));
  const below = runner(path.join(root, 'part'), path.join(root, '.cache'));
  below.run(['check', '.']);
  assert.deepEqual(below.stored(), []);
});

test('what others may have written is not loaded but replaced', {
  skip: process.platform === 'win32',
}, () => {
  const cache = project({}, false);
  const first = runner(project({ 'app.py': files['app.py'] }, false), cache);
  first.run(['check', 'app.py']);
  const store = first.stored()[0]!;
  const usual = readFileSync(store).length;
  const more = runner(project(files, false), cache);
  const fill = () => {
    more.run(['check', ...Object.keys(files)]);
    return readFileSync(store).length;
  };
  const all = fill();
  const middle = (all + usual) / 2;
  assert.ok(usual < middle);
  // What is loaded is kept: what is not is gone from the next store.
  chmodSync(store, 0o666);
  first.run(['check', 'app.py']);
  assert.ok(readFileSync(store).length < middle);
  fill();
  const elsewhere = path.join(cache, 'elsewhere');
  renameSync(store, elsewhere);
  symlinkSync(elsewhere, store);
  first.run(['check', 'app.py']);
  assert.ok(readFileSync(store).length < middle);
  assert.ok(readFileSync(elsewhere).length > middle);
});

test('only its own stores are forgotten', () => {
  const cache = project({}, false);
  const { run, stored } = runner(project({ 'app.py': files['app.py'] }, false), cache);
  run(['check', 'app.py']);
  const store = stored()[0]!;
  const folder = path.dirname(store);
  for (const name of ['a', 'b', 'c', 'd', 'notes']) writeFileSync(path.join(folder, name), '');
  for (const patch of [1, 2, 3, 4, 5]) copyFileSync(store, path.join(folder, `abc-v20.0.${patch}-x64`));
  const left = ['1234', '7f', '00c0ffee0123'].map((end) => `${store}.${end}`);
  for (const file of left) writeFileSync(file, '');
  const long = new Date(Date.now() - 120_000);
  for (const file of left.slice(0, 2)) utimesSync(file, long, long);
  runner(project(files, false), cache).run(['check', ...Object.keys(files)]);
  const names = stored().map((file) => path.basename(file));
  assert.equal(names.filter((name) => /-v\d.*-\w+$/.test(name)).length, 4, 'what is left over pushes none out');
  assert.ok(existsSync(store) && existsSync(left[2]!));
  assert.equal(names.length, 4 + 1 + 5);
});

test('rules and settings of the user are imported in every run', () => {
  const rule = "export default { summary: 'a rule', severity: 'warning', *check() {} };\n";
  const { run, stored } = runner(project({ ...files, 'rules/mine.mjs': rule, 's.mjs': 'export default {};\n' }, false));
  const words = ['check', 'app.py', '--rules', 'rules', '--config', 's.mjs'];
  const first = run(words);
  assert.equal(first.status, 1, first.err);
  assert.equal(first.err, '');
  assert.equal(stored().length, 1);
  for (let again = 0; again < 2; again++) assert.deepEqual(run(words), first);
});
