import type { Framework } from '../../framework.ts';

export default {
  name: 'pgAdmin',
  docs: 'https://www.pgadmin.org/docs/pgadmin4/latest/container_deployment.html',
  defaults: { host: '', port: 80 },
  evidence: { source: 'the documentation: [::]:80, moved by PGADMIN_LISTEN_PORT; 443 with PGADMIN_ENABLE_TLS' },
  sensitive: {
    what: 'an admin page for databases',
    access: 'protected',
    opens: ['PGADMIN_CONFIG_SERVER_MODE=False', "PGADMIN_CONFIG_SERVER_MODE='False'"],
  },
  images: [
    {
      names: ['dpage/pgadmin4'],
      listens: [{ port: 80, variables: ['PGADMIN_LISTEN_PORT'] }],
      may: [443],
      settings: /config_local|gunicorn/,
    },
  ],
} satisfies Framework;
