import type { Framework } from '../../framework.ts';

export default {
  name: 'Litestar',
  docs: 'https://docs.litestar.dev/latest/usage/cli.html',
  defaults: { host: '127.0.0.1', port: 8000 },
  commands: [
    {
      entry: 'litestar run',
      program: 'litestar',
      words: ['run'],
      host: ['-H', '--host'],
      port: ['-p', '--port'],
      unless: ['-U', '--uds', '--unix-domain-socket', '-F', '--fd', '--file-descriptor'],
      valued: ['--app', '--app-dir'],
      environment: { host: ['LITESTAR_HOST'], port: ['LITESTAR_PORT'] },
      debug: { flags: ['-r', '--reload'], means: 'reload' },
      failure: {
        exit: 3,
        silent: false,
        how: 'uvicorn logs one line and exits with status 3',
        earlier: {
          when: { package: 'uvicorn', range: '<0.50' },
          exit: 1,
          silent: false,
          how: 'uvicorn logs one line and exits with status 1',
        },
      },
    },
  ],
  environment: { host: ['LITESTAR_HOST'], port: ['LITESTAR_PORT'] },
  evidence: { source: 'litestar 2.24.0, cli/commands/core.py' },
} satisfies Framework;
