import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Frame, Slot } from '../../src/facts.ts';
import { combined, type EditContext, editsOf } from '../../src/fix/edits.ts';
import { otherLintersFor } from '../../src/fix/other-linters.ts';
import { applyEdits, areInConflict, inOrder, type PlacedEdit } from '../../src/fix/text-edits.ts';
import type { Fill, Repair } from '../../src/rule.ts';
import { parsePython } from '../../src/syntax/python.ts';
import { textWorkspace } from '../../src/workspace/text-workspace.ts';

const none = { ruff: false, bandit: false };

function contextFor(file: string, text: string, more: Partial<EditContext> = {}): EditContext {
  const program = file.endsWith('.py') ? parsePython(file, text) : undefined;
  return {
    style: 'literal',
    portTries: 0,
    facts: { binds: [], publishes: [], dials: [] },
    fills: [],
    source: () => ({ file, text }),
    program: () => program,
    linters: () => none,
    ...more,
  };
}

/** A slot at a part of a text, or behind it. */
function slotAt<T>(file: string, text: string, part: string, frame: Partial<Frame>, behind = false): Slot<T> {
  const start = text.indexOf(part);
  assert.ok(start >= 0);
  const end = start + part.length;
  const span = behind ? { file, start: end, end } : { file, start, end };
  const whole: Frame = { before: '', after: '', quote: '', ...frame };
  return {
    value: undefined,
    origin: { by: 'literal' },
    span,
    site: span,
    chain: [],
    frame: whole,
    siteFrame: whole,
    fixed: true,
  };
}

function hostFill(slot: Slot<string>, value: string, more: { at?: 'value' | 'site'; expression?: string } = {}): Fill {
  return { kind: 'fill', role: 'host', slot, value, at: 'value', ...more };
}

function edited(file: string, text: string, repairs: readonly Repair[], more: Partial<EditContext> = {}): string {
  const fills = repairs.filter((repair) => repair.kind === 'fill');
  const context = contextFor(file, text, { fills, ...more });
  const made = editsOf(repairs, context);
  if ('refused' in made) return made.refused;
  for (const [index, edit] of made.edits.entries())
    for (const other of made.edits.slice(index + 1)) assert.ok(!areInConflict(edit, other));
  return applyEdits(text, combined([made], context.program));
}

const call = 'run(app, host="127.0.0.1", workers=2)  # two\n';
const code = 'python' as const;

for (const [name, frame, value, expected] of [
  ['a quoted literal', { quote: '"', code }, '0.0.0.0', 'run(app, host="0.0.0.0", workers=2)  # two\n'],
  ['IPv6', { quote: '"', code }, '::', 'run(app, host="::", workers=2)  # two\n'],
  [
    'text around it',
    { before: 'str(', after: ')', quote: "'", code },
    '0.0.0.0',
    "run(app, host=str('0.0.0.0'), workers=2)  # two\n",
  ],
  ['no address at all', { quote: '"', code }, '"); evil("', '"); evil(" is no address that can be written'],
] as const) {
  test(`fill: ${name}`, () => {
    assert.equal(edited('a.py', call, [hostFill(slotAt('a.py', call, '"127.0.0.1"', frame), value)]), expected);
  });
}

test('fill: an argument that is not there yet, host before port', () => {
  const text = 'run(app)\n';
  const port: Fill = {
    kind: 'fill',
    role: 'port',
    slot: slotAt('a.py', text, 'app', { before: ', port=', code }, true),
    value: 8000,
    at: 'site',
  };
  const host = hostFill(slotAt('a.py', text, 'app', { before: ', host=', quote: "'", code }, true), '0.0.0.0');
  assert.equal(edited('a.py', text, [port, host, host]), "run(app, host='0.0.0.0', port=8000)\n");
});

test('fill: code takes the place of a value, where code fits', () => {
  const slot = slotAt<string>('a.py', call, '"127.0.0.1"', { quote: '"', code });
  assert.equal(
    edited('a.py', call, [hostFill(slot, '0.0.0.0', { expression: 'host' })]),
    'run(app, host=host, workers=2)  # two\n',
  );
  const part = slotAt<string>('a.py', call, '127.0.0.1', { part: true });
  assert.equal(edited('a.py', call, [hostFill(part, '0.0.0.0', { expression: 'host' })]), 'only a literal fits there');
});

test('fill: one part of an address', () => {
  const text = 'bind = "127.0.0.1:8000"\n';
  const slot = slotAt<string>('gunicorn.conf.py', text, '127.0.0.1', { part: true });
  assert.equal(edited('gunicorn.conf.py', text, [hostFill(slot, '0.0.0.0')]), 'bind = "0.0.0.0:8000"\n');
  assert.equal(edited('gunicorn.conf.py', text, [hostFill(slot, '::')]), 'bind = "[::]:8000"\n');
});

