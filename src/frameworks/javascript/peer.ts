import type { Framework } from '../../framework.ts';

export default {
  name: 'PeerServer',
  docs: 'https://github.com/peers/peerjs-server#config--cli-options',
  defaults: { host: '::', port: 9000 },
  calls: [
    {
      call: 'peer.PeerServer',
      host: { arg: 0, item: 'host' },
      port: { arg: 0, item: 'port' },
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'exit', exit: 1 }],
      entry: 'PeerServer({ port, host, path })',
    },
  ],
  evidence: { measured: 'peer 1.0.2' },
} satisfies Framework;
