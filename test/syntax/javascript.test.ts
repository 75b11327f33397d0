import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { indexProgram } from '../../src/resolve/names.ts';
import type { Expr, Program, Statement } from '../../src/syntax/call.ts';
import { guard } from '../../src/syntax/guard.ts';
import { parseJavascript } from '../../src/syntax/javascript.ts';
import { SyntaxProblem } from '../../src/syntax/problem.ts';
import '../seed.ts';

/** Every span in a tree, with the text it covers. */
function spansIn(program: Program): { readonly kind: string; readonly text: string }[] {
  const found: { kind: string; text: string }[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    else if (value !== null && typeof value === 'object') {
      if ('start' in value && 'end' in value && 'file' in value) {
        const { start, end, file } = value as { start: number; end: number; file: string };
        assert.equal(file, program.file);
        assert.ok(start >= 0 && start <= end && end <= program.text.length, `${start}-${end}`);
        found.push({ kind: 'span', text: program.text.slice(start, end) });
      } else for (const inner of Object.values(value)) visit(inner);
    }
  };
  visit(program.body);
  visit(program.comments);
  visit(program.errors);
  return found;
}

/** A tree without its spans. */
const bare = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, inner) =>
      /^(span|nameSpan|keySpan|inside|declares|quote)$/.test(key) ? undefined : inner,
    ),
  );

const body = (text: string, file = 'a.ts') => parseJavascript(file, text).body;
const name = (text: string) => ({ kind: 'name', name: text });
const textAt = (text: string, { span }: Expr | Statement) => text.slice(span.start, span.end);

/** The one statement of a text. */
function only(text: string, file?: string): Statement {
  const statements = body(text, file);
  assert.equal(statements.length, 1, text);
  return statements[0]!;
}

function expressionIn(text: string, file?: string): Expr {
  const statement = only(text, file);
  assert.equal(statement.kind, 'expression');
  return (statement as Extract<Statement, { kind: 'expression' }>).value;
}

describe('modules', () => {
  const imports: readonly (readonly [text: string, module: string, names: readonly (readonly [string, string])[]])[] = [
    ["import express from 'express'", 'express', [['default', 'express']]],
    ["import * as http from 'node:http'", 'node:http', [['*', 'http']]],
    [
      "import app, { a as b, 'c d' as e } from './app.js'",
      './app.js',
      [
        ['default', 'app'],
        ['a', 'b'],
        ['c d', 'e'],
      ],
    ],
    ["import './side'", './side', []],
    ["const x = require('x')", 'x', [['*', 'x']]],
    ["x = require('x')", 'x', [['*', 'x']]],
    [
      "const { a, b: c } = require('x')",
      'x',
      [
        ['a', 'a'],
        ['b', 'c'],
      ],
    ],
    ["const { a } = await import('x')", 'x', [['a', 'a']]],
    ["const b = require('x').a", 'x', [['a', 'b']]],
    ["import x = require('x')", 'x', [['*', 'x']]],
    ["export { a as b } from 'x'", 'x', [['a', 'export b']]],
    ["export * from 'x'", 'x', [['*', '*']]],
    ["export * as y from 'x'", 'x', [['*', 'export y']]],
  ];
  for (const [text, module, names] of imports)
    test(text, () => {
      const statement = only(text);
      assert.deepEqual(bare(statement), {
        kind: 'import',
        module,
        names: names.map(([name, local]) => ({ name, local })),
        // Its names are known in the block alone.
        ...(/^(?:const|let) /.test(text) && { scoped: true }),
      });
    });

  const exports: readonly (readonly [text: string, names: readonly string[]])[] = [
    ['module.exports = x', ['export =']],
    ['exports.a = module.exports.b = x', ['export a', 'export b']],
    ['export default x', ['export default']],
    ['export = x', ['export =']],
    ['export { a, b as default }', ['export a', 'export default']],
    ['export const { a } = x', ['a']],
    ['export default function serve() {}', ['serve', 'export default']],
    ['export default class {}', ['export class', 'export default']],
    ['const app = (module.exports = express())', ['app', 'export =']],
  ];
  for (const [text, names] of exports)
    test(text, () => {
      const module = indexProgram(parseJavascript('a.ts', text)).module;
      assert.deepEqual([...module.names].sort(), [...names].sort());
    });
});

