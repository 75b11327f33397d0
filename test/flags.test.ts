import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { bindlint, commitAll, type Files, type Outcome, project, write } from './command-line.ts';

const ofBoth = [
  '--format',
  '--output',
  '--preset',
  '--rule',
  '--fail-on',
  '--max-warnings',
  '--config',
  '--no-config',
  '--stdin',
  '--stdin-filename',
  '--since',
  '--staged',
  '--baseline',
  '--unsafe-fixes',
  '--host',
  '--print-config',
  '--show-files',
  '--statistics',
  '--timing',
  '--no-cache',
  '--rules',
  '--quiet',
  '--color',
  '--concurrency',
  '--update-baseline',
  '--add-ignores',
  '--reason',
];

for (const [command, own] of [
  ['check', []],
  ['fix', ['--diff', '--interactive']],
] as const)
  test(`${command} takes these flags and no others`, async () => {
    const { out } = await bindlint([command, '--help'], project({}));
    const flags = [...out.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag!);
    assert.deepEqual(flags.sort(), [...ofBoth, ...own, '--help'].sort());
  });

/** Its failure is handled, so its host is all there is to say. */
const at = (host: string) =>
  `import uvicorn\n\ntry:\n    uvicorn.run("app:app", host="${host}", port=8000)\nexcept SystemExit:\n    print("port 8000 is taken")\n    raise\n`;
const open = at('0.0.0.0');
/** A variable decides, so a person does. */
const byVariable = `import os\n\n${at('X').replace('"X"', 'os.getenv("H", "127.0.0.1")')}`;
const quiet = '.bindlintrc.yaml';
const off = { [quiet]: 'rules: { loopback-host: "off" }\n' };
const loopback = { 'run.py': at('127.0.0.1') };
const notWritten: Files = loopback;
const inTests = { 'tests/run.py': at('127.0.0.1') };
const notFixable = { 'b.py': at('0.0.0.0').replace('8000', '70000') };
const asWarning = ['--rule', 'invalid-port=warning'];

interface Case {
  readonly flags: readonly string[];
  readonly files: Files;
  /** What is in the files afterwards. */
  readonly after: Files;
  readonly code?: number;
  readonly said?: (outcome: Outcome, root: string) => void;
}

const cases: readonly Case[] = [
  { flags: [], files: loopback, after: { 'run.py': open } },
  { flags: [], files: inTests, after: inTests },
  { flags: ['--preset', 'strict'], files: inTests, after: { 'tests/run.py': open } },
  { flags: ['--rule', 'loopback-host=off'], files: loopback, after: notWritten },
  { flags: [...asWarning], files: notFixable, after: notFixable, code: 1 },
  { flags: [...asWarning, '--fail-on', 'error'], files: notFixable, after: notFixable },
  { flags: [...asWarning, '--max-warnings', '1'], files: notFixable, after: notFixable },
  { flags: [...asWarning, '--max-warnings', '0'], files: notFixable, after: notFixable, code: 1 },
  { flags: ['--config', 'other.yaml'], files: { ...loopback, 'other.yaml': off[quiet]! }, after: notWritten },
  { flags: ['--no-config'], files: { ...loopback, ...off }, after: { 'run.py': open } },
  { flags: ['--host', '192.0.2.7'], files: loopback, after: { 'run.py': at('192.0.2.7') } },
  {
    flags: ['--unsafe-fixes'],
    files: { 'run.py': byVariable },
    after: { 'run.py': byVariable.replace('127.0.0.1', '0.0.0.0') },
  },
  { flags: [], files: { 'run.py': byVariable }, after: { 'run.py': byVariable } },
  { flags: ['--no-cache'], files: loopback, after: { 'run.py': open } },
  { flags: ['--concurrency', '1'], files: loopback, after: { 'run.py': open } },
  {
    flags: ['--show-files'],
    files: loopback,
    after: notWritten,
    said: ({ out }) => assert.equal(out, 'run.py\n'),
  },
  {
    flags: ['--print-config', 'run.py'],
    files: { ...loopback, ...off },
    after: notWritten,
    said: ({ out }) => assert.equal(JSON.parse(out).rules['loopback-host'], 'off'),
  },
  {
    flags: ['--timing'],
    files: loopback,
    after: { 'run.py': open },
    said: ({ err }) => assert.match(err, /reading and checking: \d+ ms/),
  },
  {
    flags: ['--quiet'],
    files: loopback,
    after: { 'run.py': open },
    said: ({ out }) => assert.equal(out, ''),
  },
  {
    flags: ['--color', 'always'],
    files: { ...loopback, ...notFixable },
    after: { 'run.py': open },
    code: 1,
    said: ({ out }) => assert.ok(out.includes('\u001b[')),
  },
  {
    flags: ['--statistics'],
    files: notFixable,
    after: notFixable,
    code: 1,
    said: ({ out }) => assert.match(out, /^ +1 {2}invalid-port$/m),
  },
  {
    flags: ['--format', 'json', '--output', 'left.json'],
    files: loopback,
    after: { 'run.py': open },
    said: (_, root) => assert.deepEqual(JSON.parse(readFileSync(path.join(root, 'left.json'), 'utf8')).findings, []),
  },
];

