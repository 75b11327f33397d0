import type { Framework } from '../../framework.ts';

export default {
  name: 'VitePress',
  docs: 'https://vitepress.dev/reference/cli',
  defaults: { host: 'localhost', port: 5173 },
  commands: [
    {
      entry: 'vitepress preview',
      program: 'vitepress',
      words: ['preview'],
      port: ['--port'],
      valued: ['--base'],
      defaults: { host: '::', port: 4173 },
      development: true,
      failure: { exit: 1, silent: false, how: 'vitepress prints the error and exits with status 1' },
    },
    {
      entry: 'vitepress [dev]',
      program: 'vitepress',
      except: ['build', 'preview', 'serve', 'init'],
      host: ['--host'],
      port: ['--port'],
      optional: ['--host', '--open'],
      hostAlone: '::',
      valued: ['--base'],
      switches: ['--cors', '--strictPort', '--force'],
      settings: {
        files: ['.vitepress/config.js', '.vitepress/config.mjs', '.vitepress/config.ts', '.vitepress/config.mts'],
        host: ['vite.server.host'],
        port: ['vite.server.port'],
      },
      debug: { flags: [], means: 'reload' },
      picksNextPort: true,
      strictWith: ['--strictPort'],
      failure: { exit: undefined, silent: true, how: 'vitepress takes the next free port' },
    },
  ],
  evidence: { measured: 'vitepress 1.6.4' },
} satisfies Framework;