test('fill: a plain scalar of YAML gets quotes where it needs them', () => {
  const text = 'server:\n  host: 127.0.0.1 # here\n';
  const slot = slotAt<string>('c.yaml', text, '127.0.0.1', {});
  assert.equal(edited('c.yaml', text, [hostFill(slot, '0.0.0.0')]), 'server:\n  host: 0.0.0.0 # here\n');
  assert.equal(edited('c.yaml', text, [hostFill(slot, '::')]), 'server:\n  host: "::" # here\n');
});

test('fill: what has no frame, or is ignored by git, is left alone', () => {
  const { frame: _frame, siteFrame: _siteFrame, ...bare } = slotAt<string>('a.py', call, '"127.0.0.1"', {});
  assert.equal(edited('a.py', call, [hostFill(bare, '0.0.0.0')]), 'the value cannot be written at its place');
  const slot = slotAt<string>('.env', 'HOST=127.0.0.1\n', '127.0.0.1', {});
  const source = () => ({ file: '.env', text: 'HOST=127.0.0.1\n', ignored: true }) as const;
  assert.equal(
    edited('.env', 'HOST=127.0.0.1\n', [hostFill(slot, '0.0.0.0')], { source }),
    '.env is ignored by git or made from other files, so it is left alone',
  );
});

const env = { style: 'env' } as const;

test('style env: the variable with the address as fallback, where code fits and nothing else can set it', () => {
  const slot = slotAt<string>('a.py', call, '"127.0.0.1"', { quote: "'", code });
  assert.equal(
    edited('a.py', call, [hostFill(slot, '0.0.0.0')], env),
    "import os\n\nrun(app, host=os.environ.get('HOST', '0.0.0.0'), workers=2)  # two\n",
  );
  assert.match(edited('a.py', call, [hostFill({ ...slot, fixed: false }, '0.0.0.0')], env), /host='0\.0\.0\.0'/);
  assert.match(
    edited(
      'a.py',
      `os = 1\n${call}`,
      [hostFill(slotAt('a.py', `os = 1\n${call}`, '"127.0.0.1"', { quote: '"', code }), '::')],
      env,
    ),
    /host="::"/,
  );
});

test('style env: one PORT variable never decides for two servers', () => {
  const text = 'run(a, 8000)\nrun(b, 8080)\n';
  const port = (part: string, value: number): Fill => ({
    kind: 'fill',
    role: 'port',
    slot: slotAt('a.py', text, part, { code }),
    value,
    at: 'value',
  });
  assert.equal(
    edited('a.py', text, [port('8000', 8000)], env),
    'import os\n\nrun(a, int(os.environ.get("PORT", "8000")))\nrun(b, 8080)\n',
  );
  assert.equal(edited('a.py', text, [port('8000', 8001), port('8080', 8081)], env), 'run(a, 8001)\nrun(b, 8081)\n');
});

for (const [name, linters, line, expected] of [
  [
    'ruff',
    { ruff: true, bandit: false },
    'run("127.0.0.1")',
    'run("0.0.0.0")  # noqa: S104 - meant to be reached from other hosts',
  ],
  [
    'bandit',
    { ruff: false, bandit: true },
    'run("127.0.0.1")',
    'run("0.0.0.0")  # nosec B104  # meant to be reached from other hosts',
  ],
  [
    'a comment that is there',
    { ruff: true, bandit: false },
    'run("127.0.0.1")  # api',
    'run("0.0.0.0")  # api  # noqa: S104 - meant to be reached from other hosts',
  ],
  [
    'a longer list',
    { ruff: true, bandit: false },
    'run("127.0.0.1")  # noqa: E501',
    'run("0.0.0.0")  # noqa: E501, S104',
  ],
  [
    'a list for bandit',
    { ruff: false, bandit: true },
    'run("127.0.0.1")  # nosec B105',
    'run("0.0.0.0")  # nosec B105,B104',
  ],
  [
    'a list for the one, nothing for the other',
    { ruff: true, bandit: true },
    'run("127.0.0.1")  # noqa: E501',
    'run("0.0.0.0")  # noqa: E501, S104  # nosec B104',
  ],
  [
    'words behind a list',
    { ruff: true, bandit: true },
    'run("127.0.0.1")  # nosec B105 by hand',
    'run("0.0.0.0")  # nosec B105,B104  # noqa: S104  # by hand',
  ],
  [
    'already silenced',
    { ruff: true, bandit: true },
    'run("127.0.0.1")  # noqa: S104  # nosec',
    'run("0.0.0.0")  # noqa: S104  # nosec',
  ],
  ['silenced altogether', { ruff: true, bandit: false }, 'run("127.0.0.1")  # noqa', 'run("0.0.0.0")  # noqa'],
  [
    'a comment mark in a string',
    { ruff: true, bandit: false },
    'run("127.0.0.1", "#x")',
    'run("0.0.0.0", "#x")  # noqa: S104 - meant to be reached from other hosts',
  ],
  ['no place for a comment', { ruff: true, bandit: false }, 'run("127.0.0.1", """x', 'run("0.0.0.0", """x'],
] as const) {
  test(`other linters: ${name}`, () => {
    const text = `${line}\n`;
    const slot = slotAt<string>('a.py', text, '"127.0.0.1"', { quote: '"', code });
    assert.equal(edited('a.py', text, [hostFill(slot, '0.0.0.0')], { linters: () => linters }), `${expected}\n`);
  });
}

