import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { Lexer } from 'yaml';
import { type GuardedNotation, guard } from '../../src/syntax/guard.ts';

const notations: readonly GuardedNotation[] = ['python', 'javascript', 'yaml', 'json', 'toml', 'ini', 'env', 'lines'];
const MANY = 100_000;

/** Repeated a hundred thousand times, each of these nests too deeply. */
const deep: Readonly<Record<'python' | 'javascript' | 'yaml' | 'json' | 'toml', readonly string[]>> = {
  python: [
    '[',
    '(',
    '{',
    'f(',
    '{a: [',
    'not ',
    '-',
    '+~',
    '- (',
    'await ',
    'lambda: ',
    'a if b else ',
    'a ** ',
    'a ** -',
    '[\n',
    '(# )\n',
    '(")",',
    '("""\n)""",',
    "('\\')',",
    '\\\n(',
  ],
  javascript: [
    '[',
    '(',
    '{',
    'f(',
    '!',
    '- ',
    'new ',
    'typeof ',
    'await ',
    'a => ',
    'a = ',
    'a =\n',
    'a ** ',
    'a ? b : ',
    'a\n? b\n: ',
    'if (a) ',
    'if (a)\n',
    'if (a) {} else ',
    'if (a) {\n}\nelse ',
    'for (;;) ',
    'while (a) ',
    'do ',
    'a: ',
    '`${',
    '(")",',
    '(/[/)]/,',
    '(/*)*/',
    '(// )\n',
    'x = {} ? ',
  ],
  yaml: [
    '[',
    '{',
    '{a: ',
    '{"a":',
    '- ',
    '? ',
    '- - ? ',
    '["]", ',
    "['it''s ]', ",
    '[ #]\n ',
    '[[a]b, ',
    '[&a ',
    '[!t ',
    '[ "\\"]", ',
    '[\n\n ',
  ],
  json: ['[', '{"a":', '[{', '["]",', '["\\"]",', '[//]\n', '[/*]*/'],
  toml: ['[', "['''\\''', ", '{a = ', '["]", ', "[']', ", '["""]\n""", ', '[#]\n', '.a', '."a"'],
};

for (const [notation, units] of Object.entries(deep)) {
  for (const unit of units) {
    test(`${notation} refuses ${JSON.stringify(unit)} a hundred thousand times`, () => {
      const text = (notation === 'yaml' ? 'key: \n ' : 'x = ') + unit.repeat(MANY);
      const refusal = guard(text, notation as GuardedNotation);
      assert.match(refusal?.message ?? '', /^nested deeper than 500 levels/);
      assert.ok(refusal!.offset > 490 && refusal!.offset < 520 * unit.length + 20, `${refusal!.offset}`);
    });
  }
}

