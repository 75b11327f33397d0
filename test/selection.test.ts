import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { isProgram, programPath } from '../src/workspace/program-path.ts';
import { bindlint, commitAll, foundIn, git, project, write } from './command-line.ts';

const server = (host: string) => `import uvicorn\n\nuvicorn.run("app:app", host="${host}", port=8000)\n`;
const local = server('127.0.0.1');
const open = server('0.0.0.0');
const onlyHosts = ['--rule', 'unhandled-bind-error=off'];
const found = (cwd: string, ...flags: string[]) => foundIn(cwd, ...onlyHosts, ...flags);

describe('--staged', () => {
  test('reads the index and not the work tree', async () => {
    const root = project({ 'a.py': open, 'b.py': local });
    commitAll(root);
    write(root, { 'a.py': local });
    assert.deepEqual(await found(root, '--staged'), []);
    git(root, 'add', 'a.py');
    write(root, { 'a.py': open });
    assert.deepEqual(await found(root, '--staged'), ['a.py:3 loopback-host']);
    assert.deepEqual(await found(root), ['b.py:3 loopback-host']);
    rmSync(path.join(root, 'a.py'));
    assert.deepEqual(await found(root, '--staged'), ['a.py:3 loopback-host']);
  });

  test('knows nothing of files that are not tracked', async () => {
    const root = project({ 'start.py': 'from shared import serve\n\nserve("127.0.0.1")\n' });
    git(root, 'add', 'start.py');
    write(root, {
      'shared.py': 'import uvicorn\n\n\ndef serve(host):\n    uvicorn.run("app:app", host=host, port=80)\n',
    });
    assert.deepEqual(await found(root), ['start.py:3 loopback-host']);
    assert.deepEqual(await found(root, '--staged'), []);
    git(root, 'add', 'shared.py');
    assert.deepEqual(await found(root, '--staged'), ['start.py:3 loopback-host']);
  });

  test('reports what relates to a staged file', async () => {
    const shared = 'import uvicorn\n\n\ndef serve(host):\n    uvicorn.run("app:app", host=host, port=80)\n';
    const root = project({ 'start.py': 'from shared import serve\n\nserve("127.0.0.1")\n', 'shared.py': shared });
    commitAll(root);
    write(root, { 'shared.py': `${shared}\n` });
    git(root, 'add', 'shared.py');
    assert.deepEqual(await found(root, '--staged'), ['start.py:3 loopback-host']);
  });

  test('leaves ignored files out, and respects the folder that is asked for', async () => {
    const root = project({ 'a.py': local, 'b/b.py': local, 'c/c.py': local, '.bindlintrc.yaml': 'ignore: [c]\n' });
    git(root, 'add', '-A');
    write(root, { 'c/c.py': open });
    assert.deepEqual(await found(root, '--staged'), ['a.py:3 loopback-host', 'b/b.py:3 loopback-host']);
    assert.deepEqual(await found(root, '--staged', 'b'), ['b/b.py:3 loopback-host']);
    assert.deepEqual(await found(path.join(root, 'b'), '--staged'), ['b.py:3 loopback-host']);
  });

  test('runs no program that the repository names', async () => {
    const root = project({ 'a.py': local, '.gitattributes': '*.py filter=a=b\n' });
    commitAll(root);
    const trace = path.join(root, 'ran');
    git(root, 'config', 'filter.a=b.clean', `touch ${trace}; cat`);
    git(root, 'config', 'filter.a=b.required', 'true');
    // As long as it was, so that git has to look into it.
    write(root, { 'a.py': local.replace('127.0.0.1', '127.0.0.2') });
    assert.deepEqual(await found(root, '--staged'), []);
    assert.equal(existsSync(trace), false);
  });

  test('compares nothing where git does not say which programs it would run', {
    skip: process.platform === 'win32',
  }, async () => {
    const root = project({ 'a.py': local });
    commitAll(root);
    const folder = project({}, false);
    const own = programPath('git', { env: process.env, platform: process.platform, isProgram })!;
    write(folder, { git: `#!/bin/sh\ncase "$*" in *' config '*) exit 3 ;; esac\nexec ${own} "$@"\n` });
    chmodSync(path.join(folder, 'git'), 0o755);
    const before = process.env.PATH;
    process.env.PATH = `${folder}:${before}`;
    try {
      for (const words of [['--staged'], ['--since', 'HEAD']])
        assert.equal((await bindlint(['check', ...words], root)).code, 2, words.join(' '));
    } finally {
      process.env.PATH = before;
    }
  });

  test('fetches nothing that a partial clone leaves out', async () => {
    const root = project({ 'a.py': local });
    commitAll(root);
    write(root, { 'a.py': open });
    git(root, 'add', 'a.py');
    const blob = git(root, 'rev-parse', ':a.py').trim();
    rmSync(path.join(root, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    const trace = path.join(root, '.git/ran');
    git(root, 'config', 'core.repositoryFormatVersion', '1');
    git(root, 'config', 'extensions.partialClone', 'origin');
    git(root, 'config', 'remote.origin.url', root);
    git(root, 'config', 'remote.origin.promisor', 'true');
    git(root, 'config', 'remote.origin.uploadpack', `touch ${trace}; git-upload-pack`);
    write(root, { 'a.py': local });
    await found(root, '--staged').catch(() => []);
    assert.equal(existsSync(trace), false);
  });

  test('a fix never writes over what is not staged', async () => {
    const root = project({ 'a.py': local });
    git(root, 'add', '-A');
    write(root, { 'a.py': `${local}\n# more\n` });
    const { code, out } = await bindlint(['fix', '--staged', ...onlyHosts], root);
    assert.equal(code, 1);
    assert.match(
      out,
      /^not fixed a\.py:\d+:\d+ loopback-host: cannot be written: it has changes that are not staged\nnothing was written$/m,
    );
    assert.match(out, /^1 warning/m);
    assert.equal(readFileSync(path.join(root, 'a.py'), 'utf8'), `${local}\n# more\n`);
  });
});

describe('--since', () => {
  test('reports what concerns files that changed since the branches parted', async () => {
    const root = project({ 'a.py': local, 'b.py': open, 'c.py': local });
    commitAll(root);
    git(root, 'checkout', '-q', '-b', 'topic');
    write(root, { 'b.py': local, 'name with\nline.py': local });
    commitAll(root);
    write(root, { 'new.py': local });
    git(root, 'checkout', '-q', 'main');
    write(root, { 'a.py': `# moved on\n${local}` });
    git(root, 'commit', '-q', '-m', 'x', 'a.py');
    git(root, 'checkout', '-q', 'topic');
    assert.deepEqual(await found(root, '--since', 'main'), [
      'b.py:3 loopback-host',
      'name with\nline.py:3 loopback-host',
      'new.py:3 loopback-host',
    ]);
  });

  test('says what is wrong with a reference', async () => {
    const root = project({ 'a.py': local });
    commitAll(root);
    for (const ref of ['nowhere', '--output=x', '']) {
      const { code, err } = await bindlint(['check', `--since=${ref}`], root);
      assert.deepEqual([code, err], [2, `bindlint: there is no commit ${JSON.stringify(ref)}\n`]);
    }
  });

  test('needs a repository, and is not joined with others', async () => {
    const root = project({ 'a.py': local }, false);
    for (const flag of [['--since', 'main'], ['--staged']]) {
      const { code, err } = await bindlint(['check', ...flag], root);
      assert.equal(code, 2);
      assert.match(err, /not a git repository/i);
    }
    const both = await bindlint(['check', '--staged', '--since', 'main'], root);
    assert.deepEqual(
      [both.code, both.err],
      [
        2,
        'bindlint: use either --staged, for what the next commit would hold, or --since, for what has changed since a commit\n',
      ],
    );
    const stdin = await bindlint(['check', '--stdin', '--stdin-filename', 'a.py', '--staged'], root);
    assert.deepEqual([stdin.code, stdin.err], [2, 'bindlint: --stdin and --staged exclude each other\n']);
  });
});

describe('globs', () => {
  const root = project({ 'a/x.py': local, 'a/deep/y.py': local, 'b/x.py': local, 'a/[odd].py': local });

  test('select files', async () => {
    assert.deepEqual(await found(root, '**/x.py'), ['a/x.py:3 loopback-host', 'b/x.py:3 loopback-host']);
    assert.deepEqual(await found(root, 'a/*.py'), ['a/[odd].py:3 loopback-host', 'a/x.py:3 loopback-host']);
    assert.deepEqual(await found(path.join(root, 'a'), 'deep/*.{py,js}'), ['deep/y.py:3 loopback-host']);
  });

  test('a name with wildcards in it is a name first', async () => {
    assert.deepEqual(await found(root, 'a/[odd].py'), ['a/[odd].py:3 loopback-host']);
  });

  test('that fit nothing are misuse', async () => {
    const { code, err } = await bindlint(['check', 'a/*.rb'], root);
    assert.deepEqual([code, err], [2, 'bindlint: cannot read "a/*.rb": no file fits\n']);
  });

  test('--show-files lists what they select', async () => {
    const { out } = await bindlint(['check', '--show-files', 'a/**'], root);
    assert.deepEqual(out.trim().split('\n'), ['a/[odd].py', 'a/deep/y.py', 'a/x.py']);
  });
});

describe('settings in folders below the root', () => {
  test('the nearest file governs its folder', async () => {
    const root = project({
      '.bindlintrc.yaml': 'rules:\n  loopback-host: "off"\n',
      'a.py': local,
      'services/api/.bindlintrc.yaml': 'ignore: [old]\noverrides:\n  - files: [cli.py]\n    context: test\n',
      'services/api/run.py': local,
      'services/api/cli.py': local,
      'services/api/old/run.py': local,
      'services/web/package.json': '{ "bindlint": { "rules": { "loopback-host": "error" } } }',
      'services/web/run.py': local,
      'services/plain/package.json': '{}',
      'services/plain/run.py': local,
    });
    assert.deepEqual(await found(root), ['services/api/run.py:3 loopback-host', 'services/web/run.py:3 loopback-host']);
    assert.deepEqual(await found(root, 'services/web/run.py'), ['services/web/run.py:3 loopback-host']);
    assert.deepEqual(await found(root, '--rule', 'loopback-host=off'), []);
    assert.equal((await found(root, '--no-config')).length, 6);
  });

  test('one that is wrong is named with its line', async () => {
    const root = project({ 'a/.bindlintrc.yaml': 'presett: strict\n' });
    mkdirSync(path.join(root, 'b'));
    const { code, err } = await bindlint(['check'], root);
    assert.equal(code, 2);
    assert.match(err, /^bindlint: a\/\.bindlintrc\.yaml:1: unknown key "presett" \(did you mean preset\?\)/);
  });
});
