import type { Framework } from '../../framework.ts';

/** Apollo Server up to version 3. */
export default {
  name: 'apollo-server',
  docs: 'https://www.apollographql.com/docs/apollo-server/v3/api/apollo-server#listen',
  defaults: { host: '::', port: 4000 },
  calls: [
    {
      call: 'apollo-server.ApolloServer().listen',
      host: [{ arg: 0, item: 'host' }, { arg: 1 }],
      port: [{ arg: 0, item: 'port' }, { arg: 0 }],
      unless: { arg: 0, item: 'path' },
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'exit', exit: 1 }],
      entry: 'new ApolloServer({ typeDefs, resolvers }).listen({ port, host })',
    },
  ],
  evidence: { measured: 'apollo-server 3.13.0' },
  advice: 'use expressMiddleware on a server of your own, whose error event can be heard',
} satisfies Framework;
