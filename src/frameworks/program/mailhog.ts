import type { Framework } from '../../framework.ts';

export default {
  name: 'Mail catchers',
  docs: 'https://mailpit.axllent.org/docs/install/docker/',
  defaults: { host: '', port: 1025 },
  evidence: { source: 'the documentation of each' },
  sensitive: { what: 'a mail catcher', mild: true, access: 'open' },
  images: [
    {
      names: ['mailhog/mailhog', 'axllent/mailpit', 'jcalonso/mailhog', 'cd2team/mailhog'],
      listens: [{ port: 1025 }, { port: 8025 }],
      may: [1110],
    },
    { names: ['maildev/maildev', 'djfarrelly/maildev'], listens: [], may: [25, 80, 1025, 1080] },
    {
      names: ['schickling/mailcatcher', 'sj26/mailcatcher', 'dockage/mailcatcher'],
      listens: [],
      may: [25, 80, 1025, 1080],
    },
  ],
} satisfies Framework;
