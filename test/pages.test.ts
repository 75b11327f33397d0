import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectation, parsePage, rewritePage } from '../src/testing/pages.ts';

const page = `# a-rule

Prose with an illustration that is no input:

\`\`\`python
uvicorn.run(app)
\`\`\`

## one file

\`\`\`python app.py
import uvicorn
\`\`\`

\`\`\`settings
preset: strict
\`\`\`

\`\`\`findings
app.py:1:1 warning something
\`\`\`

\`\`\`yaml config/app.yaml
host: 127.0.0.1
\`\`\`

\`\`\`findings
\`\`\`

## two files

\`\`\`\`dockerfile Dockerfile
# \`\`\`
FROM scratch
\`\`\`\`

\`\`\`sh start here.sh
run
\`\`\`
`;

test('a page is read into cases with their own inputs', () => {
  const cases = parsePage(page);
  assert.deepEqual(
    cases.map((one) => [one.title, one.line, [...one.files], one.settings, [...one.expected.keys()]]),
    [
      ['one file', 11, [['app.py', 'import uvicorn\n']], 'preset: strict', ['findings']],
      ['one file (2)', 23, [['config/app.yaml', 'host: 127.0.0.1\n']], undefined, ['findings']],
      [
        'two files',
        32,
        [
          ['Dockerfile', '# ```\nFROM scratch\n'],
          ['start here.sh', 'run\n'],
        ],
        undefined,
        [],
      ],
    ],
  );
  assert.equal(cases[0]!.expected.get('findings')!.text, 'app.py:1:1 warning something');
  assert.equal(cases[1]!.expected.get('findings')!.text, '');
});

test('expectations are rewritten in place, and missing ones written behind the inputs', () => {
  const [first, second, third] = parsePage(page);
  const rewritten = rewritePage(page, [
    expectation(first!, 'findings', ''),
    expectation(second!, 'findings', 'a\nb'),
    expectation(third!, 'findings', 'c'),
    expectation(third!, 'diff', ''),
  ]);
  const texts = parsePage(rewritten).map((one) => [...one.expected].map(([kind, block]) => [kind, block.text]));
  assert.deepEqual(texts, [
    [['findings', '']],
    [['findings', 'a\nb']],
    [
      ['findings', 'c'],
      ['diff', ''],
    ],
  ]);
  assert.ok(rewritten.startsWith(page.slice(0, page.indexOf('app.py:1:1'))));
  assert.ok(rewritten.endsWith('```findings\nc\n```\n\n```diff\n```\n'));
});

test('a page that cannot mean anything is refused with the line', () => {
  assert.throws(() => parsePage('```python a.py\nx = 1\n'), /line 1: the fence has no end/);
  assert.throws(() => parsePage('```findings\n```\n'), /line 1: an expectation without an input/);
  assert.throws(() => parsePage('```py a.py\n```\n```py a.py\n```\n'), /line 3: a\.py is given twice/);
  assert.throws(() => parsePage('```py a.py\n```\n```diff\n```\n```diff\n```\n'), /line 5: a second diff block/);
});