describe('types are seen through', () => {
  test('assertions', () => {
    for (const text of ['a as string', 'a satisfies T', 'a!', '<T>a', '(a as unknown as number)!'])
      assert.deepEqual(bare(expressionIn(text)), name('a'), text);
  });
  test('what says only types says nothing', () => {
    assert.deepEqual(body('interface A { b: string }\ntype B = A;\nfunction f(a: A): void;\ndeclare module "x";'), [
      ...body('declare module "x";'),
    ]);
  });
  test('type arguments and annotations that name something', () => {
    assert.deepEqual(bare(expressionIn('create<App>(x)')), {
      kind: 'call',
      callee: name('create'),
      args: [{ value: name('x') }],
      types: [name('App')],
    });
    const shape = only('function f(a: Promise<http.Server>, b?: string | Express) {}');
    assert.equal(shape.kind, 'function');
    const params = shape.kind === 'function' ? shape.function.params : [];
    assert.deepEqual(
      params.map(({ annotation }) => annotation && bare(annotation)),
      [{ kind: 'member', object: name('http'), name: 'Server' }, name('Express')],
    );
  });
  test('members of enumerations', () => {
    const text = 'enum Ports { Api = 3000, Web = "x", Next }';
    const statement = only(text);
    const value = statement.kind === 'assign' ? statement.value : undefined;
    assert.equal(value?.kind, 'object');
    assert.deepEqual(value?.kind === 'object' && value.entries.map(({ key, value: { kind } }) => [key, kind]), [
      ['Api', 'number'],
      ['Web', 'string'],
      ['Next', 'other'],
    ]);
  });
  test('parameter properties, getters and fields', () => {
    const statement = only(
      'class A { constructor(private readonly port = 1) {} get url() { return 1 } #x = 2; start = () => {} }',
    );
    assert.equal(statement.kind, 'class');
    const members = statement.kind === 'class' ? statement.class.body : [];
    assert.deepEqual(
      members.map((member) =>
        member.kind === 'function' ? member.function.name : member.kind === 'assign' && bare(member.targets),
      ),
      ['constructor', 'url', [name('#x')], [name('start')]],
    );
    const [constructing, getter] = members;
    assert.deepEqual(constructing?.kind === 'function' && bare(constructing.function.body), [
      { kind: 'assign', targets: [{ kind: 'member', object: name('this'), name: 'port' }], value: name('port') },
    ]);
    assert.deepEqual(getter?.kind === 'function' && bare(getter.function.decorators), [name('property')]);
  });
});

describe('expressions', () => {
  test('operators', () => {
    const operators = (text: string) => {
      const value = expressionIn(text);
      return value.kind === 'binary' || value.kind === 'unary' ? value.operator : value.kind;
    };
    assert.deepEqual(
      ['a || b', 'a && b', 'a ?? b', 'a + b', '!a', '+a', 'typeof a', 'void 0', 'a === b'].map(operators),
      ['or', 'and', '??', '+', 'not', '+', 'typeof', 'none', '==='],
    );
    const update = only('a.b ??= 3');
    assert.deepEqual(update.kind === 'assign' && bare(update.value), {
      kind: 'binary',
      operator: '??',
      left: { kind: 'member', object: name('a'), name: 'b' },
      right: { kind: 'number', value: 3 },
    });
  });
  test('texts have the quotes that a new one would need', () => {
    const quote = (text: string) => {
      const value = expressionIn(text);
      return value.kind === 'string' ? [value.value, value.quote] : value.kind;
    };
    assert.deepEqual([`('a')`, '("a")', '(`a`)', String.raw`('a\n')`].map(quote), [
      ['a', "'"],
      ['a', '"'],
      ['a', '`'],
      ['a\n', undefined],
    ]);
  });
  test('pieces of a template are where they stand', () => {
    const text = 'f(`http://${host}:${port}/é😀${x}`)';
    const value = expressionIn(text);
    const template = value.kind === 'call' ? value.args[0]?.value : undefined;
    assert.deepEqual(template?.kind === 'template' && template.parts.map((part) => [part.kind, textAt(text, part)]), [
      ['string', 'http://'],
      ['name', 'host'],
      ['string', ':'],
      ['name', 'port'],
      ['string', '/é😀'],
      ['name', 'x'],
    ]);
  });
  test('offsets are UTF-16, whatever stands before', () => {
    const text = 'const s = "😀é"; /* 😀 */ f(3000);';
    const statement = parseJavascript('a.js', text).body[1]!;
    assert.equal(textAt(text, statement), 'f(3000);');
  });
  test('calls in JSX are found', () => {
    const index = indexProgram(parseJavascript('a.jsx', 'const a = <A b={f()} {...g()}>{h()}<></>{/* c */}</A>;'));
    assert.deepEqual(
      index.calls.map(({ call }) => bare(call.callee)),
      [name('f'), name('g'), name('h')],
    );
    assert.deepEqual(
      index.program.comments.map(({ text }) => text),
      ['c'],
    );
  });
});

describe('scopes', () => {
  test('what is set without being declared belongs to whoever declares it', () => {
    const index = indexProgram(
      parseJavascript('a.js', 'let server; function start() { server = listen(); other = 1; var own; own = 2 }'),
    );
    assert.deepEqual([...index.module.names].sort(), ['other', 'server', 'start']);
    assert.deepEqual([...index.setters.keys()].sort(), ['other', 'server']);
  });
});

