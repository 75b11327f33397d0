import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = path.dirname(import.meta.dirname);
const program = path.join(root, 'bin/bindlint.js');

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bindlint-startup-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const bundle: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(path.join(root, 'generated/bundle.json'), 'utf8'),
);

/** Modules that are in a script: the build says which; outside of the bundle, its package. */
function modulesIn(file: string): readonly string[] {
  const modules = bundle[path.relative(root, file).replaceAll(path.sep, '/')];
  if (modules) return modules;
  const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
  return name ? [`node_modules/${name}/`] : [];
}

/**
 * Runs the built program in a folder with these files and tells which modules it loaded.
 * V8's coverage report lists every script, whichever way it was loaded.
 */
async function loadedBy(args: readonly string[], files: Readonly<Record<string, string>>): Promise<Set<string>> {
  const cwd = mkdtempSync(path.join(folder, 'run-'));
  const reports = path.join(cwd, '.reports');
  const project = path.join(cwd, 'project');
  mkdirSync(project);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(project, name), text);
  const stderr = await new Promise<string>((resolve) => {
    const env = { ...process.env, NODE_V8_COVERAGE: reports };
    execFile(process.execPath, [program, ...args], { cwd: project, env }, (_error, _stdout, text) => resolve(text));
  });
  assert.doesNotMatch(stderr, /internal error|Error:/);
  const scripts = readdirSync(reports)
    .flatMap((name) => JSON.parse(readFileSync(path.join(reports, name), 'utf8')).result as { url: string }[])
    .filter(({ url }) => url.startsWith('file:'))
    .map(({ url }) => fileURLToPath(url));
  assert.ok(scripts.includes(program));
  return new Set(scripts.flatMap(modulesIn));
}

function packagesOf(modules: ReadonlySet<string>): string[] {
  const names = [...modules].map((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

const parsers = ['@lezer/python', '@lezer/lr', 'yaml', 'jsonc-parser', 'toml-eslint-parser', 'oxc-parser', 'ts-morph'];
const parsersOf = (modules: ReadonlySet<string>) => packagesOf(modules).filter((name) => parsers.includes(name));

const pythonServer = 'import uvicorn\n\nuvicorn.run("app:app", host="127.0.0.1", port=8000)\n';
const yamlSettings = 'server:\n  host: 127.0.0.1\n  port: 8000\n';

test('--version loads nothing of the program', async () => {
  for (const word of ['--version', '-V']) assert.deepEqual([...(await loadedBy([word], {}))], []);
});

test('a check without candidates loads no parser, no catalogue, no search and no reader of command lines', async () => {
  const modules = await loadedBy(['check', 'a.py'], { 'a.py': 'print("hello")\n', 'b.txt': 'nothing here\n' });
  assert.ok(modules.has('src/triage.ts'));
  assert.deepEqual(packagesOf(modules), ['fastest-levenshtein']);
  assert.deepEqual(
    [...modules].filter((file) => /^src\/(?:run|match|resolve|workspace\/ripgrep)\.ts$|^src\/frameworks\//.test(file)),
    [],
  );
});

test('servers that a project describes itself load no catalogue where no file speaks of one', async () => {
  const modules = await loadedBy(['check', 'a.py'], {
    'a.py': 'print("hello")\n',
    '.bindlintrc.json':
      '{ "frameworks": { "acme": { "language": "python", "calls": [{ "call": "acme.serve", "port": 0 }] } } }',
  });
  assert.ok(modules.has('src/signs.ts') && !modules.has('src/run.ts'));
  assert.deepEqual(
    [...modules].filter((file) => file.startsWith('src/frameworks/')),
    [],
  );
});

test('what looks at the machine is loaded by doctor and verify alone', async () => {
  const isRuntime = (file: string) => file.startsWith('src/runtime/') || /^src\/cli\/(?:doctor|verify)\.ts$/.test(file);
  for (const words of [['--version'], ['--help'], ['check'], ['map'], ['fix', '--diff'], ['verify', '--help']])
    assert.deepEqual([...(await loadedBy(words, { 'app.py': pythonServer }))].filter(isRuntime), [], words.join(' '));
  const modules = await loadedBy(['doctor', '--port', '9', '--timeout', '100ms'], {});
  assert.ok(modules.has('src/runtime/diagnosis.ts') && !modules.has('src/runtime/verification.ts'));
});

test('a check of settings loads no parser of code', async () => {
  const modules = await loadedBy(['check'], { 'config.yaml': yamlSettings });
  assert.deepEqual(parsersOf(modules), ['yaml']);
});

test('a check of Python loads the parser of Python alone', async () => {
  const modules = await loadedBy(['check'], { 'app.py': pythonServer });
  assert.deepEqual(parsersOf(modules), ['@lezer/lr', '@lezer/python']);
});

test('a fix of Python loads nothing that rewrites TypeScript', async () => {
  const modules = await loadedBy(['fix', '--diff'], { 'app.py': pythonServer });
  assert.ok(modules.has('src/fix/apply.ts'));
  assert.deepEqual(parsersOf(modules), ['@lezer/lr', '@lezer/python']);
});

const expressServer = `const app = require('express')();\n\napp.listen(3000, '127.0.0.1', () => console.log('up'));\n`;

test('a check of JavaScript loads nothing that rewrites it', async () => {
  const modules = await loadedBy(['check', '--preset', 'strict'], { 'app.js': expressServer });
  assert.ok(modules.has('src/fix/apply.ts'));
  assert.deepEqual(parsersOf(modules), ['oxc-parser']);
});

test('a fix of JavaScript that only writes another address loads nothing that restructures code', async () => {
  const modules = await loadedBy(['fix', '--diff', '--rule', 'unhandled-bind-error=off'], { 'app.js': expressServer });
  assert.deepEqual(parsersOf(modules), ['oxc-parser']);
});

test('a fix that restructures JavaScript loads ts-morph', async () => {
  const modules = await loadedBy(['fix', '--diff', '--preset', 'strict'], { 'app.js': expressServer });
  assert.deepEqual(parsersOf(modules), ['oxc-parser', 'ts-morph']);
});

test('only the reporter that was asked for is loaded', async () => {
  const modules = await loadedBy(['check', '--format', 'json'], { 'app.py': pythonServer });
  assert.deepEqual(
    [...modules].filter((file) => file.startsWith('src/report/')),
    ['src/report/json.ts'],
  );
});
