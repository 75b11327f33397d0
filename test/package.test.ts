import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

const root = path.dirname(import.meta.dirname);

interface Result {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(cwd: string, program: string, ...args: string[]): Promise<Result> {
  return new Promise((resolve) => {
    // Set, a test runner inside of this one would report to it.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    execFile(program, args, { cwd, env, maxBuffer: 1 << 24 }, (error, stdout, stderr) =>
      resolve({ status: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    );
  });
}

describe('the packed program', () => {
  let folder: string;
  let packed: Result;
  let installed: Result;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'bindlint-package-'));
    // A copy of what is under version control, because packing builds and other tests use the build.
    const clone = path.join(folder, 'clone');
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
    for (const file of listed.toString().split('\0').filter(Boolean)) {
      mkdirSync(path.dirname(path.join(clone, file)), { recursive: true });
      cpSync(path.join(root, file), path.join(clone, file));
    }
    symlinkSync(path.join(root, 'node_modules'), path.join(clone, 'node_modules'));
    packed = await run(clone, 'npm', 'pack', '--pack-destination', '..');

    const empty = path.join(folder, 'empty');
    mkdirSync(empty);
    writeFileSync(path.join(empty, 'package.json'), '{}');
    const tarball = path.join('..', packed.stdout.trim());
    installed = await run(empty, 'npm', 'install', '--no-audit', '--no-fund', tarball);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const npx = (...args: string[]) => run(path.join(folder, 'empty'), 'npx', '--no-install', 'bindlint', ...args);

  test('npm pack prints the tarball and nothing else', () => {
    assert.equal(packed.status, 0, packed.stderr);
    assert.match(packed.stdout, /^bindlint-\d+\.\d+\.\d+\.tgz\n$/);
  });

  test('the tarball installs in an empty folder', () => assert.equal(installed.status, 0, installed.stderr));

