import type { Framework } from '../../framework.ts';

export default {
  name: 'logging.config',
  docs: 'https://docs.python.org/3/library/logging.config.html#logging.config.listen',
  defaults: { host: 'localhost', port: 9030 },
  calls: [
    {
      entry: 't = logging.config.listen(port=9030); t.start()',
      call: 'logging.config.listen',
      port: { arg: 0, keyword: 'port' },
      blocks: false,
      guarded: 'parts of the configuration it is sent are passed to eval',
      failure: [{ raises: 'nothing', exit: 0, thread: 'traceback' }],
    },
  ],
  evidence: { measured: 'CPython 3.11.2' },
  advice: 'the bind happens in its thread: after start(), ready.wait(timeout) has to return True',
} satisfies Framework;
