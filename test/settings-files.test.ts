import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Document, nodeAt } from '../src/syntax/document.ts';
import { SyntaxProblem } from '../src/syntax/problem.ts';
import { isSettingsFile, loadDocuments, loadSettingsFile, settingsPlaces } from '../src/workspace/settings-files.ts';

const repository = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** A folder that is gone after the test. */
function project(context: TestContext, files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'settings-')));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  }
  return root;
}

function valueAt(documents: readonly Document[], ...keys: (string | number)[]): unknown {
  const node = nodeAt(documents[0]!.root, keys);
  return node?.kind === 'scalar' ? node.value : node?.kind;
}

test('settings files are told by their names', () => {
  const settings = [
    ...[
      'config.yaml',
      'server/config.json',
      'config/default.toml',
      'config/env/eu.yml',
      'conf/site.ini',
      'my_config.yml',
    ],
    ...['settings.toml', 'settings.local.yaml', 'appsettings.json', 'api/appsettings.Development.json', 'server.cfg'],
    ...['src/main/resources/application.yml', 'application-dev.yaml', 'application.properties', 'local.yaml'],
    ...['.env', '.env.local', '.env.production', 'deploy/prod.env', 'app-config.prod.jsonc', 'config.example.yaml'],
  ];
  const others = [
    ...['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.app.json', '.github/workflows/config.yml'],
    ...['compose.yaml', 'docker-compose.prod.yml', 'k8s/config.yaml', 'charts/web/values.yaml', 'jest.config.json'],
    ...['.pre-commit-config.yaml', 'config/config.js', 'settings.py', 'config.ts', 'node_modules/a/config.json'],
    ...['pnpm-lock.yaml', 'data/users.json', '.envrc', '.env.vault', 'README.md', 'pyproject.toml', '.bindlintrc.json'],
  ];
  assert.deepEqual(settingsPlaces([...settings, ...others]), settings);
  assert.ok(!isSettingsFile('config'));
});

test('a text and a file on disk are read alike', async (context) => {
  const files: Readonly<Record<string, string>> = {
    'config.yaml': 'server:\n  host: 127.0.0.1\n',
    'config.json': '{"server": {"host": "127.0.0.1"}} // note',
    'config.toml': '[server]\nhost = "127.0.0.1"\n',
    'config.ini': '[server]\nhost = 127.0.0.1\n',
    'config.cfg': '[server]\nhost: 127.0.0.1\n',
  };
  const root = project(context, files);
  for (const [file, text] of Object.entries(files)) {
    const fromDisk = await loadSettingsFile(root, file);
    assert.deepEqual(fromDisk, await loadDocuments(file, text));
    assert.equal(valueAt(fromDisk, 'server', 'host'), '127.0.0.1', file);
    assert.equal(fromDisk[0]!.root.span.file, file);
  }
});

test('.env and its variants are known by name, whatever their ending', async (context) => {
  const root = project(context, {
    '.env': 'PORT=1',
    '.env.local': 'PORT=2',
    'web/.env.test.js': 'PORT=3',
    'a.env': 'PORT=4',
  });
  const ports = [];
  for (const file of ['.env', '.env.local', 'web/.env.test.js', 'a.env']) {
    ports.push(valueAt(await loadSettingsFile(root, file), 'PORT'));
  }
  assert.deepEqual(ports, ['1', '2', '3', '4']);
});

test('offsets are those of the text without its BOM, in whatever encoding', async (context) => {
  const root = project(context, {
    'config.yaml': '\uFEFFhost: a\n',
    'config.json': Buffer.from('\uFEFF{"host": "ä"}', 'utf16le'),
    'settings.ini': '',
  });
  const [yaml] = await loadSettingsFile(root, 'config.yaml');
  assert.equal(yaml!.text, 'host: a\n');
  assert.deepEqual(nodeAt(yaml!.root, ['host'])?.span, { file: 'config.yaml', start: 6, end: 7 });
  assert.equal(valueAt(await loadSettingsFile(root, 'config.json'), 'host'), 'ä');
  assert.deepEqual(await loadSettingsFile(root, 'settings.ini'), []);
});

