import type { Framework } from '../../framework.ts';

export default {
  name: 'Adminer',
  docs: 'https://hub.docker.com/_/adminer',
  defaults: { host: '', port: 8080 },
  evidence: { source: 'the image: php -S [::]:8080, which is both families' },
  sensitive: { what: 'an admin page for databases', access: 'protected' },
  images: [{ names: ['adminer', 'dockette/adminer', 'michalhosna/adminer'], listens: [{ port: 8080 }], may: [80] }],
} satisfies Framework;
