import type { Framework } from '../../../framework.ts';

export default {
  name: 'Hono on Node',
  docs: 'https://github.com/honojs/node-server#usage',
  defaults: { host: '::', port: 3000 },
  calls: [
    {
      call: '@hono/node-server.serve',
      host: { arg: 0, item: 'hostname' },
      ignores: { host: [{ arg: 0, item: 'host' }] },
      port: { arg: 0, item: 'port' },
      noneIsDefault: true,
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', exit: 1 }],
      entry: 'serve({ fetch, port, hostname }[, callback])',
    },
  ],
  evidence: { measured: '@hono/node-server 2.1.9' },
} satisfies Framework;
