import type { Framework } from '../../framework.ts';

export default {
  name: 'Docusaurus',
  docs: 'https://docusaurus.io/docs/cli#docusaurus-start-sitedir',
  defaults: { host: 'localhost', port: 3000 },
  commands: [
    {
      entry: 'docusaurus start',
      program: 'docusaurus',
      words: ['start'],
      host: ['-h', '--host'],
      port: ['-p', '--port'],
      optional: ['--poll'],
      valued: ['-l', '--locale', '--config'],
      switches: ['--hot-only', '--minify'],
      environment: { port: ['PORT'] },
      debug: { flags: [], means: 'reload' },
    },
    {
      entry: 'docusaurus serve',
      program: 'docusaurus',
      words: ['serve'],
      host: ['-h', '--host'],
      port: ['-p', '--port'],
      valued: ['--dir', '--config'],
      switches: ['--build'],
      environment: { port: ['PORT'] },
      development: true,
    },
  ],
  environment: { port: ['PORT'] },
  evidence: { source: 'docusaurus, packages/docusaurus/src/server/getHostPort.ts' },
} satisfies Framework;
