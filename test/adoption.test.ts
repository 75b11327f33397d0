import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { bindlint, type Files, foundIn, project, write } from './command-line.ts';

const read = (root: string, file: string) => readFileSync(path.join(root, file), 'utf8');
const server = (port: number) => `    uvicorn.run("app:app", host="127.0.0.1", port=${port})\n`;
const program = `import uvicorn\n\n\ndef one():\n${server(8001)}\n\ndef two():\n${server(8002)}\n\none()\ntwo()\n`;
const baseline = ['--baseline', 'baseline.json'];
const quiet = ['--rule', 'unhandled-bind-error=off', '--rule', 'port-conflict=off'];
const found = (root: string, ...flags: string[]) => foundIn(root, ...quiet, ...flags);

async function withBaseline(files: Files): Promise<string> {
  const root = project(files);
  const { code, err } = await bindlint(['check', ...quiet, ...baseline, '--update-baseline'], root);
  assert.equal(code, 0, err);
  return root;
}

describe('--baseline', () => {
  test('accepts what it lists, wherever it has moved to, and nothing else', async () => {
    const root = await withBaseline({ 'a.py': program });
    assert.deepEqual(await found(root, ...baseline), []);
    write(root, { 'a.py': `import os\nimport sys\n\n# moved\n${program.replaceAll('\n\n\n', '\n\n')}` });
    assert.deepEqual(await found(root, ...baseline), []);
    write(root, { 'a.py': `${program}\n\ndef three():\n${server(8001)}\n\nthree()\n` });
    assert.deepEqual(await found(root, ...baseline), ['a.py:17 loopback-host']);
  });

  test('a renamed file is known again, a copy is not', async () => {
    const root = await withBaseline({ 'a.py': program });
    renameSync(path.join(root, 'a.py'), path.join(root, 'b.py'));
    assert.deepEqual(await found(root, ...baseline), []);
    write(root, { 'a.py': program });
    assert.deepEqual(await found(root, ...baseline), ['b.py:5 loopback-host', 'b.py:9 loopback-host']);
  });

  test('what is gone is reported, and taken out by the update', async () => {
    const root = await withBaseline({ 'a.py': program, 'b.py': program });
    write(root, { 'a.py': program.replace(server(8001), '    pass\n') });
    const { code, err } = await bindlint(['check', ...quiet, ...baseline], root);
    assert.equal(code, 0);
    assert.match(err, /^baseline\.json: no longer found.*\n {2}a\.py loopback-host: listens on 127\.0\.0\.1.*\n$/);
    const elsewhere = await bindlint(['check', ...quiet, ...baseline, 'b.py'], root);
    assert.deepEqual([elsewhere.code, elsewhere.err], [0, '']);
    const update = await bindlint(['check', ...quiet, ...baseline, '--update-baseline'], root);
    assert.deepEqual([update.code, update.err], [0, 'baseline.json: 0 added, 1 removed\n']);
    assert.equal(JSON.parse(read(root, 'baseline.json')).entries.length, 3);
    assert.equal((await bindlint(['check', ...quiet, ...baseline], root)).err, '');
  });

  test('an update of a part leaves the rest', async () => {
    const root = await withBaseline({ 'a.py': program, 'b.py': program });
    const before = JSON.parse(read(root, 'baseline.json')).entries.length;
    write(root, { 'a.py': '', 'b.py': '' });
    const { err } = await bindlint(['check', ...quiet, ...baseline, '--update-baseline', 'a.py'], root);
    assert.equal(err, 'baseline.json: 0 added, 2 removed\n');
    assert.equal(JSON.parse(read(root, 'baseline.json')).entries.length, before - 2);
    await bindlint(['check', '--rule', 'loopback-host=off', ...baseline, '--update-baseline', 'b.py'], root);
    assert.equal(JSON.parse(read(root, 'baseline.json')).entries.length, before - 2);
  });

  test('is counted and shown as accepted', async () => {
    const root = await withBaseline({ 'a.py': program });
    const { out } = await bindlint(['check', ...quiet, ...baseline, '--format', 'json'], root);
    assert.equal(JSON.parse(out).summary.suppressed, 2);
    const sarif = await bindlint(['check', ...quiet, ...baseline, '--format', 'sarif'], root);
    const { results } = JSON.parse(sarif.out).runs[0];
    assert.deepEqual(
      results.map(({ suppressions }: { suppressions: { kind: string }[] }) => suppressions[0]!.kind),
      ['external', 'external'],
    );
  });

  test('fix leaves what is accepted alone', async () => {
    const root = await withBaseline({ 'a.py': program });
    write(root, { 'b.py': program });
    const { code } = await bindlint(['fix', ...quiet, ...baseline], root);
    assert.equal(code, 0);
    assert.equal(read(root, 'a.py'), program);
    assert.equal(read(root, 'b.py'), program.replaceAll('127.0.0.1', '0.0.0.0'));
  });

  test('a file that is none is misuse', async () => {
    const root = project({ 'a.py': program, 'no.json': '{"version":1}', 'text.json': 'x' });
    for (const [file, why] of [
      ['absent.json', 'there is none; --update-baseline writes it'],
      ['no.json', 'it is no baseline'],
      ['text.json', 'it is no JSON'],
    ]) {
      const { code, err } = await bindlint(['check', '--baseline', file!], root);
      assert.deepEqual([code, err], [2, `bindlint: cannot read the baseline "${file}": ${why}\n`]);
    }
    assert.match((await bindlint(['check', '--update-baseline'], root)).err, /needs --baseline/);
  });
});

