import type { Framework } from '../../framework.ts';

export default {
  name: 'node:tls',
  docs: 'https://nodejs.org/api/tls.html#tlscreateserveroptions-secureconnectionlistener',
  defaults: { host: '::' },
  calls: [
    {
      call: ['tls.createServer().listen', 'tls.Server().listen'],
      host: [{ arg: 0, item: 'host' }, { arg: 1 }],
      port: [{ arg: 0, item: 'port' }, { arg: 0 }],
      unless: [
        { arg: 0, item: 'path' },
        { arg: 0, item: 'fd' },
      ],
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', exit: 1 }],
      entry: 'tls.createServer(options, handler).listen(port[, host])',
    },
  ],
  evidence: { measured: 'Node 20.20.2' },
} satisfies Framework;
