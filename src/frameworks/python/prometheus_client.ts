import type { Framework } from '../../framework.ts';

export default {
  name: 'prometheus_client',
  docs: 'https://prometheus.github.io/client_python/exporting/http/',
  defaults: { host: '0.0.0.0' },
  calls: [
    {
      entry: "prometheus_client.start_http_server(port, addr='0.0.0.0')",
      call: [
        'prometheus_client.start_http_server',
        'prometheus_client.start_wsgi_server',
        'prometheus_client.exposition.start_http_server',
        'prometheus_client.exposition.start_wsgi_server',
      ],
      host: { arg: 1, keyword: 'addr' },
      port: { arg: 0, keyword: 'port' },
      required: ['port'],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  evidence: { measured: 'prometheus_client 0.25.0 and 0.16.0' },
} satisfies Framework;
