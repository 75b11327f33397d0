import type { Framework } from '../../framework.ts';

export default {
  name: 'socketserver',
  docs: 'https://docs.python.org/3/library/socketserver.html',
  defaults: {},
  calls: [
    {
      entry: 'socketserver.TCPServer((host, port), Handler); .serve_forever()',
      call: ['socketserver.TCPServer', 'socketserver.ThreadingTCPServer', 'socketserver.ForkingTCPServer'],
      host: { arg: 0, keyword: 'server_address', item: 0 },
      port: { arg: 0, keyword: 'server_address', item: 1 },
      unless: { arg: 2, keyword: 'bind_and_activate' },
      required: ['host', 'port'],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
    {
      entry: 'socketserver.UDPServer((host, port), Handler)',
      call: ['socketserver.UDPServer', 'socketserver.ThreadingUDPServer', 'socketserver.ForkingUDPServer'],
      host: { arg: 0, keyword: 'server_address', item: 0 },
      port: { arg: 0, keyword: 'server_address', item: 1 },
      unless: { arg: 2, keyword: 'bind_and_activate' },
      required: ['host', 'port'],
      protocol: 'udp',
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  evidence: { measured: 'CPython 3.11.2' },
  advice:
    'the constructor binds: catch OSError around it, in the main thread, and let serve_forever run where it likes',
} satisfies Framework;