describe('what is not understood', () => {
  test('is a problem where nothing can be read', () => {
    assert.throws(() => parseJavascript('a.js', 'let a = ; listen(3000)'), SyntaxProblem);
    assert.throws(
      () => parseJavascript('a.ts', 'const a = {'),
      (error: Error) => error instanceof SyntaxProblem && /^cannot parse: [^A-Z].*[^.]$/.test(error.message),
    );
  });
  test('is read around where the parser can', () => {
    const program = parseJavascript('a.mjs', 'import a from "a";\nlet b = 1;\nreturn b;\nlisten(3000);');
    assert.ok(program.errors.length > 0);
    assert.equal(program.body.length, 4);
  });
  test('scripts say what modules may not', () => {
    assert.equal(parseJavascript('a.js', 'with (a) { listen(010) }\nreturn 1').body.length, 2);
    assert.deepEqual(parseJavascript('a.js', '// @flow\nconst a = (b: number) => <A />;').errors, []);
  });
});

const word = fc.constantFrom(
  ...(
    'const let var function class async await yield import export default from require module exports if else for of in while do ' +
    'try catch finally throw return switch case break new this super typeof void delete enum namespace interface type as satisfies ' +
    'declare abstract private readonly static get set extends implements listen port host process env app server 3000 0x1F 1n "a" \'b\''
  ).split(' '),
);
const mark = fc.constantFrom(
  ...'{ } ( ) [ ] < > / \\ ` ${ } ; , . ?. ... => = == === ?? || && ! + - * ** ++ -- : ? @ # | & ^ ~ % " \' \n \t //x\n /*y*/ <!-- --> </a> <a> {/**/} 😀 \u2028 \ud800'
    .split(' ')
    .filter((one) => one !== ''),
);
const program = fc
  .array(fc.oneof(word, mark, fc.string({ unit: 'grapheme', maxLength: 4 })), { maxLength: 60 })
  .map((pieces) => pieces.join(' '));
const file = fc.constantFrom('a.js', 'a.cjs', 'a.mjs', 'a.jsx', 'a.ts', 'a.cts', 'a.mts', 'a.tsx');

/** Reads a text as the engine does: not at all where the guard refuses it. */
function read(name: string, text: string): Program | undefined {
  if (guard(text, 'javascript')) return undefined;
  try {
    return parseJavascript(name, text);
  } catch (error) {
    assert.ok(error instanceof SyntaxProblem, String(error));
    assert.ok(error.offset >= 0 && error.offset <= text.length);
    return undefined;
  }
}

describe('any text', () => {
  test('is read or refused, with every span inside of it', () => {
    fc.assert(
      fc.property(file, program, (name, text) => {
        const read_ = read(name, text);
        if (!read_) return;
        spansIn(read_);
        indexProgram(read_);
      }),
      { numRuns: 2_000 },
    );
  });

  const snippets = [
    "import express from 'express';\nconst app = express();\napp.listen(process.env.PORT ?? 3000, '127.0.0.1', () => console.log(`up ${1}`));\n",
    "class A extends B { @x() private y?: string = 'z'; constructor(readonly p: number) { super(); } get q() { return <T>this.p! } }\n",
    'export default { async run({ args }, [a, b = 1], ...c) { for (const d of c) try { await d?.e?.(); } catch { throw new E(); } } };\n',
    'const a = <A b="c" {...d}>text {e ? <F /> : null} {/* g */}</A>;\nswitch (h) { case 1: case f(): break; default: i: for (;;) { continue i } }\n',
  ];
  test('stays readable, or is refused, with anything cut out or put in', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...snippets),
        fc.nat(),
        fc.nat({ max: 12 }),
        fc.oneof(mark, word, fc.constant('')),
        file,
        (snippet, at, length, put, name) => {
          const start = at % snippet.length;
          const text = snippet.slice(0, start) + put + snippet.slice(start + length);
          const read_ = read(name, text);
          if (read_) spansIn(read_);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('ends no process and takes no long time, however deep it is', () => {
    const deep: readonly (readonly [string, string, string])[] = [
      ['(', '1', ')'],
      ['[', '1', ']'],
      ['{', '', '}'],
      ['if (a) ', ';', ''],
      ['a => ', '1', ''],
      ['!', '1', ''],
      ['f(', '1', ')'],
      ['a ? ', '1', ' : 2'],
      ['`${', '1', '}`'],
      ['<a>', '', '</a>'],
      ['function f() {', '', '}'],
      ['class A { b = ', '1', '}'],
      ['try {', '', '} catch {}'],
      ['(a as ', 'b', ')'],
      ['await ', '1', ''],
      ['a.b', '.c', ''],
      ['a + ', 'b', ''],
      ['else if (a) ', ';', ''],
    ];
    for (const [before, middle, after] of deep) {
      for (const times of [10, 400, 450, 1_900, 20_000]) {
        const text = before.repeat(times) + middle + after.repeat(times);
        const started = performance.now();
        for (const name of ['a.js', 'a.tsx']) {
          const program = read(name, text);
          if (program) indexProgram(program);
        }
        assert.ok(performance.now() - started < 20_000, `${before} ${times}`);
      }
    }
  });
});
