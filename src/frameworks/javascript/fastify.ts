import type { Framework } from '../../framework.ts';

const environment = { host: ['FASTIFY_ADDRESS'], port: ['PORT', 'FASTIFY_PORT'] };

/** Without a host it opens one socket for each address of localhost. */
export default {
  name: 'Fastify',
  docs: 'https://fastify.dev/docs/latest/Reference/Server/#listen',
  defaults: { host: 'localhost' },
  calls: [
    {
      call: ['fastify().listen', 'fastify.fastify().listen', 'fastify.FastifyInstance().listen'],
      host: [{ arg: 0, item: 'host' }, { arg: 1 }],
      port: [{ arg: 0, item: 'port' }, { arg: 0 }],
      ignores: {
        host: [
          { arg: 0, item: 'hostname' },
          { arg: 0, item: 'address' },
        ],
      },
      unless: { arg: 0, item: 'path' },
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'rejection', callback: { exit: 0 }, exit: 1, logger: 'fastify' }],
      entry: 'fastify().listen({ port, host })',
    },
  ],
  commands: [
    {
      entry: 'fastify start FILE',
      program: ['fastify', 'fastify-cli'],
      words: ['start'],
      host: ['-a', '--address'],
      port: ['-p', '--port'],
      unless: ['-s', '--socket'],
      valued: [
        '--inspect-port',
        '--body-limit',
        '-T',
        '--plugin-timeout',
        '-g',
        '--close-grace-delay',
        '--trust-proxy-hop',
        '-l',
        '--log-level',
        '-x',
        '--prefix',
        '--ignore-watch',
        '-L',
        '--logging-module',
        '--debug-host',
        '--lang',
        '-r',
        '--require',
        '-i',
        '--import',
        '-c',
        '--config',
        '--method',
        '--trust-proxy-ips',
        '--follow-watch',
        '-I',
        '--debug-port',
      ],
      environment,
      settings: { flags: ['-c', '--config'], host: ['address'], port: ['port'] },
      defaults: { port: 3000 },
      hostInContainer: '0.0.0.0',
      debug: { flags: ['-w', '--watch'], means: 'reload' },
      failure: { exit: 1, silent: false, how: 'fastify prints the error and exits with status 1' },
    },
  ],
  environment,
  evidence: {
    measured: 'Fastify 5.12.8 on Node 20.20.2; fastify-cli 8.0.2',
  },
} satisfies Framework;
