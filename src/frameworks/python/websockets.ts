import type { Framework } from '../../framework.ts';

export default {
  name: 'websockets',
  docs: 'https://websockets.readthedocs.io/en/stable/reference/asyncio/server.html',
  defaults: { host: '' },
  familiesApart: true,
  calls: [
    {
      entry: 'async with websockets.serve(handler, host, port)',
      call: [
        'websockets.serve',
        'websockets.server.serve',
        'websockets.asyncio.server.serve',
        'websockets.legacy.server.serve',
      ],
      host: { arg: 1, keyword: 'host' },
      port: { arg: 2, keyword: 'port' },
      unless: [{ keyword: 'sock' }, { keyword: 'path' }],
      required: ['port'],
      blocks: false,
      coroutine: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
    {
      entry: 'with websockets.sync.server.serve(handler, host, port) as server',
      source: 'measured by hand with websockets 17.0.1',
      call: 'websockets.sync.server.serve',
      host: { arg: 1, keyword: 'host' },
      port: { arg: 2, keyword: 'port' },
      unless: [{ keyword: 'sock' }, { keyword: 'path' }],
      required: ['host', 'port'],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  evidence: { measured: 'websockets 17.0.1 and 10.4' },
  advice: 'enter or await it inside try and except OSError; without either nothing is bound and nothing is said',
} satisfies Framework;
