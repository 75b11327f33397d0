import type { Framework } from '../../framework.ts';

export default {
  name: 'Flask-SocketIO',
  docs: 'https://flask-socketio.readthedocs.io/en/latest/api.html#flask_socketio.SocketIO.run',
  defaults: { host: '127.0.0.1', port: 5000 },
  calls: [
    {
      entry: 'socketio.run(app, host=None, port=None)',
      call: 'flask_socketio.SocketIO().run',
      host: { arg: 1, keyword: 'host' },
      port: { arg: 2, keyword: 'port' },
      noneIsDefault: true,
      configured: { key: 'SERVER_NAME', app: { arg: 0, keyword: 'app' }, gives: ['port'] },
      elsewhere: { port: ['SERVER_NAME'] },
      blocks: true,
      debug: {
        where: { keyword: 'debug' },
        means: 'debugger',
        application: {
          app: { arg: 0, keyword: 'app' },
          attribute: 'debug',
          key: 'DEBUG',
          variable: 'FLASK_DEBUG',
          files: [],
        },
      },
      failure: [{ raises: 'SystemExit', orRaises: 'OSError', exit: 1, thread: 'silent' }],
    },
  ],
  evidence: { measured: 'Flask-SocketIO 5.3.2 with threading, gevent and eventlet' },
  advice: 'catch SystemExit and OSError: with threading it is the first, with gevent and eventlet the second',
} satisfies Framework;