  test('stays within the budget of its README', () => {
    const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
    const budget = /\| runtime dependencies \| (\d+); with theirs (\d+) packages, (\d+) MB installed \|/.exec(readme);
    assert.ok(budget, 'the README names no budget');
    const modules = path.join(folder, 'empty/node_modules');
    const { packages } = JSON.parse(readFileSync(path.join(modules, '.package-lock.json'), 'utf8'));
    const entries = readdirSync(modules, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const bytes = entries.reduce((sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size, 0);
    const direct = Object.keys(packages['node_modules/bindlint'].dependencies).length;
    const there = Object.keys(packages).filter((name) => existsSync(path.join(folder, 'empty', name))).length;
    const measured = [direct, there, bytes / 2 ** 20];
    for (const [index, number] of measured.entries())
      assert.ok(number <= Number(budget[index + 1]), measured.join(', '));
  });

  test('says its version', async () => {
    const { status, stdout } = await npx('--version');
    assert.equal(status, 0);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  });

  test('finds what is wrong', async () => {
    writeFileSync(
      path.join(folder, 'empty/app.py'),
      'import uvicorn\n\nuvicorn.run("app:app", host="127.0.0.1", port=8000)\n',
    );
    const { status, stdout, stderr } = await npx('check', '--format', 'json');
    assert.equal(status, 1, stderr);
    const rules = JSON.parse(stdout).findings.map((finding: { rule: string }) => finding.rule);
    assert.ok(rules.includes('loopback-host'), stdout);
  });

  test('husky and lint-staged refuse a commit with what init says, and what a fix writes is committed', async () => {
    const shop = path.join(folder, 'shop');
    mkdirSync(shop);
    const within = async (program: string, ...args: string[]) => {
      const result = await run(shop, program, ...args);
      return { ...result, said: result.stdout + result.stderr };
    };
    const succeeds = async (program: string, ...args: string[]) => {
      const { status, stdout, said } = await within(program, ...args);
      assert.equal(status, 0, said);
      return stdout;
    };
    const put = (file: string, text: string) => writeFileSync(path.join(shop, file), text);
    const commit = async () => {
      await succeeds('git', 'add', '--all');
      return within('git', '-c', 'user.name=t', '-c', 'user.email=t@localhost', 'commit', '-q', '-m', 'x');
    };
    const server = (host: string, port: number) =>
      `import uvicorn\n\nuvicorn.run("app:app", host="${host}", port=${port})\n`;
    const adviceIn = async (place: RegExp) => {
      const out = await succeeds('npx', '--no-install', 'bindlint', 'init');
      const advice = new RegExp(`^add to ${place.source}:\\n {4}(.*)$`, 'm').exec(out)?.[1];
      assert.ok(advice, out);
      return advice;
    };

    put('package.json', '{ "name": "shop", "private": true }');
    put('.gitignore', 'node_modules\n');
    await succeeds('git', 'init', '-q');
    const tarball = path.join('..', packed.stdout.trim());
    // The last of lint-staged that runs with every Node that bindlint runs with.
    await succeeds('npm', 'install', '--no-audit', '--no-fund', tarball, 'husky@9', 'lint-staged@16.1');
    await succeeds('npx', '--no-install', 'husky');
    put('.husky/pre-commit', '');
    put('.husky/pre-commit', `${await adviceIn(/\.husky\/pre-commit/)}\n`);
    assert.equal((await commit()).status, 0);
    put('one.py', server('127.0.0.1', 8000));
    const refused = await commit();
    assert.equal(refused.status, 1, refused.said);
    assert.match(refused.said, /one\.py:3:29 warning loopback-host/);
    put('one.py', server('0.0.0.0', 8000));
    assert.equal((await commit()).status, 0);

    put('.husky/pre-commit', 'npx --no-install lint-staged\n');
    put('.lintstagedrc.json', '{}');
    const advice = await adviceIn(/lint-staged in \.lintstagedrc\.json/);
    put('.lintstagedrc.json', `{ ${advice} }`);
    assert.equal((await commit()).status, 0);
    put('two.py', server('127.0.0.1', 8001));
    assert.match((await commit()).said, /two\.py:3:29 warning loopback-host/);
    put('.lintstagedrc.json', `{ ${advice.replace('check', 'fix')} }`);
    const mended = await commit();
    assert.equal(mended.status, 0, mended.said);
    assert.equal(await succeeds('git', 'show', 'HEAD:two.py'), server('0.0.0.0', 8001));
  });

  test('runs the rule, the page and the test of the manual', async () => {
    const manual = readFileSync(path.join(root, 'docs/extending.md'), 'utf8');
    const fenced = (expression: RegExp) => expression.exec(manual)![1]!;
    const empty = path.join(folder, 'empty');
    mkdirSync(path.join(empty, 'lint/rules'), { recursive: true });
    writeFileSync(path.join(empty, 'lint/rules/assigned-port.mjs'), fenced(/```js\n(\/\*\* @type[\s\S]*?)```/));
    const page = path.join(empty, 'lint/rules/assigned-port.md');
    const text = fenced(/````markdown\n([\s\S]*?)````/);
    writeFileSync(page, text);
    writeFileSync(path.join(empty, 'lint/pages.test.mjs'), fenced(/```js\n(import \{ testPage[\s\S]*?)```/));
    const tested = () => run(empty, process.execPath, '--test', 'lint/pages.test.mjs');
    const passed = await tested();
    assert.equal(passed.status, 0, passed.stdout);
    assert.match(passed.stdout, /line 5: assigned-port/);
    writeFileSync(page, text.replace(':45 warning', ':44 warning'));
    const failed = await tested();
    assert.equal(failed.status, 1);
    assert.match(failed.stdout, /app\.py:3:44 warning/);
  });

  test('explains a rule from the page it was tested with', async () => {
    const { status, stdout } = await npx('explain', 'loopback-host');
    assert.equal(status, 0);
    assert.match(stdout, /loopback-host/);
  });
});
