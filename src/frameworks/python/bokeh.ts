import type { Framework } from '../../framework.ts';

export default {
  name: 'Bokeh',
  docs: 'https://docs.bokeh.org/en/latest/docs/reference/command/subcommands/serve.html',
  defaults: { host: '', port: 5006 },
  calls: [
    {
      entry: 'bokeh.server.server.Server(apps, port=5006, address=None)',
      call: 'bokeh.server.server.Server',
      host: { keyword: 'address' },
      port: { keyword: 'port' },
      unless: { keyword: 'unix_socket' },
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  commands: [
    {
      entry: 'bokeh serve APP',
      program: 'bokeh',
      words: ['serve'],
      host: ['--address'],
      port: ['--port'],
      unless: ['--unix-socket'],
      environment: { port: ['BOKEH_DEFAULT_SERVER_PORT'] },
      debug: { flags: ['--dev'], means: 'reload' },
      failure: { exit: 1, silent: false, how: 'bokeh says that the port is in use and exits with status 1' },
    },
  ],
  environment: { port: ['BOKEH_DEFAULT_SERVER_PORT'] },
  evidence: { measured: 'bokeh 3.6.0 on tornado 6.2' },
} satisfies Framework;
