import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { missingPackage, packages, repository, run } from './tools.ts';

const page = readFileSync(path.join(repository, 'docs/hooks.md'), 'utf8');
const server = 'import uvicorn\n\nuvicorn.run(app, host="127.0.0.1", port=8000)\n';
const fixed = server.replace('127.0.0.1', '0.0.0.0');

let folder: string;
let env: Record<string, string>;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bindlint-hooks-'));
  env = {
    XDG_STATE_HOME: path.join(folder, 'state'),
    GIT_AUTHOR_NAME: 'somebody',
    GIT_AUTHOR_EMAIL: 'somebody@example.com',
    GIT_COMMITTER_NAME: 'somebody',
    GIT_COMMITTER_EMAIL: 'somebody@example.com',
    GIT_CONFIG_GLOBAL: path.join(folder, 'gitconfig'),
    npm_config_yes: 'false',
  };
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** A project in which bindlint and these packages are installed. */
function project(name: string, ...installed: string[]): string {
  const root = path.join(folder, name);
  const bin = path.join(root, 'node_modules/.bin');
  mkdirSync(bin, { recursive: true });
  const program = path.join(repository, 'bin/bindlint.js');
  writeFileSync(path.join(bin, 'bindlint'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(path.join(bin, 'bindlint'), 0o755);
  for (const one of installed) {
    symlinkSync(path.join(packages, one), path.join(root, 'node_modules', one));
    symlinkSync(path.join(packages, '.bin', one), path.join(bin, one));
  }
  writeFileSync(path.join(root, 'package.json'), '{ "name": "tried", "private": true }\n');
  writeFileSync(path.join(root, '.gitignore'), 'node_modules/\n');
  git(root, 'init', '-q');
  git(root, 'add', '--all');
  git(root, 'commit', '-q', '-m', 'one');
  return root;
}

function git(cwd: string, ...args: string[]): string {
  const { status, stdout, stderr } = run(['git', ...args], { cwd, env });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

/** What a commit of one file does. */
function commit(root: string, file: string, text: string) {
  writeFileSync(path.join(root, file), text);
  git(root, 'add', '--', file);
  const { status, stdout, stderr } = run(['git', 'commit', '-q', '-m', 'more'], { cwd: root, env });
  // lint-staged asks for colours in CI.
  const output = stripVTControlCharacters(stdout + stderr);
  return { status, output, committed: status === 0 ? git(root, 'show', `HEAD:${file}`) : undefined };
}

/** The words that the page writes into husky's hook. */
function huskyLine(tool: string): string {
  const line = new RegExp(`^echo "([^"]*${tool}[^"]*)" > \\.husky/pre-commit$`, 'm').exec(page)?.[1];
  assert.ok(line);
  return line;
}

function refusesUntilFixed(root: string): void {
  const refused = commit(root, 'run.py', server);
  assert.equal(refused.status, 1, refused.output);
  assert.match(refused.output, /run\.py:3:23 warning loopback-host: /);
  assert.equal(commit(root, 'run.py', fixed).committed, fixed);
}

describe('husky', { skip: missingPackage('husky') }, () => {
  test('runs the line of the page', () => {
    const root = project('husky', 'husky');
    const { status, stderr } = run(['npx', '--no-install', 'husky', 'init'], { cwd: root, env });
    assert.equal(status, 0, stderr);
    writeFileSync(path.join(root, '.husky/pre-commit'), `${huskyLine('bindlint')}\n`);
    refusesUntilFixed(root);
  });
});

describe('lint-staged', { skip: missingPackage('lint-staged') || missingPackage('husky') }, () => {
  const settings = /^```json\n([\s\S]*?"lint-staged"[\s\S]*?)^```$/m.exec(page)?.[1];
  const prepared = (name: string, text: string) => {
    const root = project(name, 'husky', 'lint-staged');
    writeFileSync(path.join(root, 'package.json'), text);
    assert.equal(run(['npx', '--no-install', 'husky', 'init'], { cwd: root, env }).status, 0);
    writeFileSync(path.join(root, '.husky/pre-commit'), `${huskyLine('lint-staged')}\n`);
    return root;
  };

  test('checks what is staged', () => {
    assert.ok(settings);
    refusesUntilFixed(prepared('checked', settings));
  });

  test('adds what is fixed to the commit', () => {
    assert.ok(settings);
    assert.match(settings, /bindlint check --/);
    const root = prepared('fixed', settings.replace('bindlint check --', 'bindlint fix --'));
    const { status, output, committed } = commit(root, 'run.py', server);
    assert.equal(status, 0, output);
    assert.equal(committed, fixed);
  });
});

test('the hook without any tool refuses what is staged', () => {
  const hook = /^```sh\n(#!\/bin\/sh\n[\s\S]*?)^```$/m.exec(page)?.[1];
  assert.ok(hook);
  const root = project('plain');
  const file = path.join(root, '.git/hooks/pre-commit');
  writeFileSync(file, hook);
  chmodSync(file, 0o755);
  refusesUntilFixed(root);
});
