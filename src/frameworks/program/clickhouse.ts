import type { Framework } from '../../framework.ts';

export default {
  name: 'ClickHouse',
  docs: 'https://clickhouse.com/docs/operations/server-configuration-parameters/settings#listen_host',
  defaults: { host: '', port: 8123 },
  evidence: {
    source:
      'the images: listen_host is all interfaces; since 24.12 the default user without a password is let in from the container alone',
  },
  sensitive: { what: 'a database', protects: ['CLICKHOUSE_PASSWORD'] },
  images: [
    {
      names: [
        'clickhouse/clickhouse-server',
        'clickhouse',
        'yandex/clickhouse-server',
        'altinity/clickhouse-server',
        'bitnami/clickhouse',
      ],
      listens: [{ port: 8123 }, { port: 9000 }],
      may: [8443, 9004, 9005, 9009, 9010, 9181, 9234, 9363, 9440],
      settings: /clickhouse/,
    },
  ],
} satisfies Framework;
