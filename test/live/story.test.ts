import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { missing } from './observe.ts';
import { repository } from './tools.ts';
import { hasSecondHost, type Verified, verify, withoutNetwork } from './verified.ts';

const example = path.join(repository, 'fixtures/projects/two-servers');
const command = ['/usr/bin/python3', 'main.py'];

/** What failed, without the words. */
const failed = ({ checks }: Verified) =>
  checks.filter(({ outcome }) => outcome === 'failed').map(({ id, port }) => `${id} ${port}`);

const textsOf = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name !== '__pycache__')
    .map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]);

describe('the test plan of the story, on the shipped example', {
  skip: missing('uvicorn') || missing('PyYAML') || withoutNetwork,
}, () => {
  let folder: string;
  let project: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'bindlint-story-'));
    project = path.join(folder, 'two-servers');
    cpSync(example, project, { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const bindlint = (word: string) =>
    spawnSync(process.execPath, [path.join(repository, 'bin/bindlint.js'), word], {
      cwd: project,
      env: { ...process.env, XDG_STATE_HOME: path.join(folder, 'state') },
      encoding: 'utf8',
    });
  const run = async (when: string) => {
    const seen = await verify(['--timeout', '8s'], command, project);
    // It is run to be read, too.
    console.log(`\n${when}\n${seen.told.replace(/^/gm, '  ')}`);
    return seen;
  };
  const wrong = [...(hasSecondHost ? ['second-host 8000'] : []), 'taken 8000', 'taken 8080'];

  test('before: one server cannot be reached, and nobody is told of a taken port', async () => {
    const seen = await run('before bindlint fix');
    assert.deepEqual(failed(seen), wrong, seen.told);
    assert.equal(seen.status, 1);
    assert.match(seen.told, /^prediction 8000 passed map expects 127\.0\.0\.1:8000 /m);
    assert.match(
      seen.told,
      /^taken 8000 failed stays up for 8\.0 s .*: it serves port 8080 and goes on without port 8000/m,
    );
  });

  test('after fix: binding, ten requests at once, second host and taken ports are as they should be', async () => {
    assert.equal(bindlint('fix').status, 0);
    const seen = await run('after bindlint fix');
    assert.deepEqual(failed(seen), [], seen.told);
    assert.equal(seen.status, 0);
    for (const port of [8000, 8080]) {
      assert.match(seen.told, new RegExp(`^binds - passed .*0\\.0\\.0\\.0:${port} after`, 'm'));
      assert.match(seen.told, new RegExp(`^prediction ${port} passed map expects 0\\.0\\.0\\.0:${port} `, 'm'));
      assert.match(seen.told, new RegExp(`^requests ${port} passed 10 of 10 concurrent requests`, 'm'));
      assert.match(
        seen.told,
        new RegExp(`^taken ${port} passed ends after .* with status 1, and its message names`, 'm'),
      );
    }
  });

  test('after undo: everything is as it was', async () => {
    assert.equal(bindlint('undo').status, 0);
    assert.deepEqual(textsOf(project), textsOf(example));
    assert.deepEqual(failed(await run('after bindlint undo')), wrong);
  });
});
