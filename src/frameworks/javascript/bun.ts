import type { Framework } from '../../framework.ts';

export default {
  name: 'Bun',
  docs: 'https://bun.com/docs/bundler/fullstack',
  defaults: { host: 'localhost', port: 3000 },
  commands: [
    {
      entry: 'bun --inspect FILE',
      program: 'bun',
      sign: '--inspect',
      only: { flags: ['--inspect', '--inspect-brk', '--inspect-wait'] },
      address: ['--inspect', '--inspect-brk', '--inspect-wait'],
      attached: ['--inspect', '--inspect-brk', '--inspect-wait'],
      bare: 'either',
      defaults: { port: 6499 },
      debug: { flags: [], means: 'debugger' },
    },
    {
      entry: 'bun FILE.html',
      program: 'bun',
      words: ['*.html'],
      host: ['--host', '--hostname'],
      port: ['--port'],
      debug: { flags: [], means: 'reload' },
      picksNextPort: true,
      failure: { exit: undefined, silent: true, how: 'bun takes the next free port without a word' },
    },
  ],
  evidence: { source: 'measured by hand with bun 1.4.5' },
} satisfies Framework;
