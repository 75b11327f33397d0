import type { CommandShape, Framework } from '../../../framework.ts';

const server = {
  host: ['--host'],
  port: ['--port'],
  optional: ['--host', '-o', '--open'],
  hostAlone: '0.0.0.0',
  valued: ['-c', '--config', '-r', '--root', '-m', '--mode', '--env-mode', '--env-dir', '--base', '--environment'],
  settings: {
    flags: ['-c', '--config'],
    files: ['rsbuild.config.js', 'rsbuild.config.cjs', 'rsbuild.config.mjs', 'rsbuild.config.ts', 'rsbuild.config.mts'],
    host: ['server.host'],
    port: ['server.port'],
  },
  picksNextPort: true,
  failure: { exit: undefined, silent: true, how: 'rsbuild takes the next free port, even where one was given' },
} satisfies Partial<CommandShape>;

export default {
  name: 'Rsbuild',
  docs: 'https://rsbuild.rs/config/server/host',
  defaults: { host: 'localhost', port: 3000 },
  commands: [
    {
      entry: 'rsbuild preview',
      program: ['rsbuild', '@rsbuild/core'],
      words: ['preview'],
      ...server,
      development: true,
    },
    {
      entry: 'rsbuild [dev]',
      program: ['rsbuild', '@rsbuild/core'],
      except: ['build', 'preview', 'inspect'],
      ...server,
      debug: { flags: [], means: 'reload' },
    },
  ],
  evidence: { measured: '@rsbuild/core 2.3.2; before 2.0 its default was 0.0.0.0' },
} satisfies Framework;
