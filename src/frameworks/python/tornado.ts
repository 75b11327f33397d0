import type { Framework } from '../../framework.ts';

export default {
  name: 'Tornado',
  docs: 'https://www.tornadoweb.org/en/stable/web.html#tornado.web.Application.listen',
  defaults: { host: '' },
  familiesApart: true,
  calls: [
    {
      entry: "tornado.web.Application.listen(port, address='')",
      call: [
        'tornado.web.Application().listen',
        'tornado.httpserver.HTTPServer().listen',
        'tornado.tcpserver.TCPServer().listen',
      ],
      host: { arg: 1, keyword: 'address' },
      port: { arg: 0, keyword: 'port' },
      required: ['port'],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
    {
      entry: 'HTTPServer(app).bind(port, address=None); .start(n)',
      call: [
        'tornado.httpserver.HTTPServer().bind',
        'tornado.tcpserver.TCPServer().bind',
        'tornado.netutil.bind_sockets',
      ],
      host: { arg: 1, keyword: 'address' },
      port: { arg: 0, keyword: 'port' },
      required: ['port'],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  evidence: { measured: 'tornado 6.5.7 and 6.2.0' },
} satisfies Framework;
