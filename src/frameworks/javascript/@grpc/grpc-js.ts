import type { Framework } from '../../../framework.ts';

export default {
  name: 'gRPC',
  docs: 'https://grpc.github.io/grpc/node/grpc.Server.html#bindAsync__anchor',
  defaults: { port: 443 },
  calls: [
    {
      call: '@grpc/grpc-js.Server().bindAsync',
      address: { arg: 0 },
      bare: 'host',
      required: ['host'],
      blocks: false,
      failure: [{ raises: 'Error', callback: { exit: 0 }, exit: 0 }],
      entry: "new Server().bindAsync('host:port', credentials, callback)",
    },
  ],
  evidence: { measured: '@grpc/grpc-js 1.14.7' },
} satisfies Framework;