for (const [name, files, expected] of [
  ['nothing', {}, none],
  ['ruff selects S', { 'pyproject.toml': '[tool.ruff.lint]\nselect = ["E", "S"]\n' }, { ruff: true, bandit: false }],
  ['ruff selects all', { 'ruff.toml': 'lint.extend-select = ["ALL"]\n' }, { ruff: true, bandit: false }],
  ['ruff in the old place', { '.ruff.toml': 'select = ["S1"]\n' }, { ruff: true, bandit: false }],
  ['ruff ignores the one rule', { 'ruff.toml': '[lint]\nselect = ["S"]\nignore = ["S104"]\n' }, none],
  [
    'the longer word wins',
    { 'ruff.toml': '[lint]\nselect = ["S104"]\nignore = ["S"]\n' },
    { ruff: true, bandit: false },
  ],
  ['ruff without these rules', { 'ruff.toml': '[lint]\nselect = ["E"]\n' }, none],
  [
    'the nearest settings count',
    { 'pyproject.toml': '[tool.ruff.lint]\nselect = ["S"]\n', 'app/ruff.toml': '[lint]\nselect = ["E"]\n' },
    none,
  ],
  ['bandit by its file', { '.bandit': '[bandit]\nexclude = tests\n' }, { ruff: false, bandit: true }],
  ['bandit skips the rule', { 'pyproject.toml': '[tool.bandit]\nskips = ["B104"]\n' }, none],
  [
    'bandit as a hook',
    { '.pre-commit-config.yaml': 'repos:\n  - repo: x\n    hooks:\n      - id: bandit\n' },
    { ruff: false, bandit: true },
  ],
  ['no bandit in a comment', { '.pre-commit-config.yaml': '# - id: bandit\n' }, none],
  ['settings that cannot be read', { 'ruff.toml': 'select = [\n' }, none],
] as const) {
  test(`which other linters: ${name}`, async () => {
    const workspace = textWorkspace(new Map(Object.entries(files)));
    assert.deepEqual(await otherLintersFor(workspace, 'app/server.py'), expected);
    assert.deepEqual(await otherLintersFor(workspace, 'app/server.yaml'), none);
  });
}

test('conflicts', () => {
  const at = (start: number, end: number, rank: number, text = 'x', wholeLines = false): PlacedEdit => ({
    span: { file: 'a', start, end },
    text,
    rank,
    owner: String(rank),
    ...(wholeLines && { wholeLines: true }),
  });
  for (const [a, b, conflict] of [
    [at(1, 1, 2), at(1, 1, 3), false],
    [at(1, 1, 2), at(1, 1, 2), false],
    [at(1, 1, 2), at(1, 1, 2, 'y'), true],
    [at(1, 1, 2), at(1, 4, 3), false],
    [at(1, 1, 2), at(1, 4, 3, '', true), true],
    [at(2, 2, 2), at(1, 4, 3), true],
    [at(4, 4, 2), at(1, 4, 3), false],
    [at(1, 3, 2), at(2, 4, 3), true],
    [at(1, 3, 2), at(3, 4, 3), false],
  ] as const) {
    assert.equal(areInConflict(a, b), conflict);
    assert.equal(areInConflict(b, a), conflict);
  }
});

test('edits without conflicts change nothing outside of them, in whatever order they come', () => {
  const edit = fc.record({ start: fc.nat(30), length: fc.nat(4), text: fc.string({ maxLength: 3 }), rank: fc.nat(4) });
  fc.assert(
    fc.property(fc.string({ minLength: 34, maxLength: 40 }), fc.array(edit, { maxLength: 6 }), (text, wanted) => {
      const edits: PlacedEdit[] = [];
      for (const { start, length, text: written, rank } of wanted) {
        const made: PlacedEdit = {
          span: { file: 'a', start, end: start + length },
          text: written,
          rank,
          owner: `${rank}`,
        };
        if (!edits.some((other) => areInConflict(made, other))) edits.push(made);
      }
      const result = applyEdits(text, inOrder(edits));
      assert.equal(applyEdits(text, inOrder([...edits].reverse())), result);
      const kept = [...text].filter((_, at) => !edits.some(({ span }) => at >= span.start && at < span.end));
      const removed = inOrder(edits).reduce((sum, { span }) => sum + span.end - span.start, 0);
      const added = inOrder(edits).reduce((sum, { text: written }) => sum + written.length, 0);
      assert.equal(result.length, text.length - removed + added);
      let at = 0;
      for (const character of kept) {
        at = result.indexOf(character, at);
        assert.ok(at >= 0);
        at += character.length;
      }
    }),
  );
});
