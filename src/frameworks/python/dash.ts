import type { Framework } from '../../framework.ts';

export default {
  name: 'Dash',
  docs: 'https://dash.plotly.com/reference#app.run',
  defaults: { host: '127.0.0.1', port: 8050 },
  calls: [
    {
      entry: 'app.run(host=None, port=None)',
      call: ['dash.Dash().run', 'dash.Dash().run_server', 'dash.dash.Dash().run', 'dash.dash.Dash().run_server'],
      host: { arg: 0, keyword: 'host' },
      port: { arg: 1, keyword: 'port' },
      environment: { host: ['HOST'], port: ['PORT'] },
      blocks: true,
      announces: true,
      debug: { where: { arg: 3, keyword: 'debug' }, means: 'debugger' },
      failure: [
        {
          raises: 'SystemExit',
          exit: 1,
          thread: 'silent',
          when: {
            package: 'werkzeug',
            range: '>=2.1',
            requiredBy: { package: 'flask', never: '<2.0', perhaps: '<2.1' },
          },
        },
        { raises: 'OSError', exit: 1, thread: 'traceback' },
      ],
    },
  ],
  environment: { host: ['HOST'], port: ['PORT'] },
  evidence: { source: 'dash 4.3.0, dash.py and _jupyter.py' },
  advice:
    'serve its server with werkzeug.serving.make_server(..., fd=sock.fileno()) on a socket that was bound before, which raises OSError',
} satisfies Framework;
