import type { Framework } from '../../framework.ts';

export default {
  name: 'MkDocs',
  docs: 'https://www.mkdocs.org/user-guide/cli/#mkdocs-serve',
  defaults: { host: '127.0.0.1', port: 8000 },
  commands: [
    {
      entry: 'mkdocs serve',
      program: 'mkdocs',
      words: ['serve'],
      address: ['-a', '--dev-addr'],
      bare: 'host',
      valued: ['-f', '--config-file'],
      settings: { flags: ['-f', '--config-file'], files: ['mkdocs.yml', 'mkdocs.yaml'], address: ['dev_addr'] },
      debug: { flags: [], means: 'reload' },
      failure: { exit: 1, silent: false, how: 'mkdocs prints a traceback and exits with status 1' },
    },
  ],
  evidence: { measured: 'mkdocs 1.6.1 and 1.4.2' },
} satisfies Framework;