/** Flat, however long: what a reader of brackets alone could take for nesting. */
const flat: readonly (readonly [notation: GuardedNotation, text: string])[] = [
  ['python', `x = "${'([{'.repeat(MANY)}"`],
  ['python', `x = """${'([{\n'.repeat(MANY)}"""\ny = 1`],
  ['python', `x = r'''${"\\'([{".repeat(MANY)}'''`],
  ['python', '# ([{\n'.repeat(MANY)],
  ['python', `x = ${'1 + -2 * '.repeat(MANY)}3`],
  ['python', `x = ${'not a and '.repeat(MANY)}b`],
  ['python', `x = a${'.b(c)[d]'.repeat(MANY)}`],
  ['python', `x = [${'a if b else c, '.repeat(MANY)}]`],
  ['python', `x = [${'lambda: a ** b, '.repeat(MANY)}]`],
  ['python', 'if a:\n    b\nelse:\n    c\n'.repeat(MANY)],
  ['python', 'x = a if b else c\n'.repeat(MANY)],
  ['python', 'if a:\n  if b:\n\n# c\n    d\n'.repeat(MANY)],
  ['python', `x = [${'\n        1,\n  2,'.repeat(MANY)}]`],
  ['javascript', `x = "${'([{'.repeat(MANY)}"`],
  ['javascript', `x = \`${'([{\n'.repeat(MANY)}\``],
  ['javascript', '// ([{\n/* ([{ */\n'.repeat(MANY)],
  ['javascript', 'x = /[([{]\\//.test(y) / 2\n'.repeat(MANY)],
  [
    'javascript',
    'x = foo()\ny = "a"\nif (x) y = 2\nif (a === b) {\n} else c()\nfor (const x of y) z()\n'.repeat(20_000),
  ],
  ['javascript', 'const f = (a) => ({ b: a ? c : d });\n'.repeat(MANY)],
  ['javascript', `switch (x) {\n${'case 1:\ncase 2:\n  y = !z\n'.repeat(MANY)}}`],
  ['javascript', 'interface A {\n  host?: string\n  port: number\n}\n'.repeat(50_000)],
  ['javascript', `x = \`a\${b}c\${\`d\${e}\`}\`;\n`.repeat(MANY)],
  ['javascript', `x = [${'a + b.c(d), '.repeat(MANY)}]`],
  ['javascript', 'while (i--) j = k++ + -l;\n'.repeat(MANY)],
  ['yaml', `a: "${'[{'.repeat(MANY)}"\nb: 1`],
  ['yaml', `a: |\n${'  [{ "\n'.repeat(MANY)}b: 1`],
  ['yaml', `a: >2-\n${'  [{\n'.repeat(MANY)}b: 1`],
  ['yaml', `- a: |\n    [\n${'- b: [{\n'.repeat(1)}${'- c: "x"\n'.repeat(MANY)}`],
  ['yaml', '# [{\n'.repeat(MANY)],
  ['yaml', `a: b [{\n${'  c [{ - - \n'.repeat(MANY)}`],
  ['yaml', "a: it's [\nb: {c: [d, 'e]', \"f}\"]}\n".repeat(MANY)],
  ['yaml', `[\n${' {"a": [1, 2], "b": "x]["},\n'.repeat(MANY)}]`],
  ['yaml', 'a:\n  b:\n  - c: d\n    e: f\n  - - g\n'.repeat(MANY)],
  ['yaml', 'a: [b\nc: [d\n'.repeat(MANY)],
  ['yaml', '--- [{\n--- a: &b c\n...\n'.repeat(MANY)],
  ['json', `{"a": "${'[{'.repeat(MANY)}"}`],
  ['json', `[${'{"a": [1, "\\\\"]}, '.repeat(MANY)}1]`],
  ['json', '// [{\n/* [{ */\n'.repeat(MANY)],
  ['toml', `a = [${'1.5, '.repeat(MANY)}]`],
  ['toml', 'a.b.c = "[["\n[[d]]\n'.repeat(MANY)],
  ['toml', `a = '''\n${'[{\n'.repeat(MANY)}'''\nb = 'c:\\'\n`],
  ['ini', '['.repeat(MANY)],
  ['env', '('.repeat(MANY)],
  ['lines', '{'.repeat(MANY)],
];

test('flat text passes, however long it is', () => {
  for (const [notation, text] of flat) {
    const length = notation === 'javascript' ? 800_000 : 5_000_000;
    assert.equal(guard(text.slice(0, length), notation), undefined, `${notation}: ${text.slice(0, 60)}`);
  }
});

test('500 levels pass and one more does not', () => {
  for (const notation of ['python', 'javascript', 'json', 'toml'] as const) {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    assert.equal(guard(nested(500), notation), undefined, notation);
    assert.equal(guard(nested(501), notation)?.offset, 500, notation);
  }
});

test('indentation counts together with brackets', () => {
  const indented = (levels: number, first: string) =>
    Array.from({ length: levels }, (_, depth) => `${' '.repeat(depth)}${first}\n`).join('');
  for (const [notation, first] of [
    ['python', 'if x:'],
    ['yaml', 'a:'],
  ] as const) {
    assert.equal(guard(`${indented(300, first)}${' '.repeat(300)}${'['.repeat(190)}`, notation), undefined);
    assert.notEqual(guard(`${indented(300, first)}${' '.repeat(300)}${'['.repeat(210)}`, notation), undefined);
    assert.notEqual(guard(indented(600, first), notation), undefined);
    assert.equal(
      guard(`${indented(300, first)}a${notation === 'yaml' ? ': ' : ' = '}${'['.repeat(490)}`, notation),
      undefined,
    );
  }
});

test('chains that nest to the left have a limit in JavaScript only', () => {
  for (const [before, unit] of [
    ['a', '.b'],
    ['a', '?.b'],
    ['f', '(a, b)'],
    ['a', '[0]'],
    ['a', ' + b'],
    ['a', ' && b'],
    ['a', ' + (b, c)'],
    ['a', '``'],
  ] as const) {
    const text = before + unit.repeat(MANY);
    assert.match(guard(text, 'javascript')?.message ?? '', /^a chain of more than 2000/, unit);
    assert.equal(guard(before + unit.repeat(600), 'javascript'), undefined, unit);
    assert.equal(guard(text, 'python'), undefined, unit);
  }
});

test('text over 5 MB is refused with the limit in the message', () => {
  for (const notation of notations) {
    const line = `x = "${'a'.repeat(10_000_000)}"`;
    assert.deepEqual(guard(line, notation), {
      message: 'longer than 5 MB of text, which is the limit',
      offset: 5_000_000,
    });
    assert.equal(guard('a'.repeat(5_000_000), notation), undefined, notation);
  }
});

test('a NUL byte is named', () => {
  for (const notation of notations) {
    assert.deepEqual(guard('a = 1\n\0', notation), { message: 'contains a NUL byte, so it is not text', offset: 6 });
  }
});

