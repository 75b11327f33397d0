import type { Framework } from '../../framework.ts';

export default {
  name: 'Vault',
  docs: 'https://developer.hashicorp.com/vault/docs/commands/server',
  defaults: { host: '127.0.0.1', port: 8200 },
  dualStack: true,
  commands: [
    {
      entry: 'vault server -dev [-dev-listen-address ADDR]',
      program: 'vault',
      words: ['server'],
      address: ['-dev-listen-address', '--dev-listen-address'],
      only: { flags: ['-dev', '--dev'] },
      switches: ['-dev', '--dev'],
      environment: { address: ['VAULT_DEV_LISTEN_ADDRESS'] },
    },
  ],
  environment: { address: ['VAULT_DEV_LISTEN_ADDRESS'] },
  evidence: { source: 'the documentation: 127.0.0.1:8200 in dev mode; otherwise what its HCL file says' },
  sensitive: { what: 'a store of secrets', access: 'protected' },
  images: [
    {
      names: ['vault', 'hashicorp/vault', 'openbao/openbao'],
      listens: [],
      may: [8200, 8201],
    },
  ],
} satisfies Framework;
