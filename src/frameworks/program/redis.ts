import type { Framework } from '../../framework.ts';

export default {
  name: 'Redis',
  docs: 'https://redis.io/docs/latest/operate/oss_and_stack/management/security/',
  defaults: { host: '', port: 6379 },
  commands: [
    {
      entry: 'redis-server [FILE] [--bind ADDR ...] [--port PORT]',
      program: ['redis-server', 'valkey-server', 'keydb-server'],
      host: ['--bind'],
      port: ['--port'],
      list: ' ',
      settings: {
        positional: 0,
        files: ['redis.conf'],
        known: /(?:^|\/)(?:redis|valkey|keydb)[\w.-]*\.conf$/,
        notation: 'directives',
        host: ['bind'],
        port: ['port'],
        list: ' ',
      },
      failure: { exit: 1, silent: false, how: 'redis-server says that the address is in use and exits with status 1' },
    },
  ],
  evidence: {
    measured: 'Redis 7.0.15: without a file it listens everywhere and refuses strangers as long as no password is set',
  },
  sensitive: {
    what: 'a database',
    access: 'protected',
    opens: ['--protected-mode=no', 'protected-mode=no'],
    protects: ['--requirepass', 'requirepass', '--aclfile', 'aclfile'],
  },
  images: [
    {
      // The images switch protected mode off.
      names: [
        'redis',
        'redis/redis-stack',
        'redis/redis-stack-server',
        'valkey/valkey',
        'eqalpha/keydb',
        'redislabs/rejson',
        'redislabs/redismod',
        'redislabs/redisearch',
      ],
      program: 'redis-server',
      listens: [{ port: 6379 }],
      may: [8001, 16379, 26379],
      settings: /redis|valkey|keydb|\.conf$/,
      sensitive: {
        what: 'a database',
        access: 'open',
        protects: ['--requirepass', '--aclfile', '--user', 'REDIS_ARGS'],
      },
    },
    {
      names: ['bitnami/redis', 'bitnamilegacy/redis', 'bitnami/valkey', 'bitnami/redis-cluster'],
      listens: [{ port: 6379, variables: ['REDIS_PORT_NUMBER', 'VALKEY_PORT_NUMBER'] }],
      may: [16379, 26379],
      settings: /redis|valkey|\.conf$/,
      sensitive: {
        what: 'a database',
        access: 'protected',
        opens: ['ALLOW_EMPTY_PASSWORD=yes'],
        protects: ['REDIS_PASSWORD', 'VALKEY_PASSWORD'],
      },
    },
    {
      names: ['dragonflydb/dragonfly'],
      program: 'dragonfly',
      listens: [{ port: 6379 }],
      may: [9999, 11211],
      sensitive: { what: 'a database', access: 'open', protects: ['--requirepass', 'DFLY_requirepass'] },
    },
  ],
} satisfies Framework;
