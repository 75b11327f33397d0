import type { Framework } from '../../../framework.ts';

export default {
  name: 'Oak',
  docs: 'https://jsr.io/@oak/oak',
  defaults: { host: '0.0.0.0' },
  calls: [
    {
      entry: 'new Application().listen({ port, hostname })',
      call: ['@oak/oak.Application().listen', 'oak.Application().listen'],
      host: { arg: 0, item: 'hostname' },
      ignores: { host: [{ arg: 0, item: 'host' }] },
      port: { arg: 0, item: 'port' },
      address: { arg: 0 },
      required: ['port'],
      noneIsDefault: 'host',
      blocks: true,
      failure: [{ raises: 'AddrInUse', shows: 'rejection', exit: 1 }],
    },
  ],
  evidence: { source: '@oak/oak 17.1.4, application.ts and http_server_native.ts, which pass both on to Deno.serve' },
} satisfies Framework;
