import type { Framework } from '../../framework.ts';

export default {
  name: 'gevent',
  docs: 'https://www.gevent.org/api/gevent.pywsgi.html',
  defaults: { host: '::' },
  calls: [
    {
      entry: 'gevent.pywsgi.WSGIServer(listener, app).serve_forever()',
      call: ['gevent.pywsgi.WSGIServer', 'gevent.wsgi.WSGIServer', 'gevent.server.StreamServer'],
      host: { arg: 0, keyword: 'listener', item: 0 },
      port: [
        { arg: 0, keyword: 'listener', item: 1 },
        { arg: 0, keyword: 'listener' },
      ],
      address: { arg: 0, keyword: 'listener' },
      bare: 'port',
      required: ['port'],
      startedBy: [
        'gevent.pywsgi.WSGIServer().serve_forever',
        'gevent.pywsgi.WSGIServer().start',
        'gevent.wsgi.WSGIServer().serve_forever',
        'gevent.wsgi.WSGIServer().start',
        'gevent.server.StreamServer().serve_forever',
        'gevent.server.StreamServer().start',
      ],
      blocks: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  evidence: { measured: 'gevent 22.10.2' },
  advice: 'the constructor binds nothing: catch OSError around start() or serve_forever()',
} satisfies Framework;
