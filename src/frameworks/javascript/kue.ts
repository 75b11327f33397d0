import type { Framework } from '../../framework.ts';

export default {
  name: 'Kue',
  docs: 'https://github.com/Automattic/kue#user-interface',
  defaults: { host: '::' },
  calls: [
    {
      entry: 'kue.app.listen(port[, host])',
      call: 'kue.app.listen',
      host: { arg: 1 },
      port: { arg: 0 },
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      guarded: 'whoever reaches it can read and delete the jobs',
      failure: [{ raises: 'EADDRINUSE', shows: 'event', emits: 'result', exit: 1 }],
    },
  ],
  commands: [
    {
      entry: 'kue-dashboard',
      program: 'kue-dashboard',
      port: ['-p'],
      valued: ['-r', '-q'],
      defaults: { port: 3000 },
      guarded: 'whoever reaches it can read and delete the jobs',
    },
  ],
  evidence: { source: 'kue 0.11.6, lib/http/index.js, an application of Express 4, and bin/kue-dashboard' },
} satisfies Framework;
