import type { Framework } from '../../../framework.ts';

/** Its config/server.js says where it listens, with a function that only Strapi gives it. */
export default {
  name: 'Strapi',
  docs: 'https://docs.strapi.io/cms/configurations/server',
  defaults: {},
  commands: [
    {
      entry: 'strapi start',
      program: ['strapi', '@strapi/strapi'],
      words: ['start'],
      settings: { host: ['host'], port: ['port'] },
      required: ['host', 'port'],
      failure: { exit: 1, silent: false, how: 'strapi says that the port is in use and exits with status 1' },
    },
    {
      entry: 'strapi develop',
      source: '@strapi/strapi 5.54.0, dist/src/node/develop.js: it starts the server of strapi start',
      program: ['strapi', '@strapi/strapi'],
      words: ['develop'],
      settings: { host: ['host'], port: ['port'] },
      required: ['host', 'port'],
      debug: { flags: [], means: 'reload' },
    },
  ],
  evidence: {
    measured: 'Strapi 5.54.0, started: what config/server.js says; its generator writes HOST or 0.0.0.0, and 1337',
  },
} satisfies Framework;
