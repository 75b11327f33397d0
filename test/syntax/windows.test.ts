import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { unwrap } from '../../src/commands/commands.ts';
import { parseBatch } from '../../src/syntax/batch.ts';
import type { CommandLine } from '../../src/syntax/command.ts';
import { parsePowershell } from '../../src/syntax/powershell.ts';

const batch = (text: string) => parseBatch('start.bat', text);
const powershell = (text: string) => parsePowershell('start.ps1', text);
const commands = (lines: readonly CommandLine[]) =>
  lines.filter(({ words }) => words.length > 0).map(({ words }) => words.map(({ value }) => value).join(' '));
const sets = (text: string, lines: readonly CommandLine[]) =>
  lines.flatMap(({ environment }) =>
    environment.map(
      ({ name, value }) =>
        `${name}=${value.value} at ${text.slice(value.span.start, value.span.end)}${value.expands ? ' expands' : ''}`,
    ),
  );

test('batch: commands stand between operators, blocks and conditions', () => {
  assert.deepEqual(commands(batch('@a & b && c || d | e > log 2>&1\r\nf')), ['a', 'b', 'c', 'd', 'e', 'f']);
  assert.deepEqual(commands(batch('if exist x (\r\n  a b\r\n) else (\r\n  c\r\n)\r\nd')), ['a b', 'c', 'd']);
  assert.deepEqual(commands(batch('if not "%X%"=="y" a\nif /i %X% == y b\nif errorlevel 1 c\nif %X% EQU 1 d')), [
    'a',
    'b',
    'c',
    'd',
  ]);
  assert.deepEqual(commands(batch('rem a & b\n:: c\n:label\n@REM d\ne')), ['e']);
  assert.deepEqual(commands(batch('for %%i in (uvicorn gunicorn) do echo %%i')), ['echo %%i']);
  assert.deepEqual(commands(batch('a ^\r\n  --b ^\r\n  c')), ['a --b c']);
  assert.deepEqual(commands(batch('echo (x) "a & b" ^& c')), ['echo (x) a & b & c']);
});

test('batch: words and values have the place they stand at', () => {
  const text = 'a "b c" %PORT% d"e"';
  assert.deepEqual(
    batch(text)[0]!.words.map(({ value, span, quote, expands }) => [
      value,
      text.slice(span.start, span.end),
      quote,
      expands,
    ]),
    [
      ['a', 'a', '', false],
      ['b c', '"b c"', '"', false],
      ['%PORT%', '%PORT%', '', true],
      ['de', 'd"e"', undefined, false],
    ],
  );
  const setting = 'set HOST=127.0.0.1 \r\nset "PORT=80 80" & set /a X=1\r\n(set A=b)\r\nset B=%A%';
  assert.deepEqual(sets(setting, batch(setting)), [
    'HOST=127.0.0.1 at 127.0.0.1',
    'PORT=80 80 at 80 80',
    'A=b at b',
    'B=%A% at %A% expands',
  ]);
});

test('batch: what start, call and cmd start is seen', () => {
  const started = (text: string) =>
    batch(text)
      .flatMap(unwrap)
      .map(({ program, args }) => [program, ...args.map(({ value }) => value)].join(' '));
  assert.deepEqual(started('start "API" /b venv\\Scripts\\uvicorn.exe a'), ['uvicorn a']);
  assert.deepEqual(started('call .venv\\Scripts\\python.exe -m uvicorn a'), ['uvicorn a']);
  assert.deepEqual(started('start cmd /k "cd api && .venv\\Scripts\\flask run"'), ['cd api', 'flask run']);
  assert.deepEqual(started('py -3 -m http.server 80'), ['http.server 80']);
  assert.deepEqual(started('powershell -Command "flask run"'), ['flask run']);
});

test('PowerShell: commands stand in functions and blocks, and behind &', () => {
  assert.deepEqual(commands(powershell('a; b | c\n# d\n<# e\nf #> g')), ['a', 'b', 'c', 'g']);
  assert.deepEqual(
    commands(powershell('if (x -eq "(") { a } elseif (y) { b } else { c }\nforeach ($i in 1..3) { d $i }')),
    ['a', 'b', 'c', 'd $i'],
  );
  assert.deepEqual(commands(powershell('function Start-It {\n  a\n}\ntry { b } catch { c }')), ['a', 'b', 'c']);
  assert.deepEqual(commands(powershell('& ".\\a b.exe" c `\r\n  d *> log 2>&1')), ['.\\a b.exe c d']);
  assert.deepEqual(commands(powershell('$p = Start-Process a "b" -PassThru')), ['Start-Process a b -PassThru']);
  assert.deepEqual(commands(powershell('$x = @"\nuvicorn a\n"@\nb')), ['b']);
});

test('PowerShell: words and values have the place they stand at', () => {
  const text = `a "b $c" 'd $e' $env:F "g\`"h"`;
  assert.deepEqual(
    powershell(text)[0]!.words.map(({ span, quote, expands }) => [text.slice(span.start, span.end), quote, expands]),
    [
      ['a', '', false],
      ['"b $c"', '"', true],
      ["'d $e'", "'", false],
      ['$env:F', '', true],
      ['"g`"h"', undefined, false],
    ],
  );
  const setting = 'param([int]$Port = 8000, [string]$H = "x")\n$env:HOST = "127.0.0.1"\n$a = 1 + 2\n$b = Get-Port';
  assert.deepEqual(sets(setting, powershell(setting)), [
    'Port=8000 at 8000',
    'H=x at "x"',
    'HOST=127.0.0.1 at "127.0.0.1"',
    'a=$a at 1 expands',
    'b=$b at Get-Port expands',
  ]);
  assert.deepEqual(
    powershell('$env:A = 1; $b = 2').map(({ exports }) => exports),
    [['A'], undefined],
  );
});

test('PowerShell: what Start-Process starts is seen, and not written to', () => {
  const started = powershell(
    'Start-Process -FilePath python -ArgumentList "-m","uvicorn","a","--port","80" -NoNewWindow',
  ).flatMap(unwrap);
  assert.deepEqual(
    started.map(({ program, args, line }) => [program, args.map(({ value }) => value), line.opaque]),
    [['uvicorn', ['a', '--port', '80'], true]],
  );
  assert.equal(powershell('Start-Process python "-m http.server 80"').flatMap(unwrap)[0]!.program, 'http.server');
});

const parts = [
  'a',
  ' ',
  '"',
  "'",
  '^',
  '`',
  '%',
  '$',
  '(',
  ')',
  '{',
  '}',
  '\n',
  ';',
  '&',
  '|',
  '>',
  '=',
  '#',
  '<#',
  '#>',
  '@"\n',
  'set ',
  'if ',
  'for ',
  'do ',
  'rem ',
  '\r',
  ',',
];

test('any text is read, in its own bounds, and plain words stand as they are', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 60 }), (pieces) => {
      const text = pieces.join('');
      for (const line of [...batch(text), ...powershell(text)]) {
        for (const word of [...line.words, ...line.environment.map(({ value }) => value)]) {
          const { start, end } = word.span;
          assert.ok(0 <= start && start <= end && end <= text.length);
          if (word.quote !== undefined) assert.equal(text.slice(start, end), word.quote + word.value + word.quote);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

test('hostile text takes time in proportion to its length', () => {
  const begin = performance.now();
  for (const part of [...parts, '$(', `\${`, '$a = ', 'if (', 'a="b"', '"a",']) {
    batch(part.repeat(20_000));
    powershell(part.repeat(20_000));
  }
  assert.ok(performance.now() - begin < 8000);
});
