import type { Framework } from '../../framework.ts';

export default {
  name: 'pytest-httpserver',
  docs: 'https://pytest-httpserver.readthedocs.io/en/latest/api.html',
  defaults: { host: 'localhost', port: 0 },
  calls: [
    {
      entry: "HTTPServer(host='localhost', port=0).start()",
      call: 'pytest_httpserver.HTTPServer',
      host: { arg: 0, keyword: 'host' },
      port: { arg: 1, keyword: 'port' },
      startedBy: ['pytest_httpserver.HTTPServer().start'],
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
  evidence: { measured: 'pytest-httpserver 1.0.6 on werkzeug 2.2.2' },
} satisfies Framework;
