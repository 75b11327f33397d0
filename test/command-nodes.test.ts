import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listCommand, textCommand } from '../src/commands/command-nodes.ts';
import type { CommandLine } from '../src/syntax/command.ts';
import { nodeAt } from '../src/syntax/document.ts';
import { parse } from '../src/syntax/yaml.ts';

const at = (yaml: string) => ({ text: yaml, node: nodeAt(parse('a.yml', yaml)[0]!.root, ['a'])! });

/** The words as they are read, and as they stand in the text. */
const words = (text: string, lines: readonly CommandLine[]) =>
  lines.map((line) => line.words.map(({ value, span }) => [value, text.slice(span.start, span.end)]));

test('a list in either style has exact words and says how another one is written', () => {
  const flow = at('a: ["uvicorn", app:app, \'--port\', 8000]\n');
  const line = listCommand(flow.node, flow.text)!;
  assert.deepEqual(words(flow.text, [line]), [
    [
      ['uvicorn', '"uvicorn"'],
      ['app:app', 'app:app'],
      ['--port', "'--port'"],
      ['8000', '8000'],
    ],
  ]);
  assert.deepEqual(line.append, [', "', '"']);
  const block = at('a:\n  - uvicorn\n  - "app:app"\n');
  const second = listCommand(block.node, block.text)!;
  assert.deepEqual(second.append, ['\n  - "', '"']);
  const { end } = second.words[1]!.span;
  const grown = `${block.text.slice(0, end)}${second.append![0]}--host${second.append![1]}${block.text.slice(end)}`;
  assert.equal(grown, 'a:\n  - uvicorn\n  - "app:app"\n  - "--host"\n');
});

test('an item is appended behind the comment of the last one, and nothing where that is no single line', () => {
  const commented = at('a:\n  - uvicorn # the server\n');
  const line = listCommand(commented.node, commented.text)!;
  assert.equal(commented.text.slice(0, line.appendAt), 'a:\n  - uvicorn # the server');
  const block = at('a:\n  - sh\n  - -c\n  - |\n    uvicorn app:app\n');
  assert.equal(listCommand(block.node, block.text)!.append, undefined);
});

test('an item that is a block of text stands where it is written', () => {
  const { node, text } = at('a:\n  - sh\n  - -c\n  - |\n    set -e\n    exec uvicorn app:app\n');
  const word = listCommand(node, text)!.words[2]!;
  assert.equal(text.slice(word.span.start, word.span.end), word.value);
  assert.match(word.value, /set -e\n {4}exec uvicorn/);
});

test('a text is divided into words without a shell, or read by one', () => {
  const plain = at('a: uvicorn app:app --host "0.0.0.0"\n');
  assert.deepEqual(words(plain.text, textCommand(plain.node, plain.text, false)!), [
    [
      ['uvicorn', 'uvicorn'],
      ['app:app', 'app:app'],
      ['--host', '--host'],
      ['0.0.0.0', '"0.0.0.0"'],
    ],
  ]);
  const shell = at("a: 'cd app && uvicorn app:app'\n");
  assert.deepEqual(
    textCommand(shell.node, shell.text, true)!.map((line) => line.words[0]!.value),
    ['cd', 'uvicorn'],
  );
});

test('a folded text is one line, a literal one has several', () => {
  const folded = at('a: >\n  bash -c "python manage.py migrate\n  && uvicorn app:app"\n');
  const [line] = textCommand(folded.node, folded.text, false)!;
  assert.equal(line!.words[2]!.value, 'python manage.py migrate   && uvicorn app:app');
  assert.equal(line!.words[2]!.quote, '"');
  const several = at('a: |\n  cd app\n  uvicorn app:app\n');
  assert.equal(textCommand(several.node, several.text, true)!.length, 2);
});

test('a text with escapes is read, and nothing can be written into it', () => {
  const escaped = at('a: "sh -c \\"uvicorn app:app\\""\n');
  const [line] = textCommand(escaped.node, escaped.text, false)!;
  assert.equal(line!.opaque, true);
  assert.deepEqual(
    line!.words.map(({ value }) => value),
    ['sh', '-c', 'uvicorn app:app'],
  );
});
