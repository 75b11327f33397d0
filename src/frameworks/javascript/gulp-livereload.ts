import type { Framework } from '../../framework.ts';

export default {
  name: 'gulp-livereload',
  docs: 'https://github.com/vohof/gulp-livereload#livereloadlistenoptions',
  defaults: { host: '::', port: 35729 },
  calls: [
    {
      call: 'gulp-livereload.listen',
      host: { arg: 0, item: 'host' },
      port: [{ arg: 0, item: 'port' }, { arg: 0 }],
      noneIsDefault: true,
      development: true,
      debug: { means: 'reload' },
      blocks: false,
      failure: [{ raises: 'nothing', exit: 0 }],
      entry: 'livereload.listen({ port, host })',
    },
  ],
  evidence: { measured: 'gulp-livereload 4.0.2' },
} satisfies Framework;
