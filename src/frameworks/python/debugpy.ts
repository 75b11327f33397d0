import type { Framework } from '../../framework.ts';

export default {
  name: 'debugpy',
  docs: 'https://github.com/microsoft/debugpy/wiki/API-Reference',
  defaults: { host: '127.0.0.1' },
  calls: [
    {
      entry: 'debugpy.listen(5678) / debugpy.listen((host, port))',
      call: 'debugpy.listen',
      host: { arg: 0, item: 0 },
      port: [{ arg: 0, item: 1 }, { arg: 0 }],
      required: ['port'],
      blocks: false,
      debug: { means: 'debugger' },
      guarded: 'whoever reaches a debugger runs code in the process',
      failure: [{ raises: 'RuntimeError', exit: 1, thread: 'traceback' }],
    },
  ],
  commands: [
    {
      entry: 'python -m debugpy --listen [HOST:]PORT FILE',
      program: 'debugpy',
      address: ['--listen'],
      bare: 'port',
      only: { flags: ['--listen'] },
      debug: { flags: [], means: 'debugger' },
      guarded: 'whoever reaches a debugger runs code in the process',
      failure: { exit: 1, silent: false, how: 'debugpy prints that it cannot listen and exits with status 1' },
    },
  ],
  evidence: { measured: 'debugpy 1.6.6' },
} satisfies Framework;
