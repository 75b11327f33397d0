import type { Framework } from '../../framework.ts';

export default {
  name: 'InfluxDB',
  docs: 'https://docs.influxdata.com/influxdb/v2/reference/config-options/#http-bind-address',
  defaults: { host: '', port: 8086 },
  dualStack: true,
  commands: [
    {
      entry: 'influxd [--http-bind-address ADDR]',
      program: 'influxd',
      address: ['--http-bind-address'],
      bare: 'port',
      environment: { address: ['INFLUXD_HTTP_BIND_ADDRESS', 'INFLUXDB_HTTP_BIND_ADDRESS'] },
      settings: {
        flags: ['-config', '--config'],
        files: ['influxdb.conf'],
        known: /(?:^|\/)influx(?:db|d)?[\w.-]*\.conf$/,
        notation: 'toml',
        address: ['http.bind-address'],
      },
      failure: { exit: 1, silent: false, how: 'influxd says which address is in use and exits with status 1' },
    },
  ],
  environment: { address: ['INFLUXD_HTTP_BIND_ADDRESS', 'INFLUXDB_HTTP_BIND_ADDRESS'] },
  evidence: { measured: 'InfluxDB 1.6.7: *:8086 for HTTP, 127.0.0.1:8088 for RPC' },
  sensitive: { what: 'a database' },
  images: [
    {
      names: ['influxdb'],
      tags: /^1\b/,
      program: 'influxd',
      listens: [{ port: 8086 }],
      may: [2003, 4242, 8082, 8083, 8088, 8089, 25826],
      settings: /influx/,
      sensitive: { what: 'a database', access: 'open', protects: ['INFLUXDB_HTTP_AUTH_ENABLED=true'] },
    },
    {
      names: ['influxdb', 'quay.io/influxdb/influxdb'],
      program: 'influxd',
      listens: [{ port: 8086 }],
      may: [8088, 8181],
      settings: /influx/,
      sensitive: { what: 'a database', access: 'protected' },
    },
  ],
} satisfies Framework;
