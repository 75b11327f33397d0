import type { Framework } from '../../framework.ts';

export default {
  name: 'Express',
  docs: 'https://expressjs.com/en/5x/api.html#app.listen',
  defaults: { host: '::' },
  calls: [
    {
      call: ['express().listen', 'express.Application().listen', 'express.Express().listen'],
      host: { arg: 1 },
      port: { arg: 0 },
      ignores: { host: [{ arg: 0, item: 'hostname' }, { arg: 2 }] },
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [
        {
          raises: 'EADDRINUSE',
          shows: 'event',
          emits: 'result',
          callback: { exit: 0 },
          exit: 1,
          when: { package: 'express', range: '>=5' },
        },
        { raises: 'EADDRINUSE', shows: 'event', emits: 'result', exit: 1 },
      ],
      entry: 'express().listen(port[, host][, callback])',
    },
  ],
  evidence: { measured: 'Express 5.3.0 and 4.22.3 on Node 20.20.2' },
} satisfies Framework;
