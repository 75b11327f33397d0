import type { Framework } from '../../framework.ts';

export default {
  name: 'ZeroMQ',
  docs: 'https://pyzmq.readthedocs.io/en/latest/api/zmq.html#zmq.Socket.bind',
  defaults: {},
  calls: [
    {
      entry: "socket.bind('tcp://*:5555')",
      call: [
        'zmq.Context().socket().bind',
        'zmq.Context.instance().socket().bind',
        'zmq.asyncio.Context().socket().bind',
        'zmq.asyncio.Context.instance().socket().bind',
        'zmq.Socket().bind',
      ],
      address: { arg: 0, keyword: 'addr' },
      notation: 'url',
      required: ['host', 'port'],
      blocks: false,
      failure: [
        {
          raises: 'zmq.ZMQError',
          caughtBy: ['zmq.ZMQError', 'zmq.error.ZMQError', 'zmq.error.ZMQBaseError', 'Exception', 'BaseException'],
          exit: 1,
          thread: 'traceback',
        },
      ],
    },
    {
      entry: "socket.bind_to_random_port('tcp://127.0.0.1')",
      call: [
        'zmq.Context().socket().bind_to_random_port',
        'zmq.Context.instance().socket().bind_to_random_port',
        'zmq.asyncio.Context().socket().bind_to_random_port',
        'zmq.asyncio.Context.instance().socket().bind_to_random_port',
        'zmq.Socket().bind_to_random_port',
      ],
      address: { arg: 0, keyword: 'addr' },
      notation: 'url',
      bare: 'host',
      required: ['host'],
      defaults: { port: 0 },
      blocks: false,
      source: 'https://pyzmq.readthedocs.io/en/latest/api/zmq.html#zmq.Socket.bind_to_random_port',
    },
  ],
  evidence: { measured: 'pyzmq 24.0.1' },
  advice: 'ZMQError is no OSError: catch zmq.ZMQError and compare its errno with zmq.EADDRINUSE',
} satisfies Framework;
