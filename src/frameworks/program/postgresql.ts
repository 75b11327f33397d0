import type { Framework } from '../../framework.ts';

const access = {
  what: 'a database',
  access: 'protected',
  opens: ['POSTGRES_HOST_AUTH_METHOD=trust'],
  passwords: ['POSTGRES_PASSWORD', 'POSTGRESQL_PASSWORD'],
} as const;

export default {
  name: 'PostgreSQL',
  docs: 'https://www.postgresql.org/docs/current/runtime-config-connection.html',
  defaults: { host: 'localhost', port: 5432 },
  commands: [
    {
      entry: 'postgres [-h ADDR] [-p PORT] [-c NAME=VALUE]',
      program: ['postgres', 'postmaster'],
      host: ['-h', '-c listen_addresses', '--listen_addresses', '--listen-addresses'],
      port: ['-p', '-c port', '--port'],
      pairs: ['-c'],
      list: ',',
      valued: ['-B', '-d', '-D', '-k', '-N', '-S'],
      settings: {
        flags: ['-c config_file', '--config-file', '--config_file'],
        files: ['postgresql.conf'],
        known: /(?:^|\/)postgres(?:ql)?[\w.-]*\.conf$/,
        notation: 'ini',
        host: ['listen_addresses'],
        port: ['port'],
        list: ',',
      },
      failure: {
        exit: 1,
        silent: false,
        how: 'postgres logs that the address is in use, and exits with status 1 only if every one is',
      },
    },
  ],
  evidence: { measured: 'PostgreSQL 15.20: 127.0.0.1 and [::1] of localhost' },
  sensitive: access,
  images: [
    {
      // The image writes listen_addresses = '*'.
      names: [
        'postgres',
        'postgis/postgis',
        'pgvector/pgvector',
        'ankane/pgvector',
        'timescale/timescaledb',
        'timescale/timescaledb-ha',
        'supabase/postgres',
        'imresamu/postgis',
        'kartoza/postgis',
        'tensorchord/pgvecto-rs',
        'paradedb/paradedb',
        'groonga/pgroonga',
      ],
      program: 'postgres',
      listens: [{ port: 5432, variables: ['PGPORT'] }],
      may: [8008],
      settings: /postgres|\.conf$/,
    },
    {
      names: ['bitnami/postgresql', 'bitnamilegacy/postgresql', 'bitnami/postgresql-repmgr'],
      listens: [{ port: 5432, variables: ['POSTGRESQL_PORT_NUMBER'] }],
      settings: /postgres|\.conf$/,
      sensitive: { what: 'a database', access: 'protected', opens: ['ALLOW_EMPTY_PASSWORD=yes'] },
    },
    {
      names: ['pgbouncer/pgbouncer', 'edoburu/pgbouncer', 'bitnami/pgbouncer'],
      listens: [{ port: 5432, variables: ['LISTEN_PORT', 'PGBOUNCER_PORT', 'PGBOUNCER_LISTEN_PORT'] }],
      may: [6432],
      settings: /pgbouncer/,
    },
  ],
} satisfies Framework;
