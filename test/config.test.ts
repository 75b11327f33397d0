import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { toJsonSchema } from '@valibot/to-json-schema';
import { titledSchema } from '../src/config/schema.ts';
import {
  defaultSettings,
  loadNamed,
  loadSettings,
  mergeCommandLine,
  type Settings,
  severityOf,
  statedContext,
} from '../src/config/settings.ts';
import { SettingsError } from '../src/config/settings-error.ts';
import type { Rule } from '../src/rule.ts';

const repository = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const RULES = ['loopback-host', 'missing-port', 'implicit-host'];

/** A folder that is gone after the test. */
function project(context: TestContext, files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'own-settings-')));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  }
  return root;
}

/** What an error says, with its place. */
async function problemOf(loading: Promise<unknown>): Promise<string> {
  try {
    await loading;
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error));
    return error.message;
  }
  throw new assert.AssertionError({ message: 'nothing was wrong' });
}

const WRITTEN: Readonly<Record<string, string>> = {
  'package.json': '{"name": "x", "bindlint": {"preset": "strict"}}',
  '.bindlintrc': '# note\npreset: strict\n',
  '.bindlintrc.json': '{"preset": "strict"}',
  '.bindlintrc.jsonc': '{"preset": "strict", /* note */}',
  '.bindlintrc.yaml': 'preset: strict\n',
  '.bindlintrc.yml': 'preset: strict\n',
  '.bindlintrc.toml': 'preset = "strict"\n',
  'bindlint.config.json': '{"preset": "strict"}',
  'bindlint.config.jsonc': '// note\n{"preset": "strict"}',
  'bindlint.config.yaml': 'preset: strict\n',
  'bindlint.config.yml': 'preset: strict\n',
  'bindlint.config.toml': 'preset = "strict"\n',
  '.config/bindlintrc': 'preset: strict\n',
  '.config/bindlintrc.json': '{"preset": "strict"}',
  '.config/bindlintrc.jsonc': '{"preset": "strict", /* note */}',
  '.config/bindlintrc.yaml': 'preset: strict\n',
  '.config/bindlintrc.yml': 'preset: strict\n',
  '.config/bindlintrc.toml': 'preset = "strict"\n',
  'pyproject.toml': '[project]\nname = "x"\n[tool.bindlint]\npreset = "strict"\n',
};

for (const [file, text] of Object.entries(WRITTEN)) {
  test(`settings are found in ${file}`, async (context) => {
    const root = project(context, { [file]: text });
    const found = await loadSettings(root, root, RULES);
    assert.equal(found.preset, 'strict');
    assert.equal(found.file, path.join(root, file));
    assert.equal(found.folder, root);
    assert.deepEqual(await loadNamed(file, root, RULES).then(({ preset }) => preset), 'strict');
  });
}

const placed = (cosmiconfig: unknown) => JSON.stringify({ name: 'x', cosmiconfig });

test('a package.json says where else settings are', async (context) => {
  const root = project(context, {
    'package.json': placed({ searchPlaces: ['tools/{name}.js', './tools/{name}.yaml'] }),
    'tools/bindlint.js': 'throw new Error("run");\n',
    'tools/bindlint.yaml': 'preset: strict\noverrides: [{ files: [run.py], context: tool }]\n',
    '.bindlintrc.yaml': 'failOn: error\n',
    'web/.bindlintrc.yaml': 'failOn: info\n',
  });
  const found = await loadSettings(root, root, RULES);
  assert.deepEqual(
    [found.file, found.folder, found.preset, found.failOn],
    [path.join(root, 'tools/bindlint.yaml'), root, 'strict', 'warning'],
  );
  assert.equal(statedContext(found, 'run.py'), 'tool');
  assert.equal((await loadSettings(path.join(root, 'web'), root, RULES)).failOn, 'info');
});

test('a package.json can say that they are nowhere else', async (context) => {
  const root = project(context, {
    'package.json': placed({ searchPlaces: ['tools/{name}.yaml'], mergeSearchPlaces: false }),
    '.bindlintrc.yaml': 'preset: strict\n',
  });
  assert.equal((await loadSettings(root, root, RULES)).preset, 'recommended');
});

