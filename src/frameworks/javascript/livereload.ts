import type { Framework } from '../../framework.ts';

/** Before version 0.10 it listens on all interfaces and takes no host, since then on localhost. */
export default {
  name: 'livereload for Node',
  docs: 'https://github.com/napcs/node-livereload#server-api',
  defaults: { port: 35729 },
  calls: [
    {
      entry: 'livereload.createServer({ port, host })',
      call: 'livereload.createServer',
      host: { arg: 0, item: 'host' },
      port: { arg: 0, item: 'port' },
      unless: [
        { arg: 0, item: 'noListen' },
        { arg: 0, item: 'server' },
      ],
      noneIsDefault: true,
      development: true,
      debug: { means: 'reload' },
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', emits: 'result', exit: 1 }],
    },
  ],
  evidence: { source: 'measured by hand with livereload 0.9.3 and 0.10.3' },
} satisfies Framework;
