import type { Framework } from '../../framework.ts';

const switches = ['--dev', '--prod', '--staging', '--verbose', '--silent'];

export default {
  name: 'Sails',
  docs: 'https://sailsjs.com/documentation/reference/command-line-interface/sails-lift',
  defaults: { host: '::', port: 1337 },
  calls: [
    {
      entry: 'sails.lift({ port, explicitHost })',
      call: ['sails.lift', 'sails.Sails().lift', 'sails().lift'],
      host: { arg: 0, item: 'explicitHost' },
      port: { arg: 0, item: 'port' },
      environment: { port: ['PORT'] },
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'exit', exit: 1 }],
    },
  ],
  commands: [
    {
      entry: 'sails lift',
      program: 'sails',
      words: ['lift'],
      host: ['--explicitHost'],
      port: ['--port'],
      unless: ['--prod'],
      switches,
      environment: { port: ['PORT'] },
      settings: {
        files: ['config/local.js', 'config/env/development.js'],
        onlyAsked: true,
        known: /(?:^|\/)config\/env\/\w+\.js$/,
        host: ['explicitHost'],
        port: ['port'],
      },
      failure: { exit: 1, silent: false, how: 'sails prints the error and exits with status 1' },
    },
    {
      entry: 'sails lift --prod',
      source: 'sails 1.5.18, lib/hooks/moduleloader/index.js: the file of its stage is laid over the others',
      program: 'sails',
      words: ['lift'],
      only: { flags: ['--prod'] },
      host: ['--explicitHost'],
      port: ['--port'],
      switches,
      environment: { port: ['PORT'] },
      settings: {
        files: ['config/env/production.js'],
        onlyAsked: true,
        host: ['explicitHost'],
        port: ['port'],
      },
      failure: { exit: 1, silent: false, how: 'sails prints the error and exits with status 1' },
    },
  ],
  environment: { port: ['PORT'] },
  evidence: { measured: 'sails 1.5.18' },
} satisfies Framework;
