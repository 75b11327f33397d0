import type { Framework } from '../../framework.ts';

export default {
  name: 'Panel',
  docs: 'https://panel.holoviz.org/how_to/server/index.html',
  defaults: { host: '' },
  calls: [
    {
      entry: 'pn.serve(app, port=0, address=None)',
      call: ['panel.serve', 'panel.io.serve', 'panel.io.server.serve'],
      host: { arg: 2, keyword: 'address' },
      port: { arg: 1, keyword: 'port' },
      defaults: { port: 0 },
      blocks: true,
      announces: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  commands: [
    {
      entry: 'panel serve FILE',
      program: 'panel',
      words: ['serve'],
      host: ['--address'],
      port: ['--port'],
      unless: ['--unix-socket'],
      defaults: { port: 5006 },
      debug: { flags: ['--dev', '--autoreload'], means: 'reload' },
      failure: { exit: 1, silent: false, how: 'bokeh says that the port is in use and exits with status 1' },
    },
  ],
  evidence: { source: 'panel 1.10.0a3, io/server.py and command/serve.py' },
} satisfies Framework;
