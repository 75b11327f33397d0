import type { Framework } from '../../../framework.ts';

export default {
  name: '@web/dev-server',
  docs: 'https://modern-web.dev/docs/dev-server/cli-and-configuration/',
  defaults: { host: '::', port: 8000 },
  commands: [
    {
      entry: 'wds',
      program: ['wds', 'web-dev-server', '@web/dev-server', 'es-dev-server'],
      host: ['--hostname', '-h'],
      port: ['--port', '-p'],
      hostMeans: { hosts: ['localhost', '127.0.0.1'], host: '::' },
      optional: ['-o', '--open', '--app-index', '-a'],
      valued: ['-r', '--root-dir', '-b', '--base-path', '-c', '--config', '--esbuild-target', '--mime-types'],
      switches: ['-w', '--watch', '--node-resolve', '--preserve-symlinks', '--debug', '--http2'],
      settings: {
        flags: ['-c', '--config'],
        files: ['web-dev-server.config.js', 'web-dev-server.config.mjs', 'web-dev-server.config.cjs'],
        host: ['hostname'],
        port: ['port'],
      },
      debug: { flags: ['-w', '--watch'], means: 'reload' },
      development: true,
      picksNextPort: true,
      failure: {
        exit: undefined,
        silent: true,
        how: 'the server takes the next free port, and exits with status 0 where one was given',
      },
    },
  ],
  evidence: { measured: '@web/dev-server 0.4.6' },
} satisfies Framework;
