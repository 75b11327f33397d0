import type { Framework } from '../../framework.ts';

export default {
  name: 'Werkzeug',
  docs: 'https://werkzeug.palletsprojects.com/en/stable/serving/',
  defaults: {},
  calls: [
    {
      entry: 'werkzeug.serving.run_simple(hostname, port, app)',
      call: ['werkzeug.serving.run_simple', 'werkzeug.run_simple'],
      host: { arg: 0, keyword: 'hostname' },
      port: { arg: 1, keyword: 'port' },
      required: ['host', 'port'],
      blocks: true,
      announces: true,
      debug: { where: { arg: 4, keyword: 'use_debugger' }, means: 'debugger' },
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
    {
      entry: 'werkzeug.serving.make_server(host, port, app); .serve_forever()',
      call: ['werkzeug.serving.make_server', 'werkzeug.serving.BaseWSGIServer', 'werkzeug.serving.ThreadedWSGIServer'],
      host: { arg: 0, keyword: 'host' },
      port: { arg: 1, keyword: 'port' },
      unless: { arg: 8, keyword: 'fd' },
      required: ['host', 'port'],
      blocks: false,
      failure: [
        {
          raises: 'SystemExit',
          exit: 1,
          thread: 'silent',
          when: {
            package: 'werkzeug',
            range: '>=2.2.3',
            requiredBy: { package: 'flask', never: '<2.0', perhaps: '<2.1' },
          },
        },
        { raises: 'OSError', exit: 1, thread: 'traceback' },
      ],
    },
  ],
  evidence: { measured: 'werkzeug 3.1.8, 3.0.6, 2.3.8, 2.2.3, 2.2.2, 2.1.2, 2.0.3 and 1.0.1' },
  advice: 'bind the socket with socket.create_server, which raises OSError, and pass its descriptor in fd=',
} satisfies Framework;
