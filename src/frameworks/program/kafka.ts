import type { Framework } from '../../framework.ts';

const may = [9092, 9093, 9094, 9095, 9101, 9999, 19092, 29092, 29093, 39092];

export default {
  name: 'Apache Kafka',
  docs: 'https://kafka.apache.org/documentation/#brokerconfigs_listeners',
  defaults: { host: '', port: 9092 },
  commands: [
    {
      entry: 'kafka-server-start FILE [--override listeners=URL,...]',
      program: ['kafka-server-start', 'kafka-server-start.sh'],
      address: ['--override listeners'],
      pairs: ['--override'],
      notation: 'url',
      list: ',',
      settings: {
        positional: 0,
        known: /(?:^|\/)(?:kafka[\w.-]*|kraft)\/(?:[\w.-]+\/)*(?:server|broker)[\w.-]*\.properties$/,
        notation: 'ini',
        address: ['listeners'],
        list: ',',
      },
    },
  ],
  evidence: { source: 'SocketServerConfigs: PLAINTEXT://:9092, all interfaces; advertised.listeners is no bind' },
  sensitive: { what: 'a message queue', access: 'open' },
  images: [
    {
      names: ['confluentinc/cp-kafka', 'confluentinc/cp-server'],
      listens: [],
      // https://github.com/confluentinc/kafka-images: its configure script makes the one of the other.
      listeners: { variables: ['KAFKA_LISTENERS'], advertised: ['KAFKA_ADVERTISED_LISTENERS'] },
      may,
      sensitive: { what: 'a message queue' },
    },
    {
      names: [
        'bitnami/kafka',
        'bitnamilegacy/kafka',
        'apache/kafka',
        'apache/kafka-native',
        'wurstmeister/kafka',
        'ubuntu/kafka',
        'confluentinc/confluent-local',
        'obsidiandynamics/kafka',
        'debezium/kafka',
      ],
      // Listeners are a matter of its variables.
      listens: [],
      listeners: { variables: ['KAFKA_CFG_LISTENERS', 'KAFKA_LISTENERS'] },
      may,
      sensitive: { what: 'a message queue' },
    },
    {
      names: ['redpandadata/redpanda', 'vectorized/redpanda'],
      listens: [],
      may: [8081, 8082, 9092, 9644, 18081, 18082, 19092, 19644, 29092, 33145],
      sensitive: { what: 'a message queue' },
    },
  ],
} satisfies Framework;
