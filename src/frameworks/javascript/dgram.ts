import type { Framework } from '../../framework.ts';

export default {
  name: 'node:dgram',
  docs: 'https://nodejs.org/api/dgram.html#socketbindport-address-callback',
  defaults: { host: '0.0.0.0' },
  calls: [
    {
      call: ['dgram.createSocket().bind', 'dgram.Socket().bind'],
      host: [{ arg: 0, item: 'address' }, { arg: 1 }],
      port: [{ arg: 0, item: 'port' }, { arg: 0 }],
      ignores: {
        host: [
          { arg: 0, item: 'host' },
          { arg: 0, item: 'hostname' },
        ],
      },
      unless: { arg: 0, item: 'fd' },
      defaultsWith: [
        { where: { of: 'constructor', arg: 0 }, values: ['udp6'], host: '::' },
        { where: { of: 'constructor', arg: 0, item: 'type' }, values: ['udp6'], host: '::' },
      ],
      required: ['port'],
      noneIsDefault: 'host',
      protocol: 'udp',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', exit: 1, callbackHides: 24 }],
      entry: 'dgram.createSocket(type).bind(port[, address][, callback])',
    },
  ],
  evidence: { measured: 'Node 20.20.2, 22.23.3, 24.21.0; before 24 a callback swallows the error' },
} satisfies Framework;
