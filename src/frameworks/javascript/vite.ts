import type { CallShape, CommandShape, Framework, SettingsFiles, Where } from '../../framework.ts';

const flags = {
  host: ['--host'],
  port: ['--port'],
  optional: ['--host', '--open', '-d', '--debug'],
  hostAlone: '::',
} satisfies Partial<CommandShape>;

const settings = {
  flags: ['-c', '--config'],
  files: [
    'vite.config.js',
    'vite.config.mjs',
    'vite.config.cjs',
    'vite.config.ts',
    'vite.config.mts',
    'vite.config.cts',
  ],
  known: /(?:^|\/)vite\.config\.[\w.-]*[cm]?[jt]s$/,
} satisfies SettingsFiles;

const onTakenPort = {
  picksNextPort: true,
  strictWith: ['--strictPort'],
  failure: { exit: undefined, silent: true, how: 'vite takes the next free port and says so in one line' },
} satisfies Partial<CommandShape>;

/** What the call leaves out may stand in the settings file of the project, which it reads. */
const inSettings = (options: Where) =>
  ({
    elsewhere: {
      host: ['vite'],
      port: ['vite'],
      unless: { where: { ...options, item: 'configFile' }, values: ['false'] },
    },
    noneIsDefault: true,
    development: true,
    blocks: false,
    picksNextPort: true,
  }) satisfies Partial<CallShape>;

export default {
  name: 'Vite',
  docs: 'https://vite.dev/config/server-options',
  defaults: { host: 'localhost', port: 5173 },
  calls: [
    {
      entry: 'vite.createServer({ server: { host, port } }).listen([port])',
      call: 'vite.createServer().listen',
      host: { of: 'constructor', arg: 0, item: 'server.host' },
      port: [{ arg: 0 }, { of: 'constructor', arg: 0, item: 'server.port' }],
      ...inSettings({ of: 'constructor', arg: 0 }),
    },
    {
      entry: 'vite.preview({ preview: { host, port } })',
      call: 'vite.preview',
      host: { arg: 0, item: 'preview.host' },
      port: { arg: 0, item: 'preview.port' },
      defaults: { port: 4173 },
      ...inSettings({ arg: 0 }),
    },
  ],
  commands: [
    {
      entry: 'vite preview',
      program: 'vite',
      words: ['preview'],
      ...flags,
      valued: ['-c', '--config', '--base', '-l', '--logLevel', '-f', '--filter', '-m', '--mode', '--outDir'],
      switches: ['--strictPort', '--clearScreen'],
      defaults: { port: 4173 },
      earlierPorts: [{ when: { package: 'vite', range: '<3' } }],
      settings: {
        ...settings,
        host: ['preview.host'],
        port: ['preview.port'],
      },
      development: true,
      ...onTakenPort,
    },
    {
      entry: 'vite [dev | serve]',
      program: 'vite',
      except: ['build', 'optimize', 'preview'],
      ...flags,
      valued: ['-c', '--config', '--base', '-l', '--logLevel', '-f', '--filter', '-m', '--mode', '--configLoader'],
      switches: ['--strictPort', '--cors', '--force', '--clearScreen', '--profile'],
      earlierPorts: [{ when: { package: 'vite', range: '<3' }, port: 3000 }],
      settings: {
        ...settings,
        host: ['server.host'],
        port: ['server.port'],
      },
      debug: { flags: [], means: 'reload' },
      ...onTakenPort,
    },
    {
      entry: 'react-router dev',
      program: ['react-router', '@react-router/dev'],
      words: ['dev'],
      ...flags,
      valued: ['-c', '--config', '--base', '-l', '--logLevel', '-m', '--mode'],
      switches: ['--strictPort', '--cors', '--force', '--clearScreen', '--profile'],
      settings: {
        ...settings,
        host: ['server.host'],
        port: ['server.port'],
      },
      debug: { flags: [], means: 'reload' },
      ...onTakenPort,
    },
    {
      entry: 'remix vite:dev',
      program: ['remix', '@remix-run/dev'],
      words: ['vite:dev'],
      ...flags,
      valued: ['-c', '--config', '--base', '-l', '--logLevel', '-m', '--mode'],
      switches: ['--strictPort', '--cors', '--force', '--clearScreen', '--profile'],
      settings: {
        ...settings,
        host: ['server.host'],
        port: ['server.port'],
      },
      debug: { flags: [], means: 'reload' },
      ...onTakenPort,
    },
  ],
  evidence: {
    measured:
      'Vite 8.3.8, 5.4.21, and the ports of 3.0.0, 2.9.18 and 2.6.14; react-router 7.18.4; Remix 2.17.5 on Vite 6.4.6',
  },
  advice: '--strictPort, or strictPort: true in its settings, makes a taken port an error with exit status 1',
} satisfies Framework;
