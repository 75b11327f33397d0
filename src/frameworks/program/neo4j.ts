import type { Framework } from '../../framework.ts';

export default {
  name: 'Neo4j',
  docs: 'https://neo4j.com/docs/operations-manual/current/docker/introduction/',
  defaults: { host: '', port: 7687 },
  evidence: {
    source:
      'the documentation: 7474 and 7687 on all interfaces in the image; the first login has to change the password',
  },
  sensitive: { what: 'a database', access: 'protected', opens: ['NEO4J_AUTH=none'] },
  images: [
    {
      names: ['neo4j', 'neo4j/neo4j'],
      listens: [{ port: 7474 }, { port: 7687 }],
      may: [2004, 5000, 6000, 7000, 7473, 7688],
      settings: /neo4j\.conf|\/conf/,
    },
  ],
} satisfies Framework;
