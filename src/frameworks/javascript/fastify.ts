import type { Framework } from '../../framework.ts';

/** Without a host it opens one socket for each address of localhost. */
export default {
  name: 'Fastify',
  docs: 'https://fastify.dev/docs/latest/Reference/Server/#listen',
  defaults: { host: 'localhost' },
  calls: [
    {
      call: ['fastify().listen', 'fastify.fastify().listen', 'fastify.FastifyInstance().listen'],
      host: [{ arg: 0, item: 'host' }, { arg: 1 }],
      port: [{ arg: 0, item: 'port' }, { arg: 0 }],
      ignores: {
        host: [
          { arg: 0, item: 'hostname' },
          { arg: 0, item: 'address' },
        ],
      },
      unless: { arg: 0, item: 'path' },
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'rejection', callback: { exit: 0 }, exit: 1, logger: 'fastify' }],
      entry: 'fastify().listen({ port, host })',
    },
  ],
  evidence: { measured: 'Fastify 5.12.8 on Node 20.20.2' },
} satisfies Framework;
