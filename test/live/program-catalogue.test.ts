import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import frameworks from '../../generated/program.ts';
import { missing } from './observe.ts';
import { type Program, prove } from './proof.ts';

/** A port that has to be given; 8124 is the one of `stated`. */
const given = { host: '127.0.0.1', port: 8123 };

/** A program that every Java has, and that stays up; it listens on a port of its own. */
const registry = ['-m', 'java.rmi/sun.rmi.registry.RegistryImpl', '8125'];
const withoutPassword = [
  '-Dcom.sun.management.jmxremote.authenticate=false',
  '-Dcom.sun.management.jmxremote.ssl=false',
];

/** Debian puts the version in its name: php-fpm8.2. */
const fpm = existsSync('/usr/sbin')
  ? readdirSync('/usr/sbin').find((name) => /^php-fpm\d+\.\d+$/.test(name))
  : undefined;

const programs: Readonly<Record<string, readonly Program[]>> = {
  beanstalkd: [
    { entry: 'beanstalkd [-l ADDR] [-p PORT]', command: ['beanstalkd'], stated: ['-l', 'localhost', '-p', '8124'] },
  ],
  dockerd: [
    {
      entry: 'dockerd -H tcp://ADDR:PORT',
      command: ['dockerd'],
      given,
      bare: ['-H', 'tcp://127.0.0.1:8123'],
      stated: ['-H', 'tcp://localhost:8124'],
    },
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
  java: [
    {
      entry: 'java -agentlib:jdwp=transport=dt_socket,server=y,address=[HOST:]PORT',
      command: ['java', 'ADDRESS', ...registry],
      given,
      bare: '-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:8123',
      stated: '-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=localhost:8124',
    },
    {
      entry: 'java -Dcom.sun.management.jmxremote.port=PORT',
      command: ['java', 'ADDRESS', ...withoutPassword, ...registry],
      given: { port: 8123 },
      bare: '-Dcom.sun.management.jmxremote.port=8123',
      stated: ['-Dcom.sun.management.jmxremote.port=8124', '-Dcom.sun.management.jmxremote.host=localhost'],
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
  'php-fpm': [
    {
      entry: 'php-fpm',
      needs: fpm ?? 'php-fpm',
      command: ['php-fpm', '-y', 'ADDRESS'],
      given,
      bare: 'plain-fpm.conf',
      stated: 'localhost-fpm.conf',
      any: 'any-fpm.conf',
    },
    {
      entry: 'php-fpm',
      variant: 'told a port alone',
      needs: fpm ?? 'php-fpm',
      command: ['php-fpm', '-y', 'port-fpm.conf'],
      given: { host: '', port: 8123 },
      shows: '::',
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
  rabbitmq: [
    {
      entry: 'rabbitmq-server',
      command: ['env', 'ADDRESS', 'rabbitmq-server'],
      needs: 'rabbitmq-server',
      stated: ['RABBITMQ_NODE_IP_ADDRESS=localhost', 'RABBITMQ_NODE_PORT=8124'],
      shows: '::',
    },
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
  rails: [
    {
      entry: 'rails server [-b ADDR] [-p PORT]',
      folder: 'blog',
      command: ['rails', 'server'],
      stated: ['-b', 'localhost', '-p', '8124'],
    },
    {
      entry: 'rails server [-b ADDR] [-p PORT]',
      variant: 'in production',
      folder: 'blog',
      command: ['rails', 'server', '-e', 'production'],
      alone: '0.0.0.0',
    },
    {
      entry: 'rails s [-b ADDR] [-p PORT]',
      folder: 'blog',
      command: ['rails', 's'],
      stated: ['-b', 'localhost', '-p', '8124'],
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
  zookeeper: [
    {
      entry: 'zkServer.sh start [FILE]',
      needs: '../share/zookeeper/bin/zkServer.sh',
      command: ['zkServer.sh', 'start-foreground', 'ADDRESS'],
      bare: './plain-zoo.cfg',
      stated: './localhost-zoo.cfg',
      any: './any-zoo.cfg',
      shows: '::',
    },
  ],
};

/** Entries that a file has to name, need a framework beside them, or are no package of Debian's. */
const unproven = new Set([
  'java -jar FILE [--server.port=PORT]',
  'java -jar FILE --management.server.port=PORT',
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
  'dotnet',
  'elasticsearch',
  'grafana',
  'kafka',
  'kibana',
  'minio',
  'mongodb',
  'neo4j',
  'ollama',
  'rocket',
  'traefik',
  'vault',
];

test('every program of the catalogue that is a command is proven, or cannot be started here', () => {
  const commands = Object.keys(frameworks).filter((word) => frameworks[word]!.commands !== undefined);
  const known = [...Object.keys(programs), ...notStarted].filter((word) => frameworks[word]?.commands !== undefined);
  assert.deepEqual(known.sort(), commands.sort());
  for (const word of notStarted) assert.ok('source' in frameworks[word]!.evidence, word);
});

const files: Readonly<Record<string, string>> = {
  'config.ru': "run ->(_) { [200, { 'content-type' => 'text/plain' }, ['ok']] }\n",
  'index.php': 'ok\n',
  'plain-lighttpd.conf': 'server.document-root = "/tmp"\n',
  'localhost-lighttpd.conf': 'server.document-root = "/tmp"\nserver.bind = "localhost"\nserver.port = 8124\n',
  'any-lighttpd.conf': 'server.document-root = "/tmp"\nserver.bind = "[::]"\nserver.port = 8124\n',
  'localhost-mosquitto.conf': 'allow_anonymous true\nlistener 8124 localhost\n',
  'any-mosquitto.conf': 'allow_anonymous true\nlistener 8124 ::\n',
  'plain-fpm.conf': fpmSettings('127.0.0.1:8123'),
  'port-fpm.conf': fpmSettings('8123'),
  'localhost-fpm.conf': fpmSettings('localhost:8124'),
  'any-fpm.conf': fpmSettings('[::]:8124'),
  'plain-zoo.cfg': 'tickTime=2000\ndataDir=zookeeper\nclientPort=2181\n',
  'localhost-zoo.cfg': 'tickTime=2000\ndataDir=zookeeper\nclientPortAddress=localhost\nclientPort=8124\n',
  'any-zoo.cfg': 'tickTime=2000\ndataDir=zookeeper\nclientPortAddress=::\nclientPort=8124\n',
  'blog/bin/rails': "APP_PATH = File.expand_path('../config/application', __dir__)\nrequire 'rails/commands'\n",
  'blog/config/application.rb': `require 'rails'
require 'action_controller/railtie'
class Blog < Rails::Application
  config.load_defaults 6.1
  config.eager_load = false
  config.secret_key_base = 'a' * 64
  config.logger = Logger.new($stdout)
end
`,
  'blog/config/environment.rb': "require_relative 'application'\nRails.application.initialize!\n",
  'blog/config.ru': "require_relative 'config/environment'\nrun Rails.application\n",
};

function fpmSettings(listen: string): string {
  return `[global]
daemonize = no
error_log = /dev/stderr
[www]
user = nobody
listen = ${listen}
pm = static
pm.max_children = 1
`;
}

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

/** Erlang's port mapper stays behind in the background, unless all processes of a namespace end with the first. */
const rabbitmq = `#!/bin/sh
data=$(mktemp -d "$HOME/rabbitmq.XXXXXX")
chown 65534:65534 "$data"
export RABBITMQ_MNESIA_BASE="$data" RABBITMQ_LOG_BASE="$data" RABBITMQ_LOGS=- RABBITMQ_PID_FILE="$data/pid"
export RABBITMQ_CONFIG_FILE="$data/none" RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_ENABLED_PLUGINS_FILE="$data/plugins"
export RABBITMQ_NODENAME=rabbit@localhost HOME="$data"
exec unshare -pf --kill-child --mount-proc \\
  setpriv --reuid=65534 --regid=65534 --clear-groups /usr/lib/rabbitmq/bin/rabbitmq-server "$@"
`;

/** It starts containerd, which would outlive it. */
const dockerd = `#!/bin/sh
data=$(mktemp -d "$HOME/docker.XXXXXX")
exec unshare -pf --kill-child --mount-proc /usr/sbin/dockerd --data-root "$data" --exec-root "$data" --pidfile "$data/pid" \\
  --iptables=false --bridge=none --storage-driver=vfs "$@"
`;

function run([program, ...words]: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(program!, words, { cwd, encoding: 'utf8' });
  assert.equal(status, 0, error?.message ?? stderr);
}

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bindlint-programs-'));
  chmodSync(folder, 0o755);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  mkdirSync(path.join(folder, 'bin'));
  const program = (name: string, text: string) => writeFileSync(path.join(folder, 'bin', name), text, { mode: 0o755 });
  program('rabbitmq-server', rabbitmq);
  program('dockerd', dockerd);
  if (fpm !== undefined) symlinkSync(path.join('/usr/sbin', fpm), path.join(folder, 'bin/php-fpm'));
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
    return [path.join(folder, 'bin'), '/usr/share/zookeeper/bin'];
  },
  missing: ({ needs, command }) => missing(undefined, needs ?? command?.[0]),
});
