import type { Framework } from '../../framework.ts';

/** Servers of node:https. */
export default {
  name: 'node:https',
  docs: 'https://nodejs.org/api/https.html#serverlisten',
  defaults: { host: '::' },
  calls: [
    {
      call: ['https.createServer().listen', 'https.Server().listen'],
      host: [{ arg: 0, item: 'host' }, { arg: 1 }],
      port: [{ arg: 0, item: 'port' }, { arg: 0 }],
      ignores: { host: [{ arg: 0, item: 'hostname' }, { arg: 0, item: 'address' }, { arg: 2 }] },
      unless: [
        { arg: 0, item: 'path' },
        { arg: 0, item: 'fd' },
      ],
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', exit: 1 }],
      entry: 'https.createServer(options, handler).listen(port[, host][, backlog][, callback])',
    },
  ],
  evidence: { measured: 'Node 20.20.2, 22.23.3, 24.21.0' },
} satisfies Framework;
