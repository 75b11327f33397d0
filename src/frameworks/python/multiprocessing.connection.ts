import type { Framework } from '../../framework.ts';

export default {
  name: 'multiprocessing.connection',
  docs: 'https://docs.python.org/3/library/multiprocessing.html#multiprocessing.connection.Listener',
  defaults: {},
  calls: [
    {
      entry: 'multiprocessing.connection.Listener((host, port))',
      call: 'multiprocessing.connection.Listener',
      host: { arg: 0, keyword: 'address', item: 0 },
      port: { arg: 0, keyword: 'address', item: 1 },
      onlyWritten: true,
      blocks: false,
      guarded: 'it unpickles what it is sent, so whoever has its key runs code in the process',
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  evidence: { measured: 'CPython 3.11.2' },
} satisfies Framework;
