import type { Framework } from '../../framework.ts';

export default {
  name: 'Deno',
  docs: 'https://docs.deno.com/runtime/reference/cli/serve/',
  defaults: { host: '0.0.0.0', port: 8000 },
  commands: [
    {
      entry: 'deno serve FILE',
      program: 'deno',
      words: ['serve'],
      notation: 'url',
      host: ['--host'],
      port: ['--port'],
      valued: ['-c', '--config', '--import-map', '--lock', '-L', '--log-level', '--cert', '--location'],
      switches: [
        '-A',
        '--allow-all',
        '--watch',
        '--parallel',
        '--allow-net',
        '-N',
        '--allow-read',
        '-R',
        '--allow-env',
        '-E',
        '--no-prompt',
      ],
      environment: { address: ['DENO_SERVE_ADDRESS'] },
      failure: { exit: 1, silent: false, how: 'deno prints the error and exits with status 1' },
    },
  ],
  environment: { address: ['DENO_SERVE_ADDRESS'] },
  evidence: { source: 'measured by hand with deno 2.9.6' },
} satisfies Framework;
