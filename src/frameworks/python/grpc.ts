import type { Framework } from '../../framework.ts';

export default {
  name: 'gRPC',
  docs: 'https://grpc.github.io/grpc/python/grpc.html#grpc.Server.add_insecure_port',
  defaults: { port: 443 },
  calls: [
    {
      entry: "server.add_insecure_port('[::]:50051'); server.start()",
      call: [
        'grpc.server().add_insecure_port',
        'grpc.server().add_secure_port',
        'grpc.aio.server().add_insecure_port',
        'grpc.aio.server().add_secure_port',
        'grpc.experimental.aio.server().add_insecure_port',
        'grpc.experimental.aio.server().add_secure_port',
      ],
      address: { arg: 0, keyword: 'address' },
      bare: 'host',
      required: ['host'],
      blocks: false,
      failure: [
        {
          raises: 'RuntimeError',
          exit: 1,
          thread: 'traceback',
          sharesUnless: 'grpc.so_reuseport',
          // One run in ten hung at its end, also where nothing was caught: measured with grpcio 1.51.1 on CPython 3.11.2.
          lingers: ['grpc.aio.server().add_insecure_port', 'grpc.aio.server().add_secure_port'],
        },
      ],
    },
  ],
  evidence: { measured: 'grpcio 1.51.1' },
  advice:
    "two gRPC servers share a port silently unless options=(('grpc.so_reuseport', 0),) is given; then catch RuntimeError",
} satisfies Framework;
