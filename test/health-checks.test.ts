import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthDials } from '../src/containers/health-checks.ts';
import { parseShell } from '../src/syntax/shell.ts';

/** Program, host and port of the destinations of a command, and the texts they stand in. */
function dialsOf(command: string): string[] {
  const base = { framework: 'dockerfile', language: 'dockerfile', scope: 'Dockerfile', context: 'production' as const };
  return healthDials(parseShell('Dockerfile', command), base).map(({ check, host, port }) => {
    if (host.frame) assert.equal(command.slice(host.span.start, host.span.end).replace(/[[\]]/g, ''), host.value);
    if (port.frame) assert.equal(Number(command.slice(port.span.start, port.span.end)), port.value);
    return `${check} ${host.value}:${port.value ?? '?'} ${port.origin.by}`;
  });
}

const table: readonly (readonly [string, readonly string[]])[] = [
  ['curl -f http://localhost:8000/health || exit 1', ['curl localhost:8000 literal']],
  ['curl --fail --max-time 3 localhost:8000/health', ['curl localhost:8000 literal']],
  ['wget -q --spider http://127.0.0.1/', ['wget 127.0.0.1:80 default']],
  ['wget --tries=1 -O /dev/null "http://[::1]:3000"', ['wget ::1:3000 literal']],
  ['curl -k https://localhost', ['curl localhost:443 default']],
  ['curl -f "http://localhost:${PORT:-8000}/health"', ['curl localhost:8000 env']],
  ['curl -f http://localhost:$PORT/', ['curl localhost:? env']],
  ['nc -z localhost 5432', ['nc localhost:5432 literal']],
  ['pg_isready -U postgres', []],
  ['pg_isready -h db -p 5433', ['pg_isready db:5433 literal']],
  ['redis-cli -h 127.0.0.1 ping', ['redis-cli 127.0.0.1:6379 default']],
  ['redis-cli -p 6381 ping', ['redis-cli 127.0.0.1:6381 literal']],
  ['redis-cli ping', []],
  ['pg_isready -U postgres -p 5433', ['pg_isready localhost:5433 literal']],
  ['mysqladmin ping -P 3307', []],
  [
    'python -c "import socket; socket.create_connection((\'localhost\', 8002), timeout=2)"',
    ['python localhost:8002 literal'],
  ],
  ['python -c "import socket; socket.socket().connect((\'127.0.0.1\', 8003))"', ['python 127.0.0.1:8003 literal']],
  [
    'python -c "import urllib.request; urllib.request.urlopen(\'http://localhost:8000/health\')"',
    ['python localhost:8000 literal'],
  ],
  ["node -e \"require('http').get('http://localhost:3000')\"", ['node localhost:3000 literal']],
  ['sh -c "curl -f http://localhost:9000/"', ['curl localhost:9000 literal']],
  ['bash -c "exec 3<>/dev/tcp/localhost/8080"', ['bash localhost:8080 literal']],
  ['curl -f http://$HOST:8000/', []],
  ['test -f /tmp/ready', []],
];

for (const [command, expected] of table) test(command, () => assert.deepEqual(dialsOf(command), expected));
