import type { CommandShape, Framework } from '../../../framework.ts';

const server = {
  host: ['--host'],
  port: ['--port'],
  optional: ['--open', '--hot'],
  valued: ['-c', '--config', '--mode', '-m', '--env', '--config-name', '--entry', '-d', '--devtool', '--nodeEnv'],
  settings: {
    flags: ['-c', '--config'],
    files: ['rspack.config.js', 'rspack.config.cjs', 'rspack.config.mjs', 'rspack.config.ts'],
    known: /(?:^|\/)rspack[\w.-]*\.[cm]?[jt]s$/,
    host: ['devServer.host'],
    port: ['devServer.port'],
  },
  debug: { flags: [], means: 'reload' },
  picksNextPort: true,
  strictWith: ['--port'],
  failure: { exit: undefined, silent: true, how: 'rspack takes the next free port' },
} satisfies Partial<CommandShape>;

export default {
  name: 'Rspack',
  docs: 'https://rspack.rs/config/dev-server',
  defaults: { host: '::', port: 8080 },
  commands: [
    {
      entry: 'rspack serve',
      program: ['rspack', '@rspack/cli'],
      words: ['serve'],
      ...server,
    },
    {
      entry: 'rspack dev',
      program: ['rspack', '@rspack/cli'],
      words: ['dev'],
      ...server,
    },
  ],
  evidence: { measured: '@rspack/cli 2.2.8' },
} satisfies Framework;
