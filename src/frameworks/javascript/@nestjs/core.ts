import type { Framework } from '../../../framework.ts';

/** On Express it listens on all interfaces; on Fastify on those of localhost. */
export default {
  name: 'Nest',
  docs: 'https://docs.nestjs.com/first-steps#platform',
  defaults: { host: '::' },
  calls: [
    {
      call: ['@nestjs/core.NestFactory.create().listen', '@nestjs/common.INestApplication().listen'],
      host: { arg: 1 },
      port: { arg: 0 },
      required: ['port'],
      noneIsDefault: 'host',
      defaultsWith: [
        {
          where: { of: 'constructor', arg: 1 },
          values: ['@nestjs/platform-fastify.FastifyAdapter()'],
          host: 'localhost',
        },
        {
          where: { of: 'constructor', type: 0 },
          values: ['@nestjs/platform-fastify.NestFastifyApplication'],
          host: 'localhost',
        },
      ],
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'rejection', exit: 1 }],
      entry: 'NestFactory.create(module).listen(port[, host])',
    },
    {
      call: '@nestjs/platform-fastify.NestFastifyApplication().listen',
      host: [{ arg: 0, item: 'host' }, { arg: 1 }],
      port: [{ arg: 0, item: 'port' }, { arg: 0 }],
      required: ['port'],
      defaults: { host: 'localhost' },
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'rejection', exit: 1 }],
      entry: '(app: NestFastifyApplication).listen(port[, host])',
      source: '@nestjs/platform-fastify 12.5.1: the type that NestFactory.create gives, which is measured',
    },
  ],
  evidence: { measured: '@nestjs/core 12.5.1 and 12.5.0 on Node 20.20.2' },
} satisfies Framework;
