import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { reportOf } from '../src/cli/report.ts';
import type { Bind, Dial, Facts, Publish, Slot, Span } from '../src/facts.ts';
import { mapAsJson } from '../src/map/json.ts';
import { mapAsText } from '../src/map/text.ts';
import { positionsOf } from '../src/positions.ts';
import type { InputProblem } from '../src/problem.ts';
import json from '../src/report/json.ts';
import text from '../src/report/text.ts';
import type { Report, ReportedFinding, ReportOptions } from '../src/reporter.ts';
import { harmless, width } from '../src/terminal.ts';

const root = path.resolve('/project');
const none: Facts = { binds: [], publishes: [], dials: [], announcements: [], settings: [], containers: [] };

function report(
  texts: Readonly<Record<string, string>>,
  found: { findings?: readonly ReportedFinding[]; problems?: readonly InputProblem[]; facts?: Facts; cwd?: string },
): Report {
  return reportOf({
    analysis: {
      facts: found.facts ?? none,
      findings: [],
      suppressed: 0,
      silenced: [],
      problems: [],
      seen: 120,
      parsed: 14,
      notUnderstood: found.problems?.length ?? 0,
      programs: new Map(),
      syntaxErrors: new Map(),
      sources: new Map(Object.entries(texts).map(([file, text]) => [file, { file, text }])),
    },
    findings: found.findings ?? [],
    problems: found.problems ?? [],
    root,
    cwd: found.cwd ?? root,
    durationMs: 83.6,
    fixing: {
      command: 'bindlint fix',
      includes: ({ fix, severity }) => fix?.safety === 'safe' && severity !== 'info',
    },
  });
}

const plain: ReportOptions = { color: false, links: false, quiet: false, columns: 100, infos: false };

function span(file: string, source: string, part: string, from = 0): Span {
  const start = source.indexOf(part, from);
  assert.ok(start >= 0, part);
  return { file, start, end: start + part.length };
}

const run = `import uvicorn

def main(host="127.0.0.1"):
    uvicorn.run(app, host=host, port=8000)
`;
const compose = 'services:\n  api:\n    ports:\n      - "8000:8000"\n';
const loopback: ReportedFinding = {
  rule: 'loopback-host',
  severity: 'warning',
  at: span('run.py', run, '"127.0.0.1"'),
  message: 'listens on 127.0.0.1, so no other machine reaches it',
  chain: [
    { span: span('run.py', run, 'host', run.indexOf('host=host') + 5), note: 'argument host of uvicorn.run' },
    { span: span('run.py', run, 'host'), note: 'parameter host of main' },
  ],
  related: [{ at: span('compose.yml', compose, '"8000:8000"'), message: 'published here' }],
  fix: { safety: 'safe', repairs: [], does: 'listen on 0.0.0.0' },
  edits: [{ span: span('run.py', run, '"127.0.0.1"'), text: '"0.0.0.0"' }],
};
const port: ReportedFinding = {
  rule: 'missing-port',
  severity: 'error',
  at: { file: 'run.py', start: run.length - 2, end: run.length - 2 },
  message: 'no port',
  advice: 'give one',
};
const structural: ReportedFinding = {
  rule: 'unhandled-bind-error',
  severity: 'info',
  at: span('run.py', run, 'uvicorn.run'),
  message: 'nobody sees a taken port',
  fix: { safety: 'unsafe', repairs: [], does: 'handle the bind error' },
  structural: true,
};

