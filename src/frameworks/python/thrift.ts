import type { Framework } from '../../framework.ts';

export default {
  name: 'Thrift',
  docs: 'https://thrift.apache.org/tutorial/py.html',
  defaults: { host: '::', port: 9090 },
  calls: [
    {
      entry: 'TSocket.TServerSocket(host=None, port=9090); TSimpleServer(...).serve()',
      call: 'thrift.transport.TSocket.TServerSocket',
      host: { arg: 0, keyword: 'host' },
      port: { arg: 1, keyword: 'port' },
      unless: { arg: 2, keyword: 'unix_socket' },
      startedBy: [
        'thrift.server.TServer.TSimpleServer().serve',
        'thrift.server.TServer.TThreadedServer().serve',
        'thrift.server.TServer.TThreadPoolServer().serve',
        'thrift.server.TServer.TForkingServer().serve',
        'thrift.server.TNonblockingServer.TNonblockingServer().serve',
        'thrift.server.TProcessPoolServer.TProcessPoolServer().serve',
      ],
      blocks: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  evidence: { measured: 'thrift 0.17.0' },
  advice: 'TServerSocket binds nothing: catch OSError around serve()',
} satisfies Framework;
