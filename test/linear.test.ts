import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importedModules } from '../src/scopes.ts';
import { parse as parseDirectives } from '../src/syntax/directives.ts';
import { refusedPython } from '../src/syntax/refused.ts';
import { parseTemplate } from '../src/syntax/template.ts';

const many = 100_000;

// Each of these took longer than ten seconds where a pattern or a search began anew at every place.
const hostile: Readonly<Record<string, () => unknown>> = {
  'a directive with blanks before its last letter': () =>
    parseDirectives('a.conf', `a ${' '.repeat(many)}x${' '.repeat(many)}y`),
  'a template with an open text of escapes': () => parseTemplate('a.yaml', `{{ "${'\\"'.repeat(many)}\n" }}`),
  'a template with its actions in one line': () =>
    parseTemplate('a.yaml', `a: ${`${'x'.repeat(60)}{{ a }}`.repeat(19_000)}`),
  'a template with a hash behind each action': () =>
    parseTemplate('a.yaml', `a: ${`{{ a }}#${' '.repeat(60)}`.repeat(19_000)}`),
  'imports whose brackets stay open': () => importedModules('a.py', 'from a import (a,\n'.repeat(many)),
  'a line with an error at each character': () =>
    refusedPython(
      'x'.repeat(many),
      Array.from({ length: many }, (_, start) => ({ file: 'a.py', start, end: start })),
    ),
};

for (const [name, read] of Object.entries(hostile)) {
  test(`${name} is read in time`, () => {
    const started = performance.now();
    try {
      read();
    } catch (error) {
      assert.equal((error as Error).name, 'SyntaxProblem');
    }
    assert.ok(performance.now() - started < 5_000);
  });
}

test('what follows an open bracket of an import is read no less', () => {
  const places = importedModules('a/b.py', 'from .one import (\n    two,  # (three)\n    four,\n)\n').flat();
  assert.ok(places.includes('a/one.py'));
  assert.ok(places.includes('a/one/two.py'));
});
