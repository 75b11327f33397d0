import type { Framework } from '../../../../../framework.ts';

export default {
  name: 'tRPC',
  docs: 'https://trpc.io/docs/server/adapters/standalone',
  defaults: { host: '::' },
  calls: [
    {
      call: '@trpc/server/adapters/standalone.createHTTPServer().listen',
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
      entry: 'createHTTPServer({ router }).listen(port[, host])',
    },
  ],
  evidence: { measured: '@trpc/server 11.25.2' },
} satisfies Framework;
