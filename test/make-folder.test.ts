import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { makeFolder } from '../src/workspace/make-folder.ts';

const root = mkdtempSync(path.join(tmpdir(), 'bindlint-'));
after(() => rmSync(root, { recursive: true, force: true }));
const codeOf = (folder: string): string | undefined => {
  try {
    makeFolder(folder);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
};

test('a folder is made with those around it', () => {
  const folder = path.join(root, 'a/b/c');
  makeFolder(folder, 0o700);
  makeFolder(folder);
  assert.ok(statSync(folder).isDirectory());
  if (process.platform !== 'win32') assert.equal(statSync(path.join(root, 'a')).mode & 0o777, 0o700);
});

test('where something else stands in the way, it ends with an error', { skip: process.platform === 'win32' }, () => {
  writeFileSync(path.join(root, 'file'), '');
  assert.equal(codeOf(path.join(root, 'file/below')), 'ENOTDIR');
  symlinkSync(path.join(root, 'nothing'), path.join(root, 'link'));
  assert.equal(codeOf(path.join(root, 'link/below')), 'ENOENT');
});

/** There no folder can be made, and mkdir says that the one around it is missing. */
const impossible = '/proc/bindlint/below';

describe('where no folder can be made', { skip: !existsSync('/proc/self') }, () => {
  const bin = path.join(import.meta.dirname, '../bin/bindlint.js');
  const folder = path.join(root, 'project');
  mkdirSync(folder);
  const run = (words: readonly string[], variable: string) =>
    new Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }>((resolve) => {
      writeFileSync(path.join(folder, 'run.py'), 'import uvicorn\nuvicorn.run("a:b", host="127.0.0.1", port=8000)\n');
      const env = { ...process.env, [variable]: impossible };
      // Without an end it would be killed here.
      execFile(process.execPath, [bin, ...words], { cwd: folder, env, timeout: 60_000 }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
      );
    });

  test('makeFolder ends', () => assert.equal(codeOf(impossible), 'ENOENT'));

  test('a report says so', async () => {
    const { code, stderr } = await run(['check', '--output', path.join(impossible, 'x.txt')], 'UNUSED');
    assert.equal(code, 2);
    assert.match(stderr, /^bindlint: cannot write ".*": ENOENT\n$/);
  });

  test('nothing is remembered', async () => {
    const { code, stdout } = await run(['check'], 'XDG_CACHE_HOME');
    assert.equal(code, 1);
    assert.match(stdout, /^run\.py:2:25 warning loopback-host/);
  });

  test('nothing is written that could not be taken back', async () => {
    const before = await run(['fix'], 'XDG_STATE_HOME');
    assert.equal(before.code, 2, before.stderr);
    assert.match(before.stderr, /^bindlint: /);
    assert.match(readFileSync(path.join(folder, 'run.py'), 'utf8'), /127\.0\.0\.1/);
  });
});
