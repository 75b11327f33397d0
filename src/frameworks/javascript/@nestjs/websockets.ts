import type { Framework } from '../../../framework.ts';

/** Without a port, and with port 0, a gateway shares the server of the application. No host can be given. */
export default {
  name: 'Nest WebSocket gateway',
  docs: 'https://docs.nestjs.com/websockets/gateways',
  defaults: { host: '::' },
  calls: [
    {
      call: '@nestjs/websockets.WebSocketGateway',
      port: { arg: 0 },
      sharesAtZero: true,
      onlyWritten: true,
      required: ['port'],
      blocks: false,
      // Where `ws` serves in place of socket.io, the error is only logged.
      failure: [{ raises: 'exit', exit: 1 }],
      entry: '@WebSocketGateway(port[, options])',
    },
  ],
  evidence: { source: 'measured by hand with @nestjs/websockets and @nestjs/platform-socket.io 12.1.1' },
  advice: 'leave the port out: the gateway then shares the server of the application, whose error can be caught',
} satisfies Framework;
