import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fails } from '../src/cli/check.ts';
import { wantsColor } from '../src/cli/color.ts';
import type { Io, Output } from '../src/cli/io.ts';
import { pageAsText } from '../src/cli/page.ts';
import { withProgress } from '../src/cli/progress.ts';
import { scopeOf, scopeOfText } from '../src/cli/scope.ts';
import { main } from '../src/main.ts';
import type { ReportedFinding } from '../src/reporter.ts';
import type { Severity } from '../src/rule.ts';
import { textWorkspace } from '../src/workspace/text-workspace.ts';

const home = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const made: string[] = [];
after(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

function project(files: Readonly<Record<string, string | Uint8Array>>, git = true): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'bindlint-')));
  made.push(root);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  if (git) execFileSync('git', ['init', '-q'], { cwd: root });
  return root;
}

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function collecting(take: (text: string) => void): Output {
  return {
    write(text, done) {
      take(text);
      done?.();
    },
  };
}

async function bindlint(
  argv: readonly string[],
  cwd: string,
  with_: Partial<Io> & { readonly input?: string } = {},
): Promise<Outcome> {
  let out = '';
  let err = '';
  const io: Io = {
    stdout: collecting((text) => {
      out += text;
    }),
    stderr: collecting((text) => {
      err += text;
    }),
    stdin: (async function* () {
      yield with_.input ?? '';
    })(),
    env: {},
    cwd,
    ...with_,
  };
  const code = await main(argv, io);
  return { code, out, err };
}

const server = 'import uvicorn\n\nuvicorn.run(app, host="127.0.0.1", port=8000)\n';

describe('help', () => {
  test('alone prints what there is', async () => {
    const { code, out, err } = await bindlint([], home);
    assert.deepEqual([code, err], [0, '']);
    for (const command of ['check', 'fix', 'map', 'explain', 'rules', 'frameworks', 'init', 'undo'])
      assert.match(out, new RegExp(`^  ${command} `, 'm'));
    assert.match(out, /Examples:\n {2}bindlint check/);
    assert.match(out, /Exit codes:\n {2}0 /);
  });

  test('of each command has an example', async () => {
    for (const command of ['check', 'fix', 'map', 'explain', 'init', 'rules', 'frameworks', 'undo']) {
      const { code, out } = await bindlint([command, '--help'], home);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`Examples:\n {2}bindlint ${command}`));
    }
  });

  test('the example of the README is what the command prints', async () => {
    const readme = readFileSync(path.join(home, 'README.md'), 'utf8');
    const [, shown] = /```text\n(fixtures\/projects\/two-servers\/[\s\S]*?)```/.exec(readme)!;
    const { out } = await bindlint(['check', 'fixtures/projects/two-servers'], home);
    const printed = out.trimEnd().split('\n\n');
    for (const part of shown!.trimEnd().split('\n\n')) assert.ok(printed.includes(part), part);
  });

  test('version is the package version', async () => {
    const { version } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8'));
    assert.deepEqual(await bindlint(['--version'], home), { code: 0, out: `${version}\n`, err: '' });
    assert.deepEqual(await bindlint(['-V'], home), { code: 0, out: `${version}\n`, err: '' });
  });
});