describe('text', () => {
  test('shows the range, the way of the value, related places and what to do', () => {
    const shown = text.print(
      report(
        { 'run.py': run, 'compose.yml': compose, 'x.yaml': 'a: b\n  c' },
        {
          findings: [loopback, port, structural],
          problems: [
            { file: 'x.yaml', offset: 7, kind: 'unparsed', message: 'cannot parse: wrong indentation' },
            { file: 'big.py', kind: 'limit', message: 'too large: 6.0 MB, the limit is 5 MB' },
            { file: 'away.py', kind: 'unsupported', message: 'cannot be read: permission denied' },
          ],
        },
      ),
      plain,
    );
    assert.equal(
      shown,
      `run.py:3:15 warning loopback-host: listens on 127.0.0.1, so no other machine reaches it
  |
3 | def main(host="127.0.0.1"):
  |               ^^^^^^^^^^^
  = value: run.py:4:27  argument host of uvicorn.run
  =    <-  run.py:3:10  parameter host of main
  = see: compose.yml:4:9  published here
  = fix: listen on 0.0.0.0 (bindlint fix would write "0.0.0.0" at run.py:3:15)

run.py:4:42 error missing-port: no port
  |
4 |     uvicorn.run(app, host=host, port=8000)
  |                                          ^
  = help: give one

x.yaml:2:3 not understood: cannot parse: wrong indentation
big.py not read: too large: 6.0 MB, the limit is 5 MB
away.py not read: permission denied

1 error, 1 warning (1 fixable with bindlint fix) in 1 file, 1 info (--fail-on info shows them); 120 files seen, 14 parsed, 3 not understood
`,
    );
  });

  test('says when quiet what was too much to be read, and nothing else that it did not understand', () => {
    const limit = { file: 'big.py', kind: 'limit', message: 'too large: 6.0 MB, the limit is 5 MB' } as const;
    const problems = [limit, { file: 'away.py', kind: 'unsupported', message: 'cannot be read: gone' } as const];
    const shown = text.print(report({}, { findings: [], problems }), { ...plain, quiet: true });
    assert.equal(shown, 'big.py not read: too large: 6.0 MB, the limit is 5 MB\n');
  });

  test('shows infos when they are asked for, and nothing around findings when quiet', () => {
    const shown = text.print(report({ 'run.py': run }, { findings: [structural] }), {
      ...plain,
      infos: true,
      quiet: true,
    });
    assert.equal(
      shown,
      `run.py:4:5 info unhandled-bind-error: nobody sees a taken port
  |
4 |     uvicorn.run(app, host=host, port=8000)
  |     ^^^^^^^^^^^
  = fix: handle the bind error (bindlint fix --unsafe-fixes would rewrite the code; --diff shows how)
`,
    );
  });

  test('tells safe fixes from those that have to be asked for', () => {
    const unsafe: ReportedFinding = { ...loopback, fix: { ...loopback.fix!, safety: 'unsafe' } };
    const made = report({ 'run.py': run, 'compose.yml': compose }, { findings: [loopback, unsafe] });
    assert.match(
      text.print(made, plain),
      /^2 warnings \(1 fixable with bindlint fix, 1 with bindlint fix --unsafe-fixes\) in 1 file/m,
    );
  });

  test('names a related place once, and not too many', () => {
    const related = Array.from({ length: 30 }, (_, index) => ({
      at: { file: 'run.py', start: index >> 1, end: 20 },
      message: 'here',
    }));
    const lines = text.print(report({ 'run.py': run }, { findings: [{ ...port, related }] }), plain).split('\n');
    assert.deepEqual(
      lines.filter((line) => line.includes('= see')),
      [1, 2, 3, 4, 5, 6, 7, 8].map((column) => `  = see: run.py:1:${column}  here`).concat('  = see: 7 more places'),
    );
  });

  test('says that there is nothing', () => {
    assert.equal(text.print(report({}, {}), plain), 'nothing found; 120 files seen, 14 parsed\n');
  });

  test('paints and links only when asked to, and the text stays the same', () => {
    const made = report({ 'run.py': run, 'compose.yml': compose }, { findings: [loopback] });
    const painted = text.print(made, { ...plain, color: true, links: true });
    assert.ok(painted.includes('\u001b[33m'));
    assert.ok(painted.includes(`\u001b]8;;file://`));
    const unlinked = painted
      .split('\u001b]8;;')
      .map((part, index) => (index === 0 ? part : part.slice(part.indexOf('\\') + 1)));
    assert.equal(stripVTControlCharacters(unlinked.join('')), text.print(made, plain));
  });

  test('paths are relative to the working directory', () => {
    const made = report({ 'run.py': run }, { findings: [port], cwd: path.join(root, 'deploy') });
    assert.match(text.print(made, plain), /^\.\.\/run\.py:4:42 error/);
    assert.match(
      text.print(report({ 'run.py': run }, { findings: [port], cwd: path.resolve('/') }), plain),
      /^project\/run\.py:4/,
    );
  });

  const line = (source: string, part: string, columns = 60) => {
    const [, , shown, marks] = text
      .print(report({ 'a.py': source }, { findings: [{ ...port, at: span('a.py', source, part) }] }), {
        ...plain,
        columns,
      })
      .split('\n');
    return { shown: shown!, marks: marks! };
  };

  test('underlines under tabs and wide characters', () => {
    const { shown, marks } = line('\tx = "主机", \thost="h"', 'host');
    assert.equal(shown, '1 |     x = "主机",     host="h"');
    assert.equal(marks, `  | ${' '.repeat(width('    x = "主机",     '))}^^^^`);
  });

  test('crops a long line around the range', () => {
    const source = `${'a'.repeat(5_000_000)}host${'b'.repeat(5_000_000)}`;
    const { shown, marks } = line(source, 'host');
    assert.equal(width(shown), 60);
    assert.match(shown, /^1 \| …a+hostb+…$/);
    assert.equal(marks.indexOf('^'), shown.indexOf('host'));
    const near = line(`host = 1; ${'b'.repeat(500)}`, 'host');
    assert.match(near.shown, /^1 \| host = 1; b+…$/);
    const far = line(`${'a'.repeat(500)} = host`, 'host');
    assert.match(far.shown, /^1 \| …a+ = host$/);
    const all = line('x'.repeat(500), 'x'.repeat(500));
    assert.match(all.shown, /^1 \| x+…$/);
    assert.equal(width(all.marks), 60);
  });

  test('a range over several lines is marked to the end of its first', () => {
    const { shown, marks } = line('run(\n  host="x",\n)', 'run(\n  host="x",\n)');
    assert.equal(shown, '1 | run(');
    assert.equal(marks, '  | ^^^^');
  });

  test('nothing of an input file reaches the terminal as a command', () => {
    const { shown } = line('x = "\u001b[2J\u0007\u202e" # host', 'host');
    assert.equal(shown, '1 | x = "␛[2J␇�" # host');
    const evil: ReportedFinding = {
      ...port,
      message: 'a\u001b]0;x\u0007b',
      at: { file: 'a\u001b[1m\n.py', start: 0, end: 0 },
    };
    assert.ok(!text.print(report({ 'a\u001b[1m\n.py': 'x' }, { findings: [evil] }), plain).includes('\u001b'));
    assert.equal(harmless('a\nb'), 'a␊b');
  });

  test('any text can be shown within the columns there are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 30, max: 120 }),
        (source, a, b, columns) => {
          const [start, end] = [a % (source.length + 1), b % (source.length + 1)].sort((x, y) => x - y) as [
            number,
            number,
          ];
          const at = { file: 'a.py', start, end };
          const lines = text
            .print(report({ 'a.py': source }, { findings: [{ ...port, at }] }), { ...plain, columns })
            .split('\n');
          for (const shown of lines.slice(1, 4)) assert.ok(width(shown) <= columns + 1, shown);
        },
      ),
    );
  });
});

