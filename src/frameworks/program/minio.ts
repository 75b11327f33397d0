import type { Framework } from '../../framework.ts';

export default {
  name: 'MinIO',
  docs: 'https://min.io/docs/minio/linux/reference/minio-server/minio-server.html',
  defaults: { host: '', port: 9000 },
  dualStack: true,
  commands: [
    {
      entry: 'minio server [--address ADDR]',
      program: 'minio',
      words: ['server'],
      address: ['--address'],
      valued: ['--console-address', '--config-dir', '-C', '--certs-dir', '-S'],
      environment: { address: ['MINIO_ADDRESS'] },
    },
    {
      entry: 'minio server --console-address ADDR',
      program: 'minio',
      words: ['server'],
      address: ['--console-address'],
      valued: ['--address', '--config-dir', '-C', '--certs-dir', '-S'],
      only: { flags: ['--console-address'] },
      environment: { address: ['MINIO_CONSOLE_ADDRESS'] },
      required: ['port'],
    },
  ],
  environment: { address: ['MINIO_ADDRESS', 'MINIO_CONSOLE_ADDRESS'] },
  evidence: { source: 'the documentation: :9000, and a random port for the console' },
  sensitive: {
    what: 'an object store',
    access: 'default',
    protects: ['MINIO_ROOT_PASSWORD', 'MINIO_SECRET_KEY', 'MINIO_ROOT_PASSWORD_FILE', 'MINIO_SECRET_KEY_FILE'],
    passwords: ['MINIO_ROOT_PASSWORD', 'MINIO_SECRET_KEY'],
  },
  images: [
    {
      names: ['minio/minio'],
      program: 'minio',
      listens: [{ port: 9000 }],
      may: [9001],
    },
    {
      names: ['bitnami/minio', 'bitnamilegacy/minio'],
      listens: [{ port: 9000, variables: ['MINIO_API_PORT_NUMBER'] }],
      may: [9001],
    },
  ],
} satisfies Framework;
