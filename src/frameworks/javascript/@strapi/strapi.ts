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
    },
    {
      entry: 'strapi develop',
      program: ['strapi', '@strapi/strapi'],
      words: ['develop'],
      settings: { host: ['host'], port: ['port'] },
      required: ['host', 'port'],
      debug: { flags: [], means: 'reload' },
    },
  ],
  evidence: {
    source: 'docs.strapi.io, server configuration: localhost:1337, and HOST or 0.0.0.0 in what its generator writes',
  },
} satisfies Framework;
