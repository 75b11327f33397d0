import type { Framework } from '../../framework.ts';

const uwsgiFile = /(?:^|\/)[\w.-]*wsgi[\w.-]*\.(?:ini|ya?ml|json)$/;

export default {
  name: 'uWSGI',
  docs: 'https://uwsgi-docs.readthedocs.io/en/latest/Options.html#socket',
  defaults: {},
  commands: [
    {
      entry: 'uwsgi --http ADDR | --http-socket ADDR | --socket ADDR',
      program: ['uwsgi', 'uwsgi-core'],
      address: ['--http', '--http-socket', '--http11-socket', '--uwsgi-socket', '--fastcgi-socket', '--socket', '-s'],
      environment: { address: ['UWSGI_HTTP', 'UWSGI_HTTP_SOCKET', 'UWSGI_SOCKET'] },
      settings: {
        flags: ['--ini', '--yaml', '--json', '--xml'],
        positional: 0,
        known: uwsgiFile,
        address: [
          ...['uwsgi.http', 'uwsgi.http-socket', 'uwsgi.http11-socket'],
          ...['uwsgi.socket', 'uwsgi.uwsgi-socket', 'uwsgi.fastcgi-socket'],
        ],
      },
      required: ['host', 'port'],
      numberIsPath: true,
      inward: [
        {
          names: [
            ...['--socket', '-s', '--uwsgi-socket', '--fastcgi-socket'],
            ...['uwsgi.socket', 'uwsgi.uwsgi-socket', 'uwsgi.fastcgi-socket'],
          ],
          why: 'a web server in front of it speaks its protocol',
        },
      ],
      failure: { exit: 1, silent: false, how: 'uwsgi says that the address is in use and exits with status 1' },
    },
    {
      entry: 'uwsgi --stats ADDR',
      program: ['uwsgi', 'uwsgi-core'],
      address: ['--stats', '--stats-server'],
      environment: { address: ['UWSGI_STATS'] },
      settings: {
        flags: ['--ini', '--yaml', '--json', '--xml'],
        positional: 0,
        known: uwsgiFile,
        address: ['uwsgi.stats', 'uwsgi.stats-server'],
      },
      required: ['host', 'port'],
      numberIsPath: true,
      onlyWritten: true,
      beside: true,
      local: 'it tells what the workers do',
      source: 'measured by hand with uWSGI 2.0.21',
      failure: { exit: 1, silent: false, how: 'uwsgi says that the address is in use and exits with status 1' },
    },
  ],
  environment: { address: ['UWSGI_HTTP', 'UWSGI_HTTP_SOCKET', 'UWSGI_SOCKET', 'UWSGI_STATS'] },
  evidence: { measured: 'uWSGI 2.0.21' },
} satisfies Framework;
