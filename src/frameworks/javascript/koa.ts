import type { Framework } from '../../framework.ts';

export default {
  name: 'Koa',
  docs: 'https://koajs.com/#app-listen-',
  defaults: { host: '::' },
  calls: [
    {
      call: 'koa().listen',
      host: [{ arg: 0, item: 'host' }, { arg: 1 }],
      port: [{ arg: 0, item: 'port' }, { arg: 0 }],
      ignores: { host: [{ arg: 0, item: 'hostname' }, { arg: 0, item: 'address' }, { arg: 2 }] },
      unless: { arg: 0, item: 'path' },
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', emits: 'result', exit: 1 }],
      entry: 'new Koa().listen(port[, host][, callback])',
    },
  ],
  evidence: { measured: 'Koa 3.3.0 on Node 20.20.2' },
} satisfies Framework;
