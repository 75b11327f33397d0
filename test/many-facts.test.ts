import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bindlint, project } from './command-line.ts';

test('a file with more addresses than anybody waits for is a named problem', async () => {
  const root = project({
    Caddyfile: `${':80, '.repeat(150_000)} {\n}\n`,
    'run.sh': 'gunicorn -b 127.0.0.1:8000 app:app\n',
  });
  const { code, out } = await bindlint(['check'], root);
  assert.equal(code, 1);
  assert.match(out, /^run\.sh:1:13 warning loopback-host/m);
  assert.match(out, /^Caddyfile not read: more than 50000 addresses and ports in one file$/m);
});
