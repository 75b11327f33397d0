import type { Framework } from '../../framework.ts';

export default {
  name: 'Granian',
  docs: 'https://github.com/emmett-framework/granian#options',
  defaults: { host: '127.0.0.1', port: 8000 },
  calls: [
    {
      entry: 'granian.Granian(target, address=..., port=...).serve()',
      call: ['granian.Granian', 'granian.server.Server', 'granian.server.Granian'],
      host: { arg: 1, keyword: 'address' },
      port: { arg: 2, keyword: 'port' },
      unless: { arg: 3, keyword: 'uds' },
      startedBy: ['granian.Granian().serve', 'granian.server.Server().serve', 'granian.server.Granian().serve'],
      blocks: true,
      announces: true,
      debug: { where: { keyword: 'reload' }, means: 'reload' },
    },
  ],
  commands: [
    {
      entry: 'granian MODULE:APP',
      program: 'granian',
      host: ['--host'],
      port: ['--port'],
      unless: ['--uds'],
      environment: { host: ['GRANIAN_HOST'], port: ['GRANIAN_PORT'] },
      debug: { flags: ['--reload'], means: 'reload' },
    },
  ],
  environment: { host: ['GRANIAN_HOST'], port: ['GRANIAN_PORT'] },
  evidence: { source: 'granian 2.8.1, cli.py, server/common.py and src/net.rs' },
  advice:
    'it sets SO_REUSEPORT, so that a second granian shares the port without a word; its host has to be an IP address',
} satisfies Framework;