describe('misuse ends with 2 and says what was meant', () => {
  const root = project({ 'app.py': 'x = 1\n', 'other.yaml': 'presett: strict\n' });
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['chek'], /unknown command 'chek'\n\(Did you mean check\?\)/],
    [['check', '--fromat', 'json'], /unknown option '--fromat'\n\(Did you mean --format\?\)/],
    [['check', '--format', 'jsn'], /Known: .*json.*\(did you mean json\?\)/],
    [['check', '--preset', 'strickt'], /did you mean strict\?/],
    [['check', '--fail-on', 'warnings'], /did you mean warning\?/],
    [['check', '--color', 'allways'], /did you mean always\?/],
    [['check', '--rule', 'loopback-hots=off'], /unknown rule "loopback-hots" \(did you mean loopback-host\?\)/],
    [['check', '--rule', 'loopback-host'], /rule=severity/],
    [['check', '--rule', 'loopback-host=eror'], /did you mean error\?/],
    [['check', '--max-warnings', 'many'], /not a whole number/],
    [['check', '--host', 'http://x'], /neither an address nor a host name/],
    [['check', '--config', 'absent.yaml'], /absent\.yaml: cannot be read: no such file/],
    [['check', '--config', '.'], /: cannot be read: it is no regular file/],
    [['check', '--config', 'other.yaml'], /presett.*did you mean preset\?/],
    [['check', 'absent.py'], /cannot read "absent\.py": there is no such file or folder/],
    [['check', 'app.py', 'absent\n.py'], /cannot read "absent\\n\.py"/],
    [['check', '--stdin'], /--stdin-filename/],
    [['check', '--stdin-filename', 'app.py'], /needs --stdin/],
    [['check', '--stdin', '--stdin-filename', 'a.py', 'app.py'], /no paths/],
    [['check', '--output', 'app.py/x'], /cannot write/],
    [['check', '--staged', '--since', 'HEAD'], /use either --staged.*or --since/],
    [['map', '--format', 'jso'], /did you mean json\?/],
    [['explain', 'loopback'], /unknown rule "loopback".*known: .*loopback-host/],
    [['explain'], /missing required argument/],
    [['explain', 'loopbak-host'], /did you mean loopback-host\?/],
    [['rules', 'x'], /too many arguments/],
  ];
  for (const [argv, message] of cases) {
    test(argv.map((word) => JSON.stringify(word)).join(' '), async () => {
      const { code, out, err } = await bindlint(argv, root);
      assert.match(err, message);
      assert.deepEqual([code, out], [2, '']);
    });
  }

  test('what accepts findings, together with questions', async () => {
    for (const flags of [
      ['--add-ignores', '--reason', 'x'],
      ['--baseline', 'b.json', '--update-baseline'],
    ]) {
      const { code, err } = await bindlint(['fix', '--interactive', ...flags], root);
      assert.equal(code, 2);
      assert.match(err, /--interactive and --\S+ exclude each other/);
    }
  });

  test('a reason that would end the comment it stands in', async () => {
    const { code, err } = await bindlint(['check', '--add-ignores', '--reason', 'ok\u2028process.exit()'], root);
    assert.equal(code, 2);
    assert.match(err, /one line without control characters/);
  });

  test('an output that is a link of the project', async () => {
    const elsewhere = project({ 'kept.txt': 'kept' });
    const own = project({ 'a.py': '' });
    symlinkSync(path.join(elsewhere, 'kept.txt'), path.join(own, 'report.json'));
    symlinkSync(path.join(elsewhere, 'made.json'), path.join(own, 'baseline.json'));
    symlinkSync(elsewhere, path.join(own, 'reports'));
    for (const argv of [
      ['check', '--format', 'json', '--output', 'report.json'],
      ['check', '--format', 'json', '--output', 'reports/new/report.json'],
      ['check', '--baseline', 'baseline.json', '--update-baseline'],
    ]) {
      const { code, err } = await bindlint(argv, own);
      assert.equal(code, 2);
      assert.match(err, /(?:it|"reports") is a link/);
    }
    assert.equal(readFileSync(path.join(elsewhere, 'kept.txt'), 'utf8'), 'kept');
    assert.deepEqual(readdirSync(elsewhere).sort(), ['.git', 'kept.txt']);
  });

  test('an output is replaced as a whole and keeps its mode, and a device is written to', async () => {
    const own = project({ 'a.py': '', 'report.json': 'old' });
    chmodSync(path.join(own, 'report.json'), 0o662);
    const held = openSync(path.join(own, 'report.json'), 'r');
    await bindlint(['check', '--format', 'json', '--output', 'report.json'], own);
    assert.equal(readFileSync(held, 'utf8'), 'old', 'who has it open reads the old one');
    closeSync(held);
    assert.equal(statSync(path.join(own, 'report.json')).mode & 0o777, 0o662);
    assert.equal(JSON.parse(readFileSync(path.join(own, 'report.json'), 'utf8')).summary.files, 2);
    assert.deepEqual(readdirSync(own).sort(), ['.git', 'a.py', 'report.json']);
    assert.equal((await bindlint(['check', '--format', 'json', '--output', '/dev/null'], own)).code, 0);
    assert.ok(statSync('/dev/null').isCharacterDevice());
  });

  test('a path outside of the root', async () => {
    const elsewhere = project({ 'b.py': '' });
    const { code, err } = await bindlint(['check', 'app.py', path.join(elsewhere, 'b.py')], root);
    assert.equal(code, 2);
    assert.match(err, /lies outside of/);
  });
});

