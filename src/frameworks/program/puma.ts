import type { Framework } from '../../framework.ts';

export default {
  name: 'Puma',
  docs: 'https://puma.io/puma/',
  defaults: { host: '0.0.0.0' },
  commands: [
    {
      entry: 'puma [-b tcp://ADDR:PORT] [-p PORT]',
      program: 'puma',
      address: ['-b', '--bind'],
      notation: 'url',
      onlyWritten: true,
      required: ['host', 'port'],
      valued: [
        '-p',
        '--port',
        '-C',
        '--config',
        '-e',
        '--environment',
        '-t',
        '--threads',
        '-w',
        '--workers',
        '-S',
        '--tag',
      ],
      failure: { exit: 1, silent: false, how: 'puma raises Errno::EADDRINUSE and exits with status 1' },
    },
    {
      entry: 'puma -p PORT',
      program: 'puma',
      port: ['-p', '--port'],
      onlyWritten: true,
      required: ['port'],
      unless: ['-b', '--bind'],
      valued: ['-C', '--config', '-e', '--environment', '-t', '--threads', '-w', '--workers', '-S', '--tag'],
      failure: { exit: 1, silent: false, how: 'puma raises Errno::EADDRINUSE and exits with status 1' },
    },
  ],
  evidence: {
    measured:
      'Puma 5.6.5: 0.0.0.0 in every environment; 8.0 takes [::] where the machine has IPv6. config/puma.rb is not read',
  },
} satisfies Framework;
