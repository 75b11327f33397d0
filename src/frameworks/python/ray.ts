import type { Framework } from '../../framework.ts';

export default {
  name: 'Ray',
  docs: 'https://docs.ray.io/en/latest/serve/api/doc/ray.serve.config.HTTPOptions.html',
  defaults: { host: '127.0.0.1', port: 8000 },
  calls: [
    {
      entry: 'serve.start(http_options={...})',
      call: 'ray.serve.start',
      host: { keyword: 'http_options', item: 'host' },
      port: { keyword: 'http_options', item: 'port' },
      elsewhere: { host: ['HTTPOptions'], port: ['HTTPOptions'] },
      blocks: false,
    },
    {
      entry: 'serve.start(http_options=HTTPOptions(host=..., port=...))',
      call: ['ray.serve.config.HTTPOptions', 'ray.serve.HTTPOptions', 'ray.serve.schema.HTTPOptionsSchema'],
      host: { keyword: 'host' },
      port: { keyword: 'port' },
      blocks: false,
    },
    {
      entry: 'serve.run(app)',
      call: 'ray.serve.run',
      host: { keyword: 'host' },
      port: { keyword: 'port' },
      elsewhere: { host: ['http_options', 'HTTPOptions'], port: ['http_options', 'HTTPOptions'] },
      blocks: false,
    },
    {
      entry: 'ray.init(dashboard_host=..., dashboard_port=...)',
      call: 'ray.init',
      host: { keyword: 'dashboard_host' },
      port: { keyword: 'dashboard_port' },
      defaults: { port: 8265 },
      onlyWritten: true,
      blocks: false,
      guarded: 'whoever reaches the dashboard can run jobs on the cluster',
      picksNextPort: true,
    },
  ],
  commands: [
    {
      entry: 'ray start --head --dashboard-host HOST --dashboard-port PORT',
      program: 'ray',
      words: ['start'],
      host: ['--dashboard-host'],
      port: ['--dashboard-port'],
      only: { flags: ['--dashboard-host', '--dashboard-port'] },
      defaults: { port: 8265 },
      guarded: 'whoever reaches the dashboard can run jobs on the cluster',
      picksNextPort: true,
    },
  ],
  evidence: { source: 'the documentation of HTTPOptions, serve.run, ray.init and ray start' },
} satisfies Framework;
