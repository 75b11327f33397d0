import type { Framework } from '../../framework.ts';

export default {
  name: 'CouchDB',
  docs: 'https://docs.couchdb.org/en/stable/config/http.html',
  defaults: { host: '127.0.0.1', port: 5984 },
  evidence: { source: 'the image: bind_address = any; version 3 does not start without an administrator' },
  sensitive: { what: 'a database', access: 'protected' },
  images: [
    {
      names: ['couchdb', 'apache/couchdb', 'bitnami/couchdb'],
      listens: [{ port: 5984 }],
      may: [4369, 5986, 9100],
      settings: /couchdb/,
    },
  ],
} satisfies Framework;
