import type { Framework } from '../../framework.ts';

export default {
  name: 'TensorBoard',
  docs: 'https://github.com/tensorflow/tensorboard#usage',
  defaults: { host: 'localhost', port: 6006 },
  commands: [
    {
      entry: 'tensorboard --logdir DIR',
      program: ['tensorboard', 'tensorboard.main'],
      host: ['--host'],
      port: ['--port'],
      unless: ['--inspect'],
      defaultsWith: [{ flag: '--bind_all', host: '' }],
      picksNextPort: true,
      failure: {
        exit: 255,
        silent: false,
        how: 'tensorboard exits with status 255 where the port was given, and takes the next one where it was not',
      },
    },
  ],
  evidence: { source: 'tensorboard 2.21, program.py and plugins/core/core_plugin.py' },
} satisfies Framework;
