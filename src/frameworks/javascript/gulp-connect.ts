import type { Framework } from '../../framework.ts';

export default {
  name: 'gulp-connect',
  docs: 'https://github.com/AveVlad/gulp-connect#optionshost',
  defaults: { host: 'localhost', port: 8080 },
  calls: [
    {
      call: 'gulp-connect.server',
      host: { arg: 0, item: 'host' },
      port: { arg: 0, item: 'port' },
      noneIsDefault: true,
      development: true,
      blocks: false,
      announces: true,
      failure: [{ raises: 'exit', exit: 1 }],
      entry: 'connect.server({ port, host })',
    },
  ],
  evidence: { measured: 'gulp-connect 5.7.0' },
} satisfies Framework;
