import type { Framework } from '../../framework.ts';

export default {
  name: 'micro',
  docs: 'https://github.com/vercel/micro#command-line',
  defaults: { host: '::', port: 3000 },
  commands: [
    {
      entry: 'micro [-l tcp://HOST:PORT] FILE',
      program: 'micro',
      address: ['-l', '--listen'],
      notation: 'url',
      bare: 'port',
      // It takes the host and the port of the URL for two places to listen, and the host for the path of a socket.
      hostMeans: { host: '::' },
      failure: { exit: 1, silent: false, how: 'micro prints the error and exits with status 1' },
    },
  ],
  evidence: { measured: 'micro 10.0.1' },
} satisfies Framework;
