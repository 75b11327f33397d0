import type { Framework } from '../../framework.ts';

export default {
  name: 'Cassandra and ScyllaDB',
  docs: 'https://cassandra.apache.org/doc/latest/cassandra/managing/configuration/cass_yaml_file.html',
  defaults: { host: '', port: 9042 },
  evidence: { source: 'the image: CASSANDRA_RPC_ADDRESS is 0.0.0.0, AllowAllAuthenticator' },
  sensitive: { what: 'a database', access: 'open' },
  images: [
    {
      names: ['cassandra', 'scylladb/scylla', 'datastax/dse-server'],
      listens: [{ port: 9042 }],
      may: [7000, 7001, 7199, 9142, 9160, 9180, 10000, 19042],
      settings: /cassandra|scylla/,
    },
  ],
} satisfies Framework;
