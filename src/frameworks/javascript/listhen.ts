import type { Framework } from '../../framework.ts';

/** Its host is localhost, and all interfaces in a container or in production, so none is said. */
export default {
  name: 'listhen',
  docs: 'https://github.com/unjs/listhen#options',
  defaults: { port: 3000 },
  calls: [
    {
      call: 'listhen.listen',
      host: { arg: 1, item: 'hostname' },
      port: { arg: 1, item: 'port' },
      required: ['host'],
      environment: { host: ['HOST'], port: ['PORT'] },
      blocks: false,
      announces: true,
      picksNextPort: true,
      entry: 'await listen(handler, { port, hostname })',
    },
  ],
  environment: { host: ['HOST'], port: ['PORT'] },
  evidence: { measured: 'listhen 1.10.1' },
} satisfies Framework;
