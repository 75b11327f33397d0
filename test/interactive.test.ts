import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { bindlint, project } from './command-line.ts';

const server = (host: string, port: number) =>
  `import uvicorn\n\nuvicorn.run("app:app", host="${host}", port=${port})\n`;
const files = {
  'a.py': server('127.0.0.1', 8000),
  'b.py': server('127.0.0.1', 8001),
  'c.py': server('127.0.0.1', 8002),
};

async function answered(...answers: string[]) {
  const root = project(files);
  const outcome = await bindlint(['fix', '--interactive'], root, answers.join('\n'));
  const hosts = Object.keys(files).map((file) => /host="(.*?)"/.exec(readFileSync(path.join(root, file), 'utf8'))![1]);
  return { ...outcome, hosts };
}

const open = '0.0.0.0';
const local = '127.0.0.1';

describe('fix --interactive', () => {
  test('makes what is agreed to, and nothing else', async () => {
    const { code, out, hosts } = await answered('y', 'no', 'YES', '');
    assert.deepEqual(hosts, [open, local, open]);
    assert.equal(code, 1);
    assert.match(out, /^a\.py:3:29 loopback-host: listens on 127\.0\.0\.1/m);
    assert.match(out, /^-uvicorn\.run\("app:app", host="127\.0\.0\.1", port=8001\)$/m);
    assert.match(out, /^\+uvicorn\.run\("app:app", host="0\.0\.0\.0", port=8001\)$/m);
    assert.match(out, /\[y\]es, \[n\]o, \[a\]ll, \[q\]uit \(3 of 3\)/);
  });

  for (const [name, given, hosts] of [
    ['all', ['n', 'a'], [local, open, open]],
    ['quit', ['y', 'q'], [open, local, local]],
    ['the end of the input', ['y'], [open, local, local]],
    ['no input', [], [local, local, local]],
    ['what is no answer is asked again', ['maybe', '', 'y', 'n', 'n', ''], [open, local, local]],
  ] as const) {
    test(name, async () => assert.deepEqual((await answered(...given)).hosts, hosts));
  }

  test('needs somebody to answer', async () => {
    for (const flags of [['--diff'], ['--stdin', '--stdin-filename', 'a.py']]) {
      const { code, err } = await bindlint(['fix', '--interactive', ...flags], project(files), server(local, 8000));
      assert.equal(code, 2, err);
      assert.match(err, /--interactive and --\w+ exclude each other/);
    }
  });
});