test('time is bounded by the length of the text, whatever it is', () => {
  const units = [
    '/\\',
    '=/',
    '"',
    "'",
    '`',
    '"""',
    "'''",
    '\\',
    '\n',
    '\r',
    ' ',
    '\n ',
    '|\n',
    '/*',
    '#',
    'a',
    '${',
    '}',
    '&',
    '*a ',
    ': ',
    '{}\n',
    ',',
    '\\"""',
  ];
  for (const notation of notations) {
    for (const unit of units) {
      const text = `x: ${unit.repeat(Math.ceil(1_000_000 / unit.length))}`;
      const start = performance.now();
      assert.equal(typeof (guard(text, notation)?.message ?? ''), 'string');
      assert.ok(performance.now() - start < 5_000, `${notation} ${JSON.stringify(unit)}`);
    }
  }
});

test('any text is judged, and an offset lies in it', () => {
  const token = fc.constantFrom(
    ...'( ) [ ] { } " \' ` """ \' \\ / /* */ # // ${ - ? : , ; = => | > & ! * if else a 1'.split(' '),
    '\n',
    '\n  ',
    ' ',
    '\r\n',
    '\0',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(token, { maxLength: 60 }).map((tokens) => tokens.join('')),
  );
  fc.assert(
    fc.property(text, fc.constantFrom(...notations), (source, notation) => {
      const refusal = guard(source, notation);
      assert.equal(refusal === undefined, !source.includes('\0'));
      if (refusal !== undefined) assert.equal(source[refusal.offset], '\0');
    }),
    { numRuns: 2000 },
  );
});

/** How many flow collections the YAML parser's own lexer sees open at once, up to a limit. */
function flowDepth(text: string, limit: number): number {
  const flowEnd = '\x18';
  let depth = 0;
  let deepest = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === '[' || lexeme === '{') depth++;
    else if (lexeme === ']' || lexeme === '}') depth--;
    else if (lexeme === flowEnd) depth = 0;
    deepest = Math.max(deepest, depth);
    if (deepest > limit) break;
  }
  return deepest;
}

test('no YAML hides from the guard what its parser takes for nesting', () => {
  const token = fc.constantFrom(
    ...['[', '{', '[ ', '{ ', '[a', '{b:', ']', '}', ',', ', ', ':', ': ', 'a: ', '"a":', '- ', '? ', '---\n', '\n- '],
    ...[
      '"',
      "'",
      '"a"',
      "'b'",
      '#',
      ' #',
      '\n',
      '\n ',
      '\n  ',
      '\t',
      'a',
      'b ',
      '&a ',
      '!t ',
      '*a ',
      '|\n',
      '>\n',
      '\\',
      '%',
    ],
  );
  const part = (maxLength: number) => fc.array(token, { maxLength }).map((tokens) => tokens.join(''));
  let deepTexts = 0;
  fc.assert(
    fc.property(part(4), part(6), (before, unit) => {
      const text = before + unit.repeat(1300);
      if (flowDepth(text, 600) <= 600) return;
      deepTexts++;
      assert.notEqual(guard(text, 'yaml'), undefined);
    }),
    { numRuns: 2000, seed: 1 },
  );
  assert.ok(deepTexts > 50, `${deepTexts}`);
});

test('the code and settings of this project pass', () => {
  const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
  const kinds: Readonly<Record<string, GuardedNotation>> = {
    '.ts': 'javascript',
    '.mjs': 'javascript',
    '.json': 'json',
  };
  let read = 0;
  for (const folder of ['.', 'src', 'src/syntax', 'scripts', 'test', 'test/syntax']) {
    for (const name of readdirSync(path.join(root, folder))) {
      const notation = kinds[path.extname(name)];
      if (notation === undefined) continue;
      assert.equal(guard(readFileSync(path.join(root, folder, name), 'utf8'), notation), undefined, name);
      read++;
    }
  }
  assert.ok(read > 20);
});

test('JavaScript of more words and marks than memory is for is refused, and a megabyte of ordinary code is not', () => {
  const many = { message: 'more than 700000 words and marks, which is the limit' };
  for (const dense of ['a;\n', '{}\n', '//\n', '/**/\n', "'', 1\n"])
    assert.equal(guard(dense.repeat(700_001), 'javascript')?.message, many.message, dense);
  const ordinary = `/** Starts what listens. */
export async function start(options: Options): Promise<Server> {
  const { host, port = 8000 } = options;
  const server = createServer((request, response) => {
    if (request.url !== '/health') return handle(request, response, { host, port });
    response.end(\`ready since \${started}\`);
  });
  server.on('error', (error) => process.exitCode = report(error, [host, port]));
  return server.listen(port, host);
}

`;
  assert.equal(guard(ordinary.repeat(Math.ceil(1_000_000 / ordinary.length)), 'javascript'), undefined);
});
