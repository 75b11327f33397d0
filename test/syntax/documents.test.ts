import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Document, type Node, nodeAt, type Scalar } from '../../src/syntax/document.ts';
import { type Notation, parseDocuments } from '../../src/syntax/documents.ts';
import { SyntaxProblem } from '../../src/syntax/problem.ts';

const NOTATIONS: readonly Notation[] = ['yaml', 'json', 'toml', 'ini', 'env', 'directives'];

function fileOf(notation: Notation): string {
  return notation === 'env' ? '.env' : `settings.${notation}`;
}

async function read(notation: Notation, text: string, file = fileOf(notation)): Promise<Document> {
  const [document, ...rest] = await parseDocuments(file, text, notation);
  assert.ok(document);
  assert.equal(rest.length, 0);
  return document;
}

function scalarAt(document: Document, ...path: (string | number)[]): Scalar {
  const node = nodeAt(document.root, path);
  assert.equal(node?.kind, 'scalar', `no scalar at ${path.join('.')}`);
  return node;
}

/** Value, text as it stands, and whether it can be replaced, of each scalar by path. */
function scalarsOf(document: Document): Map<string, Scalar> {
  const found = new Map<string, Scalar>();
  const walk = (node: Node, path: readonly (string | number)[]) => {
    if (node.kind === 'scalar') found.set(JSON.stringify(path), node);
    else if (node.kind === 'list') node.items.forEach((item, index) => void walk(item, [...path, index]));
    else for (const { key, value } of node.entries) walk(value, [...path, key]);
  };
  walk(document.root, []);
  return found;
}

interface Expected {
  readonly value: Scalar['value'];
  readonly written: string;
  readonly quote?: string;
  readonly opaque?: true;
}

