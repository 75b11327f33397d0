import type { Framework } from '../../framework.ts';

export default {
  name: 'NATS',
  docs: 'https://docs.nats.io/running-a-nats-service/introduction/flags',
  defaults: { host: '', port: 4222 },
  dualStack: true,
  commands: [
    {
      entry: 'nats-server [-a ADDR] [-p PORT]',
      program: ['nats-server', 'nats-streaming-server', 'gnatsd'],
      host: ['-a', '--addr', '-addr', '--net'],
      port: ['-p', '--port', '-port'],
      valued: [
        '-n',
        '-l',
        '-P',
        '-m',
        '--http_port',
        '-ms',
        '--user',
        '--pass',
        '--auth',
        '-sd',
        '--cluster',
        '--routes',
      ],
      settings: { flags: ['-c', '--config'] },
      failure: { exit: 1, silent: false, how: 'nats-server logs which address is in use and exits with status 1' },
    },
    {
      entry: 'nats-server -m PORT',
      program: 'nats-server',
      host: ['-a', '--addr', '-addr', '--net'],
      port: ['-m', '--http_port', '-http_port'],
      only: { flags: ['-m', '--http_port', '-http_port'] },
      required: ['port'],
      valued: ['-n', '-l', '-P', '-p', '--port', '-c', '--user', '--pass', '--auth', '-sd', '--cluster', '--routes'],
      failure: { exit: 1, silent: false, how: 'nats-server logs which address is in use and exits with status 1' },
    },
  ],
  evidence: { measured: 'NATS 2.9.10: *:4222, with -m 8222 *:8222 too' },
  sensitive: { what: 'a message queue', access: 'open', protects: ['--auth', '--user', '--pass', '-user', '-pass'] },
  images: [
    {
      names: ['nats', 'bitnami/nats', 'nats-streaming'],
      program: 'nats-server',
      listens: [{ port: 4222 }],
      may: [1883, 6222, 8080, 8222, 9222],
      settings: /nats/,
    },
  ],
} satisfies Framework;
