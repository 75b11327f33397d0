import type { Framework } from '../../framework.ts';

export default {
  name: 'Elysia',
  docs: 'https://elysiajs.com/patterns/configuration.html#serve',
  defaults: { host: '::' },
  calls: [
    {
      call: 'elysia.Elysia().listen',
      host: { arg: 0, item: 'hostname' },
      port: [{ arg: 0, item: 'port' }, { arg: 0 }],
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [
        // On Bun, where the adapter for Node is not there.
        { raises: 'EADDRINUSE', exit: 1, when: { package: '@elysiajs/node', range: '<0' } },
        { raises: 'nothing', exit: 1 },
      ],
      entry: 'new Elysia().listen(port | { port, hostname }[, callback])',
    },
  ],
  evidence: { measured: 'elysia 1.4.30 with @elysiajs/node 1.4.5; on Bun by hand' },
} satisfies Framework;
