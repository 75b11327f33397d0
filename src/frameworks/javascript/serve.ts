import type { Framework } from '../../framework.ts';

export default {
  name: 'serve',
  docs: 'https://github.com/vercel/serve#readme',
  defaults: { host: '::', port: 3000 },
  commands: [
    {
      entry: 'serve [-l tcp://HOST:PORT | -l PORT]',
      program: 'serve',
      // Ray's program has the same name.
      except: ['run', 'deploy', 'start', 'status', 'shutdown'],
      subcommand: true,
      address: ['-l', '--listen'],
      port: ['-p', '--port'],
      notation: 'url',
      bare: 'port',
      valued: ['-c', '--config', '--ssl-cert', '--ssl-key', '--ssl-pass'],
      switches: ['-s', '--single', '-d', '--debug', '-C', '--cors', '-S', '--symlinks', '-L', '-n', '-u'],
      environment: { port: ['PORT'] },
      picksNextPort: true,
      failure: {
        exit: undefined,
        silent: true,
        how: 'serve takes a random port without a word, even with --no-port-switching',
      },
    },
  ],
  environment: { port: ['PORT'] },
  evidence: { measured: 'serve 14.2.7' },
} satisfies Framework;
