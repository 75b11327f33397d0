import type { Framework } from '../../framework.ts';

export default {
  name: 'Astro',
  docs: 'https://docs.astro.build/en/reference/configuration-reference/#server-options',
  defaults: { host: 'localhost', port: 4321 },
  commands: [
    {
      entry: 'astro dev',
      program: 'astro',
      words: ['dev'],
      host: ['--host'],
      port: ['--port'],
      optional: ['--host', '--open'],
      hostAlone: '::',
      valued: ['--root', '--config', '--site', '--base', '--mode', '--allowed-hosts'],
      settings: {
        flags: ['--config'],
        files: ['astro.config.js', 'astro.config.cjs', 'astro.config.mjs', 'astro.config.ts', 'astro.config.mts'],
        host: ['server.host'],
        port: ['server.port'],
      },
      debug: { flags: [], means: 'reload' },
      picksNextPort: true,
      failure: { exit: undefined, silent: true, how: 'astro takes the next free port, even where one was given' },
    },
    {
      entry: 'astro preview',
      program: 'astro',
      words: ['preview'],
      host: ['--host'],
      port: ['--port'],
      optional: ['--host', '--open'],
      hostAlone: '::',
      valued: ['--root', '--config', '--site', '--base', '--mode', '--allowed-hosts'],
      settings: {
        flags: ['--config'],
        files: ['astro.config.js', 'astro.config.cjs', 'astro.config.mjs', 'astro.config.ts', 'astro.config.mts'],
        host: ['server.host'],
        port: ['server.port'],
      },
      development: true,
      picksNextPort: true,
      failure: { exit: undefined, silent: true, how: 'astro takes the next free port, even where one was given' },
    },
  ],
  evidence: { measured: 'Astro 7.3.5 on Node 24.21.0' },
} satisfies Framework;