describe('scope', () => {
  const root = project({ 'a/x.py': '', 'a/b/y.py': '', 'c/z.py': '' });
  const loose = project({ 'a/x.py': '', 'b/y.py': '' }, false);

  test('nothing given is the working directory, one folder is that folder', () => {
    for (const scope of [
      scopeOf([], path.join(root, 'a')),
      scopeOf(['a'], root),
      scopeOf(['../a'], path.join(root, 'a')),
    ]) {
      assert.equal(scope.root, path.join(root, 'a'));
      assert.deepEqual(scope.named, []);
      assert.equal(scope.covers('b/y.py'), true);
    }
  });

  test('files speak of themselves, and are seen from the git root', () => {
    const scope = scopeOf(['x.py', '../c'], path.join(root, 'a'));
    assert.equal(scope.root, root);
    assert.deepEqual(scope.named, ['a/x.py']);
    assert.deepEqual(['a/x.py', 'a/b/y.py', 'c/z.py', 'c', 'cc/z.py'].map(scope.covers), [
      true,
      false,
      true,
      false,
      false,
    ]);
  });

  test('without git the root is the working directory, or the nearest folder around everything', () => {
    assert.equal(scopeOf(['a/x.py'], loose).root, loose);
    assert.equal(scopeOf(['../b/y.py'], path.join(loose, 'a')).root, path.join(loose, 'b'));
    assert.equal(scopeOf(['x.py', '../b'], path.join(loose, 'a')).root, loose);
    assert.equal(scopeOfText('x.py', path.join(loose, 'a')).root, path.join(loose, 'a'));
  });

  test('a link stands for what it points to', () => {
    symlinkSync('a/x.py', path.join(root, 'link.py'));
    assert.deepEqual(scopeOf(['link.py'], root).named, ['a/x.py']);
  });

  test('a link that leads out of the repository does not make another folder the root', () => {
    for (const folder of [root, loose]) {
      symlinkSync(process.execPath, path.join(folder, 'out.py'));
      assert.throws(() => scopeOf(['out.py'], folder), /"out.py" lies outside of/);
    }
  });

  test('nor does a link to a folder beside other paths', () => {
    const elsewhere = project({ 'b.py': '' });
    symlinkSync(elsewhere, path.join(root, 'a', 'out'));
    for (const paths of [
      ['a/out', 'c'],
      ['c', 'a/out'],
    ])
      assert.throws(() => scopeOf(paths, root), /"a\/out" lies outside of/);
  });

  test('a text stands for a file that need not exist', () => {
    const scope = scopeOfText('new/app.py', path.join(root, 'a'));
    assert.equal(scope.root, root);
    assert.deepEqual(scope.named, ['a/new/app.py']);
    assert.deepEqual(['a/new/app.py', 'a/x.py'].map(scope.covers), [true, false]);
  });
});

describe('lists', () => {
  test('rules have a summary and both severities', async () => {
    const { code, out } = await bindlint(['rules', '--format', 'json'], home);
    assert.equal(code, 0);
    const { version, rules } = JSON.parse(out);
    assert.equal(version, 1);
    const rule = rules.find(({ id }: { id: string }) => id === 'loopback-host');
    assert.deepEqual(Object.keys(rule), ['id', 'summary', 'recommended', 'strict', 'fixable']);
    const text = (await bindlint(['rules'], home)).out;
    for (const { id, summary } of rules)
      assert.match(text, new RegExp(`^${id} .*${summary.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`, 'm'));
  });

  test('frameworks have a default address and what a taken port does', async () => {
    const { frameworks } = JSON.parse((await bindlint(['frameworks', '--format', 'json'], home)).out);
    const uvicorn = frameworks.find(
      ({ id, language }: { id: string; language: string }) => id === 'uvicorn' && language === 'python',
    );
    assert.equal(uvicorn.host, '127.0.0.1');
    assert.equal(uvicorn.port, 8000);
    assert.match(uvicorn.whenTaken, /SystemExit/);
    const { code, out } = await bindlint(['frameworks'], home);
    assert.equal(code, 0);
    assert.match(out, /^uvicorn +python +127\.0\.0\.1 +8000 +raises SystemExit/m);
  });

  test('a page is printed as it is without a terminal, and dressed on one', async () => {
    const { code, out } = await bindlint(['explain', 'loopback-host'], home);
    assert.equal(code, 0);
    assert.match(out, /^loopback-host\n/);
    assert.ok(!out.includes('\u001b') && !out.includes('```'));
    const painted = await bindlint(['explain', 'loopback-host', '--color', 'always'], home);
    assert.ok(painted.out.includes('\u001b['));
  });
});

