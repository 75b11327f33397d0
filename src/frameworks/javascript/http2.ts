import type { Framework } from '../../framework.ts';

export default {
  name: 'node:http2',
  docs: 'https://nodejs.org/api/http2.html',
  defaults: { host: '::' },
  calls: [
    {
      call: ['http2.createServer().listen', 'http2.createSecureServer().listen'],
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
      entry: 'http2.createServer(handler).listen(port[, host])',
    },
  ],
  evidence: { measured: 'Node 20.20.2' },
} satisfies Framework;
