import type { Framework } from '../../../framework.ts';

export default {
  name: 'Rsbuild',
  docs: 'https://rsbuild.rs/config/server/host',
  defaults: { host: 'localhost', port: 3000 },
  commands: [
    {
      entry: 'rsbuild preview',
      program: ['rsbuild', '@rsbuild/core'],
      words: ['preview'],
      host: ['--host'],
      port: ['--port'],
      optional: ['--host', '-o', '--open'],
      hostAlone: '0.0.0.0',
      valued: ['-c', '--config', '-r', '--root', '-m', '--mode', '--env-mode', '--env-dir', '--base', '--environment'],
      development: true,
      picksNextPort: true,
      failure: { exit: undefined, silent: true, how: 'rsbuild takes the next free port, even where one was given' },
    },
    {
      entry: 'rsbuild [dev]',
      program: ['rsbuild', '@rsbuild/core'],
      except: ['build', 'preview', 'inspect'],
      host: ['--host'],
      port: ['--port'],
      optional: ['--host', '-o', '--open'],
      hostAlone: '0.0.0.0',
      valued: ['-c', '--config', '-r', '--root', '-m', '--mode', '--env-mode', '--env-dir', '--base', '--environment'],
      debug: { flags: [], means: 'reload' },
      picksNextPort: true,
      failure: { exit: undefined, silent: true, how: 'rsbuild takes the next free port, even where one was given' },
    },
  ],
  evidence: { source: 'measured by hand with @rsbuild/core 2.3.2; before 2.0 its default was 0.0.0.0' },
} satisfies Framework;
