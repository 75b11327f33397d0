import type { Framework } from '../../framework.ts';

export default {
  name: 'Pyramid',
  docs: 'https://docs.pylonsproject.org/projects/pyramid/en/latest/pscripts/pserve.html',
  defaults: { host: '0.0.0.0', port: 8080 },
  commands: [
    {
      entry: 'pserve FILE.ini',
      program: ['pserve', 'pserve3'],
      settings: {
        positional: 0,
        host: ['server:main.host'],
        port: ['server:main.port'],
        address: ['server:main.listen', 'server:main.bind'],
      },
      debug: { flags: ['--reload'], means: 'reload' },
      failure: { exit: 1, silent: false, how: 'pserve prints a traceback and exits with status 1' },
    },
  ],
  evidence: { measured: 'pyramid 2.0 on waitress 2.1.2' },
} satisfies Framework;
