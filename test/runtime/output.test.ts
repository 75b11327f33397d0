import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPrinted } from '../../src/runtime/output.ts';

function printed(...chunks: string[]) {
  const output = createPrinted();
  for (const chunk of chunks) output.take(Buffer.from(chunk));
  return output;
}

test('a port is named where it stands by itself, in whatever colours', () => {
  for (const text of [
    'port 8000 is taken',
    'http://127.0.0.1:8000/',
    "('127.0.0.1', 8000)",
    'it is port 8000.',
    'it is port 8000. Stop.',
    'http://localhost:\u001b[1m8000\u001b[22m/',
    ':8000',
    'PORT=8000\n',
  ])
    assert.ok(printed(text).names(8000), text);
});

test('a link is told from a port that is only named', () => {
  for (const text of [
    'http://localhost:8000',
    'https://[::1]:8000/',
    'see \u001b[36mhttp://localhost:\u001b[1m8000\u001b[22m/',
  ])
    assert.ok(printed(text).links(8000), text);
  for (const text of [
    'port 8000',
    'tcp://localhost:8000',
    'http://localhost:18000',
    'http://localhost:80001',
    'http://a/b:8000',
  ])
    assert.ok(!printed(text).links(8000), text);
});

test('a part of another number is no port', () => {
  for (const text of ['18000', '80001', '8000.5', '1.8000', '10.0.0.8000.1', '\u001b[8000m'])
    assert.ok(!printed(text).names(8000), text);
});

test('a port is seen across chunks', () => {
  assert.ok(printed('port 80', '00 is taken').names(8000));
  assert.ok(printed('http://a:\u001b', '[1m8', '000\u001b[0m').names(8000));
  assert.ok(!printed('port 80', '001').names(8000));
  assert.ok(!printed('10.0.0', '.8000').names(8000));
});

test('start and end are kept, whatever is between', () => {
  const output = createPrinted();
  const chunks = ['first line\n', ...Array(1000).fill('x\n'.repeat(1 << 15)), '\u001b[31mlast line\u001b[0m\n1%\r2%\n'];
  for (const chunk of chunks) output.take(Buffer.from(chunk));
  assert.equal(
    output.total,
    chunks.reduce((sum, chunk) => sum + chunk.length, 0),
  );
  assert.ok(output.text().startsWith('first line\n'));
  assert.match(output.text(), /\n\[\d+ bytes left out\]\n/);
  assert.ok(output.text().length < 300_000);
  assert.deepEqual(output.lastLines(3), ['last line', '1%', '2%']);
  assert.deepEqual(printed('x'.repeat(100_000)).lastLines(1), [`${'x'.repeat(300)}...`]);
});

test('a greeting is no complaint, and what stands beside the words for a taken port is one', () => {
  const usual = 'GREETING http://127.0.0.1:8000/\n';
  const before = printed(usual, '10:00:01 worker 4711 of port 8000 is up\n');
  for (const [text, ...expected] of [
    [usual],
    [`${usual}Traceback\nOSError: no luck\n`],
    ['11:30:59 worker 5000 of port 8000 is up\n'],
    ['request 0f3a9c2e17 served\n'],
    [`${usual}quit with Ctrl-C\nError: that port is already in use.\n`, usual.trim()],
    ['OSError: [Errno 98] port 8000\n', 'OSError: [Errno 98] port 8000'],
    ['cannot open port 8000\n', 'cannot open port 8000'],
    ['\u001b[31mcannot open port \u001b[1m8000\u001b[0m\n', 'cannot open port 8000'],
    ['cannot open port 18000\n'],
    ['should port 8000 be in use, another is taken\n', 'should port 8000 be in use, another is taken'],
  ] as const)
    assert.deepEqual(printed(text).complaints(8000, [before]).lines, expected, text);
  const first = printed('instance 1f8e0b1c-9a52-4c1e-8d0a-aa11bb22cc33 (a7) on port 8000\n');
  const second = 'instance 9b2d6f3e-0c41-4f7b-b3de-dd44ee55ff66 (9q) on port 8000\n';
  assert.deepEqual(printed(second).complaints(8000, [first]).lines, []);
  const far = `${usual}${'so far, so good\n'.repeat(20)}Address already in use\n`;
  assert.deepEqual(printed(far).complaints(8000, [before]).lines, []);
});

test('a port that is taken instead is told by a line that was not printed before', () => {
  const before = printed(
    'candidates 8000 8001, process 4711\n',
    'if 8000 is in use, 8001 is taken instead\n',
    'http://localhost:8000\n',
  );
  for (const [text, expected] of [
    ['candidates 8000 8001, process 4712\n', false],
    ['if 8000 is in use, 8001 is taken instead\nhttp://localhost:8000\n', false],
    ['http://localhost:8001\n', true],
    ['11:30 port 8000 is taken, using 8001\n', true],
    ['candidates 8000 8001, process 12\nthe first is occupied\n', true],
    ['port 8002\n', false],
  ] as const)
    assert.equal(printed(text).announces(8001, 8000, [before]).lines.length > 0, expected, text);
  const much = createPrinted();
  for (const chunk of ['x\n'.repeat(1 << 17), 'on 8001\n', 'x\n'.repeat(1 << 17)]) much.take(Buffer.from(chunk));
  assert.equal(much.announces(8001, 8000, [printed('')]).lines.length, 1);
  assert.equal(much.announces(8001, 8000, [before]).lines.length, 0);
});

test('a greeting that is never the same is known by two runs of it', () => {
  const [first, second] = [
    printed('Fluffy Badger greets on port 8000\nready\n'),
    printed('Wily Otter greets on port 8000\nready\n'),
  ];
  for (const [text, isMessage] of [
    ['Quiet Heron greets on port 8000\n', false],
    ['Quiet Brown Heron greets on port 8000\n', false],
    ['Quiet Heron greets on port 8000\nno luck\n', false],
    ['Quiet Heron greets on port 8000\nPort 8000 ist belegt\n', true],
    ['Port 8000 ist belegt\n', true],
    ['Quiet Heron cannot listen on port 8000\n', true],
    ['Quiet Heron greets on port 8000\nError: already in use\n', true],
  ] as const) {
    assert.ok(printed(text).complaints(8000, [first]).lines.length > 0, text);
    assert.equal(printed(text).complaints(8000, [first]).isSure, /already in use/.test(text), text);
    assert.equal(printed(text).complaints(8000, [first, second]).lines.length > 0, isMessage, text);
  }
  const [one, other] = [printed('candidates 8000 8001, says Fluffy\n'), printed('candidates 8000 8001, says Wily\n')];
  const silent = printed('candidates 8000 8001, says Quiet\n');
  assert.equal(silent.announces(8001, 8000, [one]).isSure, false);
  assert.deepEqual(silent.announces(8001, 8000, [one, other]).lines, []);
  assert.equal(printed('took 8001\n').announces(8001, 8000, [one, other]).lines.length, 1);
  // What an earlier run says of taken ports is part of a greeting.
  const wordy = printed('Fluffy: should 8000 be in use, 8001 is tried\n');
  assert.equal(printed('Wily: should 8000 be in use, 8001 is tried\n').announces(8001, 8000, [wordy]).isSure, false);
});
