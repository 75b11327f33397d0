import type { Framework } from '../../framework.ts';

export default {
  name: 'koa-micro',
  docs: 'https://github.com/transitive-bullshit/koa-micro#usage',
  defaults: { host: '::' },
  calls: [
    {
      entry: 'koaMicro().listen(port[, host][, callback])',
      call: 'koa-micro().listen',
      host: [{ arg: 0, item: 'host' }, { arg: 1 }],
      port: [{ arg: 0, item: 'port' }, { arg: 0 }],
      unless: { arg: 0, item: 'path' },
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', emits: 'result', exit: 1 }],
    },
  ],
  evidence: { source: 'koa-micro 1.0.1, index.js: it gives an application of Koa, which is measured' },
} satisfies Framework;
