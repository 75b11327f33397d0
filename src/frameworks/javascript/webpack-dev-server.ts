import type { Framework } from '../../framework.ts';

export default {
  name: 'webpack-dev-server',
  docs: 'https://webpack.js.org/configuration/dev-server/#devserverhost',
  defaults: { host: '::', port: 8080 },
  commands: [
    {
      entry: 'webpack serve',
      program: ['webpack', 'webpack-cli'],
      words: ['serve'],
      host: ['--host'],
      port: ['--port'],
      optional: ['--open', '--hot', '--static', '--https'],
      valued: ['-c', '--config', '--mode', '--env', '--config-name', '--entry', '-d', '--devtool', '--node-env'],
      unless: ['--ipc'],
      debug: { flags: [], means: 'reload' },
      picksNextPort: true,
      strictWith: ['--port'],
      failure: { exit: undefined, silent: true, how: 'webpack-dev-server takes the next free port' },
    },
    {
      entry: 'webpack-dev-server',
      program: 'webpack-dev-server',
      host: ['--host'],
      port: ['--port'],
      optional: ['--open', '--hot', '--static', '--https'],
      valued: ['-c', '--config', '--mode', '--env', '--config-name', '--entry', '-d', '--devtool', '--content-base'],
      unless: ['--ipc'],
      debug: { flags: [], means: 'reload' },
      picksNextPort: true,
      strictWith: ['--port'],
      failure: { exit: undefined, silent: true, how: 'webpack-dev-server takes the next free port' },
    },
  ],
  evidence: { measured: 'webpack-dev-server 5.2.7' },
} satisfies Framework;
