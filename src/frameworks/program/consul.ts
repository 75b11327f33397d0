import type { Framework } from '../../framework.ts';

export default {
  name: 'Consul',
  docs: 'https://developer.hashicorp.com/consul/docs/reference/agent/configuration-file/address',
  defaults: { host: '127.0.0.1', port: 8500 },
  dualStack: true,
  commands: [
    {
      entry: 'consul agent [-client ADDR] [-http-port PORT]',
      program: 'consul',
      words: ['agent'],
      host: ['-client', '--client'],
      port: ['-http-port', '--http-port'],
      switches: ['-dev', '-server', '-ui', '--dev', '--server', '--ui'],
      settings: { flags: ['-config-file', '-config-dir', '--config-file', '--config-dir'] },
    },
  ],
  evidence: { source: 'agent/config/default.go: client_addr is 127.0.0.1' },
  sensitive: { what: 'a coordination service', access: 'open' },
  images: [
    {
      names: ['consul', 'hashicorp/consul', 'bitnami/consul'],
      listens: [],
      may: [8300, 8301, 8302, 8500, 8501, 8502, 8503, 8600],
      sensitive: { what: 'a coordination service' },
    },
  ],
} satisfies Framework;
