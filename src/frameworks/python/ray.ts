import type { Framework } from '../../framework.ts';

/** Where a configuration file names no address: another one than that of the calls. */
const openToAll = { host: '0.0.0.0', port: 8000 };

const valuedByRun = [
  ...['-a', '--address', '-d', '--app-dir', '--runtime-env', '--runtime-env-json', '--working-dir'],
  ...['--name', '--route-prefix'],
];

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
    {
      entry: 'serve run MODULE:APP --host HOST --port PORT',
      program: 'serve',
      words: ['run', '*:*'],
      host: ['-h', '--host'],
      port: ['-p', '--port'],
      valued: valuedByRun,
    },
    {
      entry: 'serve run CONFIG --host HOST --port PORT',
      program: 'serve',
      words: ['run'],
      host: ['-h', '--host'],
      port: ['-p', '--port'],
      valued: valuedByRun,
      onlyWritten: true,
    },
    {
      entry: 'serve deploy CONFIG',
      program: 'serve',
      words: ['deploy'],
      valued: ['-a', '--address'],
      onlyWritten: true,
      defaults: openToAll,
      settings: {
        positional: 0,
        host: ['http_options.host'],
        port: ['http_options.port'],
        defaults: openToAll,
      },
    },
    {
      entry: 'serve start --http-host HOST --http-port PORT',
      program: 'serve',
      words: ['start'],
      host: ['--http-host'],
      port: ['--http-port'],
      onlyWritten: true,
    },
  ],
  evidence: { source: 'the documentation of HTTPOptions, serve.run, ray.init, ray start and the Serve config file' },
} satisfies Framework;
