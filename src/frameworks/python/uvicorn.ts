import type { Framework } from '../../framework.ts';

export default {
  name: 'uvicorn',
  docs: 'https://www.uvicorn.org/settings/',
  defaults: { host: '127.0.0.1', port: 8000 },
  familiesApart: true,
  calls: [
    {
      entry: 'uvicorn.run(app, host=..., port=...)',
      call: ['uvicorn.run', 'uvicorn.main.run'],
      host: { keyword: 'host' },
      port: { keyword: 'port' },
      unless: [{ keyword: 'uds' }, { keyword: 'fd' }],
      blocks: true,
      announces: true,
      debug: { where: { keyword: 'reload' }, means: 'reload' },
      failure: [
        { raises: 'SystemExit', exit: 3, thread: 'silent', when: { package: 'uvicorn', range: '>=0.50' } },
        { raises: 'SystemExit', exit: 1, thread: 'silent' },
      ],
    },
    {
      entry: 'uvicorn.Server(uvicorn.Config(app, host=..., port=...)).run()',
      call: ['uvicorn.Config', 'uvicorn.config.Config'],
      host: { arg: 1, keyword: 'host' },
      port: { arg: 2, keyword: 'port' },
      unless: [
        { arg: 3, keyword: 'uds' },
        { arg: 4, keyword: 'fd' },
        { arg: 0, keyword: 'sockets', of: 'start' },
      ],
      startedBy: [
        'uvicorn.Server().run',
        'uvicorn.Server().serve',
        'uvicorn.server.Server().run',
        'uvicorn.server.Server().serve',
        'uvicorn.Config().bind_socket',
        'uvicorn.config.Config().bind_socket',
      ],
      blocks: true,
      announces: true,
      debug: { where: { keyword: 'reload' }, means: 'reload' },
      failure: [
        { raises: 'SystemExit', exit: 3, thread: 'silent', when: { package: 'uvicorn', range: '>=0.50' } },
        { raises: 'SystemExit', exit: 1, thread: 'silent' },
      ],
    },
  ],
  commands: [
    {
      entry: 'uvicorn MODULE:APP',
      program: 'uvicorn',
      host: ['--host'],
      port: ['--port'],
      unless: ['--uds', '--fd'],
      environment: { host: ['UVICORN_HOST'], port: ['UVICORN_PORT'] },
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
  environment: { host: ['UVICORN_HOST'], port: ['UVICORN_PORT'] },
  evidence: { measured: 'uvicorn 0.51.0 and 0.17.6' },
  advice:
    'bind the socket with socket.create_server, which raises OSError, and pass it in sockets=; in a thread, watch server.started',
} satisfies Framework;