test('a page in Markdown becomes text', () => {
  const page =
    '# name\n\nOne **two** `three`\nfour [five](https://six).\n\n- item that is\n  long\n\n## case\n\n```python app.py\n# no heading\n\nx = 1\n```\n\n```findings\napp.py:1:1 warning\n```\n';
  assert.equal(
    pageAsText(page, { color: false, columns: 12 }),
    'name\n\nOne two\n`three` four\nfive\n(https://six).\n\n- item that\n  is long\n\ncase\n\n  app.py:\n    # no heading\n\n    x = 1\n\n  bindlint check prints:\n    app.py:1:1 warning\n',
  );
});

test('colours follow the flag, then NO_COLOR, then FORCE_COLOR, then the terminal', () => {
  const terminal = { write: () => true, isTTY: true };
  const pipe = { write: () => true };
  assert.deepEqual(
    [
      wantsColor('always', pipe, { NO_COLOR: '1' }),
      wantsColor('never', terminal, { FORCE_COLOR: '1' }),
      wantsColor('auto', terminal, {}),
      wantsColor('auto', pipe, {}),
      wantsColor('auto', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }),
      wantsColor('auto', terminal, { NO_COLOR: '' }),
      wantsColor('auto', pipe, { FORCE_COLOR: '1' }),
      wantsColor('auto', terminal, { FORCE_COLOR: '0' }),
      wantsColor('auto', terminal, { TERM: 'dumb' }),
    ],
    [true, false, true, false, false, true, true, false, false],
  );
});

test('the threshold and the number of accepted warnings decide the exit code', () => {
  const findings = (...severities: Severity[]) => severities.map((severity) => ({ severity }) as ReportedFinding);
  assert.equal(fails(findings('warning', 'info'), 'warning', undefined), true);
  assert.equal(fails(findings('warning', 'info'), 'error', undefined), false);
  assert.equal(fails(findings('info'), 'warning', undefined), false);
  assert.equal(fails(findings('info'), 'info', undefined), true);
  assert.equal(fails(findings('warning', 'warning'), 'warning', 2), false);
  assert.equal(fails(findings('warning', 'warning'), 'warning', 1), true);
  assert.equal(fails(findings('warning', 'warning'), 'error', 1), true);
  assert.equal(fails(findings('error'), 'warning', 5), true);
});

test('progress is counted on a terminal after a while, and wiped away', async () => {
  let shown = '';
  const take = (text: string) => {
    shown += text;
  };
  const workspace = textWorkspace(new Map([['a.py', '']]));
  const silent = withProgress(workspace, collecting(take));
  assert.equal(silent.workspace, workspace);
  const progress = withProgress(workspace, { ...collecting(take), isTTY: true }, 0);
  assert.deepEqual(await progress.workspace.read('a.py'), { file: 'a.py', text: '' });
  progress.done();
  assert.match(shown, /1 file read/);
  assert.ok(shown.endsWith('\r\u001b[K'));
});

