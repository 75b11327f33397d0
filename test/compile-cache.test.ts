import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { project } from './command-line.ts';

const program = path.join(path.dirname(import.meta.dirname), 'bin/bindlint.js');
const files = {
  'app.py': 'import uvicorn\n\nuvicorn.run("app:app", host="127.0.0.1", port=8000)\n',
  'server.js': "require('express')().listen(3000, '127.0.0.1');\n",
  'config.yaml': 'server:\n  host: 127.0.0.1\n  port: 8000\n',
};
const byNode = 'enableCompileCache' in Module && 'this version of Node keeps what it compiled itself';

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

test('what was compiled is kept, and a broken store changes nothing', { skip: byNode }, () => {
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

test('a run that needs more of the program adds it', { skip: byNode }, () => {
  const cache = project({}, false);
  const sizes = Object.entries(files).map(([file, text]) => {
    const { run, stored } = runner(project({ [file]: text }, false), cache);
    run(['check', file]);
    return readFileSync(stored()[0]!).length;
  });
  assert.ok(sizes[0]! < sizes[1]! && sizes[1]! < sizes[2]!, sizes.join(' '));
});

test('nothing is kept for --no-cache, for --version and where Node is told so', { skip: byNode }, () => {
  const { run, stored } = runner(project(files, false));
  run(['check', '--no-cache', 'app.py']);
  run(['--version']);
  run(['check', 'app.py'], { NODE_DISABLE_COMPILE_CACHE: '1' });
  assert.deepEqual(stored(), []);
});

test('where nothing can be written, it runs all the same', { skip: byNode }, () => {
  const root = project(files, false);
  const usual = runner(root).run(['check', '--no-cache', 'app.py']);
  assert.deepEqual(runner(root, program).run(['check', 'app.py']), usual);
});
