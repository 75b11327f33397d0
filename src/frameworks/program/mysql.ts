import type { Framework } from '../../framework.ts';

export default {
  name: 'MySQL and MariaDB',
  docs: 'https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_bind_address',
  defaults: { host: '', port: 3306 },
  commands: [
    {
      entry: 'mysqld [--bind-address ADDR] [--port PORT]',
      program: ['mysqld', 'mariadbd', 'mysqld_safe', 'mariadbd-safe'],
      host: ['--bind-address', '--bind_address'],
      port: ['--port', '-P'],
      list: ',',
      unless: ['--skip-networking', '--skip_networking'],
      settings: {
        flags: ['--defaults-file', '--defaults-extra-file'],
        files: ['my.cnf'],
        known:
          /(?:^|\/)(?:my|mysqld?|mariadb|50-server)[\w.-]*\.cnf$|(?:^|\/)(?:mysql|mariadb)(?:[\w.-]*\/){1,3}[\w.-]+\.cnf$/,
        notation: 'ini',
        host: [
          'mysqld.bind-address',
          'mysqld.bind_address',
          'mariadb.bind-address',
          'mariadb.bind_address',
          'mariadbd.bind-address',
          'server.bind-address',
        ],
        port: ['mysqld.port', 'mariadb.port', 'mariadbd.port', 'server.port'],
        list: ',',
      },
      failure: { exit: 1, silent: false, how: 'the server logs that the address is in use and exits with status 1' },
    },
  ],
  evidence: { measured: 'MariaDB 10.11.19: 0.0.0.0 and [::]; Debian writes 127.0.0.1 into its own file' },
  sensitive: {
    what: 'a database',
    access: 'protected',
    opens: ['--skip-grant-tables', '--skip_grant_tables', 'mysqld.skip-grant-tables'],
  },
  images: [
    {
      names: ['mysql', 'mariadb', 'mysql/mysql-server', 'percona', 'percona/percona-server', 'biarms/mysql'],
      program: 'mysqld',
      listens: [{ port: 3306, variables: ['MYSQL_TCP_PORT'] }],
      may: [33060, 33061, 4444, 4567, 4568],
      settings: /mysql|mariadb|\.cnf$/,
      reads: /^\/etc\/(?:mysql\/(?:(?:mariadb\.)?conf\.d\/[\w.-]+|my)\.cnf|my\.cnf(?:\.d\/[\w.-]+\.cnf)?)$/,
      sensitive: {
        what: 'a database',
        access: 'protected',
        opens: [
          'MYSQL_ALLOW_EMPTY_PASSWORD=yes',
          'MYSQL_ALLOW_EMPTY_PASSWORD=true',
          'MYSQL_ALLOW_EMPTY_PASSWORD=1',
          'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=yes',
          'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=true',
          'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=1',
          '--skip-grant-tables',
        ],
        protects: ['MYSQL_ROOT_PASSWORD', 'MARIADB_ROOT_PASSWORD', 'MYSQL_RANDOM_ROOT_PASSWORD'],
        passwords: ['MYSQL_ROOT_PASSWORD', 'MARIADB_ROOT_PASSWORD'],
      },
    },
    {
      names: [
        'bitnami/mysql',
        'bitnami/mariadb',
        'bitnamilegacy/mysql',
        'bitnamilegacy/mariadb',
        'bitnami/mariadb-galera',
      ],
      listens: [{ port: 3306, variables: ['MYSQL_PORT_NUMBER', 'MARIADB_PORT_NUMBER'] }],
      settings: /mysql|mariadb|\.cnf$/,
      sensitive: { what: 'a database', access: 'protected', opens: ['ALLOW_EMPTY_PASSWORD=yes'] },
    },
  ],
} satisfies Framework;
