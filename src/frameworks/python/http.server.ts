import type { Framework } from '../../framework.ts';

export default {
  name: 'http.server',
  docs: 'https://docs.python.org/3/library/http.server.html',
  defaults: { host: '0.0.0.0', port: 8000 },
  calls: [
    {
      entry: 'http.server.HTTPServer((host, port), Handler); .serve_forever()',
      call: [
        'http.server.HTTPServer',
        'http.server.ThreadingHTTPServer',
        'http.server.HTTPSServer',
        'http.server.ThreadingHTTPSServer',
      ],
      host: { arg: 0, keyword: 'server_address', item: 0 },
      port: { arg: 0, keyword: 'server_address', item: 1 },
      unless: { arg: 2, keyword: 'bind_and_activate' },
      required: ['host', 'port'],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
    {
      entry: 'http.server.test(HandlerClass)',
      call: 'http.server.test',
      host: { arg: 4, keyword: 'bind' },
      port: { arg: 3, keyword: 'port' },
      blocks: true,
      announces: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  commands: [
    {
      entry: 'python -m http.server [PORT]',
      program: 'http.server',
      host: ['-b', '--bind'],
      positional: { index: 0, holds: 'port' },
      switches: ['--cgi'],
      valued: ['-d', '--directory', '-p', '--protocol', '--tls-cert', '--tls-key', '--tls-password-file'],
      failure: { exit: 1, silent: false, how: 'http.server prints a traceback and exits with status 1' },
    },
  ],
  evidence: { measured: 'CPython 3.11.2, 3.8.18 and 3.13.0' },
  advice:
    'the constructor binds: catch OSError around it, in the main thread, and let serve_forever run where it likes',
} satisfies Framework;
