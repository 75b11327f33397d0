import type { Framework } from '../../framework.ts';

export default {
  name: 'Quart',
  docs: 'https://quart.palletsprojects.com/en/latest/reference/source/quart.app.html',
  defaults: { host: '127.0.0.1', port: 5000 },
  calls: [
    {
      entry: 'app.run(host=None, port=None)',
      call: ['quart.Quart().run', 'quart.app.Quart().run'],
      host: { arg: 0, keyword: 'host' },
      port: { arg: 1, keyword: 'port' },
      noneIsDefault: true,
      blocks: true,
      debug: { where: { arg: 2, keyword: 'debug' }, means: 'reload' },
      failure: [{ raises: 'OSError', exit: 1, thread: 'impossible' }],
    },
    {
      entry: 'await app.run_task(host=..., port=...)',
      call: ['quart.Quart().run_task', 'quart.app.Quart().run_task'],
      host: { arg: 0, keyword: 'host' },
      port: { arg: 1, keyword: 'port' },
      blocks: true,
      coroutine: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'impossible' }],
    },
  ],
  commands: [
    {
      entry: 'quart run',
      program: 'quart',
      words: ['run'],
      host: ['-h', '--host'],
      port: ['-p', '--port'],
      valued: ['-A', '--app'],
      debug: { flags: ['--reload', '--debug'], means: 'reload' },
      failure: { exit: 1, silent: false, how: 'quart prints a traceback and exits with status 1' },
    },
  ],
  evidence: { measured: 'quart 0.21.0 on hypercorn 0.18.0, quart 0.18.3 on hypercorn 0.13.2' },
  advice:
    'it prints its address before it has bound it; in a thread, run_task(shutdown_trigger=...) works and raises OSError',
} satisfies Framework;