describe('json', () => {
  test('check is version 1 of the contract', () => {
    const made = report(
      { 'run.py': run, 'compose.yml': compose, 'x.yaml': 'a: b\n  c' },
      {
        findings: [loopback, port, structural],
        problems: [
          { file: 'x.yaml', offset: 7, kind: 'unparsed', message: 'cannot parse: wrong indentation' },
          { file: 'big.py', kind: 'limit', message: 'not read' },
        ],
        cwd: path.resolve('/'),
      },
    );
    assert.deepEqual(JSON.parse(json.print(made)), {
      version: 1,
      findings: [
        {
          rule: 'loopback-host',
          severity: 'warning',
          file: 'project/run.py',
          line: 3,
          column: 15,
          endLine: 3,
          endColumn: 26,
          message: 'listens on 127.0.0.1, so no other machine reaches it',
          related: [{ file: 'project/compose.yml', line: 4, column: 9, message: 'published here' }],
          fix: { safety: 'safe', edits: [{ file: 'project/run.py', start: 30, end: 41, text: '"0.0.0.0"' }] },
        },
        {
          rule: 'missing-port',
          severity: 'error',
          file: 'project/run.py',
          line: 4,
          column: 42,
          endLine: 4,
          endColumn: 42,
          message: 'no port',
          related: [],
        },
        {
          rule: 'unhandled-bind-error',
          severity: 'info',
          file: 'project/run.py',
          line: 4,
          column: 5,
          endLine: 4,
          endColumn: 16,
          message: 'nobody sees a taken port',
          related: [],
          fix: { safety: 'unsafe', structural: true, edits: [] },
        },
      ],
      summary: {
        files: 120,
        parsed: 14,
        errors: 1,
        warnings: 1,
        infos: 1,
        fixable: 1,
        suppressed: 0,
        notUnderstood: 2,
        durationMs: 84,
      },
      problems: [
        { file: 'project/x.yaml', line: 2, column: 3, kind: 'unparsed', message: 'cannot parse: wrong indentation' },
        { file: 'project/big.py', line: 1, column: 1, kind: 'limit', message: 'not read' },
      ],
    });
  });

  test('a refused fix is none', () => {
    const { edits: _, ...refused } = loopback;
    const made = report({ 'run.py': run, 'compose.yml': compose }, { findings: [refused] });
    const { findings, summary } = JSON.parse(json.print(made));
    assert.equal('fix' in findings[0], false);
    assert.equal(summary.fixable, 0);
  });
});

