import type { Framework } from '../../framework.ts';

export default {
  name: 'Connect',
  docs: 'https://github.com/senchalabs/connect#readme',
  defaults: { host: '::' },
  calls: [
    {
      call: 'connect().listen',
      host: [{ arg: 0, item: 'host' }, { arg: 1 }],
      port: [{ arg: 0, item: 'port' }, { arg: 0 }],
      unless: [
        { arg: 0, item: 'path' },
        { arg: 0, item: 'fd' },
      ],
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', emits: 'result', exit: 1 }],
      entry: 'connect().listen(port[, host][, callback])',
    },
  ],
  evidence: { measured: 'connect 3.7.0' },
} satisfies Framework;
