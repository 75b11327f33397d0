import type { Framework } from '../../../framework.ts';

export default {
  name: 'Eleventy',
  docs: 'https://www.11ty.dev/docs/dev-server/',
  defaults: { host: '::', port: 8080 },
  commands: [
    {
      entry: 'eleventy --serve',
      program: ['eleventy', '@11ty/eleventy'],
      only: { flags: ['--serve'] },
      port: ['--port'],
      attached: ['--port'],
      settings: {
        flags: ['--config'],
        files: [
          '.eleventy.js',
          'eleventy.config.js',
          'eleventy.config.mjs',
          'eleventy.config.cjs',
          'eleventy.config.ts',
        ],
        port: ['port'],
        through: 'setServerOptions',
      },
      switches: ['--serve', '--watch', '--quiet', '--incremental'],
      debug: { flags: [], means: 'reload' },
      picksNextPort: true,
      failure: { exit: undefined, silent: true, how: 'eleventy takes the next free port, even where one was given' },
    },
    {
      entry: 'eleventy-dev-server',
      program: ['eleventy-dev-server', '@11ty/eleventy-dev-server'],
      port: ['--port'],
      valued: ['--dir', '--input'],
      debug: { flags: [], means: 'reload' },
      picksNextPort: true,
      failure: { exit: undefined, silent: true, how: 'eleventy takes the next free port, even where one was given' },
    },
  ],
  evidence: { measured: '@11ty/eleventy 3.1.8, @11ty/eleventy-dev-server 2.1.2' },
} satisfies Framework;
