import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { withReference } from '../scripts/reference.ts';
import { check, fix, map } from '../src/api.ts';
import type { Rule } from '../src/rule.ts';
import { bindlint, project } from './command-line.ts';

const server = 'import uvicorn\n\nuvicorn.run("app:app", host="127.0.0.1", port=8000)\n';
const rules = { 'unhandled-bind-error': 'off' } as const;
const home = path.dirname(import.meta.dirname);

test('check, fix and map over texts', async () => {
  const files = { 'run.py': server, 'other.py': 'x = 1\n' };
  const { findings, problems } = await check({ files }, { rules });
  assert.deepEqual(
    findings.map(({ rule, file, line, column }) => [rule, file, line, column]),
    [['loopback-host', 'run.py', 3, 29]],
  );
  assert.deepEqual(problems, []);
  const fixed = await fix({ files }, { rules });
  assert.deepEqual(fixed.files, { 'run.py': server.replace('127.0.0.1', '0.0.0.0') });
  const to = await fix({ files }, { rules, host: '192.0.2.1' });
  assert.deepEqual(to.files, { 'run.py': server.replace('127.0.0.1', '192.0.2.1') });
  const { endpoints } = await map({ files });
  assert.deepEqual(
    endpoints.map(({ kind, framework, host, port, reach }) => [kind, framework, host?.value, port?.value, reach]),
    [['bind', 'uvicorn', '127.0.0.1', 8000, 'loopback']],
  );
  assert.deepEqual((await check({ files: {} })).findings, []);
});

test('a folder is read with its settings, as on the command line', async () => {
  const root = project({
    'run.py': server,
    'old/run.py': server,
    '.bindlintrc.yaml': 'ignore: [old]\n',
    'web/.bindlintrc.yaml': 'rules: { loopback-host: error }\n',
    'web/run.py': server,
  });
  const { findings } = await check({ folder: root });
  const { out } = await bindlint(['check', '--format', 'json'], root);
  assert.deepEqual(findings, JSON.parse(out).findings);
  assert.ok(findings.some(({ file, severity }) => file === 'web/run.py' && severity === 'error'));
  const off = await check({ folder: root }, { rules: { ...rules, 'loopback-host': 'off', 'port-conflict': 'off' } });
  assert.deepEqual(off.findings, []);
  assert.equal(readFileSync(path.join(root, 'run.py'), 'utf8'), server);
});

test('mistakes reject', async () => {
  await assert.rejects(check({ folder: path.join(home, 'absent') }), /cannot read/);
  await assert.rejects(check({ files: {} }, { rules: { 'loopback-hots': 'off' } }), /did you mean loopback-host\?/);
});

test('the package can be imported and required, and has types', () => {
  const print = 'check({ files: {} }).then(({ version }) => console.log(version, typeof fix, typeof map))';
  for (const [type, get] of [
    ['module', "import { check, fix, map } from 'bindlint';"],
    ['commonjs', "const { check, fix, map } = require('bindlint');"],
  ]) {
    const text = `${get}\n${print}`;
    const out = execFileSync(process.execPath, [`--input-type=${type}`, '-e', text], { cwd: home, encoding: 'utf8' });
    assert.equal(out, '1 function function\n');
  }
  const types = readFileSync(path.join(home, 'dist/api.d.ts'), 'utf8');
  for (const name of ['check', 'fix', 'map']) {
    assert.match(types, new RegExp(`export declare function ${name}\\(input: Input`));
    assert.match(readFileSync(path.join(home, 'docs/api.md'), 'utf8'), new RegExp(`\\| \`${name}\\(`));
  }
});

test('settings and rules can be given with texts', async () => {
  const files = { 'run.py': 'import acme\n\nacme.serve("127.0.0.1", 9000)\n' };
  const settings = { frameworks: { acme: { calls: [{ call: 'acme.serve', host: 0, port: 1 }] } } };
  const told = await check({ files, settings });
  assert.deepEqual(
    told.findings.map(({ rule, line }) => [rule, line]),
    [['loopback-host', 3]],
  );
  const own: Rule = {
    summary: 'listens at all',
    severity: 'error',
    check: ({ binds }) => binds.map(({ span }) => ({ at: span, message: 'listens' })),
  };
  const ruled = await check({ files, settings }, { ownRules: { own }, rules: { 'loopback-host': 'off' } });
  assert.deepEqual(
    ruled.findings.map(({ rule, severity, message }) => [rule, severity, message]),
    [['own', 'error', 'listens']],
  );
  await assert.rejects(
    check({ files }, { ownRules: { 'loopback-host': own } }),
    /there is already a rule loopback-host/,
  );
  await assert.rejects(
    check({ files, settings: { framework: {} } }),
    /unknown key "framework" \(did you mean frameworks\?\)/,
  );
  await assert.rejects(check({ files, settings: { extends: './other.yaml' } }), /extend nothing/);
});

test('the reference is what the code says', () => {
  const file = path.join(home, 'docs/api.md');
  const page = readFileSync(file, 'utf8');
  const written = withReference(page);
  if (process.env.UPDATE === '1') writeFileSync(file, written);
  else assert.equal(page, written, 'UPDATE=1 npm test test/api.test.ts');
});
