import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parsePython } from '../../src/syntax/python.ts';
import { refusedPython } from '../../src/syntax/refused.ts';

const messageOf = (text: string) => {
  const { errors, misindented } = parsePython('a.py', text);
  return refusedPython(text, errors, misindented)?.message.replace(/^cannot parse: (.*); the rest was read$/, '$1');
};

describe('Python is refused', () => {
  const missing = 'an indented block is missing';
  const odd = 'an indentation that fits no block';
  for (const [text, message] of [
    ['if True:\nrun()\n', missing],
    ['def f():  # does it\n\n# so\nrun()\n', missing],
    ['class A:\n    def f(self):\n    x = 1\n', missing],
    ['def f():\n    x = 1\n  run()\n', odd],
    ['x = 1\n\n  y = 2\n', odd],
    ['print "x"\n', 'a print statement of Python 2'],
  ] as const)
    test(JSON.stringify(text), () => assert.equal(messageOf(text), message));
});

describe('Python is taken', () => {
  for (const text of [
    'if x: a(); b()\nelse:\n\tc()\n',
    'x = [\n1,\n  2]\nrun(\n  x)\n',
    'x = 1 + \\\n  2\ny = 3\n',
    'if x:\n    a()\n    # so\n  # and so\n    b()\n',
    '\x0cdef f():\n    pass\n\x0c\nx = 1\n',
    'def f():\r\n\tx = 1\r\n\ty = 2\r\n',
    'x = """\n  a\n"""\nif x:\n  y = 1\n',
    'with a() as b, \\\n     c():\n    d()\n',
    '@a\ndef f(): ...\nmatch x:\n    case 1:\n        y = 2\n',
  ])
    test(JSON.stringify(text), () => assert.equal(messageOf(text), undefined));
});
