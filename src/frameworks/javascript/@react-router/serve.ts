import type { Framework } from '../../../framework.ts';

export default {
  name: 'react-router-serve',
  docs: 'https://reactrouter.com/api/other-api/serve',
  defaults: { host: '::', port: 3000 },
  commands: [
    {
      entry: 'react-router-serve FILE',
      program: ['react-router-serve', '@react-router/serve'],
      environment: { host: ['HOST'], port: ['PORT'] },
      picksNextPort: true,
      failure: {
        exit: undefined,
        silent: true,
        how: 'react-router-serve takes a random port without a word, and exits with status 1 where PORT is set',
      },
    },
  ],
  environment: { host: ['HOST'], port: ['PORT'] },
  evidence: { measured: '@react-router/serve 7.18.4' },
} satisfies Framework;
