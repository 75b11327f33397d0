import type { Framework } from '../../framework.ts';

export default {
  name: 'http-proxy',
  docs: 'https://github.com/http-party/node-http-proxy#listening-for-proxy-events',
  defaults: { host: '::' },
  calls: [
    {
      call: [
        'http-proxy.createProxyServer().listen',
        'http-proxy.createServer().listen',
        'http-proxy.createProxy().listen',
        'http-proxy().listen',
      ],
      host: [{ arg: 0, item: 'host' }, { arg: 1 }],
      port: [{ arg: 0, item: 'port' }, { arg: 0 }],
      unless: [
        { arg: 0, item: 'path' },
        { arg: 0, item: 'fd' },
      ],
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', emitter: '_server', exit: 1 }],
      entry: 'createProxyServer(options).listen(port[, host])',
    },
  ],
  evidence: { measured: 'http-proxy 1.18.1' },
  advice: 'make the server with http.createServer and call proxy.web in it: its own server is private',
} satisfies Framework;