for (const [given, why] of [
  ['tools', 'is a list of paths'],
  [[1], 'is a list of paths'],
  [['../{name}.yaml'], 'names a path outside of its folder'],
  [['a/../../x.yaml'], 'names a path outside of its folder'],
  [['/etc/{name}.yaml'], 'names a path outside of its folder'],
  [Array.from({ length: 101 }, (_, index) => `${index}.yaml`), 'names more than 100 paths'],
] as const)
  test(`a package.json whose list ${why}: ${JSON.stringify(given).slice(0, 30)}`, async (context) => {
    const root = project(context, { 'package.json': placed({ searchPlaces: given }) });
    assert.equal(await problemOf(loadSettings(root, root, RULES)), `package.json:1: cosmiconfig.searchPlaces ${why}`);
  });

test('the nearest settings count, up to the git root and no further', async (context) => {
  const root = project(context, {
    '.bindlintrc.yaml': 'failOn: error\n',
    'repo/package.json': '{"name": "bindlint"}',
    'repo/pyproject.toml': '[tool.other]\nname = "bindlint"\n',
    'repo/.bindlintrc.json': '{"failOn": "info", "root": true}',
    'repo/web/api/package.json': '{"devDependencies": {"bindlint": "1"}}',
    'other/README.md': '',
  });
  const nearest = await loadSettings(path.join(root, 'repo/web/api'), path.join(root, 'repo'), RULES);
  assert.equal(nearest.failOn, 'info');
  assert.equal(nearest.folder, path.join(root, 'repo'));
  assert.ok(nearest.root);
  const other = path.join(root, 'other');
  assert.deepEqual(await loadSettings(other, other, RULES), defaultSettings(other));
});

test('all keys are read', async (context) => {
  const root = project(context, {
    '.bindlintrc.yaml': [
      '$schema: ./schema.json',
      'preset: strict',
      'rules: {missing-port: off}',
      'ignore: [vendor/, "*.gen.py"]',
      'overrides:',
      '  - files: ["tools/**"]',
      '    context: tool',
      '    rules: {missing-port: error}',
      'fix: {host: "::", style: env, layer: code, portFallback: 5}',
      'expose: {"admin/**": loopback}',
      'failOn: error',
    ].join('\n'),
  });
  const settings = await loadSettings(root, root, RULES);
  const { overrides, expose, ...rest } = settings;
  assert.deepEqual(rest, {
    file: path.join(root, '.bindlintrc.yaml'),
    folder: root,
    root: false,
    preset: 'strict',
    rules: { 'missing-port': 'off' },
    ignore: ['vendor/', '*.gen.py'],
    fix: { host: '::', hostStated: false, style: 'env', layer: 'code', portFallback: 5 },
    failOn: 'error',
    commandLine: { rules: {} },
  });
  assert.equal(statedContext(settings, 'tools/deep/run.py'), 'tool');
  assert.equal(statedContext(settings, 'run.py'), undefined);
  assert.deepEqual(
    [
      overrides.length,
      expose.map(({ glob, to, matches }) => [glob, to, matches('admin/.x/run.py'), matches('run.py')]),
    ],
    [1, [['admin/**', 'loopback', true, false]]],
  );
});

