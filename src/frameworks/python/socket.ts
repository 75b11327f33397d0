import type { Framework } from '../../framework.ts';

export default {
  name: 'socket',
  docs: 'https://docs.python.org/3/library/socket.html#socket.create_server',
  defaults: {},
  calls: [
    {
      entry: 'socket.create_server((host, port))',
      call: 'socket.create_server',
      host: { arg: 0, keyword: 'address', item: 0 },
      port: { arg: 0, keyword: 'address', item: 1 },
      required: ['host', 'port'],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
    {
      entry: 'socket.socket().bind((host, port)); .listen()',
      call: [
        'socket.socket().bind',
        'socket.SocketType().bind',
        'gevent.socket.socket().bind',
        'eventlet.green.socket.socket().bind',
      ],
      host: { arg: 0, item: 0 },
      port: { arg: 0, item: 1 },
      required: ['host', 'port'],
      needs: 'listen',
      datagram: {
        where: { of: 'constructor', arg: 1, keyword: 'type' },
        values: [
          'socket.SOCK_DGRAM',
          'socket.SocketKind.SOCK_DGRAM',
          'gevent.socket.SOCK_DGRAM',
          'eventlet.green.socket.SOCK_DGRAM',
        ],
        needs: ['recvfrom', 'recv', 'recvmsg', 'recvfrom_into', 'recv_into'],
      },
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  evidence: { measured: 'CPython 3.11.2' },
  advice: 'catch OSError around bind and listen',
} satisfies Framework;
