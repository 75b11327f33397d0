import type { Framework } from '../../../framework.ts';

export default {
  name: 'Rspack',
  docs: 'https://rspack.rs/config/dev-server',
  defaults: { host: '::', port: 8080 },
  commands: [
    {
      entry: 'rspack serve',
      program: ['rspack', '@rspack/cli'],
      words: ['serve'],
      host: ['--host'],
      port: ['--port'],
      optional: ['--open', '--hot'],
      valued: ['-c', '--config', '--mode', '-m', '--env', '--config-name', '--entry', '-d', '--devtool', '--nodeEnv'],
      debug: { flags: [], means: 'reload' },
      picksNextPort: true,
      strictWith: ['--port'],
      failure: { exit: undefined, silent: true, how: 'rspack takes the next free port' },
    },
    {
      entry: 'rspack dev',
      program: ['rspack', '@rspack/cli'],
      words: ['dev'],
      host: ['--host'],
      port: ['--port'],
      optional: ['--open', '--hot'],
      valued: ['-c', '--config', '--mode', '-m', '--env', '--config-name', '--entry', '-d', '--devtool', '--nodeEnv'],
      debug: { flags: [], means: 'reload' },
      picksNextPort: true,
      strictWith: ['--port'],
      failure: { exit: undefined, silent: true, how: 'rspack takes the next free port' },
    },
  ],
  evidence: { source: 'measured by hand with @rspack/cli 2.2.8' },
} satisfies Framework;
