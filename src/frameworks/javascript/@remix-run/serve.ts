import type { Framework } from '../../../framework.ts';

export default {
  name: 'remix-serve',
  docs: 'https://v2.remix.run/docs/other-api/serve/',
  defaults: { host: '::', port: 3000 },
  commands: [
    {
      entry: 'remix-serve FILE',
      program: ['remix-serve', '@remix-run/serve'],
      environment: { host: ['HOST'], port: ['PORT'] },
      picksNextPort: true,
      failure: {
        exit: undefined,
        silent: true,
        how: 'remix-serve takes a random port without a word, and exits with status 1 where PORT is set',
      },
    },
  ],
  environment: { host: ['HOST'], port: ['PORT'] },
  evidence: { measured: '@remix-run/serve 2.17.5' },
} satisfies Framework;
