import type { Framework } from '../../framework.ts';

export default {
  name: 'RabbitMQ',
  docs: 'https://www.rabbitmq.com/docs/networking',
  defaults: { host: '', port: 5672 },
  commands: [
    {
      entry: 'rabbitmq-server',
      program: 'rabbitmq-server',
      environment: { host: ['RABBITMQ_NODE_IP_ADDRESS'], port: ['RABBITMQ_NODE_PORT'] },
      bare: 'port',
      settings: {
        files: ['rabbitmq.conf'],
        known: /(?:^|\/)rabbitmq[\w.-]*\.conf$/,
        notation: 'directives',
        host: ['management.tcp.ip', 'management.listener.ip'],
        port: ['management.tcp.port', 'management.listener.port'],
        address: ['listeners.tcp.*', 'mqtt.listeners.tcp.*', 'stomp.listeners.tcp.*'],
      },
      failure: { exit: 0, silent: true, how: 'rabbitmq-server says that it could not boot, and exits with status 0' },
    },
  ],
  environment: { host: ['RABBITMQ_NODE_IP_ADDRESS'], port: ['RABBITMQ_NODE_PORT'] },
  evidence: { measured: 'RabbitMQ 3.10.8: *:5672, and 25672 and 4369 between its nodes' },
  sensitive: {
    what: 'a message queue',
    access: 'protected',
    opens: ['loopback_users=none', 'loopback_users.guest=false'],
  },
  images: [
    {
      // guest is let in from everywhere, with the password guest.
      names: ['rabbitmq', 'heidiks/rabbitmq-delayed-message-exchange', 'masstransit/rabbitmq'],
      program: 'rabbitmq-server',
      listens: [{ port: 5672, variables: ['RABBITMQ_NODE_PORT'] }],
      may: [1883, 4369, 5671, 5552, 15671, 15672, 15674, 15675, 15692, 25672, 61613, 8883],
      settings: /rabbitmq|\.conf$|definitions/,
      sensitive: {
        what: 'a message queue',
        access: 'default',
        protects: ['RABBITMQ_DEFAULT_PASS', 'RABBITMQ_DEFAULT_PASS_FILE'],
        passwords: ['RABBITMQ_DEFAULT_PASS'],
      },
    },
    {
      names: ['bitnami/rabbitmq', 'bitnamilegacy/rabbitmq'],
      listens: [{ port: 5672, variables: ['RABBITMQ_NODE_PORT_NUMBER'] }],
      may: [4369, 5671, 15672, 25672],
      settings: /rabbitmq/,
      sensitive: { what: 'a message queue', access: 'default', protects: ['RABBITMQ_PASSWORD'] },
    },
  ],
} satisfies Framework;
