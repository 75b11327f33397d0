import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { missing, observe } from './observe.ts';

const projects = path.join(import.meta.dirname, '../../fixtures/projects');
const run = (project: string, taken?: number[]) =>
  observe(['python3', 'main.py'], {
    cwd: path.join(projects, project),
    seconds: taken ? 4 : 20,
    ...(taken && { taken }),
  });

describe('the shipped example does what its story says', { skip: missing('uvicorn') || missing('PyYAML') }, () => {
  test('two servers, one of them for this machine only', async () => {
    const seen = await run('two-servers');
    assert.deepEqual(seen.tcp, ['0.0.0.0:8080', '127.0.0.1:8000'], seen.output);
  });

  test('with the port taken the program goes on as if all were well', async () => {
    const seen = await run('two-servers', [8000]);
    assert.equal(seen.status, null, seen.output);
    assert.deepEqual(seen.tcp, ['0.0.0.0:8080']);
    assert.match(seen.output, /server running on 127\.0\.0\.1:8000/);
    assert.doesNotMatch(seen.output, /Traceback/);
  });

  test('after the popular fix one server takes the port of the other, and nobody is told', async () => {
    const seen = await run('two-servers-hardcoded');
    assert.deepEqual(seen.tcp, ['0.0.0.0:8000'], seen.output);
    assert.equal(seen.status, null);
    assert.doesNotMatch(seen.output, /is taken|successfully bound|Traceback/);
  });
});