const WRONG: readonly (readonly [name: string, text: string, problem: string])[] = [
  ['.bindlintrc.yaml', 'preset: strict\nrule: {}\n', '.bindlintrc.yaml:2: unknown key "rule" (did you mean rules?)'],
  ['.bindlintrc.yaml', 'fix:\n  hots: x\n', '.bindlintrc.yaml:2: unknown key "hots" (did you mean host?)'],
  [
    '.bindlintrc.yaml',
    'overrides:\n  - files: []\n    contxt: test\n',
    '.bindlintrc.yaml:3: unknown key "contxt" (did you mean context?)',
  ],
  ['.bindlintrc.yaml', 'colour: red\n', '.bindlintrc.yaml:1: unknown key "colour"'],
  [
    '.bindlintrc.yaml',
    'rules:\n  missing-port: warn\n',
    '.bindlintrc.yaml:2: rules.missing-port is "warn", expected "off", "info", "warning" or "error" (did you mean warning?)',
  ],
  [
    '.bindlintrc.yaml',
    'rules:\n  loopback-host: off\n  mising-port: off\n',
    '.bindlintrc.yaml:3: unknown rule "mising-port" (did you mean missing-port?)',
  ],
  [
    'bindlint.config.toml',
    '[[overrides]]\nfiles = ["a"]\n[overrides.rules]\nx = "off"\n',
    'bindlint.config.toml:4: unknown rule "x"',
  ],
  ['.bindlintrc', 'fix: {host: "a b"}', '.bindlintrc:1: fix.host is neither an address nor a host name'],
  ['.bindlintrc', 'fix: {portFallback: 1000}', '.bindlintrc:1: fix.portFallback'],
  ['.bindlintrc', 'overrides: [{rules: {}}]', '.bindlintrc:1: overrides.0 has no files'],
  ['.bindlintrc', 'preset', '.bindlintrc:1: settings are a table of keys and values'],
  ['.bindlintrc', '- preset', '.bindlintrc:1: settings are a table of keys and values'],
  ['.bindlintrc', 'a: 1\n---\nb: 2\n', '.bindlintrc:3: settings are one document, not several'],
  ['.bindlintrc.json', '{"preset": "strict"', '.bindlintrc.json:1: cannot parse: close brace expected'],
  ['.bindlintrc.json', '\n{"$import": "./x.js"}', '.bindlintrc.json:2: $import is not followed: use extends'],
  ['package.json', '{\n "bindlint": {\n  "pre": 1}}', 'package.json:3: unknown key "pre"'],
  ['pyproject.toml', '[tool.bindlint]\n\nfoo = 1\n', 'pyproject.toml:3: unknown key "foo"'],
  ['.bindlintrc', 'extends: bindlint-config\n', '.bindlintrc:1: extends takes relative paths'],
  [
    '.bindlintrc',
    'preset: strict\nextends: ./.bindlintrc\n',
    '.bindlintrc:2: extends itself by way of "./.bindlintrc"',
  ],
  ['.bindlintrc', 'extends: ./base.yaml\n', 'base.yaml: cannot be read: no such file'],
  ['.bindlintrc', 'extends: ./base.js\n', 'base.js: '],
  [
    '.bindlintrc',
    'ignore: ["*a*a*a*a*a*a*a*a*a*b"]\n',
    '.bindlintrc:1: ignore.0 has more wildcards than can be matched in bounded time',
  ],
];

for (const [name, text, problem] of WRONG) {
  test(`${name} with ${JSON.stringify(text)} says what is wrong and where`, async (context) => {
    const root = project(context, { [name]: text });
    const message = await problemOf(loadSettings(root, root, RULES));
    assert.equal(message.slice(0, problem.length), problem);
  });
}

test('extends starts from other files; what is nearer wins', async (context) => {
  const root = project(context, {
    'shared/base.json':
      '{"preset": "strict", "rules": {"missing-port": "off"}, "ignore": ["a"], "root": true, "fix": {"host": "::"}}',
    'shared/more.toml':
      'extends = "./base.json"\nignore = ["b"]\n[rules]\nmissing-port = "info"\nloopback-host = "error"\n',
    'web/.bindlintrc': 'extends: [../shared/more.toml]\nrules: {loopback-host: info}\nfix: {style: env}\n',
  });
  const settings = await loadSettings(path.join(root, 'web'), root, RULES);
  assert.equal(settings.preset, 'strict');
  assert.deepEqual(settings.rules, { 'missing-port': 'info', 'loopback-host': 'info' });
  assert.deepEqual(settings.ignore, ['a', 'b']);
  assert.equal(settings.fix.host, '::');
  assert.equal(settings.fix.style, 'env');
  assert.equal(settings.root, false);
});

