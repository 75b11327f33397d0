import type { Framework } from '../../framework.ts';

export default {
  name: 'multiprocessing.managers',
  docs: 'https://docs.python.org/3/library/multiprocessing.html#multiprocessing.managers.BaseManager',
  defaults: {},
  calls: [
    {
      entry: 'multiprocessing.managers.BaseManager(address=(host, port)).start()',
      call: ['multiprocessing.managers.BaseManager().start', 'multiprocessing.managers.SyncManager().start'],
      host: { of: 'constructor', arg: 0, keyword: 'address', item: 0 },
      port: { of: 'constructor', arg: 0, keyword: 'address', item: 1 },
      onlyWritten: true,
      blocks: false,
      guarded: 'it unpickles what it is sent, so whoever has its key runs code in the process',
      failure: [{ raises: 'EOFError', exit: 1, thread: 'traceback' }],
    },
    {
      entry: 'BaseManager(address=(host, port)).get_server().serve_forever()',
      call: ['multiprocessing.managers.BaseManager().get_server', 'multiprocessing.managers.SyncManager().get_server'],
      host: { of: 'constructor', arg: 0, keyword: 'address', item: 0 },
      port: { of: 'constructor', arg: 0, keyword: 'address', item: 1 },
      onlyWritten: true,
      blocks: false,
      guarded: 'it unpickles what it is sent, so whoever has its key runs code in the process',
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  evidence: { measured: 'CPython 3.11.2' },
  advice: 'start() raises EOFError, because the bind fails in the child; get_server() raises OSError',
} satisfies Framework;
