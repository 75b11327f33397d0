import type { Framework } from '../../../framework.ts';

/** Deno's standard library before Deno.serve took its place. */
export default {
  name: 'the standard library of Deno',
  docs: 'https://deno.land/std@0.224.0/http/server.ts',
  defaults: { host: '0.0.0.0', port: 8000 },
  calls: [
    {
      entry: 'serve(handler, { port, hostname })',
      call: '@std/http/server.serve',
      host: [
        { arg: 1, item: 'hostname' },
        { arg: 0, item: 'hostname' },
      ],
      port: [
        { arg: 1, item: 'port' },
        { arg: 0, item: 'port' },
      ],
      noneIsDefault: true,
      blocks: true,
      announces: true,
      failure: [{ raises: 'AddrInUse', shows: 'rejection', exit: 1 }],
    },
    {
      entry: 'listenAndServe(address, handler)',
      call: '@std/http/server.listenAndServe',
      address: { arg: 0 },
      host: { arg: 0, item: 'hostname' },
      port: { arg: 0, item: 'port' },
      noneIsDefault: true,
      blocks: true,
      failure: [{ raises: 'AddrInUse', shows: 'rejection', exit: 1 }],
    },
  ],
  evidence: { source: 'std 0.224.0, http/server.ts; std 0.110.0, http/server.ts' },
} satisfies Framework;