test('extends does not lead out of the project, in circles or into an explosion', async (context) => {
  const outside = project(context, { 'base.yaml': 'preset: strict\n' });
  const many: Record<string, string> = {};
  for (let level = 0; level < 30; level += 1) {
    many[`many/${level}.yaml`] = `extends: [./${level + 1}.yaml, ./${level + 1}.yaml]\n`;
  }
  const root = project(context, {
    ...many,
    'many/30.yaml': '{}',
    'many/.bindlintrc': 'extends: ./0.yaml\n',
    'up/.bindlintrc': `extends: ../../${path.basename(outside)}/base.yaml\n`,
    'link/.bindlintrc': 'extends: ./base.yaml\n',
    'circle/.bindlintrc': 'extends: ./a.yaml\n',
    'circle/a.yaml': 'extends: ./b.yaml\n',
    'circle/b.yaml': 'preset: strict\nextends: ./a.yaml\n',
  });
  symlinkSync(path.join(outside, 'base.yaml'), path.join(root, 'link/base.yaml'));
  const load = (folder: string) => problemOf(loadSettings(path.join(root, folder), root, RULES));
  assert.match(await load('up'), /leads out of the project$/);
  assert.match(await load('link'), /leads out of the project$/);
  assert.match(await load('circle'), /b\.yaml:2: extends itself by way of "\.\/a\.yaml"$/);
  assert.match(await load('many'), /extends more than 50 files$/);
});

test('code is run only where the user names it', async (context) => {
  const write = (name: string) =>
    `import { writeFileSync } from 'node:fs';\nwriteFileSync(new URL('./ran-${name}', import.meta.url), '');\n`;
  const root = project(context, {
    'bindlint.config.mjs': `${write('mjs')}export default { preset: 'strict', rules: { 'missing-port': 'off' } };\n`,
    'bindlint.config.js': write('js'),
    'wrong.mjs': 'export default { prset: 1 };\n',
    'broken.mjs': 'export default {;\n',
    '.bindlintrc.yaml': 'failOn: info\n',
  });
  const found = await loadSettings(root, root, RULES);
  assert.equal(found.failOn, 'info');
  assert.ok(!existsSync(path.join(root, 'ran-mjs')) && !existsSync(path.join(root, 'ran-js')));
  const named = await loadNamed('bindlint.config.mjs', root, RULES);
  assert.equal(named.preset, 'strict');
  assert.deepEqual(named.rules, { 'missing-port': 'off' });
  assert.ok(existsSync(path.join(root, 'ran-mjs')));
  assert.equal(
    await problemOf(loadNamed('wrong.mjs', root, RULES)),
    'wrong.mjs: unknown key "prset" (did you mean preset?)',
  );
  assert.match(await problemOf(loadNamed('broken.mjs', root, RULES)), /^broken\.mjs: cannot be loaded: /);
});

test('a named file must exist and hold settings', async (context) => {
  const root = project(context, { 'package.json': '{}', 'empty.yaml': '\n', 'settings.conf': 'a', 'folder/x': '' });
  assert.equal(await problemOf(loadNamed('none.yaml', root, RULES)), 'none.yaml: cannot be read: no such file');
  assert.equal(await problemOf(loadNamed('folder', root, RULES)), 'folder: cannot be read: it is no regular file');
  assert.equal(await problemOf(loadNamed('package.json', root, RULES)), 'package.json: holds no settings of bindlint');
  assert.equal(await problemOf(loadNamed('empty.yaml', root, RULES)), 'empty.yaml: holds no settings of bindlint');
  assert.equal(
    await problemOf(loadNamed('settings.conf', root, RULES)),
    'settings.conf: settings are JSON, YAML or TOML',
  );
});

test('settings that lead out of the project or have no end are not read', async (context) => {
  const root = project(context, {});
  symlinkSync('/dev/zero', path.join(root, '.bindlintrc.json'));
  assert.deepEqual(await loadSettings(root, root, RULES), defaultSettings(root));
  const outside = project(context, { 'x.yaml': 'preset: strict\n' });
  symlinkSync(path.join(outside, 'x.yaml'), path.join(root, '.bindlintrc.yaml'));
  assert.equal(await problemOf(loadSettings(root, root, RULES)), '.bindlintrc.yaml: leads out of the project');
});

