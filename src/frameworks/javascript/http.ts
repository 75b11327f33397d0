import type { Framework } from '../../framework.ts';

/** Servers of node:http, which Express and most others pass the arguments of listen on to. */
export default {
  name: 'node:http',
  docs: 'https://nodejs.org/api/http.html#serverlisten',
  defaults: { host: '::' },
  calls: [
    {
      call: ['http.createServer().listen', 'http.Server().listen'],
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
      entry: 'http.createServer(handler).listen(port[, host][, backlog][, callback])',
    },
  ],
  evidence: { measured: 'Node 20.20.2, 22.23.3, 24.21.0' },
} satisfies Framework;
