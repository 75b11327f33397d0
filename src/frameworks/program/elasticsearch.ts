import type { Framework } from '../../framework.ts';

const settings = {
  files: ['elasticsearch.yml'],
  known: /(?:^|\/)(?:elasticsearch|opensearch)[\w.-]*\.ya?ml$/,
  notation: 'yaml',
  host: ['http.host', 'network.host', 'network.bind_host'],
  port: ['http.port'],
} as const;

export default {
  name: 'Elasticsearch and OpenSearch',
  docs: 'https://www.elastic.co/guide/en/elasticsearch/reference/current/modules-network.html',
  defaults: { host: 'localhost', port: 9200 },
  commands: [
    {
      entry: 'elasticsearch [-E NAME=VALUE]',
      program: ['elasticsearch', 'opensearch'],
      host: ['-E http.host', '-E network.host'],
      port: ['-E http.port'],
      pairs: ['-E'],
      environment: { host: ['http.host', 'network.host'], port: ['http.port'] },
      settings,
    },
  ],
  environment: { host: ['http.host', 'network.host'], port: ['http.port'] },
  evidence: { source: 'the reference: network.host is _local_; any other address makes the bootstrap checks fatal' },
  sensitive: { what: 'a database', opens: ['xpack.security.enabled=false'], protects: ['xpack.security.enabled=true'] },
  images: [
    {
      names: [
        'elasticsearch',
        'elasticsearch/elasticsearch',
        'elastic/elasticsearch',
        'elasticsearch/elasticsearch-oss',
      ],
      tags: /^[1-7]\b/,
      program: 'elasticsearch',
      listens: [{ port: 9200, variables: ['http.port'], hosts: ['http.host', 'network.host'] }],
      may: [9300],
      settings: /elasticsearch\.ya?ml|\/config/,
      reads: /^\/usr\/share\/elasticsearch\/config\/elasticsearch\.yml$/,
      sensitive: { what: 'a database', access: 'open', protects: ['xpack.security.enabled=true', 'ELASTIC_PASSWORD'] },
    },
    {
      names: ['elasticsearch', 'elasticsearch/elasticsearch', 'elastic/elasticsearch'],
      program: 'elasticsearch',
      listens: [{ port: 9200, variables: ['http.port'], hosts: ['http.host', 'network.host'] }],
      may: [9300],
      settings: /elasticsearch\.ya?ml|\/config/,
      reads: /^\/usr\/share\/elasticsearch\/config\/elasticsearch\.yml$/,
      sensitive: { what: 'a database', opens: ['xpack.security.enabled=false'] },
    },
    {
      names: ['opensearchproject/opensearch'],
      program: 'opensearch',
      listens: [{ port: 9200, variables: ['http.port'], hosts: ['http.host', 'network.host'] }],
      may: [9300, 9600, 9650],
      settings: /opensearch\.ya?ml|\/config/,
      reads: /^\/usr\/share\/opensearch\/config\/opensearch\.yml$/,
      sensitive: {
        what: 'a database',
        opens: ['DISABLE_SECURITY_PLUGIN=true', 'plugins.security.disabled=true', 'DISABLE_SECURITY_PLUGIN=1'],
      },
    },
    {
      names: ['bitnami/elasticsearch', 'bitnami/opensearch', 'bitnamilegacy/elasticsearch'],
      listens: [{ port: 9200 }],
      may: [9300],
      sensitive: {
        what: 'a database',
        access: 'open',
        protects: ['ELASTICSEARCH_ENABLE_SECURITY=true', 'OPENSEARCH_ENABLE_SECURITY=true'],
      },
    },
  ],
} satisfies Framework;
