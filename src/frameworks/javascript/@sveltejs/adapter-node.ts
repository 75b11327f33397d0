import type { Framework } from '../../../framework.ts';

export default {
  name: 'SvelteKit on Node',
  docs: 'https://svelte.dev/docs/kit/adapter-node#Environment-variables',
  defaults: { host: '0.0.0.0', port: 3000 },
  commands: [
    {
      entry: 'node build',
      program: ['build', 'build/index.js'],
      script: true,
      sign: '@sveltejs/adapter-node',
      environment: { host: ['HOST'], port: ['PORT'] },
      failure: { exit: 1, silent: false, how: 'node prints the error and exits with status 1' },
    },
  ],
  environment: { host: ['HOST'], port: ['PORT'] },
  evidence: { measured: '@sveltejs/adapter-node 6.0.1 with kit 3.2.0' },
} satisfies Framework;
