import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { bindlint, type Files, type Outcome, project } from './command-line.ts';

/** The flags of the commands beside `check` and `fix`, which test/flags.test.ts holds. */
const flagsOf: Readonly<Record<string, readonly string[]>> = {
  map: [
    '--config',
    '--no-config',
    '--show-files',
    '--no-cache',
    '--concurrency',
    '--timing',
    '--quiet',
    '--color',
    '--format',
    '--output',
  ],
  explain: ['--all', '--color'],
  rules: ['--format', '--color'],
  frameworks: ['--format', '--color'],
  init: ['--dry-run', '--baseline'],
  doctor: ['--format', '--output', '--port', '--host', '--os', '--timeout', '--quiet', '--color'],
  // What they do is seen in test/live/verify.test.ts.
  verify: [
    '--format',
    '--output',
    '--port',
    '--requests',
    '--path',
    '--timeout',
    '--local',
    '--no-map',
    '--quiet',
    '--color',
  ],
  undo: [],
};

for (const [command, flags] of Object.entries(flagsOf))
  test(`${command} takes these flags and no others, and shows an example`, async () => {
    const { code, out } = await bindlint([command, '--help'], project({}));
    const shown = [...out.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag!);
    assert.deepEqual(shown.sort(), [...flags, '--help'].sort());
    assert.match(out, new RegExp(`^Examples:\n {2}bindlint ${command}`, 'm'));
    assert.equal(code, 0);
  });

const server: Files = { 'run.py': 'import uvicorn\n\nuvicorn.run("app:app", host="127.0.0.1", port=8000)\n' };
const isColored = ({ out }: Outcome) => assert.ok(out.includes('\u001b['));
const isPlain = ({ out }: Outcome) => assert.ok(!out.includes('\u001b['));
const isListed = ({ out }: Outcome) => assert.match(out, /run\.py:3:1 .*127\.0\.0\.1:8000/);

interface Case {
  readonly words: readonly string[];
  readonly files?: Files;
  readonly code?: number;
  readonly shows: (outcome: Outcome, root: string) => void;
}

/** Nothing listens on port 1 of a machine that runs tests. */
const port = ['doctor', '--port', '1', '--timeout', '500ms'];

const cases: readonly Case[] = [
  { words: ['map'], shows: isListed },
  {
    words: ['map', '--config', 'own.json'],
    files: { ...server, 'own.json': '{ "ignore": ["run.py"] }' },
    shows: ({ out }) => assert.doesNotMatch(out, /run\.py/),
  },
  {
    words: ['map', '--no-config'],
    files: { ...server, '.bindlintrc.json': '{ "ignore": ["run.py"] }' },
    shows: isListed,
  },
  { words: ['map', '--show-files'], shows: ({ out }) => assert.equal(out, 'run.py\n') },
  { words: ['map', '--no-cache'], shows: isListed },
  { words: ['map', '--concurrency', '1'], shows: isListed },
  { words: ['map', '--timing'], shows: ({ err }) => assert.match(err, /reading and checking: \d+ ms/) },
  {
    words: ['map', '--quiet'],
    shows: (outcome) => {
      isListed(outcome);
      assert.doesNotMatch(outcome.out, /\d files? seen/);
    },
  },
  { words: ['map', '--color', 'always'], shows: isColored },
  { words: ['map', '--color', 'never'], shows: isPlain },
  {
    words: ['map', '--format', 'json'],
    shows: ({ out }) => assert.equal(JSON.parse(out).endpoints[0].reach, 'loopback'),
  },
  {
    words: ['map', '--output', 'map.txt'],
    shows: ({ out }, root) => {
      assert.equal(out, '');
      assert.match(readFileSync(path.join(root, 'map.txt'), 'utf8'), /127\.0\.0\.1:8000/);
    },
  },
  { words: ['explain', 'loopback-host', '--color', 'always'], shows: isColored },
  { words: ['explain', 'loopback-host', '--color', 'never'], shows: isPlain },
  {
    words: ['explain', 'loopback-host'],
    shows: ({ out }) => {
      assert.match(out, /^Suppress$/m);
      assert.doesNotMatch(out, /^Edge cases$/m);
      assert.match(out, /^\d+ chapters with more cases: bindlint explain loopback-host --all\n$/m);
    },
  },
  { words: ['explain', 'loopback-host', '--all'], shows: ({ out }) => assert.match(out, /^Edge cases$/m) },
  { words: ['rules', '--color', 'always'], shows: isColored },
  {
    words: ['rules', '--format', 'json'],
    shows: ({ out }) =>
      assert.ok(JSON.parse(out).rules.some(({ id }: { readonly id: string }) => id === 'loopback-host')),
  },
  { words: ['frameworks', '--color', 'always'], shows: isColored },
  { words: ['frameworks', '--format', 'json'], shows: ({ out }) => assert.ok(out.includes('"uvicorn"')) },
  {
    words: ['init', '--dry-run'],
    shows: ({ out }, root) => {
      assert.match(out, /^would write \.bindlintrc\.yaml:$/m);
      assert.equal(existsSync(path.join(root, '.bindlintrc.yaml')), false);
    },
  },
  {
    words: ['init', '--baseline', 'base.json'],
    shows: (_, root) => assert.ok(JSON.parse(readFileSync(path.join(root, 'base.json'), 'utf8')).entries.length > 0),
  },
  { words: port, code: 1, shows: ({ out }) => assert.match(out, /nothing listens on port 1$/m) },
  {
    words: [...port, '--host', '192.0.2.7'],
    code: 1,
    shows: ({ out }) => assert.match(out, /meant: 192\.0\.2\.7 \(the command line\)/),
  },
  {
    words: [...port, '--host', '0.0.0.0', '--os', 'windows', '--format', 'json'],
    code: 1,
    shows: ({ out }) => assert.match(JSON.stringify(JSON.parse(out).ports[0].openings), /netsh/),
  },
  {
    words: [...port, '--output', 'seen.txt'],
    code: 1,
    shows: (_, root) => assert.match(readFileSync(path.join(root, 'seen.txt'), 'utf8'), /^port 1$/m),
  },
  { words: [...port, '--quiet'], code: 1, shows: ({ out }) => assert.doesNotMatch(out, /nothing was changed/) },
  { words: [...port, '--color', 'always'], code: 1, shows: isColored },
  { words: ['undo'], shows: ({ out }) => assert.equal(out, 'there is no fix to take back\n') },
];

describe('on the command line', () => {
  for (const { words, files = server, code = 0, shows } of cases)
    test(words.join(' '), async () => {
      const root = project(files);
      const outcome = await bindlint(words, root);
      assert.equal(outcome.code, code, outcome.out + outcome.err);
      shows(outcome, root);
    });

  test('every flag is tried', () => {
    const tried = new Set(cases.flatMap(({ words }) => words.slice(1).map((word) => `${words[0]} ${word}`)));
    const all = Object.entries(flagsOf).flatMap(([command, flags]) => flags.map((flag) => `${command} ${flag}`));
    assert.deepEqual(
      all.filter((one) => !tried.has(one) && !one.startsWith('verify ')),
      [],
    );
  });
});
