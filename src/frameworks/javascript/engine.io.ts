import type { Framework } from '../../framework.ts';

/** It takes no host. */
export default {
  name: 'Engine.IO',
  docs: 'https://github.com/socketio/socket.io/tree/main/packages/engine.io#methods',
  defaults: { host: '::' },
  calls: [
    {
      call: 'engine.io.listen',
      port: { arg: 0 },
      required: ['port'],
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', emitter: 'httpServer', exit: 1 }],
      entry: 'engine.listen(port[, options][, callback])',
    },
  ],
  evidence: { measured: 'engine.io 6.6.12' },
} satisfies Framework;