const TABLE: readonly {
  readonly name: string;
  readonly notation: Notation;
  readonly file?: string;
  readonly text: string;
  readonly scalars: Readonly<Record<string, Expected>>;
  readonly comments?: readonly string[];
}[] = [
  {
    name: 'YAML scalars of every style',
    notation: 'yaml',
    text: [
      '# top',
      'server: # the server',
      '  host: 127.0.0.1   # loopback',
      "  name: 'web'",
      '  port: "8000"',
      '  base: 22:22',
      '  text: |',
      '    host: none',
      '  folded: two',
      '    lines',
      '  empty:',
      '  filled: ',
      '  tagged: !ENV "${HOST}"',
      '  escaped: "a\\tb"',
      '  list: [1, {port: 0x10}, ]',
      '8080: off',
      '',
    ].join('\n'),
    scalars: {
      '["server","host"]': { value: '127.0.0.1', written: '127.0.0.1' },
      '["server","name"]': { value: 'web', written: "'web'", quote: "'" },
      '["server","port"]': { value: '8000', written: '"8000"', quote: '"' },
      '["server","base"]': { value: '22:22', written: '22:22' },
      '["server","text"]': { value: 'host: none\n', written: '|\n    host: none\n', opaque: true },
      '["server","folded"]': { value: 'two lines', written: 'two\n    lines', opaque: true },
      '["server","empty"]': { value: null, written: '', opaque: true },
      '["server","filled"]': { value: null, written: '' },
      '["server","tagged"]': { value: '${HOST}', written: '"${HOST}"', quote: '"', opaque: true },
      '["server","escaped"]': { value: 'a\tb', written: '"a\\tb"', quote: '"', opaque: true },
      '["server","list",0]': { value: 1, written: '1' },
      '["server","list",1,"port"]': { value: 16, written: '0x10' },
      '["8080"]': { value: 'off', written: 'off' },
    },
    comments: ['top', 'the server', 'loopback'],
  },
  {
    name: 'JSON with comments and trailing commas',
    notation: 'json',
    text: '// top\n{"server": {"host": "127.0.0.1", "port": 8000,}, /* list */ "hosts": ["a\\u0062", null, true,]}\n',
    scalars: {
      '["server","host"]': { value: '127.0.0.1', written: '"127.0.0.1"', quote: '"' },
      '["server","port"]': { value: 8000, written: '8000' },
      '["hosts",0]': { value: 'ab', written: '"a\\u0062"', quote: '"', opaque: true },
      '["hosts",1]': { value: null, written: 'null' },
      '["hosts",2]': { value: true, written: 'true' },
    },
    comments: ['top', 'list'],
  },
  {
    name: 'TOML tables, arrays of tables and dotted keys',
    notation: 'toml',
    text: [
      'debug.port = 1_000 # dotted',
      '[server]',
      'host = "127.0.0.1"',
      '[server.tls]',
      "cert = 'x'",
      'since = 2020-01-01',
      '[[workers]]',
      'port = 1',
      '[[workers]]',
      'port = 2',
      'nested = { "a.b" = { c.d = [3, """4"""] } }',
      '[workers.limits]',
      'memory = 5',
    ].join('\r\n'),
    scalars: {
      '["debug","port"]': { value: 1000, written: '1_000' },
      '["server","host"]': { value: '127.0.0.1', written: '"127.0.0.1"', quote: '"' },
      '["server","tls","cert"]': { value: 'x', written: "'x'", quote: "'" },
      '["server","tls","since"]': { value: '2020-01-01', written: '2020-01-01', opaque: true },
      '["workers",0,"port"]': { value: 1, written: '1' },
      '["workers",1,"port"]': { value: 2, written: '2' },
      '["workers",1,"nested","a.b","c","d",0]': { value: 3, written: '3' },
      '["workers",1,"nested","a.b","c","d",1]': { value: '4', written: '"""4"""', quote: '"""', opaque: true },
      '["workers",1,"limits","memory"]': { value: 5, written: '5' },
    },
    comments: ['dotted'],
  },
  {
    name: 'INI sections with comments, quotes and values over several lines',
    notation: 'ini',
    text: [
      'top = 1',
      '; about the server',
      '[server:main] # main',
      'use = egg:waitress#main',
      '  # behind',
      'host: "127.0.0.1" ; loopback',
      'port=8000\t# web',
      'flag',
      'args =',
      '  --host=localhost',
      '  --debug',
      'empty = ',
      '[other]',
      '[server:main]',
      'late = http://localhost:1',
    ].join('\n'),
    scalars: {
      '["top"]': { value: 1, written: '1' },
      '["server:main","use"]': { value: 'egg:waitress#main', written: 'egg:waitress#main' },
      '["server:main","host"]': { value: '127.0.0.1', written: '"127.0.0.1"', quote: '"' },
      '["server:main","port"]': { value: 8000, written: '8000' },
      '["server:main","flag"]': { value: null, written: '', opaque: true },
      '["server:main","args"]': {
        value: '\n  --host=localhost\n  --debug',
        written: '\n  --host=localhost\n  --debug',
        opaque: true,
      },
      '["server:main","empty"]': { value: '', written: '' },
      '["server:main","late"]': { value: 'http://localhost:1', written: 'http://localhost:1' },
    },
    comments: ['about the server', 'main', 'behind', 'loopback', 'web'],
  },
  {
    name: 'properties with their own separators and continuations',
    notation: 'ini',
    file: 'application.properties',
    text: 'server.port=8080\nserver.address 127.0.0.1\n! note\nlong=a\\\n  b\nkey\\:x : y # z\n[no section]\n',
    scalars: {
      '["server.port"]': { value: 8080, written: '8080' },
      '["server.address"]': { value: '127.0.0.1', written: '127.0.0.1' },
      '["long"]': { value: 'a\\\n  b', written: 'a\\\n  b', opaque: true },
      '["key:x"]': { value: 'y # z', written: 'y # z' },
      '["[no"]': { value: 'section]', written: 'section]' },
    },
    comments: ['note'],
  },
  {
    name: 'dotenv files',
    notation: 'env',
    text: [
      '# top',
      'export HOST="127.0.0.1" # loopback',
      'PORT=8000 # web',
      'URL=http://localhost#part',
      'EMPTY=',
      'REMARK= # nothing',
      "LINES='a",
      "B=b'",
      'FALLBACK=${BIND:-127.0.0.1}',
      'noise',
    ].join('\n'),
    scalars: {
      '["HOST"]': { value: '127.0.0.1', written: '"127.0.0.1"', quote: '"' },
      '["PORT"]': { value: '8000', written: '8000' },
      '["URL"]': { value: 'http://localhost#part', written: 'http://localhost#part' },
      '["EMPTY"]': { value: '', written: '' },
      '["REMARK"]': { value: '', written: '', opaque: true },
      '["LINES"]': { value: 'a\nB=b', written: "'a\nB=b'", quote: "'", opaque: true },
      '["FALLBACK"]': { value: '${BIND:-127.0.0.1}', written: '${BIND:-127.0.0.1}' },
    },
    comments: ['top', 'loopback', 'web', 'nothing'],
  },
];

