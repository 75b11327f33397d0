import type { Framework } from '../../framework.ts';

export default {
  name: 'Sanic',
  docs: 'https://sanic.dev/en/guide/running/running.html',
  defaults: { host: '127.0.0.1', port: 8000 },
  calls: [
    {
      entry: 'app.run(host=None, port=None)',
      call: ['sanic.Sanic().run', 'sanic.app.Sanic().run'],
      host: { arg: 0, keyword: 'host' },
      port: { arg: 1, keyword: 'port' },
      noneIsDefault: true,
      unless: [{ keyword: 'sock' }, { keyword: 'unix' }],
      blocks: true,
      debug: { where: { keyword: 'auto_reload' }, means: 'reload' },
      failure: [{ raises: 'OSError', exit: 1, thread: 'impossible' }],
    },
    {
      entry: 'await app.create_server(return_asyncio_server=True)',
      call: ['sanic.Sanic().create_server', 'sanic.app.Sanic().create_server'],
      host: { arg: 0, keyword: 'host' },
      port: { arg: 1, keyword: 'port' },
      unless: [{ keyword: 'sock' }, { keyword: 'unix' }],
      blocks: false,
      coroutine: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  commands: [
    {
      entry: 'sanic MODULE:APP',
      program: 'sanic',
      host: ['-H', '--host'],
      port: ['-p', '--port'],
      unless: ['-u', '--unix'],
      debug: { flags: ['-r', '--reload', '--auto-reload', '--dev'], means: 'reload' },
      failure: { exit: 1, silent: false, how: 'sanic logs that the address is in use and exits with status 1' },
    },
  ],
  evidence: { measured: 'sanic 25.12.0' },
  advice: 'it prints its address before it has bound it, and reads port 0 as 8000',
} satisfies Framework;
