import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Extract } from '../../src/format.ts';
import dockerfile from '../../src/formats/dockerfile.ts';
import { parseDockerfile, stagesOf } from '../../src/syntax/dockerfile.ts';

const read = (text: string) => parseDockerfile('Dockerfile', text);
const at = (text: string, span: { start: number; end: number }) => text.slice(span.start, span.end);
const extract = (text: string): Partial<Extract> =>
  dockerfile.read({ file: 'Dockerfile', text, documents: [], given: () => undefined });
/** What the image that the file makes starts: its entry point, its command, and the stage that it is made of. */
function image(text: string) {
  const { entrypoint, command, base } = extract(text).workloads!.at(-1)!;
  const words = (lines: typeof command) => lines?.map((line) => line.words.map(({ value }) => value).join(' '));
  return [words(entrypoint), words(command), base];
}

test('an instruction has its name, arguments and flags at their places', () => {
  const text =
    'FROM --platform=linux/amd64 python:3 AS base\r\nexpose 80/tcp 81\r\nHEALTHCHECK --interval=5s CMD curl -f http://localhost\r\n';
  const [from, expose, health] = read(text);
  assert.deepEqual(
    [from!.name, at(text, from!.args), from!.flags[0]!.name, at(text, from!.flags[0]!.value.span)],
    ['FROM', '--platform=linux/amd64 python:3 AS base', 'platform', 'linux/amd64'],
  );
  assert.equal(expose!.name, 'EXPOSE');
  assert.deepEqual(
    expose!.words.map((word) => at(text, word.span)),
    ['80/tcp', '81'],
  );
  assert.deepEqual(
    health!.commands[0]!.words.map((word) => at(text, word.span)),
    ['curl', '-f', 'http://localhost'],
  );
});

test('exec form is a list of JSON strings, anything else the shell', () => {
  const text = 'FROM a\nCMD [ "uvicorn", \\\n  # why\n  "app:app", "a\\tb" ]\n';
  const [, cmd] = read(text);
  assert.equal(cmd!.form, 'exec');
  assert.deepEqual(
    cmd!.commands[0]!.words.map((word) => [word.value, at(text, word.span), word.quote, word.expands]),
    [
      ['uvicorn', '"uvicorn"', '"', false],
      ['app:app', '"app:app"', '"', false],
      ['a\tb', '"a\\tb"', undefined, false],
    ],
  );
  assert.deepEqual(cmd!.commands[0]!.append, [', "', '"']);
  for (const broken of ["['a']", '["a" "b"]', '["a",]', '["a"] b', '["a", 1]', '["a"']) {
    assert.equal(read(`FROM a\nCMD ${broken}`)[1]!.form, 'shell', broken);
  }
  assert.deepEqual(read('FROM a\nCMD []')[1]!.commands, []);
});

test('lines go on behind an escape, over comments and empty lines', () => {
  const text = 'FROM a\nRUN one \\  \n\n  # comment \\\n  two && \\\n  three\nEXPOSE 1\n';
  const [, run, expose] = read(text);
  assert.deepEqual(
    run!.commands.map(({ words }) => words.map((word) => at(text, word.span))),
    [['one', 'two'], ['three']],
  );
  assert.equal(expose!.words[0]!.value, '1');
  const windows = '# syntax=docker/dockerfile:1\n# escape=`\nFROM a\nRUN dir C:\\ `\n  b\nEXPOSE 2';
  assert.deepEqual(
    read(windows).map(({ name }) => name),
    ['FROM', 'RUN', 'EXPOSE'],
  );
});

test('here-documents belong to their instruction', () => {
  const text = 'FROM a\nRUN <<EOF\nCMD ["no"]\nEOF\nCOPY <<-"X" <<Y /b\nEXPOSE 1\n\tX\nEXPOSE 2\nY\nEXPOSE 3';
  assert.deepEqual(
    read(text).map(({ name }) => name),
    ['FROM', 'RUN', 'COPY', 'EXPOSE'],
  );
});

test('pairs have the places of their values, in the old form too', () => {
  const text = 'FROM a\nARG PORT=80\nARG OTHER\nENV HOST="0.0.0.0" B=c\\ d E=$PORT\nENV OLD some value\n';
  const pairs = read(text).flatMap((instruction) => instruction.pairs);
  assert.deepEqual(
    pairs.map(({ name, value }) => [name, value.value, at(text, value.span), value.expands]),
    [
      ['PORT', '80', '80', false],
      ['HOST', '0.0.0.0', '"0.0.0.0"', false],
      ['B', 'c d', 'B=c\\ d', false],
      ['E', '$PORT', '$PORT', true],
      ['OLD', 'some value', 'some value', false],
    ],
  );
});

