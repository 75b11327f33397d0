import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLsof, parsePs, timeWaitIn } from '../../src/runtime/macos.ts';

// Made for these tests in the shape that macOS prints; nothing here was recorded on a machine.

test('lsof -F: a field a line, the process before its files', () => {
  const text = [
    'p501',
    'Lme',
    'f7',
    'tIPv4',
    'PTCP',
    'n*:8080',
    'f8',
    'tIPv6',
    'PTCP',
    'n*:8080',
    'p502',
    'Lme',
    'f7',
    'tIPv4',
    'PTCP',
    'n*:8080',
    'p777',
    'Lroot',
    'f3',
    'tIPv6',
    'PTCP',
    'n[::1]:8000',
    'f4',
    'tIPv4',
    'PTCP',
    'n127.0.0.1:50123->127.0.0.1:8000',
    'f5',
    'tunix',
    'n/var/run/own.sock',
  ].join('\n');
  assert.deepEqual(parseLsof(text), [
    { protocol: 'tcp', family: 4, host: '0.0.0.0', port: 8080, owners: [501, 502], user: 'me' },
    { protocol: 'tcp', family: 6, host: '::', port: 8080, owners: [501], user: 'me' },
    { protocol: 'tcp', family: 6, host: '::1', port: 8000, owners: [777], user: 'root' },
  ]);
  assert.deepEqual(parseLsof(''), []);
});

test('lsof -F: what is odd is read or left out', () => {
  const read = (...lines: string[]) =>
    parseLsof(['p7', 'Lme', ...lines].join('\n')).map(({ family, host, port, user }) =>
      [family, host, port, user].join(' '),
    );
  for (const [lines, ...expected] of [
    [['f3', 'tIPv6', 'PTCP', 'n[fe80:1::1%lo0]:8000'], '6 fe80:1::1 8000 me'],
    [['f3', 'tIPv6', 'PTCP', 'n[fe80::1%en0]:8000'], '6 fe80::1 8000 me'],
    [['f3', 'tIPv4', 'PTCP', 'n*:8000 (LISTEN)'], '4 0.0.0.0 8000 me'],
    [['f3', 'tIPv4', 'PTCP', 'n*:*']],
    // Without -P a port has a name.
    [['f3', 'tIPv4', 'PTCP', 'n*:http-alt']],
    [['f3', 'tIPv4', 'PTCP', 'n*:70000000000000000000']],
    // A field that is missing is not that of the file before.
    [['f3', 'tIPv4', 'PTCP', 'n*:8000', 'f4', 'n*:8001'], '4 0.0.0.0 8000 me'],
    [['lsof: WARNING: can\u2019t stat() some file system']],
    [[]],
  ] as const)
    assert.deepEqual(read(...lines), expected, lines.join());
});

test('lsof -F: a hundred thousand files take no time', () => {
  const text = `p1\nLme\n${'f1\ntIPv4\nPTCP\nn127.0.0.1:50123->127.0.0.1:8000\n'.repeat(100_000)}`;
  const started = performance.now();
  assert.deepEqual(parseLsof(text), []);
  assert.ok(performance.now() - started < 3000);
});

test('ps', () => {
  const text = [
    '    1     0     1 root     Thu Nov 26 09:00:00 2026     /sbin/launchd',
    '  501   400   501 me       Thu Nov 26 09:01:02 2026     node server.js --port 8000',
    'garbage',
  ].join('\n');
  assert.deepEqual(parsePs(text), [
    { pid: 1, parent: 0, group: 1, user: 'root', started: 'Thu Nov 26 09:00:00 2026', command: '/sbin/launchd' },
    {
      pid: 501,
      parent: 400,
      group: 501,
      user: 'me',
      started: 'Thu Nov 26 09:01:02 2026',
      command: 'node server.js --port 8000',
    },
  ]);
});

test('netstat -anp tcp: what is remembered of a port', () => {
  const text = [
    'Active Internet connections (including servers)',
    'Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)',
    'tcp4       0      0  127.0.0.1.8000         127.0.0.1.50123        TIME_WAIT',
    'tcp6       0      0  ::1.8000               ::1.50124              TIME_WAIT',
    'tcp4       0      0  127.0.0.1.18000        127.0.0.1.50125        TIME_WAIT',
    'tcp4       0      0  *.8000                 *.*                    LISTEN',
  ].join('\n');
  assert.equal(timeWaitIn(text, 8000), 2);
});
