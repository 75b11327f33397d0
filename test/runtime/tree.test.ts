import assert from 'node:assert/strict';
import test from 'node:test';
import type { ProcessRow } from '../../src/runtime/sockets.ts';
import { followTree } from '../../src/runtime/tree.ts';

const row = (pid: number, parent: number, group = pid, started = 'then'): ProcessRow => ({
  pid,
  parent,
  group,
  session: group,
  started,
  command: '',
  user: 'somebody',
});
const stranger = row(1, 0);

/** What is seen at each look, if the tables of the system are these, one after the other, and then the last one. */
async function looks(count: number, ...tables: readonly ProcessRow[][]): Promise<number[][]> {
  let next = 0;
  const processes = () => Promise.resolve([stranger, ...tables[Math.min(next++, tables.length - 1)]!]);
  const tree = await followTree({ processes }, 10, 'mark', undefined, 'darwin');
  const seen: number[][] = [];
  while (seen.length < count) seen.push((await tree.look()).map(({ pid }) => pid));
  return seen;
}

test('children, and what is in its group, belong to a command', async () => {
  const table = [row(10, 2), row(11, 10), row(12, 11, 12), row(13, 1, 10), row(14, 1)];
  assert.deepEqual(await looks(1, table), [[10, 13, 11, 12]]);
});

test('what was seen once is known after it has left', async () => {
  assert.deepEqual(await looks(2, [row(10, 2), row(11, 10, 11)], [row(11, 1, 11)]), [[10, 11], [11]]);
});

test('one that forks and ends while the processes are read has not ended', async () => {
  assert.deepEqual(await looks(2, [row(10, 2)], [], [row(11, 1, 10)]), [[10], [11]]);
});

test('one that is in no table any more has ended', async () => {
  assert.deepEqual(await looks(2, [row(10, 2)], []), [[10], []]);
});

test('another process that gets its number later is none of it', async () => {
  const other = [row(10, 1, 10, 'later'), row(20, 10, 10, 'later')];
  assert.deepEqual(await looks(2, [row(10, 2), row(11, 10, 11)], [...other, row(11, 1, 11)]), [[10, 11], [11]]);
});

test('one that had ended before the first look is not found again in another with its number', async () => {
  const left = row(11, 1, 10);
  assert.deepEqual(await looks(2, [left], [left, row(10, 1, 10, 'later'), row(20, 10, 10, 'later')]), [[11], [11]]);
});

test('what such another one leaves behind is none of it either', async () => {
  const later = [row(10, 1, 10, 'later'), row(20, 10, 10, 'later')];
  assert.deepEqual(
    await looks(
      3,
      [row(10, 2), row(11, 10, 11)],
      [...later, row(11, 1, 11)],
      [row(20, 1, 10, 'later'), row(21, 20, 10, 'later'), row(11, 1, 11)],
    ),
    [[10, 11], [11], [11]],
  );
});
