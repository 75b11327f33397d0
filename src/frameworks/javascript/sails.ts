import type { Framework } from '../../framework.ts';

export default {
  name: 'Sails',
  docs: 'https://sailsjs.com/documentation/reference/command-line-interface/sails-lift',
  defaults: { host: '::', port: 1337 },
  commands: [
    {
      entry: 'sails lift',
      program: 'sails',
      words: ['lift'],
      host: ['--explicitHost'],
      port: ['--port'],
      switches: ['--dev', '--prod', '--staging', '--verbose', '--silent'],
      environment: { port: ['PORT'] },
      failure: { exit: 1, silent: false, how: 'sails prints the error and exits with status 1' },
    },
  ],
  environment: { port: ['PORT'] },
  evidence: { source: 'measured by hand with sails 1.5.18' },
} satisfies Framework;
