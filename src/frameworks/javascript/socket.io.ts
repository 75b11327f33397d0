import type { Framework } from '../../framework.ts';

/** It takes no host: a server of one's own has to be given one. */
export default {
  name: 'Socket.IO',
  docs: 'https://socket.io/docs/v4/server-api/#serverlistenhttpserver-options',
  defaults: { host: '::' },
  calls: [
    {
      call: ['socket.io.Server', 'socket.io', 'socket.io.default'],
      ignores: { host: [{ arg: 1, item: 'host' }] },
      port: { arg: 0 },
      onlyWritten: true,
      required: ['port'],
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', emitter: 'httpServer', exit: 1 }],
      entry: 'new Server(port[, options])',
    },
    {
      call: [
        'socket.io.Server().listen',
        'socket.io.Server().attach',
        'socket.io().listen',
        'socket.io().attach',
        'socket.io.listen',
      ],
      ignores: { host: [{ arg: 1, item: 'host' }] },
      port: { arg: 0 },
      onlyWritten: true,
      required: ['port'],
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', emitter: 'httpServer', exit: 1 }],
      entry: 'new Server().listen(port[, options])',
    },
  ],
  evidence: { measured: 'socket.io 4.8.4' },
  advice: 'make the server with http.createServer, hand it over, and listen for its error event',
} satisfies Framework;
