import type { Framework } from '../../../framework.ts';

const tcp = ['@nestjs/microservices.Transport.TCP', '0'];
const grpc = ['@nestjs/microservices.Transport.GRPC', '4'];

const described = (arg: number) => ({
  host: { arg, item: 'options.host' },
  port: { arg, item: 'options.port' },
  address: { arg, item: 'options.url' },
  only: { where: { arg, item: 'transport' }, values: [...tcp, ...grpc], absent: true, seen: true as const },
  defaultsWith: [{ where: { arg, item: 'transport' }, values: grpc, port: 5000 }],
  unless: [
    { arg, item: 'useFactory' },
    { arg, item: 'strategy' },
  ],
  noneIsDefault: true as const,
  blocks: false,
  guarded: 'it answers whoever can connect',
  failure: [{ raises: 'EADDRINUSE', shows: 'rejection' as const, exit: 1 }],
});

/** Only TCP and gRPC listen themselves; with the other transports it connects to a broker. */
export default {
  name: 'Nest microservices',
  docs: 'https://docs.nestjs.com/microservices/basics#options',
  defaults: { host: 'localhost', port: 3000 },
  calls: [
    {
      call: '@nestjs/core.NestFactory.createMicroservice',
      startedBy: ['@nestjs/core.NestFactory.createMicroservice().listen'],
      ...described(1),
      entry: 'NestFactory.createMicroservice(module, { transport, options })',
    },
    {
      call: '@nestjs/core.NestFactory.create().connectMicroservice',
      startedBy: ['@nestjs/core.NestFactory.create().startAllMicroservices'],
      ...described(0),
      entry: 'app.connectMicroservice({ transport, options })',
    },
  ],
  evidence: { measured: '@nestjs/microservices 12.1.1 over TCP; over gRPC by hand' },
} satisfies Framework;
