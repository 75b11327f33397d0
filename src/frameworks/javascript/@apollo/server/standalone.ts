import type { Framework } from '../../../../framework.ts';

export default {
  name: 'Apollo Server',
  docs: 'https://www.apollographql.com/docs/apollo-server/api/standalone',
  defaults: { host: '::', port: 4000 },
  calls: [
    {
      call: '@apollo/server/standalone.startStandaloneServer',
      host: { arg: 1, item: 'listen.host' },
      port: { arg: 1, item: 'listen.port' },
      unless: { arg: 1, item: 'listen.path' },
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'exit', exit: 1 }],
      entry: 'await startStandaloneServer(server, { listen: { port, host } })',
    },
  ],
  evidence: { measured: '@apollo/server 5.5.1' },
  advice: 'use expressMiddleware on a server of your own, whose error event can be heard',
} satisfies Framework;
