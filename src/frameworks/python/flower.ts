import type { Framework } from '../../framework.ts';

export default {
  name: 'Flower',
  docs: 'https://flower.readthedocs.io/en/latest/config.html',
  defaults: { host: '', port: 5555 },
  commands: [
    {
      entry: 'celery -A APP flower',
      program: 'celery',
      words: ['flower'],
      host: ['--address'],
      port: ['--port'],
      unless: ['--unix-socket', '--unix_socket'],
      valued: ['-A', '--app', '-b', '--broker', '--workdir', '--result-backend'],
      environment: { host: ['FLOWER_ADDRESS'], port: ['FLOWER_PORT'] },
      settings: { flags: ['--conf'], files: ['flowerconfig.py'], host: ['address'], port: ['port'] },
      guarded: 'it is an admin page that asks for no password unless it is told to',
      failure: { exit: 1, silent: false, how: 'flower prints a traceback and exits with status 1' },
    },
    {
      entry: 'flower',
      program: 'flower',
      host: ['--address'],
      port: ['--port'],
      unless: ['--unix-socket', '--unix_socket'],
      environment: { host: ['FLOWER_ADDRESS'], port: ['FLOWER_PORT'] },
      settings: { flags: ['--conf'], files: ['flowerconfig.py'], host: ['address'], port: ['port'] },
      guarded: 'it is an admin page that asks for no password unless it is told to',
      failure: { exit: 1, silent: false, how: 'flower prints a traceback and exits with status 1' },
    },
  ],
  environment: { host: ['FLOWER_ADDRESS'], port: ['FLOWER_PORT'] },
  evidence: { measured: 'flower 2.0.1 on tornado 6.2' },
  images: [
    {
      names: ['mher/flower'],
      listens: [{ port: 5555, variables: ['FLOWER_PORT'] }],
      settings: /flowerconfig\.py$/,
      starts: /\bflower\b/,
    },
  ],
} satisfies Framework;
