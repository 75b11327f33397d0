import type { Framework } from '../../framework.ts';

export default {
  name: 'Storybook',
  docs: 'https://storybook.js.org/docs/api/cli-options#dev',
  defaults: {},
  commands: [
    {
      entry: 'storybook dev',
      program: ['storybook', 'sb'],
      words: ['dev'],
      host: ['-h', '--host'],
      port: ['-p', '--port'],
      valued: ['-c', '--config-dir', '--https-cert', '--https-key', '--https-ca', '--loglevel', '--initial-path'],
      switches: ['--ci', '--exact-port', '--https', '--smoke-test', '--quiet', '--docs', '--disable-telemetry'],
      environment: { host: ['SBCONFIG_HOSTNAME'], port: ['SBCONFIG_PORT'] },
      required: ['host', 'port'],
      debug: { flags: [], means: 'reload' },
      picksNextPort: true,
      strictWith: ['--exact-port'],
      failure: { exit: undefined, silent: true, how: 'storybook takes the next free port, even where one was given' },
    },
    {
      entry: 'start-storybook',
      source: 'Storybook 6.5, lib/core-server/src/cli/dev.js',
      program: 'start-storybook',
      host: ['-h', '--host'],
      port: ['-p', '--port'],
      valued: ['-c', '--config-dir', '-s', '--static-dir', '--ssl-cert', '--ssl-key', '--ssl-ca', '--loglevel'],
      switches: ['--ci', '--https', '--smoke-test', '--quiet', '--docs', '--no-manager-cache'],
      environment: { host: ['SBCONFIG_HOSTNAME'], port: ['SBCONFIG_PORT'] },
      required: ['host', 'port'],
      debug: { flags: [], means: 'reload' },
      picksNextPort: true,
      failure: { exit: undefined, silent: true, how: 'storybook takes the next free port, even where one was given' },
    },
  ],
  environment: { host: ['SBCONFIG_HOSTNAME'], port: ['SBCONFIG_PORT'] },
  evidence: {
    measured:
      'Storybook 10.6.7: 127.0.0.1, and a random port without -p under CI; 8.6.19 by hand: the same; 8.6.4: all interfaces',
  },
} satisfies Framework;
