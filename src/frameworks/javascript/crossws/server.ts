import type { Framework } from '../../../framework.ts';

export default {
  name: 'crossws',
  docs: 'https://crossws.h3.dev/guide',
  defaults: { host: '::', port: 3000 },
  calls: [
    {
      call: 'crossws/server.serve',
      host: { arg: 0, item: 'hostname' },
      port: { arg: 0, item: 'port' },
      environment: { host: ['HOST'], port: ['PORT'] },
      noneIsDefault: true,
      blocks: false,
      announces: true,
      failure: [{ raises: 'nothing', exit: 1 }],
      entry: 'serve({ websocket, fetch, port, hostname })',
    },
  ],
  environment: { host: ['HOST'], port: ['PORT'] },
  evidence: { measured: 'crossws 0.4.17' },
  advice: 'await ready() of the server in a try statement: it rejects where the port is taken',
} satisfies Framework;
