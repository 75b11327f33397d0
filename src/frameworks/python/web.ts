import type { Framework } from '../../framework.ts';

export default {
  name: 'web.py',
  docs: 'https://webpy.org/docs/0.3/tutorial',
  defaults: { host: '0.0.0.0', port: 8080 },
  calls: [
    {
      entry: 'web.application(urls, g).run()',
      call: ['web.application().run', 'web.auto_application().run'],
      elsewhere: { host: ['sys.argv'], port: ['sys.argv'] },
      environment: { port: ['PORT'] },
      blocks: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
    {
      entry: 'web.httpserver.runsimple(app.wsgifunc(), (host, port))',
      call: ['web.httpserver.runsimple', 'web.httpserver.runbasic'],
      host: { arg: 1, keyword: 'server_address', item: 0 },
      port: { arg: 1, keyword: 'server_address', item: 1 },
      blocks: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  environment: { port: ['PORT'] },
  evidence: { measured: 'web.py 0.62' },
  advice: 'its OSError has no errno, and its address is printed before the bind',
} satisfies Framework;
