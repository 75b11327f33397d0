import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { copyRepository, missingProgram, type Ran, repository, run } from './live/tools.ts';

const hooksFile = path.join(repository, '.pre-commit-hooks.yaml');

test('hooks hand their file names over as names, all at once', () => {
  const hooks: readonly Record<string, unknown>[] = parse(readFileSync(hooksFile, 'utf8'));
  assert.deepEqual(
    hooks.map(({ id, entry, args, language, require_serial }) => ({ id, entry, args, language, require_serial })),
    [
      { id: 'bindlint', entry: 'bindlint check', args: ['--'], language: 'node', require_serial: true },
      { id: 'bindlint-fix', entry: 'bindlint fix', args: ['--'], language: 'node', require_serial: true },
    ],
  );
});

const server = 'import uvicorn\n\nuvicorn.run(app, host="127.0.0.1", port=8000)\n';
const fixed = server.replace('127.0.0.1', '0.0.0.0');

describe('pre-commit', { skip: missingProgram('pre-commit') }, () => {
  let folder: string;
  let clone: string;
  let env: Record<string, string>;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'bindlint-pre-commit-'));
    clone = path.join(folder, 'bindlint');
    env = {
      PRE_COMMIT_HOME: path.join(folder, 'home'),
      XDG_STATE_HOME: path.join(folder, 'state'),
      GIT_AUTHOR_NAME: 'somebody',
      GIT_AUTHOR_EMAIL: 'somebody@example.com',
      GIT_COMMITTER_NAME: 'somebody',
      GIT_COMMITTER_EMAIL: 'somebody@example.com',
      GIT_CONFIG_GLOBAL: path.join(folder, 'gitconfig'),
    };
    copyRepository(clone);
    git(clone, 'init', '-q');
    git(clone, 'add', '--all');
    git(clone, 'commit', '-q', '-m', 'one');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function git(cwd: string, ...args: string[]): string {
    const { status, stdout, stderr } = run(['git', ...args], { cwd, env });
    assert.equal(status, 0, stderr);
    return stdout.trim();
  }

  function project(name: string, files: Readonly<Record<string, string>>): string {
    const root = path.join(folder, name);
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    }
    git(root, 'init', '-q');
    git(root, 'add', '--all');
    return root;
  }

  const settings = (hook: string, args = '') =>
    `repos:\n  - repo: ../bindlint\n    rev: ${git(clone, 'rev-parse', 'HEAD')}\n    hooks:\n      - id: ${hook}\n${args}`;
  const preCommit = (cwd: string, ...args: string[]): Ran => run(['pre-commit', ...args], { cwd, env });

  test('try-repo installs both hooks from this repository alone, and they do their work', () => {
    const root = project('tried', { 'run.py': server });
    const { status, stdout, stderr } = preCommit(root, 'try-repo', '../bindlint', '--all-files', '--verbose');
    assert.equal(status, 1, stdout + stderr);
    assert.match(stdout, /^bindlint\.+Failed$/m);
    assert.match(stdout, /^run\.py:3:23 warning loopback-host: /m);
    assert.match(stdout, /^bindlint fix\.+Failed$/m);
    assert.match(stdout, /^- files were modified by this hook$/m);
    assert.equal(readFileSync(path.join(root, 'run.py'), 'utf8'), fixed);
  });

  test('a commit is refused while something is wrong, and goes through when it is fixed', () => {
    const root = project('committed', { 'run.py': server, '.pre-commit-config.yaml': settings('bindlint') });
    assert.equal(preCommit(root, 'install').status, 0);
    const refused = run(['git', 'commit', '-q', '-m', 'one'], { cwd: root, env });
    assert.equal(refused.status, 1);
    assert.match(refused.stdout + refused.stderr, /run\.py:3:23 warning loopback-host: /);
    writeFileSync(path.join(root, 'run.py'), fixed);
    git(root, 'add', 'run.py');
    git(root, 'commit', '-q', '-m', 'two');
  });

  test('names restrict what is reported, not what is read', () => {
    const root = project('joined', {
      'config.yaml': 'server:\n  host: 127.0.0.1\n  port: 8000\n',
      'other.py': server,
      'run.py':
        'import uvicorn, yaml\n\nwith open("config.yaml") as file:\n    config = yaml.safe_load(file)\n' +
        'uvicorn.run("app:app", host=config["server"]["host"], port=config["server"]["port"])\n',
      '.pre-commit-config.yaml': settings('bindlint'),
    });
    for (const file of ['config.yaml', 'run.py']) {
      const { status, stdout } = preCommit(root, 'run', '--files', file);
      assert.equal(status, 1, stdout);
      assert.match(stdout, /^config\.yaml:2:9 warning loopback-host: /m, file);
      assert.doesNotMatch(stdout, /other\.py/);
    }
  });

  test('a name that looks like a flag is a name, also behind arguments of the user', () => {
    const args = '        args: [--rule, loopback-host=error, --]\n';
    const root = project('named', { '--quiet.py': server, '.pre-commit-config.yaml': settings('bindlint', args) });
    const { status, stdout } = preCommit(root, 'run', '--all-files');
    assert.equal(status, 1, stdout);
    assert.match(stdout, /^--quiet\.py:3:23 error loopback-host: /m);
  });

  test('a commit without servers passes', () => {
    const root = project('passed', { 'x.py': 'x = 1\n', '.pre-commit-config.yaml': settings('bindlint-fix') });
    const { status, stdout } = preCommit(root, 'run', '--all-files');
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^bindlint fix\.+Passed$/m);
  });
});
