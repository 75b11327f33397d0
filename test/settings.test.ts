import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { bindlint, foundIn, project } from './command-line.ts';

const home = path.dirname(import.meta.dirname);
const server = (host: string) => `import uvicorn\n\nuvicorn.run("app:app", host="${host}", port=8000)\n`;
const quiet = ['--rule', 'unhandled-bind-error=off', '--rule', 'port-conflict=off'];

test('--print-config says what the settings come to for a file', async () => {
  const root = project({
    '.bindlintrc.yaml': 'preset: strict\nfix: { style: env }\n',
    'services/.bindlintrc.yaml':
      'extends: ../.bindlintrc.yaml\nignore: [old]\nexpose: { "api/**": public }\noverrides:\n  - files: [api/*]\n    context: tool\n    rules: { missing-port: error }\n',
  });
  const { code, out } = await bindlint(
    ['check', '--print-config', 'services/api/run.py', '--rule', 'loopback-host=off'],
    root,
  );
  assert.equal(code, 0);
  const { rules, ...others } = JSON.parse(out);
  assert.deepEqual(others, {
    file: 'services/api/run.py',
    settings: 'services/.bindlintrc.yaml',
    ignored: false,
    context: 'tool',
    expose: 'public',
    failOn: 'warning',
    fix: { host: '0.0.0.0', style: 'env', layer: 'auto', portFallback: false },
  });
  assert.deepEqual(
    [rules['missing-port'], rules['loopback-host'], rules['implicit-host']],
    ['error', 'off', 'warning'],
  );
  const old = await bindlint(['check', '--print-config', 'services/old/run.py'], root);
  assert.equal(JSON.parse(old.out).ignored, true);
  const none = await bindlint(['check', '--print-config', 'run.py', '--no-config'], root);
  assert.equal(JSON.parse(none.out).settings, null);
  const misuse = await bindlint(['check', '--print-config', 'run.py', 'services'], root);
  assert.deepEqual([misuse.code, misuse.out], [2, '']);
});

test('expose is checked in both directions', async () => {
  const root = project({
    '.bindlintrc.yaml': 'expose:\n  "admin/**": loopback\n  "api/**": public\n',
    'admin/open.py': server('0.0.0.0'),
    'admin/local.py': server('127.0.0.1'),
    'api/open.py': server('0.0.0.0'),
    'api/local.py':
      'import os\n\nimport uvicorn\n\nuvicorn.run("app:app", host=os.environ.get("HOST", "127.0.0.1"), port=8000)\n',
  });
  assert.deepEqual(await foundIn(root, ...quiet), [
    'admin/open.py:3 exposed-sensitive-service',
    'api/local.py:5 loopback-host',
  ]);
  const { out } = await bindlint(['check', '--format', 'json', ...quiet, 'api/local.py'], root);
  assert.equal(JSON.parse(out).findings[0].severity, 'warning');
});

test('folders below the root have settings where the repository says', async () => {
  const off = 'overrides:\n  - files: ["run.py"]\n    rules: { loopback-host: "off" }\n';
  const root = project({
    'package.json': '{ "cosmiconfig": { "searchPlaces": ["tools/{name}.yaml"] } }\n',
    'a/tools/bindlint.yaml': off,
    'b/.config/bindlintrc.yml': off,
    'c/.config/run.py': server('127.0.0.1'),
    ...Object.fromEntries(['a', 'b', 'c'].map((folder) => [`${folder}/run.py`, server('127.0.0.1')])),
  });
  assert.deepEqual(await foundIn(root, ...quiet), ['c/.config/run.py:3 loopback-host', 'c/run.py:3 loopback-host']);
});

test('every key of the schema is in the manual', () => {
  const manual = readFileSync(path.join(home, 'docs/settings.md'), 'utf8');
  const schema = JSON.parse(readFileSync(path.join(home, 'schema/bindlint.schema.json'), 'utf8'));
  const keys = Object.entries<{ properties?: object }>(schema.properties).flatMap(([key, { properties }]) =>
    properties ? Object.keys(properties).map((inner) => `${key}.${inner}`) : [key],
  );
  assert.ok(keys.includes('fix.style') && keys.includes('expose'));
  assert.deepEqual(
    keys.filter((key) => !manual.includes(`| \`${key}\` |`)),
    [],
  );
});

test('map takes settings that speak of rules', async () => {
  const settings = {
    '.bindlintrc.yaml': 'rules: { loopback-host: off }\noverrides: [{ files: [a], rules: { missing-port: off } }]\n',
  };
  const { code, err } = await bindlint(['map'], project({ ...settings, 'run.py': 'x = 1\n' }));
  assert.equal(code, 0, err);
});
