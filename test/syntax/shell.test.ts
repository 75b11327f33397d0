import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CommandLine, Word } from '../../src/syntax/command.ts';
import { assignmentOf, expand, opaqueLines, parseShell, splitWords, withVariables } from '../../src/syntax/shell.ts';

const words = (line: CommandLine | undefined) => line?.words.map(({ value }) => value);
const commands = (text: string) => parseShell('run.sh', text).map((line) => words(line)!.join(' '));
const one = (text: string): Word => parseShell('run.sh', text)[0]!.words[0]!;
const at = (text: string, { span }: Word) => text.slice(span.start, span.end);

test('words have the place they stand at, quotes included', () => {
  const text = `uvicorn app:app --host "$HOST" --name 'my app'`;
  const [line] = parseShell('run.sh', `# a comment\n${text}\n`, 0);
  assert.deepEqual(
    line!.words.map((word) => [word.value, at(`# a comment\n${text}\n`, word), word.quote, word.expands]),
    [
      ['uvicorn', 'uvicorn', '', false],
      ['app:app', 'app:app', '', false],
      ['--host', '--host', '', false],
      ['$HOST', '"$HOST"', '"', true],
      ['--name', '--name', '', false],
      ['my app', "'my app'", "'", false],
    ],
  );
  assert.deepEqual(parseShell('run.sh', 'a b', 100)[0]!.words[1]!.span, { file: 'run.sh', start: 102, end: 103 });
});

test('a word quoted in parts cannot be replaced, but its part behind = can', () => {
  const text = '--host="0.0.0.0"';
  const word = one(text);
  assert.equal(word.value, '--host=0.0.0.0');
  assert.equal(word.quote, undefined);
  assert.deepEqual(
    [word.assigned?.value, word.assigned?.quote, at(text, word.assigned!)],
    ['0.0.0.0', '"', '"0.0.0.0"'],
  );
  for (const [written, value] of [
    [String.raw`a\ b`, 'a b'],
    [`a"b"'c'`, 'abc'],
    [String.raw`"a\"b"`, 'a"b'],
    ['a\\\nb', 'ab'],
    ["$'a'", 'a'],
  ] as const) {
    assert.equal(one(written).value, value);
    assert.equal(one(written).quote, undefined, written);
  }
});

test('only live variables expand', () => {
  for (const [written, expands] of [
    ['$PORT', true],
    ['"$PORT"', true],
    ["'$PORT'", false],
    [String.raw`\$PORT`, false],
    ['8000', false],
    ['`id`', true],
    ['$(a b; c | d)', true],
    ['"$(a "b c" d)"', true],
    [`\${A:-\${B:-"x y"}}`, true],
  ] as const) {
    const [line, ...more] = parseShell('run.sh', written);
    assert.equal(line!.words.length, 1, written);
    assert.deepEqual(more, []);
    assert.equal(line!.words[0]!.expands, expands, written);
  }
});

test('operators, keywords and redirections come between commands', () => {
  assert.deepEqual(commands('a; b && c || d | e & f'), ['a', 'b', 'c', 'd', 'e', 'f']);
  assert.deepEqual(commands('a > log 2>&1 < in >> out &> all arg'), ['a arg']);
  assert.deepEqual(commands('(cd x; a) && { b; }'), ['cd x', 'a', 'b']);
  assert.deepEqual(commands('if a; then b; elif c; then d; else e; fi'), ['a', 'b', 'c', 'd', 'e']);
  assert.deepEqual(commands('while ! a; do b; done; until c; do d; done'), ['a', 'b', 'c', 'd']);
  assert.deepEqual(commands('for x in uvicorn gunicorn; do echo $x; done'), ['echo $x']);
  assert.deepEqual(commands('start() {\n  a\n}\nfunction stop {\n b\n}'), ['a', 'b']);
  assert.deepEqual(commands('a \\\n  --b \\\r\n  c # d\n'), ['a --b c']);
  assert.deepEqual(commands('diff <(a) <(b)'), ['diff <(a) <(b)']);
  assert.deepEqual(commands('a\r\nb\r\n'), ['a', 'b']);
});

test('the patterns of a case are no commands', () => {
  const text =
    'case "$1" in\n  gunicorn | uvicorn) exec gunicorn a ;;\n  (flask) (cd x); b;;\n  *) case $2 in x) c;; esac;;\nesac\nd';
  assert.deepEqual(commands(text), ['exec gunicorn a', 'cd x', 'b', 'c', 'd']);
});

test('the bodies of here-documents are no commands', () => {
  assert.deepEqual(commands('cat <<EOF > x\nflask run\nEOF\na'), ['cat', 'a']);
  assert.deepEqual(commands("cat <<-'EOF'; b\n\tflask run\n\tEOF\na"), ['cat', 'b', 'a']);
  assert.deepEqual(commands('cat <<A <<B\n1\nA\n2\nB\nc'), ['cat', 'c']);
  assert.deepEqual(commands('cat <<< text\nb'), ['cat', 'b']);
  assert.deepEqual(commands('cat <<EOF\nflask run'), ['cat']);
});

