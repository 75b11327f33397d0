import type { Framework } from '../../framework.ts';

export default {
  name: 'PHP-FPM',
  docs: 'https://www.php.net/manual/en/install.fpm.configuration.php',
  defaults: {},
  commands: [
    {
      entry: 'php-fpm',
      program: ['php-fpm'],
      bare: 'port',
      local: 'a web server in front of it speaks FastCGI',
      onlyWritten: true,
      settings: {
        flags: ['-y', '--fpm-config'],
        known: /(?:^|\/)(?:php-?fpm[\w.-]*|(?:php-fpm|pool)\.d\/[\w.-]+|(?:zz-)?www[\w.-]*|fpm)\.conf$/,
        notation: 'ini',
        address: ['*.listen'],
        defaults: { host: '' },
      },
    },
  ],
  evidence: { source: 'the manual: a port alone is all interfaces, a path a socket file' },
} satisfies Framework;
