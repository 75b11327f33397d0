import type { Framework } from '../../framework.ts';

export default {
  name: 'Eventlet',
  docs: 'https://eventlet.readthedocs.io/en/latest/basic_usage.html#eventlet.listen',
  defaults: {},
  calls: [
    {
      entry: 'eventlet.listen((host, port)); eventlet.wsgi.server(sock, app)',
      call: ['eventlet.listen', 'eventlet.convenience.listen'],
      host: { arg: 0, keyword: 'addr', item: 0 },
      port: { arg: 0, keyword: 'addr', item: 1 },
      required: ['host', 'port'],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback', sharesUnless: 'reuse_port' }],
    },
  ],
  evidence: { measured: 'eventlet 0.41.1 and 0.33.1' },
  advice: 'with reuse_port=False a second server on the port is an OSError; without it both share the port silently',
} satisfies Framework;