for (const { name, notation, file, text, scalars, comments } of TABLE) {
  test(name, async () => {
    const document = await read(notation, text, file);
    const found = [...scalarsOf(document)].map(([path, { value, span, quote, opaque }]) => [
      path,
      {
        value,
        written: text.slice(span.start, span.end),
        ...(quote !== '' && { quote }),
        ...(opaque && { opaque }),
      },
    ]);
    assert.deepEqual(Object.fromEntries(found), scalars);
    assert.deepEqual(
      document.comments.map((comment) => comment.text),
      comments ?? [],
    );
    assertSpans(document);
  });
}

/** Every span lies in the text, keys and quotes stand where they are said to stand. */
function assertSpans(document: Document): void {
  const { text } = document;
  const walk = (node: Node) => {
    assert.ok(node.span.start >= 0 && node.span.start <= node.span.end && node.span.end <= text.length);
    if (node.kind === 'list') node.items.forEach(walk);
    if (node.kind === 'map') {
      for (const { key, keySpan, value } of node.entries) {
        const written = text.slice(keySpan.start, keySpan.end);
        if (!/[\\\n]/.test(written)) assert.equal(written.replace(/^(["'])(.*)\1$/, '$2').replaceAll("''", "'"), key);
        walk(value);
      }
    }
    if (node.kind === 'scalar') {
      const written = text.slice(node.span.start, node.span.end);
      assert.ok(written.startsWith(node.quote) && written.endsWith(node.quote));
      if (!node.opaque) assert.equal(written, node.quote + node.text + node.quote);
    }
  };
  walk(document.root);
}

test('the documents of one YAML file have their own anchors and comments', async () => {
  const text = 'a: &x 1 # one\n--- # two\nb: 2\n# end\n';
  const documents = await parseDocuments('a.yaml', text, 'yaml');
  assert.deepEqual(
    documents.map(({ root, comments }) => [scalarsOf({ root } as Document).size, comments.map((one) => one.text)]),
    [
      [1, ['one']],
      [1, ['two', 'end']],
    ],
  );
  await assert.rejects(parseDocuments('a.yaml', 'a: &x 1\n---\nb: *x\n', 'yaml'), /alias \*x names no anchor/);
});

test('aliases and merge keys lead to the text they stand for', async () => {
  const text = 'base: &base {host: 127.0.0.1, port: 1}\nweb:\n  <<: *base\n  port: 2\ncopy: *base\n';
  const document = await read('yaml', text);
  const web = nodeAt(document.root, ['web']);
  assert.ok(web?.kind === 'map');
  assert.deepEqual(
    web.entries.map(({ key, value, shared }) => [key, value.kind === 'scalar' && value.value, shared ?? false]),
    [
      ['host', '127.0.0.1', true],
      ['port', 2, false],
    ],
  );
  assert.equal(scalarAt(document, 'web', 'host').span.start, text.indexOf('127.0.0.1'));
  assert.equal(nodeAt(document.root, ['copy']), nodeAt(document.root, ['base']));
  assert.equal(document.root.kind === 'map' && document.root.entries.at(-1)?.shared, true);
});

test('of several merged maps the first wins, and the last of equal keys', async () => {
  const document = await read('yaml', 'a: &a {p: 1}\nb: &b {p: 2, q: 3}\nc: {<<: [*a, *b]}\nd: 1\nd: 2\n');
  assert.equal(scalarAt(document, 'c', 'p').value, 1);
  assert.equal(scalarAt(document, 'c', 'q').value, 3);
  assert.equal(scalarAt(document, 'd').value, 2);
});

test('what cannot be parsed names its place', async () => {
  const broken: readonly (readonly [Notation, string, number])[] = [
    ['yaml', 'host: {{ .Values.host }}:80\n', 24],
    ['yaml', 'a: 1\n b: 2\n', 3],
    ['yaml', 'a: *a\n', 3],
    ['json', '{"a": }', 6],
    ['json', '', 0],
    ['toml', 'a = \n', 5],
    ['toml', 'a = 1\na = 2\n', 6],
    ['ini', 'a = 1\n[open\n', 6],
  ];
  for (const [notation, text, offset] of broken) {
    await assert.rejects(parseDocuments('x', text, notation), (error) => {
      assert.ok(error instanceof SyntaxProblem, String(error));
      assert.equal(error.kind, 'unparsed');
      assert.equal(error.offset, offset, `${notation} ${JSON.stringify(text)}`);
      assert.match(error.message, /^[^A-Z]/);
      return true;
    });
  }
});

test('a small text that expands to a huge or deep tree is refused in bounded time', async () => {
  const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 12; level += 1) {
    bomb.push(`a${level}: &a${level} [${`*a${level - 1}, `.repeat(9)}]`);
  }
  const ladder = ['a0: &a0 {x: 1}'];
  for (let level = 1; level < 2000; level += 1) ladder.push(`a${level}: &a${level} {x: *a${level - 1}}`);
  const merges = ['a0: &a0 {k0: 1}'];
  for (let level = 1; level < 1000; level += 1) {
    merges.push(`a${level}: &a${level} {<<: *a${level - 1}, k${level}: 1}`);
  }
  const hostile: readonly (readonly [Notation, string])[] = [
    ['yaml', bomb.join('\n')],
    ['yaml', ladder.join('\n')],
    ['yaml', merges.join('\n')],
    ['toml', `${'a.'.repeat(600)}b = 1`],
    ['json', '['.repeat(100_000)],
    ['yaml', '['.repeat(100_000)],
    ['yaml', '- '.repeat(20_000)],
    ['yaml', 'a: '.repeat(20_000)],
    ['yaml', `${'a: '.repeat(5_000)}\n---\n${'? '.repeat(5_000)}`],
    ['yaml', 'k: v\n'.repeat(900_000)],
    ['yaml', `[${'{}'.repeat(2_000_000)}`],
    ['toml', `a = [${'1'.repeat(2_000_000)}]`],
    ['toml', `a = [${'1,'.repeat(2_000_000)}]`],
    ['toml', `a = ${'['.repeat(100_000)}`],
  ];
  const started = performance.now();
  for (const [notation, text] of hostile) {
    await assert.rejects(parseDocuments('x', text, notation), (error) => {
      assert.ok(error instanceof SyntaxProblem, `${notation} ${text.slice(0, 30)}: ${error}`);
      assert.equal(error.kind, 'limit', `${notation} ${text.slice(0, 30)}: ${error.message}`);
      return true;
    });
  }
  assert.ok(performance.now() - started < 60_000);
});

test('any text is read or refused as a problem', async () => {
  const piece = fc.constantFrom(
    ...[
      'host',
      'port',
      '127.0.0.1',
      ': ',
      ' = ',
      '=',
      ':',
      '\n',
      '\r\n',
      '  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
    ],
    ...['#', ';', '\\', '&a ', '*a', '<<: *a', '|', '>', '!t ', '---\n', '8000', '"a": ', '//', '/*', '*/', '?', '\t'],
    ...['[[', ']]', '.', 'export ', '${X:-1}', '`', '\u00e4', '\ud83d\ude00', '\ud800', '\0', '\u2028', '%YAML 1.1\n'],
  );
  const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom(...NOTATIONS), async (source, notation) => {
      try {
        for (const document of await parseDocuments(fileOf(notation), source, notation)) {
          for (const { span, quote, text: inner, opaque } of scalarsOf(document).values()) {
            assert.ok(span.start >= 0 && span.start <= span.end && span.end <= source.length);
            if (!opaque) assert.equal(source.slice(span.start, span.end), quote + inner + quote);
          }
          for (const { span } of document.comments) assert.ok(span.start < span.end && span.end <= source.length);
        }
      } catch (error) {
        if (!(error instanceof SyntaxProblem)) throw error;
        assert.ok(error.offset >= 0 && error.offset <= source.length);
      }
    }),
    { numRuns: 1500 },
  );
});

/** A settings text in each notation: two levels of keys with values in all the styles that can be replaced. */
const key = fc.stringMatching(/^[a-z][a-z_]{0,8}$/);
const value = fc.oneof(
  fc.constantFrom('localhost', '127.0.0.1', '::1', 'web server', '/var/run', 'a#b', 'http://localhost:80/x?y=1'),
  fc.integer({ min: 0, max: 70_000 }),
  fc.constant(''),
);
const style = fc.record({
  quote: fc.constantFrom('', '"', "'"),
  comment: fc.constantFrom('', ' # note', '  # host: x'),
  blank: fc.constantFrom('', ' '),
  flow: fc.boolean(),
  lineBreak: fc.constantFrom('\n', '\r\n'),
});
const tree = fc.dictionary(key, fc.dictionary(key, fc.tuple(value, style), { maxKeys: 4 }), { minKeys: 1, maxKeys: 4 });
type Tree = Record<string, Record<string, [string | number, typeof style extends fc.Arbitrary<infer S> ? S : never]>>;

const quoted = (text: string | number, quote: string) => (quote === '' ? String(text) : `${quote}${text}${quote}`);

const WRITERS: Readonly<Record<Notation, (sections: Tree) => string>> = {
  yaml: (sections) =>
    Object.entries(sections)
      .map(([name, pairs]) => {
        const body = Object.entries(pairs).map(([label, [item, { quote, comment, blank, lineBreak }]]) => {
          const plain = quote === '' && /^$|: | #/.test(String(item)) ? '"' : quote;
          const needed = item === '::1' && plain === '' ? "'" : plain;
          return `  ${label}${blank}: ${blank}${quoted(item, needed)}${comment}${lineBreak}`;
        });
        return `${name}:${body.length === 0 ? ' {}' : ''}\n${body.join('')}`;
      })
      .join(''),
  json: (sections) => {
    const plain = Object.entries(sections).map(([name, pairs]) => {
      const body = Object.entries(pairs).map(
        ([label, [item, { comment, blank }]]) =>
          `"${label}"${blank}:${blank}${JSON.stringify(item)} ${comment === '' ? '' : '/* note */'}`,
      );
      return `"${name}": {${body.join(', ')}}`;
    });
    return `{\n${plain.join(',\n')},\n}\n`;
  },
  toml: (sections) =>
    Object.entries(sections)
      .map(([name, pairs]) => {
        const body = Object.entries(pairs).map(([label, [item, { quote, comment, blank, lineBreak }]]) => {
          const needed = typeof item === 'number' ? quote : quote || '"';
          return `${label}${blank}=${blank}${quoted(item, needed)}${comment}${lineBreak}`;
        });
        return `[${name}]\n${body.join('')}`;
      })
      .join('\n'),
  ini: (sections) =>
    Object.entries(sections)
      .map(([name, pairs]) => {
        const body = Object.entries(pairs).map(
          ([label, [item, { quote, comment, blank, lineBreak, flow }]]) =>
            `${label}${blank}${flow ? '=' : ':'}${blank}${quoted(item, quote)}${comment}${lineBreak}`,
        );
        return `[${name}]\n${body.join('')}`;
      })
      .join(''),
  env: (sections) =>
    Object.values(sections)
      .flatMap((pairs) =>
        Object.entries(pairs).map(
          ([label, [item, { quote, comment, flow, lineBreak }]]) =>
            `${flow ? 'export ' : ''}${label}=${quoted(item, quote)}${comment}${lineBreak}`,
        ),
      )
      .join(''),
  directives: (sections) =>
    Object.values(sections)
      .flatMap((pairs) =>
        Object.entries(pairs).map(
          ([label, [item, { quote, comment, flow, lineBreak }]]) =>
            `${label}${flow ? ' = ' : ' '}${quoted(item, quote)}${comment}${lineBreak}`,
        ),
      )
      .join(''),
};

for (const notation of NOTATIONS) {
  test(`a value in ${notation} is replaced in place and nothing else changes`, async () => {
    let replaced = 0;
    await fc.assert(
      fc.asyncProperty(tree, fc.constantFrom('0.0.0.0', 'localhost'), fc.nat(), async (sections, host, pick) => {
        const text = WRITERS[notation](sections as Tree);
        const before = scalarsOf(await read(notation, text));
        // A bare word is no value where the notation has typed literals.
        const typed = notation === 'json' || notation === 'toml';
        const open = [...before].filter(([, { opaque, quote }]) => !opaque && !(typed && quote === ''));
        if (open.length === 0) return;
        const [path, { span, quote }] = open[pick % open.length]!;
        const after = text.slice(0, span.start) + quote + host + quote + text.slice(span.end);
        const values = (scalars: Map<string, Scalar>) => [...scalars].map(([at, scalar]) => [at, scalar.value]);
        const expected = values(before).map(([at, old]) => [at, at === path ? host : old]);
        assert.deepEqual(values(scalarsOf(await read(notation, after))), expected);
        replaced += 1;
      }),
      { numRuns: 300 },
    );
    assert.ok(replaced > 100, `only ${replaced} replaced`);
  });
}