const accepted = ['--add-ignores', '--reason', 'behind a proxy'];
const acceptance: readonly Case[] = [
  {
    flags: ['--baseline', 'base.json', '--update-baseline'],
    files: { ...loopback, ...notFixable },
    after: { 'run.py': open, ...notFixable },
    said: ({ out, err }, root) => {
      assert.match(out, /^nothing found, 1 suppressed/m);
      assert.equal(err, 'base.json: 1 added, 0 removed\n');
      const { entries } = JSON.parse(readFileSync(path.join(root, 'base.json'), 'utf8'));
      assert.deepEqual(
        entries.map(({ file, rule }: Record<string, string>) => `${file} ${rule}`),
        ['b.py invalid-port'],
      );
    },
  },
  {
    flags: accepted,
    files: { ...loopback, ...notFixable },
    after: {
      'run.py': open,
      'b.py': notFixable['b.py'].replace(/^ +uvicorn/m, '    # bindlint-ignore invalid-port: behind a proxy\n$&'),
    },
    said: ({ out }) => {
      assert.match(out, /^fixed run\.py:4:33 loopback-host: .*\nsilenced b\.py:4:49 invalid-port$/m);
      assert.match(out, /^1 fixed, 1 silenced in 2 files; bindlint undo takes it back$/m);
    },
  },
  {
    flags: [...accepted, '--diff'],
    files: notFixable,
    after: notFixable,
    code: 1,
    said: ({ out }) => assert.match(out, /^\+ {4}# bindlint-ignore invalid-port: behind a proxy$/m),
  },
  { flags: ['--baseline', 'base.json', '--update-baseline', '--diff'], files: loopback, after: loopback, code: 2 },
  { flags: ['--update-baseline'], files: loopback, after: loopback, code: 2 },
  { flags: ['--add-ignores'], files: loopback, after: loopback, code: 2 },
];

describe('fix on the command line', () => {
  for (const { flags, files, after, code = 0, said } of [...cases, ...acceptance])
    test(`with ${flags.join(' ') || 'nothing'}: ${Object.keys(files).join(' ')}`, async () => {
      const root = project(files);
      const outcome = await bindlint(['fix', ...flags], root);
      assert.equal(outcome.code, code, outcome.out + outcome.err);
      for (const [file, text] of Object.entries(after)) assert.equal(readFileSync(path.join(root, file), 'utf8'), text);
      said?.(outcome, root);
    });

  test('--since fixes what changed', async () => {
    const root = project(loopback);
    commitAll(root);
    write(root, { 'new.py': at('127.0.0.1') });
    await bindlint(['fix', '--since', 'HEAD'], root);
    assert.deepEqual(
      ['run.py', 'new.py'].map((file) => readFileSync(path.join(root, file), 'utf8')),
      [at('127.0.0.1'), open],
    );
  });
});

interface CheckCase {
  readonly words: readonly string[];
  readonly files: Files;
  readonly input?: string;
  readonly code?: number;
  readonly shows: (outcome: Outcome, root: string) => void;
}

const finds = ({ out }: Outcome) => assert.match(out, /^run\.py:4:33 warning loopback-host/m);
const silent = ({ out }: Outcome) => assert.equal(out, '');
const rule =
  'export default { summary: "s", severity: "warning", *check(facts) { for (const { span } of facts.binds) yield { at: span, message: "is a server" }; } };\n';
const hidden = { 'quiet.yaml': off[quiet]! };

/** What each flag of `check` does, seen from outside. */
const ofCheck: Readonly<Record<string, CheckCase>> = {
  '--format': {
    words: ['--format', 'json'],
    files: loopback,
    code: 1,
    shows: ({ out }) => assert.equal(JSON.parse(out).findings[0].rule, 'loopback-host'),
  },
  '--output': {
    words: ['--format', 'json', '--output', 'out.json'],
    files: loopback,
    code: 1,
    shows: (outcome, root) => {
      finds(outcome);
      assert.equal(JSON.parse(readFileSync(path.join(root, 'out.json'), 'utf8')).findings.length, 1);
    },
  },
  '--preset': {
    words: ['--preset', 'strict', '--quiet'],
    files: inTests,
    code: 1,
    shows: ({ out }) => assert.match(out, /^tests\/run\.py/),
  },
  '--rule': {
    words: ['--rule', 'loopback-host=error'],
    files: loopback,
    code: 1,
    shows: ({ out }) => assert.match(out, / error loopback-host/),
  },
  '--fail-on': { words: ['--fail-on', 'error'], files: loopback, shows: finds },
  '--max-warnings': { words: ['--max-warnings', '1'], files: loopback, shows: finds },
  '--config': { words: ['--config', 'quiet.yaml', '--quiet'], files: { ...loopback, ...hidden }, shows: silent },
  '--no-config': { words: ['--no-config'], files: { ...loopback, ...off }, code: 1, shows: finds },
  '--stdin': {
    words: ['--stdin', '--stdin-filename', 'run.py'],
    files: { 'run.py': open },
    input: at('127.0.0.1'),
    code: 1,
    shows: finds,
  },
  '--stdin-filename': {
    words: ['--stdin', '--stdin-filename', 'new.py'],
    files: {},
    input: at('127.0.0.1'),
    code: 1,
    shows: ({ out }) => assert.match(out, /^new\.py:4:33 warning loopback-host/),
  },
  '--since': { words: ['--since', 'HEAD', '--quiet'], files: loopback, shows: silent },
  '--staged': { words: ['--staged', '--quiet'], files: loopback, shows: silent },
  '--baseline': {
    words: ['--baseline', 'base.json', '--quiet'],
    files: { ...loopback, 'base.json': '{ "version": 1, "entries": [] }\n' },
    code: 1,
    shows: finds,
  },
  '--update-baseline': {
    words: ['--baseline', 'base.json', '--update-baseline'],
    files: loopback,
    shows: (_, root) =>
      assert.equal(JSON.parse(readFileSync(path.join(root, 'base.json'), 'utf8')).entries[0].rule, 'loopback-host'),
  },
  '--add-ignores': {
    words: ['--add-ignores', '--reason', 'behind a proxy'],
    files: loopback,
    shows: (_, root) =>
      assert.match(readFileSync(path.join(root, 'run.py'), 'utf8'), /# bindlint-ignore loopback-host: behind a proxy/),
  },
  '--reason': {
    words: ['--add-ignores', '--reason', ' '],
    files: loopback,
    code: 2,
    shows: ({ err }) => assert.match(err, /needs --reason/),
  },
  '--unsafe-fixes': {
    words: ['--unsafe-fixes', '--fail-on', 'info'],
    files: { 'run.py': byVariable },
    code: 1,
    shows: ({ out }) => assert.match(out, /^1 info \(1 fixable with bindlint fix --unsafe-fixes\)/m),
  },
  '--host': {
    words: ['--host', '192.0.2.7'],
    files: loopback,
    code: 1,
    shows: ({ out }) => assert.match(out, /listen on 192\.0\.2\.7/),
  },
  '--print-config': {
    words: ['--print-config', 'run.py'],
    files: { ...loopback, ...off },
    shows: ({ out }) => assert.equal(JSON.parse(out).rules['loopback-host'], 'off'),
  },
  '--show-files': { words: ['--show-files'], files: loopback, shows: ({ out }) => assert.equal(out, 'run.py\n') },
  '--statistics': {
    words: ['--statistics'],
    files: loopback,
    code: 1,
    shows: ({ out }) => assert.match(out, /^ +1 {2}loopback-host$/m),
  },
  '--timing': {
    words: ['--timing'],
    files: loopback,
    code: 1,
    shows: ({ err }) => assert.match(err, /reading and checking: \d+ ms/),
  },
  '--no-cache': { words: ['--no-cache'], files: loopback, code: 1, shows: finds },
  '--rules': {
    words: ['--rules', 'lint'],
    files: { ...loopback, 'lint/is-server.mjs': rule },
    code: 1,
    shows: ({ out }) => assert.match(out, / warning is-server: is a server/),
  },
  '--quiet': {
    words: ['--quiet'],
    files: loopback,
    code: 1,
    shows: ({ out }) => assert.doesNotMatch(out, /files? seen/),
  },
  '--color': {
    words: ['--color', 'always'],
    files: loopback,
    code: 1,
    shows: ({ out }) => assert.ok(out.includes('\u001b[')),
  },
  '--concurrency': { words: ['--concurrency', '1'], files: loopback, code: 1, shows: finds },
};

describe('check on the command line', () => {
  test('every flag is here', () => assert.deepEqual(Object.keys(ofCheck).sort(), [...ofBoth].sort()));
  for (const [flag, { words, files, input, code = 0, shows }] of Object.entries(ofCheck))
    test(`${flag} does what it says`, async () => {
      const root = project(files);
      if (Object.keys(files).length > 0) commitAll(root);
      const outcome = await bindlint(['check', ...words], root, input);
      assert.equal(outcome.code, code, outcome.out + outcome.err);
      shows(outcome, root);
    });
});
