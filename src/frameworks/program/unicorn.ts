import type { Framework } from '../../framework.ts';

export default {
  name: 'Unicorn',
  docs: 'https://yhbt.net/unicorn/unicorn_1.html',
  defaults: { host: '0.0.0.0', port: 8080 },
  commands: [
    {
      entry: 'unicorn [-o HOST] [-p PORT]',
      program: ['unicorn', 'unicorn_rails'],
      host: ['-o', '--host'],
      port: ['-p', '--port'],
      unless: ['-l', '--listen', '-c', '--config-file'],
      valued: ['-E', '--env', '-s'],
      failure: { exit: 1, silent: false, how: 'unicorn raises Errno::EADDRINUSE and exits with status 1' },
    },
    {
      entry: 'unicorn -l ADDR:PORT',
      program: ['unicorn', 'unicorn_rails'],
      address: ['-l', '--listen'],
      bare: 'port',
      onlyWritten: true,
      valued: ['-E', '--env', '-c', '--config-file'],
      failure: { exit: 1, silent: false, how: 'unicorn raises Errno::EADDRINUSE and exits with status 1' },
    },
  ],
  evidence: { measured: 'Unicorn 6.0.0: 0.0.0.0:8080. What -c names is Ruby and is not read' },
} satisfies Framework;