type Severities = Pick<Rule, 'severity' | 'recommended'>;
const WARNING: Severities = { severity: 'warning' };
const STRICT_ONLY: Severities = { severity: 'warning', recommended: 'off' };

/** Settings as written in YAML. */
async function written(context: TestContext, yaml: string): Promise<Settings> {
  const root = project(context, { '.bindlintrc': yaml });
  return loadSettings(root, root, RULES);
}

test('recommended is quiet where servers are not meant to be reached, and lowers', () => {
  const settings = defaultSettings('/');
  const severity = (rule: Severities, context: string, lowered?: 'info') =>
    severityOf(settings, 'missing-port', rule, 'run.py', context, lowered);
  assert.equal(severity(WARNING, 'production'), 'warning');
  assert.equal(severity(WARNING, 'production', 'info'), 'info');
  assert.equal(severity(WARNING, 'tool'), 'warning');
  for (const context of ['test', 'example', 'docs', 'development']) assert.equal(severity(WARNING, context), 'off');
  assert.equal(severity(STRICT_ONLY, 'production'), 'off');
});

test('strict has every rule at its own severity everywhere', () => {
  const settings = { ...defaultSettings('/'), preset: 'strict' as const };
  for (const context of ['production', 'test', 'docs']) {
    assert.equal(severityOf(settings, 'missing-port', WARNING, 'run.py', context, 'info'), 'warning');
    assert.equal(severityOf(settings, 'implicit-host', STRICT_ONLY, 'run.py', context, undefined), 'warning');
  }
});

test('what is set for a rule wins over presets, overrides over that, and the command line over all', async (context) => {
  const settings = await written(
    context,
    [
      'rules: {missing-port: error, implicit-host: info}',
      'overrides:',
      '  - {files: ["tests/**"], rules: {missing-port: info}}',
      '  - {files: ["tests/slow/**"], rules: {missing-port: off}, preset: strict}',
    ].join('\n'),
  );
  const at = (file: string, from: Settings = settings, id = 'missing-port', rule = WARNING) =>
    severityOf(from, id, rule, file, 'test', 'info');
  assert.equal(at('run.py'), 'error');
  assert.equal(at('tests/run.py'), 'info');
  assert.equal(at('tests/slow/run.py'), 'off');
  assert.equal(at('run.py', settings, 'implicit-host', STRICT_ONLY), 'info');
  assert.equal(at('run.py', settings, 'loopback-host'), 'off');
  assert.equal(at('tests/slow/run.py', settings, 'loopback-host'), 'warning');
  const commanded = mergeCommandLine(settings, { rules: { 'missing-port': 'warning' }, preset: 'recommended' }, RULES);
  assert.equal(at('tests/slow/run.py', commanded), 'warning');
  assert.equal(at('tests/slow/run.py', commanded, 'loopback-host'), 'off');
  assert.equal(at('run.py', settings, 'toString'), 'off');
});

test('the command line states an address, a threshold and known rules', () => {
  const settings = mergeCommandLine(defaultSettings('/'), { host: '::', failOn: 'error' }, RULES);
  assert.deepEqual(settings.fix, { ...defaultSettings('/').fix, host: '::', hostStated: true });
  assert.equal(settings.failOn, 'error');
  assert.throws(() => mergeCommandLine(settings, { rules: { 'loopback-hots': 'off' } }, RULES), {
    name: 'SettingsError',
    message: 'unknown rule "loopback-hots" (did you mean loopback-host?)',
  });
});

test('the JSON Schema is the one of the settings', () => {
  const file = path.join(repository, 'schema', 'bindlint.schema.json');
  const schema = `${JSON.stringify(toJsonSchema(titledSchema, { errorMode: 'ignore' }), null, 2)}\n`;
  if (process.env.UPDATE === '1') {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, schema);
  }
  assert.equal(readFileSync(file, 'utf8'), schema, 'run UPDATE=1 node --import tsx --test test/config.test.ts');
});
