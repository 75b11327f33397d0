import type { Framework } from '../../framework.ts';

export default {
  name: 'Nuxt',
  docs: 'https://nuxt.com/docs/api/commands/dev',
  defaults: { host: 'localhost', port: 3000 },
  commands: [
    {
      entry: 'nuxt preview',
      program: ['nuxt', 'nuxi'],
      words: ['preview'],
      port: ['-p', '--port'],
      valued: ['--cwd', '--dotenv', '--envName', '--logLevel'],
      environment: { host: ['NITRO_HOST', 'HOST'], port: ['NITRO_PORT', 'PORT'] },
      defaults: { host: '::' },
      development: true,
      failure: { exit: 0, silent: true, how: 'nuxt logs the error and exits with status 0' },
    },
    {
      entry: 'nuxt dev',
      program: ['nuxt', 'nuxi', 'nuxt-ts'],
      words: ['dev'],
      host: ['--host', '--hostname', '-H', '-h'],
      port: ['-p', '--port'],
      optional: ['--host', '-h', '--open', '-o'],
      hostAlone: '::',
      valued: ['--cwd', '--dotenv', '--envName', '--logLevel', '-e', '--config-file', '-c'],
      switches: ['--https', '--public', '--qr', '--tunnel', '--clipboard', '--inspect'],
      environment: { host: ['NUXT_HOST', 'NITRO_HOST', 'HOST'], port: ['NUXT_PORT', 'NITRO_PORT', 'PORT'] },
      hostInContainer: '::',
      settings: {
        flags: ['--config-file', '-c'],
        files: ['nuxt.config.js', 'nuxt.config.mjs', 'nuxt.config.ts'],
        host: ['devServer.host', 'server.host'],
        port: ['devServer.port', 'server.port'],
      },
      debug: { flags: [], means: 'reload' },
      picksNextPort: true,
      failure: { exit: undefined, silent: true, how: 'nuxt takes the next free port, even where one was given' },
    },
  ],
  environment: {
    host: ['NUXT_HOST', 'NITRO_HOST', 'HOST'],
    port: ['NUXT_PORT', 'NITRO_PORT', 'PORT'],
  },
  evidence: { measured: 'Nuxt 4.5.2 on Node 24.21.0' },
} satisfies Framework;
