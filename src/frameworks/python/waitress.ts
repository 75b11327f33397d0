import type { Framework } from '../../framework.ts';

export default {
  name: 'Waitress',
  docs: 'https://docs.pylonsproject.org/projects/waitress/en/stable/arguments.html',
  defaults: { host: '0.0.0.0', port: 8080 },
  familiesApart: true,
  calls: [
    {
      entry: 'waitress.serve(app, host=..., port=... | listen=...)',
      call: 'waitress.serve',
      host: { keyword: 'host' },
      port: { keyword: 'port' },
      address: { keyword: 'listen' },
      bare: 'host',
      unless: [{ keyword: 'unix_socket' }, { keyword: 'sockets' }],
      blocks: true,
      announces: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
    {
      entry: 'waitress.server.create_server(app, host=..., port=...)',
      call: ['waitress.server.create_server', 'waitress.create_server'],
      host: { keyword: 'host' },
      port: { keyword: 'port' },
      address: { keyword: 'listen' },
      bare: 'host',
      unless: [{ keyword: 'unix_socket' }, { keyword: 'sockets' }],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  commands: [
    {
      entry: 'waitress-serve MODULE:APP',
      program: ['waitress-serve', 'waitress'],
      host: ['--host'],
      port: ['--port'],
      address: ['--listen'],
      bare: 'host',
      optionsFirst: true,
      unless: ['--unix-socket'],
      failure: { exit: 1, silent: false, how: 'waitress prints a traceback and exits with status 1' },
    },
  ],
  evidence: { measured: 'waitress 3.0.2 and 2.1.2' },
  advice: 'waitress.create_server binds where it is called and raises OSError there; run() can then go into a thread',
} satisfies Framework;
