import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { bindlint, project } from './command-line.ts';

const server = 'import uvicorn\n\nuvicorn.run("app:app", host="127.0.0.1", port=8000)\n';
const read = (root: string, file: string) => readFileSync(path.join(root, file), 'utf8');

test('init writes what fits, once', async () => {
  const root = project({ 'run.py': server, '.github/CODEOWNERS': '' });
  const dry = await bindlint(['init', '--dry-run'], root);
  assert.equal(dry.code, 0);
  assert.match(dry.out, /^would write \.bindlintrc\.yaml:$/m);
  assert.deepEqual(readdirSync(root).sort(), ['.git', '.github', 'run.py']);

  const { code, out } = await bindlint(['init', '--baseline', 'baseline.json'], root);
  assert.equal(code, 0);
  for (const file of ['.bindlintrc.yaml', '.pre-commit-config.yaml', '.github/workflows/bindlint.yml', 'baseline.json'])
    assert.match(out, new RegExp(`^wrote ${file.replaceAll('.', '\\.')}`, 'm'));
  assert.deepEqual(parse(read(root, '.bindlintrc.yaml')), { preset: 'recommended' });
  const [hook] = parse(read(root, '.pre-commit-config.yaml')).repos[0].hooks;
  assert.deepEqual([hook.entry, hook.language, hook.args], ['bindlint check --baseline baseline.json', 'node', ['--']]);
  assert.match(hook.additional_dependencies[0], /^bindlint@\d+\.\d+\.\d+$/);
  const { steps } = parse(read(root, '.github/workflows/bindlint.yml')).jobs.bindlint;
  assert.match(steps.at(-1).run, /^npx --yes bindlint@\S+ check --format github --baseline baseline\.json$/);
  assert.equal((await bindlint(['check'], root)).code, 1);
  assert.equal((await bindlint(['check', '--baseline', 'baseline.json'], root)).code, 0);

  const again = await bindlint(['init', '--baseline', 'baseline.json'], root);
  assert.equal(again.code, 0);
  assert.doesNotMatch(again.out, /wrote|add to/);
});

test('init changes nothing that is there, and says what to add', async () => {
  const files = {
    'app.js': '',
    'package.json': '{ "bindlint": { "preset": "strict" } }\n',
    '.husky/pre-commit': 'npm test\n',
    '.gitlab-ci.yml': 'test:\n  script: [npm test]\n',
  };
  const root = project(files);
  mkdirSync(path.join(root, 'src'));
  const { code, out } = await bindlint(['init', 'src'], root);
  assert.equal(code, 0);
  assert.match(out, /^there already: settings in package\.json$/m);
  assert.match(out, /^add to \.husky\/pre-commit:\n {4}npx --yes bindlint@\S+ check --staged$/m);
  assert.match(out, /^add to \.gitlab-ci\.yml:\n {4}bindlint:$/m);
  for (const [file, text] of Object.entries(files)) assert.equal(read(root, file), text);

  const python = project({ 'setup.py': '', '.pre-commit-config.yaml': 'repos: []\n' });
  const second = await bindlint(['init'], python);
  assert.match(second.out, /^add to \.pre-commit-config\.yaml, below repos:\n {6}- repo: local$/m);
  assert.match(second.out, /^add to what runs your checks:/m);
  assert.equal(read(python, '.pre-commit-config.yaml'), 'repos: []\n');
});

test('init says what it found, and knows the hooks of JavaScript', async () => {
  const files = {
    'server.js': "require('express')().listen(3000, '127.0.0.1');\n",
    'test/other.test.js': "require('fastify')().listen({ port: 4000 });\n",
    'package.json': '{ "scripts": { "start": "node server.js" }, "lint-staged": { "*.js": "eslint" } }\n',
    '.husky/pre-commit': 'npx lint-staged\n',
    Dockerfile: 'FROM node:22\nCOPY . .\nEXPOSE 3000\nCMD ["node", "server.js"]\n',
    'compose.yml': 'services:\n  web:\n    build: .\n    ports: ["80:3000"]\n',
    'k8s/deploy.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: nginx, ports: [{containerPort: 80}]}]}\n',
  };
  const { code, out } = await bindlint(['init', '--dry-run'], project(files));
  assert.equal(code, 0);
  assert.match(out, /^found what listens or is published:$/m);
  for (const row of [
    /compose +compose\.yml/,
    /dockerfile +Dockerfile/,
    /express +server\.js/,
    /kubernetes +k8s\/deploy\.yaml/,
  ])
    assert.match(out, new RegExp(`^ {4}${row.source}$`, 'm'));
  assert.doesNotMatch(out, /fastify/);
  assert.match(out, /^add to lint-staged in package\.json:\n {4}"\*": "npx --yes bindlint@\S+ check --"$/m);
  assert.doesNotMatch(out, /husky|pre-commit/);

  const own = { 'a.js': '', '.lintstagedrc.json': '{ "*": "bindlint check --" }\n' };
  const second = await bindlint(['init', '--dry-run'], project(own));
  assert.match(second.out, /^found nothing that listens/m);
  assert.match(second.out, /^there already: lint-staged in \.lintstagedrc\.json$/m);
  const odd = await bindlint(['init', '--dry-run'], project({ 'package.json': 'null', '.husky/pre-commit': '' }));
  assert.match(odd.out, /^add to \.husky\/pre-commit:$/m);
});

test('init does not follow links out of the project', async () => {
  const elsewhere = project({ 'a.txt': '' });
  const root = project({ 'run.py': server });
  symlinkSync(elsewhere, path.join(root, '.github'));
  const { code, err } = await bindlint(['init'], root);
  assert.equal(code, 2);
  assert.match(err, /cannot write \.github\/workflows\/bindlint\.yml: it leads out of the project/);
  assert.equal(existsSync(path.join(elsewhere, 'workflows')), false);
  assert.equal((await bindlint(['init', 'absent'], root)).code, 2);
  assert.equal((await bindlint(['init', '--baseline', '../x.json'], root)).code, 2);
});
