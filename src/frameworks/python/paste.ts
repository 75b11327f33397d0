import type { Framework } from '../../framework.ts';

export default {
  name: 'Paste',
  docs: 'https://pythonpaste.readthedocs.io/en/latest/modules/httpserver.html',
  defaults: { host: '127.0.0.1', port: 8080 },
  calls: [
    {
      entry: 'paste.httpserver.serve(app, host=None, port=None)',
      call: 'paste.httpserver.serve',
      host: { arg: 1, keyword: 'host' },
      port: { arg: 2, keyword: 'port' },
      blocks: true,
      announces: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  evidence: { measured: 'Paste 3.5.2' },
} satisfies Framework;
