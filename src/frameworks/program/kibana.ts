import type { Framework } from '../../framework.ts';

export default {
  name: 'Kibana',
  docs: 'https://www.elastic.co/guide/en/kibana/current/settings.html',
  defaults: { host: 'localhost', port: 5601 },
  commands: [
    {
      entry: 'kibana [--host ADDR] [--port PORT]',
      program: 'kibana',
      host: ['--host', '--server.host'],
      port: ['--port', '--server.port', '-p'],
      settings: {
        flags: ['-c', '--config'],
        files: ['kibana.yml'],
        known: /(?:^|\/)(?:kibana|opensearch_dashboards)[\w.-]*\.ya?ml$/,
        host: ['server.host'],
        port: ['server.port'],
      },
    },
  ],
  evidence: { source: 'the reference: server.host is localhost; the image writes 0.0.0.0' },
  sensitive: { what: 'an admin page for databases' },
  images: [
    {
      names: [
        'kibana',
        'kibana/kibana',
        'elastic/kibana',
        'kibana/kibana-oss',
        'opensearchproject/opensearch-dashboards',
      ],
      listens: [{ port: 5601, variables: ['SERVER_PORT', 'server.port'] }],
      settings: /kibana\.ya?ml|opensearch_dashboards|\/config/,
    },
    {
      names: ['logstash', 'logstash/logstash', 'elastic/logstash'],
      listens: [],
      may: [4560, 5000, 5044, 9600],
      sensitive: { what: 'a collector of logs' },
    },
  ],
} satisfies Framework;
