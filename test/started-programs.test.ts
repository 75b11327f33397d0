import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followed } from '../src/containers/started-programs.ts';
import { parseShell } from '../src/syntax/shell.ts';

const nothing = {
  file: async () => undefined,
  text: async () => undefined,
  named: async () => [],
  installed: async () => undefined,
  isServer: (program: string) => program === 'gunicorn',
};

test('what stands behind the lines that are followed counts as not known', async () => {
  const script = `${'echo x\n'.repeat(300)}gunicorn app\n`;
  const { lines, others } = await followed(parseShell('start.sh', script), '/', [], nothing);
  assert.equal(lines.length, 200);
  assert.equal(others.length, 1);
});