test('what is no text, no regular file, too large or outside the project is not read', async (context) => {
  const outside = project(context, { 'config.yaml': 'secret: 1\n' });
  const root = project(context, {
    'config.json': new Uint8Array([0x7b, 0xff, 0x7d]),
    'config.toml': `a = "${'x'.repeat(6_000_000)}"`,
    'settings.json/a': '',
    'broken.yaml': 'a: [\n',
  });
  symlinkSync(path.join(outside, 'config.yaml'), path.join(root, 'config.yaml'));
  symlinkSync('/dev/zero', path.join(root, 'settings.yaml'));
  await assert.rejects(loadSettingsFile(root, 'config.json'), { name: 'UndecodableError' });
  await assert.rejects(loadSettingsFile(root, 'config.toml'), { name: 'SyntaxProblem', kind: 'limit' });
  await assert.rejects(loadSettingsFile(root, 'settings.json'), /no regular file/);
  await assert.rejects(loadSettingsFile(root, 'config.yaml'), /leads out of the project/);
  await assert.rejects(loadSettingsFile(root, 'settings.yaml'), /leads out of the project/);
  await assert.rejects(loadSettingsFile(root, 'missing.yaml'), { code: 'ENOENT' });
  await assert.rejects(loadSettingsFile(root, 'broken.yaml'), { name: 'SyntaxProblem', kind: 'unparsed' });
});

test('code is refused by its name', async (context) => {
  const root = project(context, { 'config.js': '', 'config.mjs': '', 'config.cjs': '', 'config.ts': '', config: '' });
  for (const file of ['config.js', 'config.mjs', 'config.cjs', 'config.ts', 'config']) {
    await assert.rejects(loadSettingsFile(root, file), SyntaxProblem);
    await assert.rejects(loadDocuments(file, ''), SyntaxProblem);
  }
});

/** Tries everything that makes cosmiconfig run code or read other files. */
const HOSTILE = (() => {
  const mark = (name: string) => `require('node:fs').writeFileSync(__dirname + '/../ran-${name}', '');`;
  return {
    '.config/config.js': `${mark('meta')}\nmodule.exports = { searchPlaces: ['evil.js'] };`,
    '.config/config.cjs': `${mark('meta-cjs')}\nmodule.exports = {};`,
    '.config/bindlintrc.js': mark('bindlintrc'),
    'config/evil.js': `${mark('import')}\nmodule.exports = { stolen: 1 };`,
    'package.json': JSON.stringify({ cosmiconfig: { searchPlaces: ['config/evil.js'], mergeSearchPlaces: false } }),
    'config/app.yaml': '$import: ./evil.js\nserver:\n  host: 127.0.0.1\n',
    'config/list.json': '{"$import": ["./evil.js", "./app.yaml"], "port": 1}',
    'bindlint.config.js': `require('node:fs').writeFileSync(__dirname + '/ran-own', '');`,
    '.bindlintrc.cjs': `require('node:fs').writeFileSync(__dirname + '/ran-own-cjs', '');`,
  };
})();

test('a hostile project runs no code and has no other file read', async (context) => {
  const root = project(context, HOSTILE);
  const module = (file: string) => JSON.stringify(pathToFileURL(path.join(repository, file)).href);
  // cosmiconfig looks for its meta settings in the working directory, when it is loaded.
  const script = `
    const { loadSettingsFile } = await import(${module('src/workspace/settings-files.ts')});
    const { loadSettings } = await import(${module('src/config/settings.ts')});
    const yaml = await loadSettingsFile(process.cwd(), 'config/app.yaml');
    const json = await loadSettingsFile(process.cwd(), 'config/list.json');
    const settings = await loadSettings(process.cwd(), process.cwd(), []);
    const keys = ([document]) => document.root.entries.map((entry) => entry.key);
    console.log(JSON.stringify([keys(yaml), keys(json), settings.file ?? null]));
  `;
  const tsx = pathToFileURL(path.join(repository, 'node_modules/tsx/dist/loader.mjs')).href;
  const output = execFileSync(process.execPath, ['--import', tsx, '--input-type=module', '-e', script], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.deepEqual(JSON.parse(output), [['$import', 'server'], ['$import', 'port'], null]);
  for (const name of ['meta', 'meta-cjs', 'bindlintrc', 'import', 'own', 'own-cjs']) {
    assert.ok(!existsSync(path.join(root, `ran-${name}`)), `ran ${name}`);
  }
});

test('a parser is loaded when its notation is first met', () => {
  const module = (file: string) => JSON.stringify(pathToFileURL(path.join(repository, file)).href);
  const script = `
    const { createRequire } = await import('node:module');
    const { loadDocuments } = await import(${module('src/workspace/settings-files.ts')});
    await loadDocuments('config.ini', 'a = 1');
    const require = createRequire(${module('package.json')});
    const loaded = () => Object.keys(require.cache).filter((file) => /node_modules.(yaml|jsonc-parser|cosmiconfig)\\b/.test(file));
    const before = loaded().length;
    await loadDocuments('config.json', '{}');
    console.log(JSON.stringify([before, loaded().length > 0]));
  `;
  const tsx = pathToFileURL(path.join(repository, 'node_modules/tsx/dist/loader.mjs')).href;
  const output = execFileSync(process.execPath, ['--import', tsx, '--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  assert.deepEqual(JSON.parse(output), [0, true]);
});
