import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import rules from '../../generated/rules.ts';
import { main } from '../../src/cli/main.ts';
import { missing, observe } from './observe.ts';

const projects = path.join(import.meta.dirname, '../../fixtures/projects');
const skip = missing('uvicorn') || missing('PyYAML');

/** @param taken ports that are taken before it starts */
function run(project: string, ...taken: number[]) {
  return observe(['python3', 'main.py'], { cwd: project, seconds: taken.length > 0 ? 5 : 20, taken });
}

describe('the shipped example does what its story says', { skip }, () => {
  const before = path.join(projects, 'two-servers');
  const hardcoded = path.join(projects, 'two-servers-hardcoded');

  test('two servers, one of them for this machine only', async () => {
    const seen = await run(before);
    assert.deepEqual(seen.tcp, ['0.0.0.0:8080', '127.0.0.1:8000'], seen.output);
  });

  test('with the port taken the program goes on as if all were well', async () => {
    const seen = await run(before, 8000);
    assert.equal(seen.status, null, seen.output);
    assert.deepEqual(seen.tcp, ['0.0.0.0:8080']);
    assert.match(seen.output, /server running on 127\.0\.0\.1:8000/);
    assert.doesNotMatch(seen.output, /Traceback/);
  });

  test('after the popular fix one server takes the port of the other, and nobody is told', async () => {
    const seen = await run(hardcoded);
    assert.deepEqual(seen.tcp, ['0.0.0.0:8000'], seen.output);
    assert.equal(seen.status, null);
    assert.doesNotMatch(seen.output, /is taken|successfully bound|Traceback/);
  });
});

for (const name of ['two-servers', 'two-servers-hardcoded']) {
  describe(`bindlint fix on ${name}`, { skip }, () => {
    let folder: string;
    let fixed: string;
    before(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'bindlint-example-'));
      fixed = path.join(folder, 'project');
      cpSync(path.join(projects, name), fixed, { recursive: true });
      const output = { write: (_text: string, done?: () => void) => done?.() };
      const env = { XDG_STATE_HOME: path.join(folder, 'state') };
      const stdin = (async function* () {})();
      await main(['fix', '.'], async () => rules, { stdout: output, stderr: output, stdin, env, cwd: fixed });
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    test('both servers can be reached, each on its own port', async () => {
      const seen = await run(fixed);
      assert.deepEqual(seen.tcp, ['0.0.0.0:8000', '0.0.0.0:8080'], seen.output);
    });

    for (const port of [8000, 8080]) {
      test(`with port ${port} taken the program says so and fails`, async () => {
        const seen = await run(fixed, port);
        assert.ok(seen.status !== null && seen.status > 0, `status ${seen.status}: ${seen.output}`);
        assert.match(seen.output, new RegExp(`cannot serve on \\S+:${port}\\b`));
      });
    }
  });
}
