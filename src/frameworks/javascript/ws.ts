import type { Framework } from '../../framework.ts';

export default {
  name: 'ws',
  docs: 'https://github.com/websockets/ws/blob/master/doc/ws.md#new-websocketserveroptions-callback',
  defaults: { host: '::' },
  calls: [
    {
      call: ['ws.WebSocketServer', 'ws.Server', 'ws.WebSocket.Server', 'ws.WebSocket.WebSocketServer'],
      host: { arg: 0, item: 'host' },
      ignores: { host: [{ arg: 0, item: 'hostname' }] },
      port: { arg: 0, item: 'port' },
      unless: [
        { arg: 0, item: 'server' },
        { arg: 0, item: 'noServer' },
      ],
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', exit: 1 }],
      entry: 'new WebSocketServer({ port, host })',
    },
  ],
  evidence: { measured: 'ws 8.23.0' },
} satisfies Framework;
