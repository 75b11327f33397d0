import type { Framework } from '../../framework.ts';

export default {
  name: 'hug',
  docs: 'https://hugapi.github.io/hug/',
  defaults: { host: '0.0.0.0', port: 8000 },
  calls: [
    {
      entry: "hug.API(__name__).http.serve(host='', port=8000)",
      call: 'hug.API().http.serve',
      host: { arg: 0, keyword: 'host' },
      port: { arg: 1, keyword: 'port' },
      blocks: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  commands: [
    {
      entry: 'hug -f FILE',
      program: 'hug',
      host: ['--host'],
      port: ['-p', '--port'],
      failure: { exit: 1, silent: false, how: 'hug prints a traceback and exits with status 1' },
    },
  ],
  evidence: { measured: 'hug 2.6.0' },
} satisfies Framework;
