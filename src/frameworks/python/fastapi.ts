import type { Framework } from '../../framework.ts';

export default {
  name: 'FastAPI',
  docs: 'https://fastapi.tiangolo.com/fastapi-cli/',
  defaults: { host: '127.0.0.1', port: 8000 },
  commands: [
    {
      entry: 'fastapi dev [PATH]',
      program: 'fastapi',
      words: ['dev'],
      host: ['--host'],
      port: ['--port'],
      environment: { port: ['PORT'] },
      debug: { flags: [], means: 'reload' },
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
    {
      entry: 'fastapi run [PATH]',
      program: 'fastapi',
      words: ['run'],
      host: ['--host'],
      port: ['--port'],
      environment: { port: ['PORT'] },
      defaults: { host: '0.0.0.0' },
      debug: { flags: ['--reload'], means: 'reload' },
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
  environment: { port: ['PORT'] },
  evidence: { measured: 'fastapi-cli 0.0.12 and 0.0.5 on uvicorn 0.51.0' },
} satisfies Framework;
