import type { Framework } from '../../framework.ts';

export default {
  name: 'Redis Commander and Redis Insight',
  docs: 'https://github.com/joeferner/redis-commander',
  defaults: { host: '', port: 8081 },
  evidence: { source: 'the documentation: no login unless HTTP_USER and HTTP_PASSWORD are set' },
  sensitive: {
    what: 'an admin page for databases',
    access: 'open',
    protects: ['HTTP_PASSWORD', 'HTTP_PASSWORD_HASH', 'HTTP_PASSWORD_FILE'],
  },
  images: [
    {
      names: ['rediscommander/redis-commander', 'joeferner/redis-commander'],
      listens: [{ port: 8081, variables: ['PORT'] }],
    },
    { names: ['redis/redisinsight', 'redislabs/redisinsight'], listens: [], may: [5540, 8001] },
  ],
} satisfies Framework;
