import type { Framework } from '../../framework.ts';

export default {
  name: 'Thin',
  docs: 'https://github.com/macournoyer/thin',
  defaults: { host: '0.0.0.0', port: 3000 },
  commands: [
    {
      entry: 'thin start [-a ADDR] [-p PORT]',
      program: 'thin',
      words: ['start'],
      host: ['-a', '--address'],
      port: ['-p', '--port'],
      unless: ['-S', '--socket', '-C', '--config'],
      valued: ['-e', '--environment', '-R', '--rackup', '-c', '--chdir', '-P', '-l', '-s'],
      failure: { exit: 1, silent: false, how: 'thin raises an exception and exits with status 1' },
    },
  ],
  evidence: { measured: 'Thin 1.8.1' },
} satisfies Framework;
