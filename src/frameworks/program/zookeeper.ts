import type { Framework } from '../../framework.ts';

export default {
  name: 'Apache ZooKeeper',
  docs: 'https://zookeeper.apache.org/doc/current/zookeeperAdmin.html#sc_configuration',
  defaults: { host: '', port: 2181 },
  commands: [
    {
      entry: 'zkServer.sh start [FILE]',
      program: ['zkServer.sh', 'zookeeper-server-start', 'zookeeper-server-start.sh'],
      settings: {
        positional: 1,
        files: ['zoo.cfg'],
        known: /(?:^|\/)zoo(?:keeper)?[\w.-]*\.(?:cfg|properties)$/,
        notation: 'ini',
        host: ['clientPortAddress'],
        port: ['clientPort'],
      },
      failure: { exit: 1, silent: false, how: 'zookeeper exits with status 1' },
    },
  ],
  evidence: { measured: 'ZooKeeper 3.8.0: *:2181 as its example file says, and its AdminServer on *:8080' },
  sensitive: {
    what: 'a coordination service',
    access: 'open',
    protects: ['ALLOW_ANONYMOUS_LOGIN=no', 'ZOO_ENABLE_AUTH=yes'],
  },
  images: [
    {
      names: [
        'zookeeper',
        'bitnami/zookeeper',
        'bitnamilegacy/zookeeper',
        'wurstmeister/zookeeper',
        'debezium/zookeeper',
      ],
      listens: [{ port: 2181, variables: ['ZOO_PORT_NUMBER', 'ZOO_PORT'] }],
      may: [2182, 2888, 3888, 7000, 8080],
      settings: /zoo|\/conf/,
    },
    {
      names: ['confluentinc/cp-zookeeper'],
      listens: [{ port: 2181, variables: ['ZOOKEEPER_CLIENT_PORT'] }],
      may: [2182, 2888, 3888, 8080],
    },
  ],
} satisfies Framework;