const at: Span = { file: 'run.py', start: 0, end: 6 };

function slot<T>(value: T | undefined, by: 'literal' | 'unknown' = 'literal', chain: Slot<T>['chain'] = []): Slot<T> {
  return { value, origin: { by }, span: at, site: at, chain, fixed: true };
}

const common = { language: 'python', context: 'production', sure: true } as const;
const bind: Bind = {
  ...common,
  kind: 'bind',
  span: span('run.py', run, 'uvicorn.run'),
  via: 'call',
  framework: 'uvicorn',
  scope: 'compose.yml#api',
  host: { ...slot('127.0.0.1', 'literal', loopback.chain), origin: { by: 'argument', name: '--host' } },
  port: { ...slot(8000), origin: { by: 'default', of: 'uvicorn', docs: '' } },
  protocol: 'tcp',
  failure: { state: 'unhandled', raises: 'SystemExit', silent: false, how: '', place: 'main' },
  reached: [],
  blocks: true,
};
const option: Bind = {
  ...bind,
  via: 'option',
  span: at,
  scope: '',
  host: slot<string>(undefined, 'unknown'),
  port: slot<number>(undefined, 'unknown'),
  feeds: [bind.span],
  sure: false,
};
const publish: Publish = {
  ...common,
  kind: 'publish',
  span: span('compose.yml', compose, '"8000:8000"'),
  via: 'manifest',
  framework: 'compose',
  language: 'yaml',
  scope: 'compose.yml#api',
  host: slot('0.0.0.0'),
  port: slot(8000),
  target: slot(80),
  protocol: 'tcp',
  role: 'publish',
};
const dial: Dial = {
  ...common,
  kind: 'dial',
  span: at,
  via: 'call',
  framework: 'requests',
  scope: '',
  host: slot('::1'),
  port: slot(80),
  shown: false,
};

