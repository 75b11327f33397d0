import type { Framework } from '../../framework.ts';

export default {
  name: 'srvx',
  docs: 'https://srvx.h3.dev/guide/options',
  defaults: { host: '::', port: 3000 },
  calls: [
    {
      call: 'srvx.serve',
      host: { arg: 0, item: 'hostname' },
      ignores: { host: [{ arg: 0, item: 'host' }] },
      port: { arg: 0, item: 'port' },
      environment: { host: ['HOST'], port: ['PORT'] },
      noneIsDefault: true,
      blocks: false,
      announces: true,
      failure: [{ raises: 'nothing', exit: 1 }],
      entry: 'serve({ fetch, port, hostname })',
    },
  ],
  environment: { host: ['HOST'], port: ['PORT'] },
  evidence: { measured: 'srvx 1.0.8' },
  advice: 'await ready() of the server in a try statement: it rejects where the port is taken',
} satisfies Framework;
