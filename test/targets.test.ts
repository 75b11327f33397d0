import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import type { Io, Output } from '../src/cli/io.ts';
import { type Target, type TargetWord, targetsOf } from '../src/cli/targets.ts';
import { main } from '../src/main.ts';

/** `sarif` is a format, `>x` a file. */
function wordsOf(line: string): TargetWord[] {
  return line
    .split(' ')
    .filter(Boolean)
    .map((word) => (word.startsWith('>') ? { file: word.slice(1) } : { format: word }));
}

function shown(targets: readonly Target[]): string {
  return targets.map(({ format, file }) => (file === undefined ? format : `${format} >${file}`)).join(', ');
}

describe('formats and files', () => {
  const table: readonly (readonly [string, string])[] = [
    ['', 'text'],
    ['json', 'json'],
    ['>x', 'text >x'],
    ['text >x', 'text >x'],
    ['sarif >x', 'sarif >x, text'],
    ['>x sarif', 'sarif >x, text'],
    ['github sarif >x', 'github, sarif >x'],
    ['sarif >x github', 'sarif >x, github'],
    ['>x sarif github', 'sarif >x, github'],
    ['sarif >x html >y', 'sarif >x, html >y, text'],
    ['sarif >x text >y', 'sarif >x, text >y'],
    ['json >x json', 'json >x, json'],
  ];
  for (const [line, expected] of table) {
    test(`${line || 'nothing'} gives ${expected}`, () => assert.equal(shown(targetsOf(wordsOf(line))), expected));
  }

  test('two reports are never mixed', () => {
    assert.throws(() => targetsOf(wordsOf('json sarif')), /only one format can go to standard output.*json, sarif/);
    assert.throws(() => targetsOf(wordsOf('json >x sarif >x')), /two reports cannot be written to "x"/);
    assert.throws(() => targetsOf(wordsOf('sarif >x >y')), /--output "y" needs a --format of its own before it/);
    assert.throws(() => targetsOf(wordsOf('>x >y sarif')), /--output "y" needs/);
  });
});

describe('several outputs in one run', () => {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'bindlint-')));
  execFileSync('git', ['init', '-q'], { cwd: root });
  after(() => rmSync(root, { recursive: true, force: true }));
  const server = 'import uvicorn\n\nuvicorn.run(app, host="127.0.0.1", port=8000)\n';
  beforeEach(() => {
    rmSync(path.join(root, 'out'), { recursive: true, force: true });
    writeFileSync(path.join(root, 'run.py'), server);
  });

  async function bindlint(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
    const said = { out: '', err: '' };
    const collecting = (key: 'out' | 'err'): Output => ({
      write(text, done) {
        said[key] += text;
        done?.();
      },
    });
    const io: Io = {
      stdout: collecting('out'),
      stderr: collecting('err'),
      stdin: (async function* () {})(),
      env: { XDG_STATE_HOME: path.join(root, 'state') },
      cwd: root,
    };
    return { code: await main(argv, io), ...said };
  }
  const written = (file: string) => readFileSync(path.join(root, 'out', file), 'utf8');

  test('a file beside the text, in a folder that is not there yet', async () => {
    const { code, out, err } = await bindlint('check', '--format', 'json', '--output', 'out/deep/x.json');
    assert.deepEqual([code, err], [1, '']);
    assert.match(out, /^run\.py:3:23 warning loopback-host/m);
    const rules = JSON.parse(written('deep/x.json')).findings.map(({ rule }: { rule: string }) => rule);
    assert.ok(rules.includes('loopback-host'));
  });

  test('several files at once, and one format for standard output', async () => {
    const { code, out } = await bindlint(
      ...['check', '--format', 'json', '--format', 'text', '-o', 'out/x.txt', '-o', 'out/y.txt'],
    );
    assert.deepEqual([code, out], [2, '']);
    const { out: printed } = await bindlint('check', '--format', 'json', '--format', 'text', '--output', 'out/x.txt');
    assert.equal(JSON.parse(printed).version, 1);
    assert.match(written('x.txt'), /^run\.py:3:23 warning loopback-host/m);
    assert.deepEqual(readdirSync(path.join(root, 'out')), ['x.txt']);
  });

  test('fix says what it did where the text is, and reports what is left in the file', async () => {
    const { out, err } = await bindlint('fix', '--format', 'json', '--output', 'out/left.json');
    assert.match(out, /^fixed run\.py:3:23 loopback-host/m);
    assert.equal(err, '');
    assert.ok(!written('left.json').includes('loopback-host'));
  });

  test('a diff goes to the file that was named', async () => {
    const { code, out } = await bindlint('fix', '--diff', '--output', 'out/fix.patch');
    assert.deepEqual([code, out], [1, '']);
    assert.match(written('fix.patch'), /^\+uvicorn\.run\(app, host="0\.0\.0\.0"/m);
  });

  test('a report beside a diff is refused', async () => {
    const { code, out, err } = await bindlint('fix', '--diff', '--format', 'sarif', '--output', 'out/x.sarif');
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /^bindlint: --format sarif makes a report; --diff/);
    assert.equal((await bindlint('check', '--show-files', '--format', 'json')).code, 2);
  });
});
