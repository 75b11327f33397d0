import type { Framework } from '../../framework.ts';

export default {
  name: 'h3',
  docs: 'https://h3.dev/guide/api/h3#serve',
  defaults: { host: '::', port: 3000 },
  calls: [
    {
      call: 'h3.serve',
      host: { arg: 1, item: 'hostname' },
      ignores: { host: [{ arg: 1, item: 'host' }] },
      port: { arg: 1, item: 'port' },
      environment: { host: ['HOST'], port: ['PORT'] },
      noneIsDefault: true,
      blocks: false,
      announces: true,
      failure: [{ raises: 'nothing', exit: 1 }],
      entry: 'serve(app, { port, hostname })',
    },
  ],
  environment: { host: ['HOST'], port: ['PORT'] },
  evidence: { measured: 'h3 2.0.8' },
  advice: 'await ready() of the server in a try statement: it rejects where the port is taken',
} satisfies Framework;
