import type { Framework } from '../../../framework.ts';

export default {
  name: 'Feathers on Express',
  docs: 'https://feathersjs.com/api/express',
  defaults: { host: '::' },
  calls: [
    {
      call: ['@feathersjs/express().listen', '@feathersjs/express.default().listen'],
      host: [{ arg: 0, item: 'host' }, { arg: 1 }],
      port: [{ arg: 0, item: 'port' }, { arg: 0 }],
      unless: [
        { arg: 0, item: 'path' },
        { arg: 0, item: 'fd' },
      ],
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', emits: 'promised', exit: 1 }],
      entry: 'await express(feathers()).listen(port[, host])',
    },
  ],
  evidence: { measured: '@feathersjs/express 5.0.50' },
  advice: 'the promise gives the server before it is bound: listen for its error event',
} satisfies Framework;