describe('check', () => {
  const files = { 'run.py': server, 'other.py': 'x = 1\n', 'README.md': 'no code' };

  test('prints findings and ends with 1', async () => {
    const root = project(files);
    const { code, out, err } = await bindlint(['check'], root);
    assert.deepEqual([code, err], [1, '']);
    assert.match(out, /^run\.py:3:23 warning loopback-host: /m);
    assert.match(out, /3 files seen, 1 parsed\n$/);
  });

  test('prints json, and paths from where one stands', async () => {
    const root = project({ 'api/run.py': server, 'web/x.py': '' });
    const { code, out } = await bindlint(['check', '../api', '--format', 'json'], path.join(root, 'web'));
    assert.equal(code, 1);
    const { version, findings, summary } = JSON.parse(out);
    assert.equal(version, 1);
    assert.equal(findings.find(({ rule }: { rule: string }) => rule === 'loopback-host').file, '../api/run.py');
    assert.deepEqual([summary.files, summary.parsed], [1, 1]);
  });

  test('speaks only of the files that were named', async () => {
    const root = project({ ...files, 'second.py': server });
    const of = async (...argv: string[]) => {
      const { findings } = JSON.parse((await bindlint(['check', '--format', 'json', ...argv], root)).out);
      return [...new Set(findings.map(({ file }: { file: string }) => file))];
    };
    assert.deepEqual(await of('second.py'), ['second.py']);
    assert.deepEqual(await of('other.py', 'run.py'), ['run.py']);
    assert.deepEqual(await of('other.py'), []);
  });

  test('takes file names after --', async () => {
    const root = project({ '-rf.py': server });
    const { code, out } = await bindlint(['check', '--', '-rf.py'], root);
    assert.equal(code, 1);
    assert.match(out, /^-rf\.py:3:23 /m);
  });

  test('takes a text from standard input in place of a file', async () => {
    const root = project({ 'run.py': 'x = 1\n' });
    const { code, out } = await bindlint(['check', '--stdin', '--stdin-filename', 'run.py'], root, { input: server });
    assert.equal(code, 1);
    assert.match(out, /^run\.py:3:23 warning loopback-host/m);
  });

  test('the command line decides about severities and the threshold', async () => {
    const root = project(files);
    const quiet = ['loopback-host', 'unhandled-bind-error'].flatMap((id) => ['--rule', `${id}=off`]);
    assert.equal((await bindlint(['check', ...quiet], root)).code, 0);
    const raised = await bindlint(['check', '--rule', 'loopback-host=error', '--fail-on', 'error'], root);
    assert.equal(raised.code, 1);
    assert.match(raised.out, /error loopback-host/);
    assert.equal((await bindlint(['check', '--fail-on', 'error', '--rule', 'loopback-host=warning'], root)).code, 0);
    assert.equal((await bindlint(['check', '--max-warnings', '50'], root)).code, 0);
  });

  test('settings are read unless they are not wanted', async () => {
    const root = project({
      ...files,
      '.bindlintrc.yaml': 'rules:\n  loopback-host: "off"\n  unhandled-bind-error: "off"\n',
    });
    assert.equal((await bindlint(['check'], root)).code, 0);
    assert.equal((await bindlint(['check', '--no-config'], root)).code, 1);
    assert.equal((await bindlint(['check', '--no-config'], project({ ...files, '.bindlintrc.yaml': '{' }))).code, 1);
  });

  test('settings say what files are for', async () => {
    const settings = 'overrides:\n  - files: ["tests/**"]\n    context: production\n';
    const root = project({ 'tests/run.py': server, '.bindlintrc.yaml': settings });
    assert.equal((await bindlint(['check', '--no-config'], root)).code, 0);
    assert.equal((await bindlint(['check'], root)).code, 1);
    assert.match((await bindlint(['map'], root)).out, /tests\/run\.py.* production/);
  });

  test('writes to a file, without colours', async () => {
    const root = project(files);
    const { code, out } = await bindlint(['check', '--output', 'found.txt'], root, { env: { FORCE_COLOR: '1' } });
    assert.deepEqual([code, out], [1, '']);
    const text = readFileSync(path.join(root, 'found.txt'), 'utf8');
    assert.match(text, /^run\.py:3:23/m);
    assert.ok(!text.includes('\u001b'));
  });

  test('counts, times and lists when asked to', async () => {
    const root = project(files);
    const { out, err } = await bindlint(['check', '--statistics', '--timing'], root);
    assert.match(out, /^ +1 {2}loopback-host$/m);
    assert.match(err, /reading and checking: \d+ ms/);
    assert.deepEqual(await bindlint(['check', '--show-files'], root), { code: 0, out: 'run.py\n', err: '' });
    assert.doesNotMatch((await bindlint(['check', '--quiet'], root)).out, /files seen/);
  });

  test('a named file that cannot be read makes the exit code 2, a found one does not', async () => {
    const root = project({ 'bad.py': new Uint8Array([...Buffer.from(server), 0xff]), 'ok.py': 'x = 1\n' });
    const named = await bindlint(['check', 'bad.py'], root);
    assert.equal(named.code, 2);
    assert.match(named.out, /^bad\.py not read: not valid UTF-8$/m);
    const all = await bindlint(['check'], root);
    assert.equal(all.code, 0);
    assert.match(all.out, /not valid UTF-8/);
  });
});

