import type { Framework } from '../../framework.ts';

const access = {
  what: 'a database',
  access: 'open',
  protects: [
    '--auth',
    '--keyFile',
    'security.authorization=enabled',
    'security.keyFile',
    'MONGO_INITDB_ROOT_USERNAME',
    'MONGO_INITDB_ROOT_USERNAME_FILE',
    'MONGODB_INITDB_ROOT_USERNAME',
  ],
  passwords: ['MONGO_INITDB_ROOT_PASSWORD'],
} as const;

export default {
  name: 'MongoDB',
  docs: 'https://www.mongodb.com/docs/manual/reference/configuration-options/#net-options',
  defaults: { host: 'localhost', port: 27017 },
  commands: [
    {
      entry: 'mongod [--bind_ip ADDR,...] [--bind_ip_all] [--port PORT]',
      program: ['mongod', 'mongos'],
      host: ['--bind_ip', '--bindIp', '--bind-ip'],
      port: ['--port'],
      list: ',',
      defaultsWith: [{ flag: '--bind_ip_all', host: '' }],
      switches: ['--bind_ip_all', '--fork', '--auth', '--ipv6', '--quiet'],
      settings: {
        flags: ['-f', '--config'],
        files: ['mongod.conf'],
        known: /(?:^|\/)mongo[ds]?[\w.-]*\.(?:conf|ya?ml)$/,
        notation: 'yaml',
        host: ['net.bindIp'],
        port: ['net.port'],
        list: ',',
      },
      failure: { exit: 48, silent: false, how: 'mongod says that the address is in use and exits with status 48' },
    },
  ],
  evidence: { source: 'the manual: localhost since 3.6; --bind_ip_all and net.bindIpAll are all interfaces' },
  sensitive: access,
  images: [
    {
      // The entry point adds --bind_ip_all.
      names: [
        'mongo',
        'mongodb/mongodb-community-server',
        'mongodb/mongodb-atlas-local',
        'percona/percona-server-mongodb',
      ],
      program: 'mongod',
      listens: [{ port: 27017 }],
      may: [27018, 27019],
      settings: /mongo/,
    },
    {
      names: ['bitnami/mongodb', 'bitnamilegacy/mongodb'],
      listens: [{ port: 27017, variables: ['MONGODB_PORT_NUMBER'] }],
      settings: /mongo/,
      sensitive: {
        what: 'a database',
        protects: ['MONGODB_ROOT_PASSWORD'],
        opens: ['ALLOW_EMPTY_PASSWORD=yes'],
      },
    },
  ],
} satisfies Framework;
