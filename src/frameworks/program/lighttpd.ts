import type { Framework } from '../../framework.ts';

export default {
  name: 'lighttpd',
  docs: 'https://redmine.lighttpd.net/projects/lighttpd/wiki/Server_bindDetails',
  defaults: { host: '0.0.0.0', port: 80 },
  commands: [
    {
      entry: 'lighttpd -f FILE',
      program: 'lighttpd',
      settings: {
        flags: ['-f'],
        files: ['lighttpd.conf'],
        known: /(?:^|\/)lighttpd[\w.-]*\.conf$/,
        notation: 'directives',
        host: ['server.bind'],
        port: ['server.port'],
      },
      failure: { exit: 255, silent: false, how: 'lighttpd says which port is in use and exits with status 255' },
    },
  ],
  evidence: { measured: 'lighttpd 1.4.69: IPv4 only; `server.bind = "localhost"` is 127.0.0.1' },
} satisfies Framework;
