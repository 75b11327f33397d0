import type { Framework } from '../../framework.ts';

export default {
  name: 'restify',
  docs: 'https://github.com/restify/node-restify/blob/master/docs/_api/server.md#listen',
  defaults: { host: '::' },
  calls: [
    {
      call: 'restify.createServer().listen',
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
      entry: 'restify.createServer().listen(port[, host][, callback])',
    },
  ],
  evidence: { measured: 'restify 11.1.0' },
} satisfies Framework;
