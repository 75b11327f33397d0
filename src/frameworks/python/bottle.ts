import type { Framework } from '../../framework.ts';

export default {
  name: 'Bottle',
  docs: 'https://bottlepy.org/docs/dev/api.html#bottle.run',
  defaults: { host: '127.0.0.1', port: 8080 },
  calls: [
    {
      entry: "bottle.run(host='127.0.0.1', port=8080, server='wsgiref')",
      call: 'bottle.run',
      host: { arg: 2, keyword: 'host' },
      port: { arg: 3, keyword: 'port' },
      blocks: true,
      debug: { where: { arg: 5, keyword: 'reloader' }, means: 'reload' },
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
    {
      entry: 'bottle.Bottle().run(host=..., port=...)',
      call: ['bottle.Bottle().run', 'bottle.default_app().run', 'bottle.app().run'],
      host: { keyword: 'host' },
      port: { keyword: 'port' },
      blocks: true,
      debug: { where: { keyword: 'reloader' }, means: 'reload' },
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  commands: [
    {
      entry: 'python -m bottle MODULE:APP',
      program: ['bottle', 'bottle.py'],
      address: ['-b', '--bind'],
      bare: 'host',
      defaults: { host: 'localhost' },
      debug: { flags: ['--reload', '--debug'], means: 'reload' },
      failure: { exit: 1, silent: false, how: 'bottle prints a traceback and exits with status 1' },
    },
  ],
  evidence: { measured: 'bottle 0.13.4 and 0.12.23' },
  advice:
    'it prints its address before it has bound it; with reloader=True a taken port is never reported, the child is restarted for ever',
} satisfies Framework;