test('assignments in front belong to the command, others to the lines that follow', () => {
  const text = `HOST='::' PORT=8000 a --b=c`;
  const [line] = parseShell('run.sh', text);
  assert.deepEqual(
    line!.environment.map(({ name, value }) => [name, value.value, at(text, value)]),
    [
      ['HOST', '::', "'::'"],
      ['PORT', '8000', '8000'],
    ],
  );
  const [first, second, third] = withVariables(
    parseShell('run.sh', 'A=1\nexport HOST=x B\na $A $HOST $C\nA=2\nb $A\nB=3\nc'),
  );
  const known = (found: CommandLine | undefined) => ({
    variables: found?.variables?.map(({ name, value }) => `${name}=${value.value}`),
    environment: found?.environment.map(({ name, value }) => `${name}=${value.value}`),
  });
  assert.deepEqual(known(first), { variables: ['A=1', 'HOST=x'], environment: ['HOST=x'] });
  assert.deepEqual(known(second), { variables: ['A=$A'], environment: ['HOST=x'] });
  assert.deepEqual(known(third), { variables: undefined, environment: ['HOST=x', 'B=3'] });
  assert.deepEqual(words(parseShell('run.sh', 'ARGS=(gunicorn a)\nb')[0]), ['b']);
});

test('text with escapes around it has one place and cannot be written', () => {
  const outer = { file: 'package.json', start: 10, end: 40 };
  const [line] = opaqueLines(parseShell('package.json', 'vite --host="a" && b'), outer);
  assert.equal(line!.opaque, true);
  assert.ok(line!.words.every((word) => word.quote === undefined && word.span === outer));
});

test('words can be split without the shell, and cut at =', () => {
  const list = splitWords('Dockerfile', 'A=b&c "D=e f" G="h i"', 4);
  assert.deepEqual(
    list.map((word) => assignmentOf(word)),
    [
      { name: 'A', value: { value: 'b&c', span: { file: 'Dockerfile', start: 6, end: 9 }, quote: '', expands: false } },
      {
        name: 'D',
        value: { value: 'e f', span: { file: 'Dockerfile', start: 13, end: 16 }, quote: '', expands: false },
      },
      {
        name: 'G',
        value: { value: 'h i', span: { file: 'Dockerfile', start: 20, end: 25 }, quote: '"', expands: false },
      },
    ],
  );
  assert.equal(assignmentOf(list[0]!)!.name, 'A');
  assert.equal(assignmentOf(one('--a=b')), undefined);
});

test('a variable with its fallback is understood, more than that is not', () => {
  for (const [text, expected] of [
    ['8000', { literal: '8000' }],
    ['$PORT', { name: 'PORT' }],
    [`\${PORT}`, { name: 'PORT' }],
    [`\${PORT:-8000}`, { name: 'PORT', fallback: '8000' }],
    [`\${PORT-8000}`, { name: 'PORT', fallback: '8000' }],
    [`\${HOST:="0.0.0.0"}`, { name: 'HOST', fallback: '0.0.0.0' }],
    [`\${PORT:?is missing}`, { name: 'PORT' }],
    [`\${PORT:-$OTHER}`, { name: 'PORT' }],
    [`\${PORT:+8000}`, {}],
    ['%PORT%', { name: 'PORT' }],
    ['$env:PORT', { name: 'PORT' }],
    ['80$X', {}],
    ['$(port)', {}],
    ['{{port}}', {}],
  ] as const) {
    assert.deepEqual(expand(text), expected, text);
  }
});

test('any text is read, in its own bounds, and plain words stand as they are', () => {
  const shellish = fc.array(
    fc.constantFrom(
      'a',
      ' ',
      '"',
      "'",
      '\\',
      '$',
      '(',
      ')',
      '{',
      '}',
      '`',
      '\n',
      ';',
      '&',
      '|',
      '<',
      '<<',
      '=',
      '#',
      'case ',
      'in ',
      'esac',
      '\r',
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(
      shellish.map((parts) => parts.join('')),
      (text) => {
        for (const line of parseShell('run.sh', text)) {
          for (const word of [...line.words, ...line.environment.map(({ value }) => value)]) {
            const { start, end } = word.span;
            assert.ok(0 <= start && start <= end && end <= text.length);
            if (word.quote !== undefined) assert.equal(text.slice(start, end), word.quote + word.value + word.quote);
          }
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('hostile text takes time in proportion to its length', () => {
  const started = performance.now();
  for (const piece of [
    '$(',
    '"$(',
    `\${`,
    '(',
    '`',
    'case x in ',
    'a=',
    '--a=b"c"',
    '<<E ',
    'A=1 ',
    '\\\n',
    'export A=b;c\n',
    '"',
    "'",
  ]) {
    parseShell('run.sh', piece.repeat(20_000));
  }
  assert.ok(performance.now() - started < 8000);
});
