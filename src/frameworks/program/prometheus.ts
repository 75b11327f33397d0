import type { Framework } from '../../framework.ts';

export default {
  name: 'Prometheus',
  docs: 'https://prometheus.io/docs/prometheus/latest/command-line/prometheus/',
  defaults: { host: '0.0.0.0', port: 9090 },
  dualStack: true,
  commands: [
    {
      entry: 'prometheus [--web.listen-address ADDR]',
      program: 'prometheus',
      address: ['--web.listen-address'],
      bare: 'host',
      failure: {
        exit: 1,
        silent: false,
        how: 'prometheus says that it cannot start its web listener and exits with status 1',
      },
    },
  ],
  evidence: { measured: 'Prometheus 2.42.0: 0.0.0.0 written, which opens both families' },
  sensitive: { what: 'a store of metrics', mild: true, access: 'open', protects: ['--web.config.file'] },
  images: [
    {
      names: ['prom/prometheus', 'prometheus/prometheus', 'bitnami/prometheus'],
      program: 'prometheus',
      listens: [{ port: 9090 }],
    },
  ],
} satisfies Framework;
