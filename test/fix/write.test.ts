import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Replacement, type TextChange, writeChanges } from '../../src/fix/write.ts';

function folderFor(t: TestContext): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'bindlint-write-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function write(root: string, changes: readonly TextChange[]) {
  const recorded: Replacement[] = [];
  const written = await writeChanges(root, changes, async (replacements) => {
    recorded.push(...replacements);
  });
  return { ...written, recorded };
}

const change = (file: string, before = 'host = 1\n', after = 'host = 2\n'): TextChange => ({ file, before, after });

test('the text is new, the mode is old, and nothing else is left in the folder', async (t) => {
  const root = folderFor(t);
  writeFileSync(path.join(root, 'run.py'), 'host = 1\n');
  chmodSync(path.join(root, 'run.py'), 0o754);
  const { files, problems, recorded } = await write(root, [change('run.py')]);
  assert.deepEqual([files, problems], [['run.py'], []]);
  assert.equal(readFileSync(path.join(root, 'run.py'), 'utf8'), 'host = 2\n');
  assert.equal(statSync(path.join(root, 'run.py')).mode & 0o777, 0o754);
  assert.deepEqual(readdirSync(root), ['run.py']);
  assert.equal(Buffer.from(recorded[0]!.before).toString(), 'host = 1\n');
});

for (const [name, bytes] of [
  ['UTF-8 with BOM', (text: string) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)])],
  ['UTF-16 with BOM', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['CRLF without a final newline', (text: string) => Buffer.from(text.replaceAll('\n', '\r\n').trimEnd())],
] as const) {
  test(`${name} stays as it is`, async (t) => {
    const root = folderFor(t);
    const place = path.join(root, 'settings.ini');
    writeFileSync(place, bytes('[server]\nhost = ä\n'));
    const shape = (text: string) => (name.startsWith('CRLF') ? text.replaceAll('\n', '\r\n').trimEnd() : text);
    const { problems } = await write(root, [
      change('settings.ini', shape('[server]\nhost = ä\n'), shape('[server]\nhost = ö\n')),
    ]);
    assert.deepEqual(problems, []);
    assert.deepEqual(readFileSync(place), bytes('[server]\nhost = ö\n'));
  });
}

test('a file that has changed since it was read is named and left alone; the others are written', async (t) => {
  const root = folderFor(t);
  writeFileSync(path.join(root, 'a.py'), 'host = 3\n');
  writeFileSync(path.join(root, 'b.py'), 'host = 1\n');
  const { files, problems, recorded } = await write(root, [change('a.py'), change('b.py'), change('gone.py')]);
  assert.deepEqual(files, ['b.py']);
  assert.deepEqual(
    problems.map(({ file, message }) => `${file} ${message}`),
    ['a.py cannot be written: it has changed since it was read', 'gone.py cannot be written: ENOENT'],
  );
  assert.equal(readFileSync(path.join(root, 'a.py'), 'utf8'), 'host = 3\n');
  assert.deepEqual(
    recorded.map(({ file }) => file),
    ['b.py'],
  );
});

test('links inside the project are written through, links out of it are refused', async (t) => {
  const root = path.join(folderFor(t), 'project');
  mkdirSync(path.join(root, 'real'), { recursive: true });
  const outside = path.join(root, '..', 'outside.py');
  writeFileSync(outside, 'host = 1\n');
  writeFileSync(path.join(root, 'real', 'a.py'), 'host = 1\n');
  symlinkSync('real/a.py', path.join(root, 'inner.py'));
  symlinkSync('../outside.py', path.join(root, 'outer.py'));
  symlinkSync('..', path.join(root, 'up'));
  const { files, problems } = await write(root, [
    change('inner.py'),
    change('outer.py'),
    change('up/outside.py'),
    change('../outside.py'),
  ]);
  assert.deepEqual(files, ['inner.py']);
  assert.deepEqual(
    problems.map(({ file }) => file),
    ['outer.py', 'up/outside.py', '../outside.py'],
  );
  for (const { message } of problems) assert.match(message, /outside the project/);
  assert.ok(lstatSync(path.join(root, 'inner.py')).isSymbolicLink());
  assert.equal(readFileSync(path.join(root, 'real', 'a.py'), 'utf8'), 'host = 2\n');
  assert.equal(readFileSync(outside, 'utf8'), 'host = 1\n');
});

test('a folder that cannot be written is a problem, not a crash', {
  skip: process.getuid?.() === 0 && 'root may write everywhere',
}, async (t) => {
  const root = folderFor(t);
  mkdirSync(path.join(root, 'locked'));
  writeFileSync(path.join(root, 'locked', 'a.py'), 'host = 1\n');
  chmodSync(path.join(root, 'locked'), 0o555);
  const { files, problems } = await write(root, [change('locked/a.py')]);
  chmodSync(path.join(root, 'locked'), 0o755);
  assert.deepEqual(files, []);
  assert.match(problems[0]!.message, /permission denied/);
});

test('where the originals cannot be kept, nothing is written', async (t) => {
  const root = folderFor(t);
  writeFileSync(path.join(root, 'a.py'), 'host = 1\n');
  const failing = writeChanges(root, [change('a.py')], async () => {
    throw new Error('no space');
  });
  await assert.rejects(failing, /no space/);
  assert.equal(readFileSync(path.join(root, 'a.py'), 'utf8'), 'host = 1\n');
  assert.ok(existsSync(path.join(root, 'a.py')));
});
