import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { bindlint, foundIn, project } from './command-line.ts';

const manual = readFileSync(path.join(path.dirname(import.meta.dirname), 'docs/extending.md'), 'utf8');
const template = /```js\n(\/\*\* @type[\s\S]*?)```/.exec(manual)![1]!;
const server = 'import uvicorn\n\nuvicorn.run("app:app", host="0.0.0.0", port=9000)\n';

test('the template in the manual is a rule, with severities and comments like others', async () => {
  const root = project({ 'a.py': server, 'lint/assigned-port.mjs': template, 'lint/assigned-port.test.mjs': 'x' });
  const rules = ['--rules', 'lint', '--rule', 'unhandled-bind-error=off'];
  assert.deepEqual(await foundIn(root, ...rules), ['a.py:3 assigned-port']);
  assert.deepEqual(await foundIn(root, ...rules, '--rule', 'assigned-port=off'), []);
  const { code, out } = await bindlint(['fix', ...rules], root);
  assert.equal(code, 1);
  assert.match(out, /listens on 9000, which is not one of our ports/);
  const add = await bindlint(['check', ...rules, '--add-ignores', '--reason', 'ours too'], root);
  assert.equal(add.code, 0, add.err);
  assert.deepEqual(await foundIn(root, ...rules), []);
});

test('what is no rule is named', async () => {
  const root = project({
    'a.py': server,
    'none/readme.md': '',
    'taken/loopback-host.mjs': template,
    'name/Big_Name.mjs': template,
    'parts/a.mjs': 'export default { summary: "x" };\n',
    'broken/a.mjs': 'export default {\n',
    'throws/a.mjs': 'export default { summary: "x", severity: "error", check() { throw new Error("oh"); } };\n',
    'placeless/a.mjs': 'export default { summary: "x", severity: "error", check: () => [{ message: "m" }] };\n',
  });
  for (const [folder, message] of [
    ['absent', /cannot read the rules in "absent": ENOENT/],
    ['none', /no \.js or \.mjs file/],
    ['taken', /there is already a rule loopback-host/],
    ['name', /not written like-this/],
    ['parts', /needs summary, severity \(error, warning, info\) and check/],
    ['broken', /broken\/a\.mjs": Unexpected/],
    ['throws', /throws\/a\.mjs": it failed: oh/],
    ['placeless', /placeless\/a\.mjs": a problem needs a message and a place/],
  ] as const) {
    const { code, err } = await bindlint(['check', '--rules', folder], root);
    assert.match(err, message);
    assert.equal(code, 2, folder);
  }
});

test('settings cannot name a folder of rules', async () => {
  const root = project({ '.bindlintrc.yaml': 'rulesFolder: lint\n' });
  assert.equal((await bindlint(['check'], root)).code, 2);
});