test('stages know what they continue', () => {
  const stages = stagesOf(read('ARG A=b\nFROM x AS Base\nEXPOSE 1\nFROM base\nONBUILD EXPOSE 2\nONBUILD CMD a\n'));
  assert.deepEqual(
    stages.map(({ name, image, parent, instructions }) => [
      name,
      image,
      parent,
      instructions.map((one) => [one.name, one.onbuild]),
    ]),
    [
      ['base', 'x', undefined, [['EXPOSE', false]]],
      [
        undefined,
        'base',
        0,
        [
          ['EXPOSE', true],
          ['CMD', true],
        ],
      ],
    ],
  );
});

test('a stage has its last entry point and its last command, and the stage below it', () => {
  assert.deepEqual(image('FROM a\nCMD ["a"]\nFROM b\nCMD ["b"]\nCMD c d\n'), [undefined, ['c d'], undefined]);
  assert.deepEqual(image('FROM a\nENTRYPOINT ["tini", "--"]\nCMD ["b", "c"]\n'), [['tini --'], ['b c'], undefined]);
  assert.deepEqual(image('FROM a\nENTRYPOINT a b\nCMD ["c"]\n'), [['a b'], ['c'], undefined]);
  assert.deepEqual(image('FROM a\nENTRYPOINT ["a"]\nCMD b && c\n'), [['a'], ['b', 'c'], undefined]);
  assert.deepEqual(image('FROM a AS x\nCMD ["c"]\nFROM x\nENTRYPOINT ["e"]\n'), [['e'], undefined, 'Dockerfile#x']);
  assert.deepEqual(image('FROM a\nENTRYPOINT []\nCMD ["c"]\n'), [[], ['c'], undefined]);
  const [workload] = extract('FROM a\nENV PORT=1\nCMD a').workloads!;
  assert.deepEqual(
    workload!.environment.variables.map(({ name, value }) => [name, value]),
    [['PORT', '1']],
  );
});

test('every exposed port is a fact of its stage', () => {
  const targets = (text: string) =>
    extract(text).facts!.map((fact) =>
      fact.kind === 'publish' ? [fact.target.value, fact.protocol, fact.target.origin.by] : [],
    );
  const scopes = (text: string) =>
    extract(text).facts!.flatMap((fact) => (fact.kind === 'publish' ? [`${fact.scope} ${fact.target.value}`] : []));
  assert.deepEqual(scopes('FROM a\nEXPOSE 1\nFROM b AS c\nEXPOSE 80 53/udp\nFROM c\nEXPOSE 8000-8002/tcp'), [
    'Dockerfile#0 1',
    'Dockerfile#c 80',
    'Dockerfile#c 53',
    'Dockerfile 8000',
    'Dockerfile 8001',
    'Dockerfile 8002',
  ]);
  assert.deepEqual(targets('FROM a\nEXPOSE 80 53/udp'), [
    [80, 'tcp', 'literal'],
    [53, 'udp', 'literal'],
  ]);
  assert.deepEqual(targets(`ARG P=1\nFROM a\nARG P\nENV PORT=$P\nEXPOSE $PORT \${X:-2} $Y 70000`), [
    [1, 'tcp', 'env'],
    [2, 'tcp', 'env'],
    [undefined, 'tcp', 'env'],
    [undefined, 'tcp', 'literal'],
  ]);
});

test('any text is read, in its own bounds', () => {
  const pieces = fc.constantFrom(
    'FROM a\n',
    'CMD ',
    'RUN <<E\n',
    'E\n',
    '["a", ',
    '"b"]',
    '\\\n',
    '# c\n',
    '\n',
    'ENV A=',
    '$',
    '"',
    ' ',
    'ONBUILD ',
    '--x=y ',
    '\r\n',
    '`',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const text = parts.join('');
      for (const instruction of read(text)) {
        for (const { span } of [instruction, ...instruction.words, ...instruction.commands]) {
          assert.ok(0 <= span.start && span.start <= span.end && span.end <= text.length);
        }
      }
      extract(text);
    }),
    { numRuns: 2000 },
  );
});

test('hostile text takes time in proportion to its length', () => {
  const begin = performance.now();
  for (const piece of [
    'RUN <<E\n',
    'RUN a <<E <<F \\\n',
    'CMD ["a",',
    '"a",',
    'FROM a AS b\n',
    'ENV A=$A\n',
    'EXPOSE 1-255\n',
    '\\\n',
    'ARG A \\\n#x\n',
  ]) {
    extract(`FROM a\n${piece.repeat(5_000)}`);
  }
  assert.ok(performance.now() - begin < 8000);
});
