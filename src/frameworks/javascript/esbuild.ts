import type { Framework } from '../../framework.ts';

export default {
  name: 'esbuild',
  docs: 'https://esbuild.github.io/api/#serve',
  defaults: { host: '0.0.0.0', port: 8000 },
  calls: [
    {
      entry: '(await esbuild.context(options)).serve({ port, host })',
      call: 'esbuild.context().serve',
      host: { arg: 0, item: 'host' },
      port: { arg: 0, item: 'port' },
      noneIsDefault: true,
      development: true,
      blocks: false,
      picksNextPort: true,
    },
  ],
  commands: [
    {
      entry: 'esbuild --serve[=HOST:PORT]',
      program: 'esbuild',
      only: { flags: ['--serve', '--servedir'] },
      address: ['--serve'],
      attached: ['--serve', '--servedir'],
      bare: 'either',
      development: true,
      picksNextPort: true,
      failure: {
        exit: undefined,
        silent: true,
        how: 'esbuild takes the next free port, and exits with status 1 where one was given',
      },
    },
  ],
  evidence: { measured: 'esbuild 0.28.2' },
} satisfies Framework;