describe('fix', () => {
  const state = mkdtempSync(path.join(tmpdir(), 'bindlint-'));
  made.push(state);
  const env = { XDG_STATE_HOME: state };

  test('writes, says what it did, and undo takes it back from anywhere in the repository', async () => {
    const root = project({ 'api/run.py': server, 'web/x.py': '' });
    const file = path.join(root, 'api/run.py');
    const { code, out } = await bindlint(['fix', '--rule', 'unhandled-bind-error=off'], path.join(root, 'api'), {
      env,
    });
    assert.equal(code, 0, out);
    assert.match(out, /^fixed run\.py:3:23 loopback-host: listen on 0\.0\.0\.0/m);
    assert.match(out, /^1 fixed in 1 file; bindlint undo takes it back$/m);
    assert.equal(readFileSync(file, 'utf8'), server.replace('127.0.0.1', '0.0.0.0'));
    const undone = await bindlint(['undo'], path.join(root, 'web'), { env });
    assert.equal(undone.code, 0, undone.err);
    assert.match(undone.out, /^ {2}\.\.\/api\/run\.py$/m);
    assert.equal(readFileSync(file, 'utf8'), server);
    assert.deepEqual(await bindlint(['undo'], root, { env }), {
      code: 0,
      out: 'there is no fix to take back\n',
      err: '',
    });
  });

  test('undo refuses where a file has changed since', async () => {
    const root = project({ 'run.py': server });
    await bindlint(['fix'], root, { env });
    writeFileSync(path.join(root, 'run.py'), 'mine = 1\n');
    const { code, err } = await bindlint(['undo'], root, { env });
    assert.equal(code, 1);
    assert.match(err, /nothing taken back.*\n {2}run\.py/);
    assert.equal(readFileSync(path.join(root, 'run.py'), 'utf8'), 'mine = 1\n');
  });

  test('--diff writes nothing and ends with 1 where there is a difference', async () => {
    const root = project({ 'api/run.py': server });
    const { code, out } = await bindlint(['fix', '--diff', '--rule', 'unhandled-bind-error=off'], root, { env });
    assert.equal(code, 1);
    assert.match(out, /^--- a\/api\/run\.py\n\+\+\+ b\/api\/run\.py\n@@ /);
    assert.match(out, /^\+uvicorn\.run\(app, host="0\.0\.0\.0", port=8000\)$/m);
    assert.equal(readFileSync(path.join(root, 'api/run.py'), 'utf8'), server);
    const nothing = await bindlint(['fix', '--diff'], project({ 'x.py': 'x = 1\n' }), { env });
    assert.deepEqual([nothing.code, nothing.out], [0, '']);
  });

  test('prints a text from standard input as it should be', async () => {
    const root = project({ 'run.py': server });
    const argv = ['fix', '--stdin', '--stdin-filename', 'run.py', '--rule', 'unhandled-bind-error=off'];
    const { out } = await bindlint(argv, root, { env, input: `# mine\n${server}` });
    assert.equal(out, `# mine\n${server.replace('127.0.0.1', '0.0.0.0')}`);
    assert.equal(readFileSync(path.join(root, 'run.py'), 'utf8'), server);
    assert.equal((await bindlint(argv, root, { env, input: 'x = 1\n' })).out, 'x = 1\n');
  });

  test('--host states the address', async () => {
    const root = project({ 'run.py': server });
    await bindlint(['fix', '--host', '192.0.2.7'], root, { env });
    assert.match(readFileSync(path.join(root, 'run.py'), 'utf8'), /host="192\.0\.2\.7"/);
  });

  test('json on standard output is nothing but json', async () => {
    const root = project({ 'run.py': server });
    const { out, err } = await bindlint(['fix', '--format', 'json'], root, { env });
    assert.equal(JSON.parse(out).version, 1);
    assert.match(err, /^fixed run\.py/m);
  });
});

test('map prints the table of facts', async () => {
  const root = project({ 'run.py': server });
  const { code, out } = await bindlint(['map'], root);
  assert.equal(code, 0);
  assert.match(out, /run\.py:3:1 +127\.0\.0\.1:8000 +this machine only/);
  const { version, endpoints } = JSON.parse((await bindlint(['map', '--format', 'json'], root)).out);
  assert.equal(version, 1);
  assert.equal(endpoints[0].host.value, '127.0.0.1');
});

test('an error inside is named, with its place only on request', async () => {
  const failing = {
    write() {
      throw new Error('boom');
    },
  };
  const { code, err } = await bindlint(['--version'], home, { stdout: failing });
  assert.equal(code, 3);
  assert.match(err, /^bindlint: internal error: boom\nset BINDLINT_DEBUG=1/);
  const told = await bindlint(['--version'], home, { stdout: failing, env: { BINDLINT_DEBUG: '1' } });
  assert.match(told.err, /at /);
});

test('a reader that goes away ends it quietly', async () => {
  const script = `import { main } from ${JSON.stringify(pathToFileURL(path.join(home, 'src/main.ts')).href)}; process.exitCode = await main(['rules', '--format', 'json']);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.deepEqual([code, err], [0, '']);
});
