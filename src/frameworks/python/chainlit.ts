import type { Framework } from '../../framework.ts';

export default {
  name: 'Chainlit',
  docs: 'https://docs.chainlit.io/backend/command-line',
  defaults: { host: '127.0.0.1', port: 8000 },
  commands: [
    {
      entry: 'chainlit run FILE',
      program: 'chainlit',
      words: ['run'],
      host: ['--host'],
      port: ['--port'],
      environment: { host: ['CHAINLIT_HOST'], port: ['CHAINLIT_PORT'] },
      debug: { flags: ['-w', '--watch'], means: 'reload' },
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
  environment: { host: ['CHAINLIT_HOST'], port: ['CHAINLIT_PORT'] },
  evidence: { source: 'chainlit 2.11.1, backend/chainlit/cli/__init__.py' },
} satisfies Framework;
