import type { Framework } from '../../../framework.ts';

export default {
  name: 'tinyhttp',
  docs: 'https://tinyhttp.v1rtl.site/docs#app-listen',
  defaults: { host: '::' },
  calls: [
    {
      call: '@tinyhttp/app.App().listen',
      host: { arg: 2 },
      port: { arg: 0 },
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', emits: 'result', exit: 1 }],
      entry: 'new App().listen(port[, callback][, host])',
    },
  ],
  evidence: { measured: '@tinyhttp/app 3.0.11' },
} satisfies Framework;
