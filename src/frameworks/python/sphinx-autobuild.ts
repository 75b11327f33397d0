import type { Framework } from '../../framework.ts';

export default {
  name: 'sphinx-autobuild',
  docs: 'https://github.com/sphinx-doc/sphinx-autobuild#command-line-options',
  defaults: { host: '127.0.0.1', port: 8000 },
  commands: [
    {
      entry: 'sphinx-autobuild SRC OUT',
      program: ['sphinx-autobuild', 'sphinx_autobuild'],
      host: ['--host'],
      port: ['--port'],
      debug: { flags: [], means: 'reload' },
      failure: { exit: 1, silent: false, how: 'sphinx-autobuild prints a traceback and exits with status 1' },
    },
  ],
  evidence: { measured: 'sphinx-autobuild 2021.3.14' },
} satisfies Framework;
