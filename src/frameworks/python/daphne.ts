import type { Framework } from '../../framework.ts';

export default {
  name: 'Daphne',
  docs: 'https://github.com/django/daphne#running',
  defaults: { host: '127.0.0.1', port: 8000 },
  calls: [
    {
      entry: "daphne.server.Server(app, endpoints=['tcp:port=8000:interface=127.0.0.1']).run()",
      call: 'daphne.server.Server',
      address: { arg: 1, keyword: 'endpoints' },
      notation: 'endpoint',
      required: ['host', 'port'],
      startedBy: ['daphne.server.Server().run'],
      blocks: true,
      announces: true,
      failure: [{ raises: 'nothing', exit: 0, thread: 'silent' }],
    },
  ],
  commands: [
    {
      entry: 'daphne -b ADDR -p PORT MODULE:APP',
      program: 'daphne',
      host: ['-b', '--bind'],
      port: ['-p', '--port'],
      unless: ['-u', '--unix-socket', '--fd', '-e', '--endpoint'],
      failure: {
        exit: 1,
        silent: false,
        how: 'daphne logs a listen failure and exits with status 1',
        earlier: {
          when: { package: 'daphne', range: '<4.2' },
          exit: 0,
          silent: true,
          how: 'daphne before 4.2 logs a listen failure and exits with status 0, as if all were well',
        },
      },
    },
    {
      entry: 'daphne -e ENDPOINT MODULE:APP',
      program: 'daphne',
      address: ['-e', '--endpoint'],
      notation: 'endpoint',
      only: { flags: ['-e', '--endpoint'] },
      defaults: { host: '0.0.0.0' },
      required: ['port'],
      failure: {
        exit: 1,
        silent: false,
        how: 'daphne logs a listen failure and exits with status 1',
        earlier: {
          when: { package: 'daphne', range: '<4.2' },
          exit: 0,
          silent: true,
          how: 'daphne before 4.2 logs a listen failure and exits with status 0, as if all were well',
        },
      },
    },
  ],
  evidence: { measured: 'daphne 4.2.2 and 4.0.0' },
  advice: 'run() returns as if all were well: test abort_start of the server after it',
} satisfies Framework;
