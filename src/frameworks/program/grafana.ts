import type { Framework } from '../../framework.ts';

export default {
  name: 'Grafana',
  docs: 'https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/#server',
  defaults: { host: '', port: 3000 },
  dualStack: true,
  commands: [
    {
      entry: 'grafana server',
      program: 'grafana',
      words: ['server'],
      environment: { host: ['GF_SERVER_HTTP_ADDR'], port: ['GF_SERVER_HTTP_PORT'] },
      valued: ['--homepath', '--packaging'],
      settings: {
        flags: ['--config', '-config'],
        files: ['grafana.ini'],
        known: /(?:^|\/)grafana[\w.-]*\.ini$/,
        notation: 'ini',
        host: ['server.http_addr'],
        port: ['server.http_port'],
      },
    },
    {
      entry: 'grafana-server',
      program: 'grafana-server',
      environment: { host: ['GF_SERVER_HTTP_ADDR'], port: ['GF_SERVER_HTTP_PORT'] },
      valued: ['--homepath', '--packaging'],
      settings: {
        flags: ['--config', '-config'],
        files: ['grafana.ini'],
        known: /(?:^|\/)grafana[\w.-]*\.ini$/,
        notation: 'ini',
        host: ['server.http_addr'],
        port: ['server.http_port'],
      },
    },
  ],
  environment: { host: ['GF_SERVER_HTTP_ADDR'], port: ['GF_SERVER_HTTP_PORT'] },
  evidence: { source: 'conf/defaults.ini: http_addr is empty; domain is no bind' },
  images: [
    {
      names: ['grafana/grafana', 'grafana/grafana-oss', 'grafana/grafana-enterprise'],
      listens: [{ port: 3000, variables: ['GF_SERVER_HTTP_PORT'], hosts: ['GF_SERVER_HTTP_ADDR'] }],
      settings: /grafana\.ini|\/etc\/grafana$/,
      reads: /^\/etc\/grafana\/grafana\.ini$/,
    },
    { names: ['grafana/loki'], listens: [{ port: 3100 }], may: [7946, 9095, 9096], settings: /loki/ },
  ],
} satisfies Framework;
