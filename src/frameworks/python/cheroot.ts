import type { Framework } from '../../framework.ts';

export default {
  name: 'Cheroot',
  docs: 'https://cheroot.cherrypy.dev/en/latest/pkg/cheroot.wsgi/',
  defaults: {},
  calls: [
    {
      entry: 'cheroot.wsgi.Server((host, port), app).start()',
      call: ['cheroot.wsgi.Server', 'cheroot.wsgi.WSGIServer', 'cheroot.server.HTTPServer'],
      host: { arg: 0, keyword: 'bind_addr', item: 0 },
      port: { arg: 0, keyword: 'bind_addr', item: 1 },
      required: ['host', 'port'],
      startedBy: [
        'cheroot.wsgi.Server().start',
        'cheroot.wsgi.Server().safe_start',
        'cheroot.wsgi.Server().prepare',
        'cheroot.wsgi.WSGIServer().start',
        'cheroot.wsgi.WSGIServer().safe_start',
        'cheroot.wsgi.WSGIServer().prepare',
        'cheroot.server.HTTPServer().start',
        'cheroot.server.HTTPServer().safe_start',
        'cheroot.server.HTTPServer().prepare',
      ],
      blocks: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  commands: [
    {
      entry: 'cheroot MODULE:APP',
      program: 'cheroot',
      address: ['--bind'],
      bare: 'host',
      defaults: { host: '::1', port: 8000 },
      failure: { exit: 1, silent: false, how: 'cheroot prints a traceback and exits with status 1' },
    },
  ],
  evidence: { measured: 'cheroot 11.1.2 and 9.0.0' },
  advice: 'its OSError has no errno; prepare() binds in the main thread, serve() can then go into another',
} satisfies Framework;
