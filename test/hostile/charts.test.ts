import assert from 'node:assert/strict';
import test from 'node:test';
import { ChartValues } from '../../src/kubernetes/chart-values.ts';
import { filledIn } from '../../src/kubernetes/fill.ts';
import { SyntaxProblem } from '../../src/syntax/problem.ts';
import { parseTemplate } from '../../src/syntax/template.ts';

const chart = { values: undefined, about: undefined };

test('variables that are made of each other end', () => {
  const lines = Array.from({ length: 9 }, (_, at) => `{{ $a${at + 1} := default $a${at} (default $a${at} $a${at}) }}`);
  const text = `${lines.join('\n')}\nport: {{ $a9 }}\n`;
  const template = parseTemplate('a.yaml', text);
  const values = new ChartValues('a.yaml', template, chart);
  assert.equal(values.valueOf('$a9', 0, undefined).kind, 'unseen');
});

test('blocks within blocks are refused, and parentheses within parentheses are not known', () => {
  const deep = `${'{{ if .a }}\n'.repeat(9000)}port: 1\n${'{{ end }}\n'.repeat(9000)}`;
  assert.throws(
    () => parseTemplate('a.yaml', deep),
    (error) => error instanceof SyntaxProblem && error.kind === 'limit',
  );
  const nested = parseTemplate('a.yaml', `port: {{ ${'('.repeat(5000)}.a${')'.repeat(5000)} }}\n`);
  const [document] = filledIn('a.yaml', nested, chart);
  assert.equal(document?.root.kind, 'map');
});
