import type { Framework } from '../../framework.ts';

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
        known: /(?:^|\/)[\w.-]*wsgi[\w.-]*\.(?:ini|ya?ml|json)$/,
        address: ['uwsgi.http', 'uwsgi.http-socket', 'uwsgi.http11-socket', 'uwsgi.socket', 'uwsgi.uwsgi-socket'],
      },
      required: ['host', 'port'],
      failure: { exit: 1, silent: false, how: 'uwsgi says that the address is in use and exits with status 1' },
    },
  ],
  environment: { address: ['UWSGI_HTTP', 'UWSGI_HTTP_SOCKET', 'UWSGI_SOCKET'] },
  evidence: { measured: 'uWSGI 2.0.21' },
} satisfies Framework;
