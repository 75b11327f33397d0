import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSocketTable, parseStat } from '../../src/runtime/linux.ts';

/** A table as the kernel prints it, with invented sockets. */
const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const row = (local: string, state: string, inode: number) =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0 100 0 0 10 0\n`;
const seen = (text: string, bigEndian: boolean) =>
  parseSocketTable(text, bigEndian).map(({ family, host, port, state, uid, inode }) => [
    family,
    host,
    port,
    state,
    uid,
    inode,
  ]);

test('addresses of both families are read in the order of the processor', () => {
  const table =
    head +
    row('0100007F:1F40', '0A', 1) +
    row('00000000:0050', '06', 2) +
    row('00000000000000000000000001000000:1F41', '0A', 3) +
    row('00000000000000000000000000000000:FFFF', '0A', 4) +
    row('0000000000000000FFFF00000100007F:1F42', '0A', 5) +
    row('B80D0120000000000000000001000000:0016', '07', 6);
  assert.deepEqual(seen(table, false), [
    [4, '127.0.0.1', 8000, 10, 1000, '1'],
    [4, '0.0.0.0', 80, 6, 1000, '2'],
    [6, '::1', 8001, 10, 1000, '3'],
    [6, '::', 65535, 10, 1000, '4'],
    // An IPv4 address in a socket for both families.
    [4, '127.0.0.1', 8002, 10, 1000, '5'],
    [6, '2001:db8::1', 22, 7, 1000, '6'],
  ]);
  assert.deepEqual(seen(head + row('7F000001:1F40', '0A', 1), true), [[4, '127.0.0.1', 8000, 10, 1000, '1']]);
});

test('what is no row is left out', () => {
  assert.deepEqual(parseSocketTable(''), []);
  assert.deepEqual(parseSocketTable(`${head}\n  garbage\n`), []);
});

test('a process may have any name', () => {
  const fields = `S 7 42 42 ${Array(15).fill('0').join(' ')} 987654 ${Array(30).fill('0').join(' ')}`;
  assert.deepEqual(parseStat(`43 (a) R (b) ${fields}`), {
    pid: 43,
    parent: 7,
    group: 42,
    session: 42,
    started: '987654',
  });
  assert.equal(parseStat(`43 (x) Z ${fields.slice(2)}`), undefined);
  assert.equal(parseStat(''), undefined);
});