describe('map', () => {
  const facts: Facts = { ...none, binds: [bind, option], publishes: [publish], dials: [dial] };
  const made = report({ 'run.py': run, 'compose.yml': compose }, { facts });

  test('json is version 1 of the contract', () => {
    const literal = (value: unknown) => ({ value, source: 'literal', chain: [] });
    const unknown = { value: null, source: 'unknown', chain: [] };
    const { version, endpoints } = JSON.parse(mapAsJson(made));
    assert.equal(version, 1);
    assert.deepEqual(endpoints, [
      {
        kind: 'publish',
        file: 'compose.yml',
        line: 4,
        column: 9,
        endLine: 4,
        endColumn: 20,
        language: 'yaml',
        framework: 'compose',
        via: 'manifest',
        host: literal('0.0.0.0'),
        port: literal(8000),
        target: literal(80),
        reach: 'all',
        bindError: null,
        context: 'production',
        scope: 'compose.yml#api',
        sure: true,
      },
      {
        kind: 'bind',
        file: 'run.py',
        line: 1,
        column: 1,
        endLine: 1,
        endColumn: 7,
        language: 'python',
        framework: 'uvicorn',
        via: 'option',
        host: unknown,
        port: unknown,
        target: null,
        reach: 'unknown',
        bindError: 'unhandled',
        context: 'production',
        scope: null,
        sure: false,
        feeds: [{ file: 'run.py', line: 4, column: 5 }],
      },
      {
        kind: 'dial',
        file: 'run.py',
        line: 1,
        column: 1,
        endLine: 1,
        endColumn: 7,
        language: 'python',
        framework: 'requests',
        via: 'call',
        host: literal('::1'),
        port: literal(80),
        target: null,
        reach: null,
        bindError: null,
        context: 'production',
        scope: null,
        sure: true,
      },
      {
        kind: 'bind',
        file: 'run.py',
        line: 4,
        column: 5,
        endLine: 4,
        endColumn: 16,
        language: 'python',
        framework: 'uvicorn',
        via: 'call',
        host: {
          value: '127.0.0.1',
          source: 'argument',
          chain: [
            { file: 'run.py', line: 4, text: 'argument host of uvicorn.run' },
            { file: 'run.py', line: 3, text: 'parameter host of main' },
          ],
        },
        port: { value: 8000, source: 'default', chain: [] },
        target: null,
        reach: 'loopback',
        bindError: 'unhandled',
        context: 'production',
        scope: 'compose.yml#api',
        sure: true,
      },
    ]);
  });

  test('text lists who listens, what is published and what is connected to', () => {
    assert.equal(
      mapAsText(made, plain),
      `listens
  run.py:1:1  ?:?             reach unknown      bind error unhandled  uvicorn option  unknown                      production                     not sure
  run.py:4:5  127.0.0.1:8000  this machine only  bind error unhandled  uvicorn call    host argument, port default  production in compose.yml#api

is published (outside -> inside the container)
  compose.yml:4:9  0.0.0.0:8000 -> 80  compose manifest  literal  production in compose.yml#api

is connected to
  run.py:1:1  [::1]:80  requests call  literal  production

120 files seen, 14 parsed
`,
    );
    assert.match(mapAsText(report({}, {}), plain), /^nothing listens/);
  });
});

test('positions count lines at every kind of line end, columns in UTF-16', () => {
  const positions = positionsOf('a\r\nb\rc\n😀d');
  assert.deepEqual(
    [0, 1, 3, 5, 7, 9, 10].map((offset) => Object.values(positions.at(offset))),
    [
      [1, 1],
      [1, 2],
      [2, 1],
      [3, 1],
      [4, 1],
      [4, 3],
      [4, 4],
    ],
  );
  assert.equal(positions.line(1), 'a');
  assert.equal(positions.line(4), '😀d');
});
