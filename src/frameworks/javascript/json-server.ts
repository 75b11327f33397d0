import type { Framework } from '../../framework.ts';

export default {
  name: 'json-server',
  docs: 'https://github.com/typicode/json-server#readme',
  defaults: { host: 'localhost', port: 3000 },
  commands: [
    {
      entry: 'json-server FILE',
      program: 'json-server',
      host: ['-H', '--host', '-h'],
      port: ['-p', '--port'],
      valued: [
        '-c',
        '--config',
        '-r',
        '--routes',
        '-m',
        '--middlewares',
        '-s',
        '--static',
        '-S',
        '--snapshots',
        '-d',
        '--delay',
        '-i',
        '--id',
        '--foreignKeySuffix',
        '--fks',
      ],
      switches: ['-w', '--watch', '-q', '--quiet', '--ro', '--read-only', '--nc', '--ng'],
      settings: { flags: ['-c', '--config'], files: ['json-server.json'], host: ['host'], port: ['port'] },
      development: true,
      failure: { exit: 1, silent: false, how: 'json-server prints the error and exits with status 1' },
    },
  ],
  evidence: { measured: 'json-server 0.17.4; the 1.0 betas listen on all interfaces whatever --host says' },
} satisfies Framework;
