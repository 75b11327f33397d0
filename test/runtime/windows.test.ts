import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  parseExcludedPorts,
  parseNetstat,
  parseNetTcpConnection,
  parseProcesses,
  timeWaitIn,
} from '../../src/runtime/windows.ts';

// Made for these tests in the shape that Windows prints; nothing here was recorded on a machine.

const netstat = (listening: string) =>
  [
    '',
    'Active Connections',
    '',
    '  Proto  Local Address          Foreign Address        State           PID',
    `  TCP    0.0.0.0:8080           0.0.0.0:0              ${listening}       4321`,
    `  TCP    127.0.0.1:8000         0.0.0.0:0              ${listening}       4400`,
    '  TCP    127.0.0.1:8000         127.0.0.1:50123        ESTABLISHED     4400',
    '  TCP    127.0.0.1:8000         127.0.0.1:50124        TIME_WAIT       0',
    `  TCP    [::]:8080              [::]:0                 ${listening}       4321`,
    `  TCP    [fe80::1%4]:139        [::]:0                 ${listening}       4`,
    '  UDP    0.0.0.0:5353           *:*                                    1200',
    '  UDP    [::1]:1900             *:*                                    1300',
    '',
  ].join('\r\n');

test('netstat -ano: listeners are told in whatever language', () => {
  for (const word of ['LISTENING', 'ABHÖREN', 'ESCUCHANDO']) {
    assert.deepEqual(
      parseNetstat(netstat(word)).map(({ protocol, family, host, port, owners }) => [
        protocol,
        family,
        host,
        port,
        ...owners,
      ]),
      [
        ['tcp', 4, '0.0.0.0', 8080, 4321],
        ['tcp', 4, '127.0.0.1', 8000, 4400],
        ['tcp', 6, '::', 8080, 4321],
        ['tcp', 6, 'fe80::1', 139, 4],
        ['udp', 4, '0.0.0.0', 5353, 1200],
        ['udp', 6, '::1', 1900, 1300],
      ],
    );
  }
  assert.equal(timeWaitIn(netstat('LISTENING'), 8000), 1);
  assert.equal(timeWaitIn(netstat('LISTENING'), 8080), 0);
  assert.deepEqual(parseNetstat('The requested operation requires elevation.'), []);
});

test('netstat -ano: what is odd is read or left out', () => {
  const row = (text: string) =>
    parseNetstat(text).map(({ protocol, family, host, port, owners }) =>
      [protocol, family, host, port, ...owners].join(' '),
    );
  for (const [text, ...expected] of [
    ['  TCP    [fe80::a1b2%12]:5357   [::]:0   LISTENING   4', 'tcp 6 fe80::a1b2 5357 4'],
    ['  TCP    [::1%1]:8000           [::]:0   LISTENING   77', 'tcp 6 ::1 8000 77'],
    // The word for the state may be two words, or signs of any script.
    ['  TCP    0.0.0.0:135   0.0.0.0:0   À L\u2019ÉCOUTE   900', 'tcp 4 0.0.0.0 135 900'],
    ['  TCP    0.0.0.0:135   0.0.0.0:0   侦听   900', 'tcp 4 0.0.0.0 135 900'],
    ['  TCP    0.0.0.0:135   0.0.0.0:0   \ufffd\ufffd\ufffd   900', 'tcp 4 0.0.0.0 135 900'],
    // A connection to a port 0 cannot be, and one from a port without a number is none.
    ['  TCP    10.0.0.5:50000   10.0.0.9:443   ESTABLISHED   900'],
    ['  TCP    0.0.0.0:*   0.0.0.0:0   LISTENING   900'],
    // Windows hides the owner of some.
    ['  TCP    0.0.0.0:445   0.0.0.0:0   LISTENING   0', 'tcp 4 0.0.0.0 445'],
    ['  UDP    [fe80::1%3]:546   *:*   1200', 'udp 6 fe80::1 546 1200'],
    ['  Proto  Lokale Adresse  Remoteadresse  Status  PID'],
    ['\u0000TCP'],
    [''],
  ] as const)
    assert.deepEqual(row(text), expected, text);
});

test('netstat -ano: a hundred thousand lines take no time', () => {
  const line = '  TCP    127.0.0.1:8000         127.0.0.1:50123        ESTABLISHED     4400\r\n';
  const started = performance.now();
  const rows = parseNetstat(line.repeat(100_000) + netstat('LISTENING') + ' '.repeat(1_000_000));
  assert.equal(rows.length, 6);
  assert.ok(performance.now() - started < 3000);
});

test('Get-NetTCPConnection as JSON: one row is no list', () => {
  const row = { LocalAddress: '::1', LocalPort: 8000, OwningProcess: 77 };
  const expected = { protocol: 'tcp', family: 6, host: '::1', port: 8000, owners: [77] };
  assert.deepEqual(parseNetTcpConnection(JSON.stringify(row)), [expected]);
  assert.deepEqual(parseNetTcpConnection(JSON.stringify([row, { LocalAddress: null }])), [expected]);
  assert.deepEqual(parseNetTcpConnection(''), []);
});

test('excluded port ranges', () => {
  const text = [
    '',
    'Protocol tcp Port Exclusion Ranges',
    '',
    'Start Port    End Port',
    '----------    --------',
    '      2869        2869',
    '     50000       50059     *',
    '      8000        8099',
    '',
    '* - Administered port exclusions.',
  ].join('\r\n');
  const german = text.replace('Protocol tcp Port Exclusion Ranges', 'Protokoll tcp Portausschlussbereiche');
  assert.deepEqual(parseExcludedPorts(german.replace('Start Port    End Port', 'Startport    Endport')).length, 3);
  for (const nothing of ['', 'Access is denied.', '8000', '      8000        8099        8199'])
    assert.deepEqual(parseExcludedPorts(nothing), [], nothing);
  assert.deepEqual(parseExcludedPorts(text), [
    [2869, 2869],
    [50000, 50059],
    [8000, 8099],
  ]);
});

test('processes', () => {
  const rows = [
    { ProcessId: 4, ParentProcessId: 0, Name: 'System', CommandLine: null, CreationDate: null },
    { ProcessId: 8, ParentProcessId: 4, Name: 'node.exe', CommandLine: 'node server.js', CreationDate: '/Date(1)/' },
  ];
  assert.deepEqual(parseProcesses(JSON.stringify(rows)), [
    { pid: 4, parent: 0, started: '', command: 'System' },
    { pid: 8, parent: 4, started: '/Date(1)/', command: 'node server.js' },
  ]);
  assert.deepEqual(parseProcesses('no JSON'), []);
});
