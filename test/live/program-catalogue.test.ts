import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import frameworks from '../../generated/program.ts';
import { missing } from './observe.ts';
import { type Program, prove } from './proof.ts';

/** A port that has to be given; 8124 is the one of `stated`. */
const given = { host: '127.0.0.1', port: 8123 };

const programs: Readonly<Record<string, readonly Program[]>> = {
  beanstalkd: [
    { entry: 'beanstalkd [-l ADDR] [-p PORT]', command: ['beanstalkd'], stated: ['-l', 'localhost', '-p', '8124'] },
  ],
  etcd: [
    {
      entry: 'etcd [--listen-client-urls URL,...]',
      command: ['etcd', '--data-dir', 'etcd', '--advertise-client-urls', 'http://localhost:2379', 'ADDRESS'],
      stated: ['--listen-client-urls', 'http://localhost:8124'],
    },
  ],
  influxdb: [
    {
      entry: 'influxd [--http-bind-address ADDR]',
      command: ['influxd', 'ADDRESS'],
      shows: '::',
    },
  ],
  lighttpd: [
    {
      entry: 'lighttpd -f FILE',
      command: ['lighttpd', '-D', '-f', 'ADDRESS'],
      bare: 'plain-lighttpd.conf',
      stated: 'localhost-lighttpd.conf',
      any: 'any-lighttpd.conf',
    },
  ],
  memcached: [
    {
      entry: 'memcached [-l ADDR] [-p PORT]',
      command: ['memcached', '-u', 'root'],
      stated: ['-l', 'localhost', '-p', '8124'],
    },
  ],
  mosquitto: [
    {
      entry: 'mosquitto [-c FILE] [-p PORT]',
      command: ['mosquitto'],
      shows: 'localhost',
      stated: ['-c', 'localhost-mosquitto.conf'],
      any: ['-c', 'any-mosquitto.conf'],
    },
  ],
  mysql: [
    {
      entry: 'mysqld [--bind-address ADDR] [--port PORT]',
      needs: 'mariadb-install-db',
      command: ['mariadbd'],
      stated: ['--bind-address=localhost', '--port=8124'],
    },
  ],
  nats: [
    {
      entry: 'nats-server [-a ADDR] [-p PORT]',
      command: ['nats-server'],
      stated: ['-a', 'localhost', '-p', '8124'],
      shows: '::',
    },
    {
      entry: 'nats-server -m PORT',
      command: ['nats-server', 'ADDRESS'],
      given: { port: 8123 },
      bare: ['-m', '8123'],
      stated: ['-a', 'localhost', '-m', '8124'],
      shows: '::',
    },
  ],
  php: [
    {
      entry: 'php -S ADDR:PORT',
      command: ['php', '-S', 'ADDRESS'],
      given,
      bare: '127.0.0.1:8123',
      stated: 'localhost:8124',
    },
  ],
  postgresql: [
    {
      entry: 'postgres [-h ADDR] [-p PORT] [-c NAME=VALUE]',
      needs: 'pg_ctlcluster',
      command: ['postgres'],
      stated: ['-h', 'localhost', '-p', '8124'],
    },
  ],
  prometheus: [
    {
      entry: 'prometheus [--web.listen-address ADDR]',
      command: ['prometheus', '--config.file=/dev/null', '--storage.tsdb.path=prometheus', 'ADDRESS'],
      stated: ['--web.listen-address=localhost:8124'],
      shows: '::',
    },
  ],
  puma: [
    {
      entry: 'puma [-b tcp://ADDR:PORT] [-p PORT]',
      command: ['puma', 'ADDRESS'],
      given,
      bare: ['-b', 'tcp://127.0.0.1:8123'],
      stated: ['-b', 'tcp://localhost:8124'],
    },
    { entry: 'puma -p PORT', command: ['puma'], given: { port: 8123 }, bare: ['-p', '8123'] },
  ],
  rackup: [
    { entry: 'rackup [-o HOST] [-p PORT]', command: ['rackup'], stated: ['-o', 'localhost', '-p', '8124'] },
    {
      entry: 'rackup [-o HOST] [-p PORT]',
      variant: 'in production',
      command: ['rackup', '-E', 'production'],
      alone: '0.0.0.0',
    },
  ],
  redis: [
    {
      entry: 'redis-server [FILE] [--bind ADDR ...] [--port PORT]',
      command: ['redis-server'],
      stated: ['--bind', 'localhost', '--port', '8124'],
    },
  ],
  thin: [
    {
      entry: 'thin start [-a ADDR] [-p PORT]',
      command: ['thin', 'start'],
      stated: ['-a', 'localhost', '-p', '8124'],
    },
  ],
  unicorn: [
    {
      entry: 'unicorn [-o HOST] [-p PORT]',
      command: ['unicorn'],
      stated: ['-o', 'localhost', '-p', '8124'],
    },
    {
      entry: 'unicorn -l ADDR:PORT',
      command: ['unicorn', '-l', 'ADDRESS'],
      given,
      bare: '127.0.0.1:8123',
      stated: 'localhost:8124',
    },
  ],
};

