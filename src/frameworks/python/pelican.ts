import type { Framework } from '../../framework.ts';

export default {
  name: 'Pelican',
  docs: 'https://docs.getpelican.com/en/latest/publish.html',
  defaults: { host: '127.0.0.1', port: 8000 },
  commands: [
    {
      entry: 'pelican -l',
      program: 'pelican',
      host: ['-b', '--bind'],
      port: ['-p', '--port'],
      only: { flags: ['-l', '--listen', '-lr', '-rl'] },
      settings: { flags: ['-s', '--settings'], files: ['pelicanconf.py'], host: ['BIND'], port: ['PORT'] },
      debug: { flags: ['-r', '--autoreload', '-lr', '-rl'], means: 'reload' },
      failure: { exit: 0, silent: true, how: 'pelican logs one line and exits with status 0' },
    },
  ],
  evidence: { measured: 'pelican 4.8.0' },
} satisfies Framework;
