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
      failure: { exit: 78, silent: false, how: 'php-fpm says that it cannot bind and exits with status 78' },
      settings: {
        flags: ['-y', '--fpm-config'],
        known: /(?:^|\/)(?:php-?fpm[\w.-]*|(?:php-fpm|pool)\.d\/[\w.-]+|(?:zz-)?www[\w.-]*|fpm)\.conf$/,
        notation: 'ini',
        address: ['*.listen'],
        defaults: { host: '' },
      },
    },
  ],
  evidence: {
    measured: 'PHP-FPM 8.2.36: a port alone is all interfaces; a path is a socket file: its manual',
  },
} satisfies Framework;
