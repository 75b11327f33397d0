import type { Framework } from '../../framework.ts';

export default {
  name: 'LiveReload',
  docs: 'https://livereload.readthedocs.io/en/latest/api.html',
  defaults: { host: '127.0.0.1', port: 5500 },
  calls: [
    {
      entry: 'livereload.Server().serve(port=5500, host=None)',
      call: ['livereload.Server().serve', 'livereload.server.Server().serve'],
      host: { arg: 2, keyword: 'host' },
      port: { arg: 0, keyword: 'port' },
      blocks: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'impossible' }],
    },
  ],
  commands: [
    {
      entry: 'livereload [DIR]',
      program: 'livereload',
      host: ['--host'],
      port: ['-p', '--port'],
      defaults: { port: 35729 },
      debug: { flags: [], means: 'reload' },
      failure: { exit: 1, silent: false, how: 'livereload prints a traceback and exits with status 1' },
    },
  ],
  evidence: { measured: 'livereload 2.6.3' },
  advice: 'it prints its address before it has bound it; in a thread it needs an event loop that is set there first',
} satisfies Framework;
