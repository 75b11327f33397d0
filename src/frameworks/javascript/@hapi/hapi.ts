import type { Framework } from '../../../framework.ts';

export default {
  name: 'hapi',
  docs: 'https://hapi.dev/api/#-serveroptionshost',
  defaults: { host: '::' },
  calls: [
    {
      call: ['@hapi/hapi.server().start', '@hapi/hapi.Server().start'],
      host: [
        { of: 'constructor', arg: 0, item: 'host' },
        { of: 'constructor', arg: 0, item: 'address' },
      ],
      port: { of: 'constructor', arg: 0, item: 'port' },
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'rejection', exit: 1 }],
      entry: 'Hapi.server({ port, host }).start()',
    },
  ],
  evidence: { measured: '@hapi/hapi 21.4.10 on Node 20.20.2' },
} satisfies Framework;
