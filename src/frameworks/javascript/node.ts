import type { Framework } from '../../framework.ts';

export default {
  name: "Node's debugger",
  docs: 'https://nodejs.org/en/learn/getting-started/debugging',
  defaults: { host: '127.0.0.1', port: 9229 },
  commands: [
    {
      entry: 'node --inspect[=HOST:PORT] FILE',
      program: [
        'node',
        'nodejs',
        'nodemon',
        'node-dev',
        'tsx',
        'ts-node',
        'ts-node-esm',
        'ts-node-dev',
        'tsnd',
        'babel-node',
        'swc-node',
        'jiti',
        'vite-node',
      ],
      sign: '--inspect',
      only: { flags: ['--inspect', '--inspect-brk', '--inspect-wait'] },
      address: ['--inspect', '--inspect-brk', '--inspect-wait'],
      attached: ['--inspect', '--inspect-brk', '--inspect-wait'],
      bare: 'either',
      debug: { flags: [], means: 'debugger' },
      failure: {
        exit: 0,
        silent: true,
        how: 'node says so in one line, and the program runs on without a debugger',
      },
    },
  ],
  evidence: { measured: 'node 20.20.2 and 24.21.0' },
} satisfies Framework;
