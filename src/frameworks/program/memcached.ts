import type { Framework } from '../../framework.ts';

export default {
  name: 'memcached',
  docs: 'https://docs.memcached.org/serverguide/configuring/',
  defaults: { host: '', port: 11211 },
  commands: [
    {
      entry: 'memcached [-l ADDR] [-p PORT]',
      program: 'memcached',
      host: ['-l', '--listen'],
      port: ['-p', '--port'],
      list: ',',
      valued: ['-u', '-m', '-c', '-t', '-U', '-s', '-P', '-I', '-o', '-f', '-n', '-b', '-a'],
      unless: ['-s', '--unix-socket'],
      settings: {
        files: ['memcached.conf'],
        known: /(?:^|\/)memcached[\w.-]*\.conf$/,
        notation: 'directives',
        host: ['-l'],
        port: ['-p'],
        list: ',',
      },
      failure: { exit: 71, silent: false, how: 'memcached says that it failed to listen and exits with status 71' },
    },
  ],
  evidence: { measured: 'memcached 1.6.18: 0.0.0.0 and [::]; Debian writes -l 127.0.0.1 into its own file' },
  sensitive: { what: 'a cache', access: 'open', protects: ['-S', '--enable-sasl', '-Y', '--auth-file'] },
  images: [
    { names: ['memcached'], program: 'memcached', listens: [{ port: 11211 }] },
    {
      names: ['bitnami/memcached', 'bitnamilegacy/memcached'],
      listens: [{ port: 11211, variables: ['MEMCACHED_PORT_NUMBER'] }],
      sensitive: { what: 'a cache', access: 'open', protects: ['MEMCACHED_PASSWORD'] },
    },
  ],
} satisfies Framework;
