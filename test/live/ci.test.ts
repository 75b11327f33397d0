import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { copyRepository, missingPackage, packages, repository, run } from './tools.ts';

const read = (file: string) => readFileSync(path.join(repository, file), 'utf8');

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bindlint-ci-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('action.yml is valid by the schema of GitHub', { skip: missingPackage('@action-validator/core') }, async () => {
  const entry = path.join(packages, '@action-validator/core/action_validator.js');
  const { validateAction } = (await import(pathToFileURL(entry).href)) as {
    validateAction(text: string): { readonly errors: readonly unknown[] };
  };
  const action = read('action.yml');
  assert.deepEqual(validateAction(action).errors, []);
  assert.notDeepEqual(validateAction(action.replace('using: composite', 'using: composit')).errors, []);
});

test('the action installs itself from its own checkout', () => {
  const checkout = path.join(folder, 'action');
  const outputs = path.join(folder, 'outputs');
  copyRepository(checkout);
  const [install] = parse(read('action.yml')).runs.steps;
  const { status, stdout, stderr } = run(['bash', '--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', install.run], {
    cwd: folder,
    env: { VERSION: '', ACTION_FOLDER: checkout, GITHUB_OUTPUT: outputs, RUNNER_TEMP: folder },
  });
  assert.equal(status, 0, stdout + stderr);
  const program = /^program=(.*)$/m.exec(readFileSync(outputs, 'utf8'))![1]!;
  const { stdout: version } = run([process.execPath, program, '--version'], { cwd: folder });
  assert.match(version, /^\d+\.\d+\.\d+\n$/);
});

test('the template is valid by the schema of GitLab', { skip: missingPackage('gitlab-ci-local') }, () => {
  const list = (name: string, template: string) => {
    const root = path.join(folder, name);
    mkdirSync(root);
    writeFileSync(path.join(root, '.gitlab-ci.yml'), template);
    assert.equal(run(['git', 'init', '-q', '-b', 'main'], { cwd: root }).status, 0);
    return run([path.join(packages, '.bin/gitlab-ci-local'), '--list'], { cwd: root, env: { HOME: folder } });
  };
  const template = read('ci/gitlab.yml');
  const { status, stdout, stderr } = list('valid', template);
  assert.equal(status, 0, stderr);
  assert.match(stdout + stderr, /json schema validated/);
  assert.match(stdout, /^bindlint +test +on_success/m);
  assert.notEqual(list('invalid', template.replace('reports:', 'report:')).status, 0);
});
