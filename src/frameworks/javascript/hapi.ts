import type { Framework } from '../../framework.ts';

/** Before version 19 it was called so. Up to 16 an address was given to `connection`, and the constructor took none. */
export default {
  name: 'hapi before 19',
  docs: 'https://www.npmjs.com/package/hapi',
  defaults: { host: '0.0.0.0' },
  calls: [
    {
      call: ['hapi.server().start', 'hapi.Server().start'],
      host: [
        { of: 'constructor', arg: 0, item: 'address' },
        { of: 'constructor', arg: 0, item: 'host' },
      ],
      port: { of: 'constructor', arg: 0, item: 'port' },
      onlyWritten: true,
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'rejection', exit: 1 }],
      entry: 'new Hapi.Server({ port, host }).start()',
    },
  ],
  evidence: { source: 'measured by hand with hapi 17.8.5 and 18.1.0 on Node 20.20.2' },
} satisfies Framework;