/** Entries that a file has to name, need a framework beside them, or are no package of Debian's. */
const unproven = new Set([
  'php artisan serve [--host HOST] [--port PORT]',
  'artisan serve [--host HOST] [--port PORT]',
  'php bin/console server:run [ADDR:PORT]',
  'symfony server:start [--port PORT]',
  'symfony serve [--port PORT]',
]);

/** What Debian 12 has no package of, or none that runs without a whole system around it. */
const notStarted = [
  'cassandra',
  'clickhouse',
  'consul',
  'couchdb',
  'dockerd',
  'dotnet',
  'elasticsearch',
  'grafana',
  'java',
  'kafka',
  'kibana',
  'minio',
  'mongodb',
  'neo4j',
  'ollama',
  'php-fpm',
  'rabbitmq',
  'rails',
  'rocket',
  'traefik',
  'vault',
  'zookeeper',
];

test('every program of the catalogue that is a command is proven, or cannot be started here', () => {
  const commands = Object.keys(frameworks).filter((word) => frameworks[word]!.commands !== undefined);
  const known = [...Object.keys(programs), ...notStarted].filter((word) => frameworks[word]?.commands !== undefined);
  assert.deepEqual(known.sort(), commands.sort());
});

const files: Readonly<Record<string, string>> = {
  'config.ru': "run ->(_) { [200, { 'content-type' => 'text/plain' }, ['ok']] }\n",
  'index.php': 'ok\n',
  'plain-lighttpd.conf': 'server.document-root = "/tmp"\n',
  'localhost-lighttpd.conf': 'server.document-root = "/tmp"\nserver.bind = "localhost"\nserver.port = 8124\n',
  'any-lighttpd.conf': 'server.document-root = "/tmp"\nserver.bind = "[::]"\nserver.port = 8124\n',
  'localhost-mosquitto.conf': 'allow_anonymous true\nlistener 8124 localhost\n',
  'any-mosquitto.conf': 'allow_anonymous true\nlistener 8124 ::\n',
};

const mariadb = `#!/bin/sh
exec /usr/sbin/mariadbd --no-defaults --user=root --datadir="$HOME/mysql" --socket="$HOME/mysql.sock" "$@"
`;

/** PostgreSQL is not to be run by root, Debian keeps it out of the path, and one that was killed keeps its folder for a while. */
const postgres = `#!/bin/sh
cd /
data=$(mktemp -d "$HOME/data.XXXXXX")
cp -a "$HOME/postgres/." "$data"
chown 65534:65534 "$data"
exec setpriv --reuid=65534 --regid=65534 --clear-groups FOLDER/postgres -D "$data" -k "$data" "$@"
`;

function run([program, ...words]: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(program!, words, { cwd, encoding: 'utf8' });
  assert.equal(status, 0, error?.message ?? stderr);
}

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bindlint-programs-'));
  chmodSync(folder, 0o755);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  mkdirSync(path.join(folder, 'bin'));
  const program = (name: string, text: string) => writeFileSync(path.join(folder, 'bin', name), text, { mode: 0o755 });
  if (missing(undefined, 'mariadb-install-db') === false) {
    program('mariadbd', mariadb);
    run(['mariadb-install-db', '--no-defaults', '--user=root', `--datadir=${path.join(folder, 'mysql')}`], '/');
  }
  const versions = '/usr/lib/postgresql';
  const version = existsSync(versions) ? readdirSync(versions)[0] : undefined;
  if (version === undefined) return;
  const own = path.join(versions, version, 'bin');
  const data = path.join(folder, 'postgres');
  program('postgres', postgres.replace('FOLDER', own));
  mkdirSync(data);
  run(['chown', '65534:65534', data], '/');
  const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  run([...nobody, path.join(own, 'initdb'), '-D', data, '-U', 'nobody', '-N'], '/');
});
after(() => rmSync(folder, { recursive: true, force: true }));

prove({
  language: 'program',
  frameworks,
  programs,
  unproven,
  files,
  folder: () => folder,
  oneByOne: true,
  get path() {
    return [path.join(folder, 'bin')];
  },
  missing: ({ needs, command }) => missing(undefined, needs ?? command?.[0]),
});
