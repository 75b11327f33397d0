import type { CommandShape, Framework } from '../../framework.ts';

const server = {
  host: ['--host'],
  port: ['--port'],
  optional: ['--open', '--hot', '--static', '--https'],
  unless: ['--ipc'],
  environment: { port: ['WEBPACK_DEV_SERVER_BASE_PORT'] },
  settings: {
    flags: ['-c', '--config'],
    files: ['webpack.config.js', 'webpack.config.cjs', 'webpack.config.mjs', 'webpack.config.ts'],
    known: /(?:^|\/)webpack[\w.-]*\.[cm]?[jt]s$/,
    host: ['devServer.host'],
    port: ['devServer.port'],
  },
  debug: { flags: [], means: 'reload' },
  picksNextPort: true,
  strictWith: ['--port'],
  failure: { exit: undefined, silent: true, how: 'webpack-dev-server takes the next free port' },
} satisfies Partial<CommandShape>;

export default {
  name: 'webpack-dev-server',
  docs: 'https://webpack.js.org/configuration/dev-server/#devserverhost',
  defaults: { host: '::', port: 8080 },
  calls: [
    {
      entry: 'new WebpackDevServer({ port, host }, compiler).start()',
      call: ['webpack-dev-server().start', 'webpack-dev-server().startCallback'],
      host: { arg: 0, item: 'host', of: 'constructor' },
      port: { arg: 0, item: 'port', of: 'constructor' },
      unless: { arg: 0, item: 'ipc', of: 'constructor' },
      environment: { port: ['WEBPACK_DEV_SERVER_BASE_PORT'] },
      noneIsDefault: true,
      development: true,
      debug: { means: 'reload' },
      blocks: false,
      announces: true,
      picksNextPort: true,
    },
    {
      entry: 'new WebpackDevServer(compiler, options).listen(port[, host][, callback])',
      call: 'webpack-dev-server().listen',
      host: { arg: 1 },
      port: { arg: 0 },
      required: ['port'],
      noneIsDefault: 'host',
      development: true,
      debug: { means: 'reload' },
      blocks: false,
      failure: [{ raises: 'exit', exit: 1 }],
      source: 'webpack-dev-server 2 to 4, lib/Server.js, which throws what its server emits as an error',
    },
  ],
  commands: [
    {
      entry: 'webpack serve',
      program: ['webpack', 'webpack-cli'],
      words: ['serve'],
      valued: ['-c', '--config', '--mode', '--env', '--config-name', '--entry', '-d', '--devtool', '--node-env'],
      ...server,
    },
    {
      entry: 'webpack-dev-server',
      program: 'webpack-dev-server',
      valued: ['-c', '--config', '--mode', '--env', '--config-name', '--entry', '-d', '--devtool', '--content-base'],
      ...server,
    },
  ],
  environment: { port: ['WEBPACK_DEV_SERVER_BASE_PORT'] },
  evidence: { measured: 'webpack-dev-server 5.2.7' },
} satisfies Framework;
