import type { Framework } from '../../framework.ts';

export default {
  name: 'pydoc',
  docs: 'https://docs.python.org/3/library/pydoc.html',
  defaults: { host: 'localhost' },
  commands: [
    {
      entry: 'python -m pydoc -p PORT',
      program: ['pydoc', 'pydoc3'],
      host: ['-n'],
      port: ['-p'],
      only: { flags: ['-p', '-b'] },
      development: true,
      defaults: { port: 0 },
      failure: { exit: 0, silent: true, how: 'pydoc prints one line and exits with status 0' },
    },
  ],
  evidence: { measured: 'CPython 3.11.2' },
} satisfies Framework;
