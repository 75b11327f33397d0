import type { Framework } from '../../framework.ts';

export default {
  name: 'Bun',
  docs: 'https://bun.com/docs/bundler/fullstack',
  defaults: { host: '::', port: 3000 },
  calls: [
    {
      entry: 'Bun.serve({ fetch, port, hostname })',
      call: ['Bun.serve', 'bun.serve'],
      host: [
        { arg: 0, item: 'hostname' },
        { arg: 0, item: 'host' },
      ],
      port: { arg: 0, item: 'port' },
      unless: { arg: 0, item: 'unix' },
      exported: [
        ['fetch', 'port'],
        ['fetch', 'hostname'],
      ],
      environment: { port: ['BUN_PORT', 'PORT', 'NODE_PORT'] },
      noneIsDefault: true,
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', exit: 1 }],
    },
    {
      entry: 'Bun.listen({ hostname, port, socket })',
      call: ['Bun.listen', 'bun.listen'],
      host: { arg: 0, item: 'hostname' },
      port: { arg: 0, item: 'port' },
      unless: { arg: 0, item: 'unix' },
      required: ['host', 'port'],
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', exit: 1 }],
    },
  ],
  commands: [
    {
      entry: 'bun --inspect FILE',
      program: 'bun',
      sign: '--inspect',
      only: { flags: ['--inspect', '--inspect-brk', '--inspect-wait'] },
      address: ['--inspect', '--inspect-brk', '--inspect-wait'],
      attached: ['--inspect', '--inspect-brk', '--inspect-wait'],
      bare: 'either',
      defaults: { host: 'localhost', port: 6499 },
      debug: { flags: [], means: 'debugger' },
      failure: { exit: 1, silent: false, how: 'bun says that its inspector could not start and exits with status 1' },
    },
    {
      entry: 'bun FILE.html',
      program: 'bun',
      words: ['*.html'],
      defaults: { host: 'localhost' },
      host: ['--host', '--hostname'],
      port: ['--port'],
      debug: { flags: [], means: 'reload' },
      picksNextPort: true,
      failure: { exit: undefined, silent: true, how: 'bun takes the next free port without a word' },
    },
  ],
  environment: { port: ['BUN_PORT', 'PORT', 'NODE_PORT'] },
  evidence: { measured: 'Bun 1.4.5' },
} satisfies Framework;
