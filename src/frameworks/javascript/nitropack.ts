import type { Framework } from '../../framework.ts';

export default {
  name: 'Nitro',
  docs: 'https://nitro.build/deploy/runtimes/node',
  defaults: { host: '::', port: 3000 },
  commands: [
    {
      entry: 'node .output/server/index.mjs',
      program: 'server/index.mjs',
      script: true,
      sign: '.output',
      environment: { host: ['NITRO_HOST', 'HOST'], port: ['NITRO_PORT', 'PORT'] },
      failure: { exit: 0, silent: true, how: 'nitro logs the error and exits with status 0' },
    },
    {
      entry: 'nitro dev',
      program: ['nitro', 'nitropack'],
      words: ['dev'],
      host: ['--host'],
      port: ['-p', '--port'],
      optional: ['--host', '--open'],
      hostAlone: '::',
      valued: ['--dir', '--_dir', '-c', '--config'],
      environment: { host: ['HOST'], port: ['PORT'] },
      defaults: { host: 'localhost' },
      hostInContainer: '::',
      debug: { flags: [], means: 'reload' },
      picksNextPort: true,
      failure: { exit: undefined, silent: true, how: 'nitro takes the next free port' },
    },
  ],
  environment: { host: ['NITRO_HOST', 'HOST'], port: ['NITRO_PORT', 'PORT'] },
  evidence: { measured: 'nitropack 2.13.6' },
} satisfies Framework;
