import type { Framework } from '../../framework.ts';

const onTakenPort = {
  failure: {
    exit: 0,
    silent: true,
    how: 'docusaurus asks for another port on a terminal, and exits with status 0 elsewhere',
  },
} as const;

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
      ...onTakenPort,
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
      ...onTakenPort,
    },
  ],
  environment: { port: ['PORT'] },
  evidence: { measured: 'Docusaurus 3.10.2' },
} satisfies Framework;
