import type { Framework } from '../../framework.ts';

export default {
  name: 'etcd',
  docs: 'https://etcd.io/docs/v3.5/op-guide/configuration/',
  defaults: { host: 'localhost', port: 2379 },
  dualStack: true,
  commands: [
    {
      entry: 'etcd [--listen-client-urls URL,...]',
      program: 'etcd',
      address: ['--listen-client-urls', '-listen-client-urls'],
      notation: 'url',
      list: ',',
      environment: { address: ['ETCD_LISTEN_CLIENT_URLS'] },
      settings: {
        flags: ['--config-file'],
        known: /(?:^|\/)etcd[\w.-]*\.(?:conf\.)?ya?ml$/,
        notation: 'yaml',
        address: ['listen-client-urls'],
        list: ',',
      },
      failure: { exit: 1, silent: false, how: 'etcd logs which address is in use and exits with status 1' },
    },
  ],
  environment: { address: ['ETCD_LISTEN_CLIENT_URLS'] },
  evidence: { measured: 'etcd 3.4.23: 127.0.0.1 of localhost; 0.0.0.0 opens both families' },
  sensitive: {
    what: 'a database',
    access: 'open',
    protects: ['--client-cert-auth', '--client-cert-auth=true', 'ETCD_CLIENT_CERT_AUTH=true', 'client-cert-auth=true'],
  },
  images: [
    {
      names: ['coreos/etcd', 'etcd-development/etcd', 'etcd'],
      program: 'etcd',
      listens: [],
      may: [2379, 2380, 4001],
    },
    {
      names: ['bitnami/etcd', 'bitnamilegacy/etcd'],
      listens: [{ port: 2379 }],
      may: [2380],
      sensitive: { what: 'a database', opens: ['ALLOW_NONE_AUTHENTICATION=yes'], protects: ['ETCD_ROOT_PASSWORD'] },
    },
  ],
} satisfies Framework;
