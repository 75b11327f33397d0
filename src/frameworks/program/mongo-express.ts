import type { Framework } from '../../framework.ts';

export default {
  name: 'mongo-express',
  docs: 'https://hub.docker.com/_/mongo-express',
  defaults: { host: '', port: 8081 },
  evidence: { source: 'the image: admin and pass unless ME_CONFIG_BASICAUTH_PASSWORD is set' },
  sensitive: {
    what: 'an admin page for databases',
    access: 'default',
    opens: ['ME_CONFIG_BASICAUTH=false', 'ME_CONFIG_BASICAUTH_ENABLED=false'],
    protects: ['ME_CONFIG_BASICAUTH_PASSWORD', 'ME_CONFIG_BASICAUTH_USERNAME', 'ME_CONFIG_BASICAUTH_PASSWORD_FILE'],
  },
  images: [{ names: ['mongo-express'], listens: [{ port: 8081, variables: ['PORT', 'VCAP_APP_PORT'] }] }],
} satisfies Framework;