describe('--add-ignores', () => {
  const add = ['check', ...quiet, '--add-ignores', '--reason', 'behind a proxy'];

  test('writes a comment that silences, in the notation of the file', async () => {
    const yaml = 'server:\n  host: 127.0.0.1\n  port: 8000\n';
    const files = {
      'a.py': program,
      'settings.py':
        'import uvicorn\nimport yaml\n\nserver = yaml.safe_load(open("config.yaml"))["server"]\nuvicorn.run("a:b", host=server["host"], port=server["port"])\n',
      'config.yaml': yaml,
      Procfile: 'web: uvicorn a:b --host 127.0.0.1 --port 9000\n',
    };
    const root = project(files);
    const before = await found(root);
    assert.ok(before.length >= 4);
    const { code, out, err } = await bindlint(add, root);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, new RegExp(`\n${before.length} silenced; bindlint undo takes it back\n$`));
    assert.deepEqual(await found(root), []);
    assert.match(read(root, 'a.py'), /^ {4}# bindlint-ignore loopback-host: behind a proxy\n {4}uvicorn/m);
    assert.equal(
      read(root, 'config.yaml'),
      yaml.replace('  host', '  # bindlint-ignore loopback-host: behind a proxy\n  host'),
    );
    assert.equal((await bindlint(['fix', ...quiet], root)).code, 0);
    assert.deepEqual(await found(root), []);
    const { out: map } = await bindlint(['map', '--format', 'json'], root);
    assert.match(map, /"value": "127\.0\.0\.1"/);
    const silenced = read(root, 'Procfile');
    assert.match(silenced, /^# bindlint-ignore loopback-host\b.*: behind a proxy\n/);
    assert.equal(silenced.slice(silenced.indexOf('\n') + 1), files.Procfile);
    write(root, { Procfile: '' });
    assert.equal((await bindlint(['undo'], root)).code, 1);
    write(root, { Procfile: silenced });
    const undone = await bindlint(['undo'], root);
    assert.equal(undone.code, 0, undone.err);
    assert.deepEqual(await found(root), before);
  });

  test('refuses where there are no comments, and where one would not be read', async () => {
    const root = project({
      'package.json': '{ "scripts": { "start": "uvicorn a:b --host 127.0.0.1 --port 9000" } }\n',
      'a.js': 'console.log(`\nOpen http://0.0.0.0:3000\n`);\n',
    });
    const before = await found(root);
    assert.deepEqual(before, ['a.js:2 unspecified-destination', 'package.json:1 loopback-host']);
    const { code, err } = await bindlint(add, root);
    assert.equal(code, 1);
    assert.match(err, /^not silenced package\.json:1:\d+ loopback-host: its notation has no comments$/m);
    assert.deepEqual(await found(root), before);
  });

  test('keeps line ends, and the comment that stands above', async () => {
    const text =
      'import uvicorn\r\n\r\n# bindlint-ignore missing-port: it is random\r\nuvicorn.run("a:b", host="127.0.0.1", port=8000)\r\n';
    const root = project({ 'a.py': text });
    const { code } = await bindlint([...add, '--rule', 'unused-suppression=off'], root);
    assert.equal(code, 0);
    assert.deepEqual(await found(root, '--rule', 'unused-suppression=off'), []);
    assert.doesNotMatch(read(root, 'a.py'), /[^\r]\n/);
  });

  test('needs a reason', async () => {
    const root = project({ 'a.py': program });
    for (const [argv, message] of [
      [['--add-ignores'], /needs --reason/],
      [['--add-ignores', '--reason', ' '], /needs --reason/],
      [['--add-ignores', '--reason', 'a\nb'], /one line/],
      [['--reason', 'a'], /needs --add-ignores/],
      [['--add-ignores', '--reason', 'a', '--stdin', '--stdin-filename', 'a.py'], /--stdin/],
    ] as const) {
      const { code, err } = await bindlint(['check', ...argv], root);
      assert.equal(code, 2);
      assert.match(err, message);
    }
    assert.equal(read(root, 'a.py'), program);
    rmSync(path.join(root, 'a.py'));
  });
});
