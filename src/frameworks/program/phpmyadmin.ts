import type { Framework } from '../../framework.ts';

export default {
  name: 'phpMyAdmin',
  docs: 'https://hub.docker.com/_/phpmyadmin',
  defaults: { host: '', port: 80 },
  evidence: { source: 'the image: Apache on 80, moved by APACHE_PORT' },
  sensitive: { what: 'an admin page for databases', access: 'protected', opens: ['PMA_PASSWORD'] },
  images: [
    {
      names: ['phpmyadmin', 'phpmyadmin/phpmyadmin'],
      tags: /^(?!.*fpm)/,
      listens: [{ port: 80, variables: ['APACHE_PORT'] }],
      settings: /apache/,
    },
  ],
} satisfies Framework;
