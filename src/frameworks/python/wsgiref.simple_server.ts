import type { Framework } from '../../framework.ts';

export default {
  name: 'wsgiref',
  docs: 'https://docs.python.org/3/library/wsgiref.html#module-wsgiref.simple_server',
  defaults: {},
  calls: [
    {
      entry: 'wsgiref.simple_server.make_server(host, port, app); .serve_forever()',
      call: 'wsgiref.simple_server.make_server',
      host: { arg: 0, keyword: 'host' },
      port: { arg: 1, keyword: 'port' },
      required: ['host', 'port'],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
    {
      entry: 'wsgiref.simple_server.WSGIServer((host, port), WSGIRequestHandler)',
      call: 'wsgiref.simple_server.WSGIServer',
      host: { arg: 0, keyword: 'server_address', item: 0 },
      port: { arg: 0, keyword: 'server_address', item: 1 },
      unless: { arg: 2, keyword: 'bind_and_activate' },
      required: ['host', 'port'],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  evidence: { measured: 'CPython 3.11.2' },
  advice: 'make_server binds: catch OSError around it, not around serve_forever',
} satisfies Framework;
