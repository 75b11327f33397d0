import type { Framework } from '../../framework.ts';

export default {
  name: 'xmlrpc.server',
  docs: 'https://docs.python.org/3/library/xmlrpc.server.html',
  defaults: {},
  calls: [
    {
      entry: 'SimpleXMLRPCServer((host, port)); .serve_forever()',
      call: ['xmlrpc.server.SimpleXMLRPCServer', 'xmlrpc.server.DocXMLRPCServer'],
      host: { arg: 0, keyword: 'addr', item: 0 },
      port: { arg: 0, keyword: 'addr', item: 1 },
      unless: { arg: 5, keyword: 'bind_and_activate' },
      required: ['host', 'port'],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  evidence: { measured: 'CPython 3.11.2' },
  advice:
    'the constructor binds: catch OSError around it, in the main thread, and let serve_forever run where it likes',
} satisfies Framework;
