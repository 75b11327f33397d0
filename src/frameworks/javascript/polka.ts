import type { Framework } from '../../framework.ts';

export default {
  name: 'Polka',
  docs: 'https://github.com/lukeed/polka#listen',
  defaults: { host: '::' },
  calls: [
    {
      call: 'polka().listen',
      host: [{ arg: 0, item: 'host' }, { arg: 1 }],
      port: [{ arg: 0, item: 'port' }, { arg: 0 }],
      unless: [
        { arg: 0, item: 'path' },
        { arg: 0, item: 'fd' },
      ],
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', emitter: 'server', exit: 1 }],
      entry: 'polka().listen(port[, host][, callback])',
    },
  ],
  evidence: { measured: 'polka 0.5.2' },
  advice: 'the app has the server in its property server, which emits the error',
} satisfies Framework;
