import type { Framework } from '../../framework.ts';

export default {
  name: 'Rocket',
  docs: 'https://rocket.rs/guide/configuration/',
  defaults: { host: '127.0.0.1', port: 8000 },
  commands: [
    {
      entry: 'ROCKET_ADDRESS=ADDR ROCKET_PORT=PORT cargo run',
      program: 'cargo',
      words: ['run'],
      onlyWritten: true,
      environment: { host: ['ROCKET_ADDRESS'], port: ['ROCKET_PORT'] },
      settings: {
        files: ['Rocket.toml'],
        notation: 'toml',
        defaults: {},
        host: [
          'default.address',
          'release.address',
          'global.address',
          'production.address',
          'debug.address',
          'development.address',
        ],
        port: ['default.port', 'release.port', 'global.port', 'production.port', 'debug.port', 'development.port'],
      },
    },
  ],
  environment: { host: ['ROCKET_ADDRESS'], port: ['ROCKET_PORT'] },
  evidence: { source: 'the guide: 127.0.0.1:8000 in every profile' },
} satisfies Framework;
