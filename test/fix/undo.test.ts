import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stateFolder } from '../../src/cli/user-folders.ts';
import { recordRun, undo } from '../../src/fix/undo.ts';
import { writeChanges } from '../../src/fix/write.ts';

interface Project {
  readonly root: string;
  readonly state: string;
  write(file: string, text: string): void;
  read(file: string): string;
  /** Replaces whole texts, as a run of `fix` does. */
  fix(texts: Readonly<Record<string, string>>): Promise<void>;
}

function project(t: TestContext): Project {
  const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'bindlint-undo-')));
  t.after(() => rmSync(base, { recursive: true, force: true }));
  const root = path.join(base, 'project');
  const state = path.join(base, 'state');
  mkdirSync(root);
  const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
  return {
    root,
    state,
    read,
    write: (file, text) => writeFileSync(path.join(root, file), text),
    async fix(texts) {
      const changes = Object.entries(texts).map(([file, after]) => ({ file, before: read(file), after }));
      const { problems } = await writeChanges(root, changes, (replacements) => recordRun(root, state, replacements));
      assert.deepEqual(problems, []);
    },
  };
}

const folderIn = (state: string) => path.join(state, 'undo', readdirSync(path.join(state, 'undo'))[0] ?? '');

test('takes runs back one after the other', async (t) => {
  const { root, state, write, read, fix } = project(t);
  write('a.py', 'one\n');
  write('b.py', 'one\r\n');
  await fix({ 'a.py': 'two\n', 'b.py': 'two\r\n' });
  await fix({ 'a.py': 'three\n' });
  const last = await undo(root, state);
  assert.deepEqual([last.state, last.state === 'undone' && last.restored], ['undone', ['a.py']]);
  assert.equal(read('a.py'), 'two\n');
  await undo(root, state);
  assert.deepEqual([read('a.py'), read('b.py')], ['one\n', 'one\r\n']);
  assert.equal((await undo(root, state)).state, 'nothing');
});

test('refuses as a whole where a file has changed since, and names it', async (t) => {
  const { root, state, write, read, fix } = project(t);
  write('a.py', 'one\n');
  write('b.py', 'one\n');
  await fix({ 'a.py': 'two\n', 'b.py': 'two\n' });
  write('b.py', 'my own work\n');
  const refused = await undo(root, state);
  assert.deepEqual([refused.state, refused.state === 'refused' && refused.changed], ['refused', ['b.py']]);
  assert.deepEqual([read('a.py'), read('b.py')], ['two\n', 'my own work\n']);
  write('b.py', 'two\n');
  assert.equal((await undo(root, state)).state, 'undone');
  assert.deepEqual([read('a.py'), read('b.py')], ['one\n', 'one\n']);
});

test('a file that is back already is no obstacle', async (t) => {
  const { root, state, write, read, fix } = project(t);
  write('a.py', 'one\n');
  write('b.py', 'one\n');
  await fix({ 'a.py': 'two\n', 'b.py': 'two\n' });
  write('a.py', 'one\n');
  const done = await undo(root, state);
  assert.deepEqual(done.state === 'undone' && [done.restored, done.already], [['b.py'], ['a.py']]);
  assert.equal(read('b.py'), 'one\n');
});

test('keeps the last ten runs, for the user alone', async (t) => {
  const { root, state, write, read, fix } = project(t);
  write('a.py', '0\n');
  for (let run = 1; run <= 12; run++) await fix({ 'a.py': `${run}\n` });
  const records = readdirSync(folderIn(state));
  assert.equal(records.length, 10);
  if (process.platform !== 'win32') {
    assert.equal(statSync(folderIn(state)).mode & 0o777, 0o700);
    assert.equal(statSync(path.join(folderIn(state), records[0]!)).mode & 0o777, 0o600);
  }
  for (let back = 0; back < 10; back++) assert.equal((await undo(root, state)).state, 'undone');
  assert.equal(read('a.py'), '2\n');
});

test('a record that was cut off is passed over: its run had replaced nothing', async (t) => {
  const { root, state, write, read, fix } = project(t);
  write('a.py', 'one\n');
  await fix({ 'a.py': 'two\n' });
  writeFileSync(path.join(folderIn(state), '00000002.json.gz'), 'cut off');
  assert.equal((await undo(root, state)).state, 'undone');
  assert.equal(read('a.py'), 'one\n');
});

test('two projects do not share their runs', async (t) => {
  const first = project(t);
  const second = project(t);
  first.write('a.py', 'one\n');
  await first.fix({ 'a.py': 'two\n' });
  assert.equal((await undo(second.root, first.state)).state, 'nothing');
});

test('killed at any moment, every file is old or new, and undo takes all of it back', async (t) => {
  const { root, state, write, read } = project(t);
  const files = Array.from({ length: 40 }, (_, number) => `file${number}.py`);
  for (const file of files) write(file, `old ${file}\n`);
  const modules = ['write', 'undo'].map((name) => new URL(`../../src/fix/${name}.ts`, import.meta.url).href);
  const program = `
    const { writeChanges } = await import(${JSON.stringify(modules[0])});
    const { recordRun } = await import(${JSON.stringify(modules[1])});
    const changes = ${JSON.stringify(files)}.map((file) => ({ file, before: 'old ' + file + '\\n', after: 'new ' + file + '\\n' }));
    await writeChanges(${JSON.stringify(root)}, changes, (replacements) => recordRun(${JSON.stringify(root)}, ${JSON.stringify(state)}, replacements));
  `;
  const moments: readonly (() => boolean)[] = [
    () => existsSync(state),
    () => existsSync(path.join(state, 'undo')) && readdirSync(folderIn(state)).length > 0,
    () => read('file0.py').startsWith('new'),
    () => read('file20.py').startsWith('new'),
  ];
  for (const reached of moments) {
    rmSync(state, { recursive: true, force: true });
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      stdio: 'inherit',
    });
    const ended = once(child, 'exit');
    while (child.exitCode === null && !reached()) await sleep(1);
    child.kill('SIGKILL');
    await ended;
    for (const file of files) assert.ok([`old ${file}\n`, `new ${file}\n`].includes(read(file)), file);
    assert.notEqual((await undo(root, state)).state, 'refused');
    for (const file of files) assert.equal(read(file), `old ${file}\n`);
  }
});

test('the state folder follows the platform', () => {
  assert.equal(stateFolder({ XDG_STATE_HOME: '/state', HOME: '/home/me' }), path.join('/state', 'bindlint'));
  const own = stateFolder({ HOME: '/home/me', XDG_STATE_HOME: 'relative' });
  assert.ok(own.startsWith(path.join('/home/me')) || process.platform === 'win32');
  assert.ok(own.endsWith('bindlint'));
});
