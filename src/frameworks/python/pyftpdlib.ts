import type { Framework } from '../../framework.ts';

export default {
  name: 'pyftpdlib',
  docs: 'https://pyftpdlib.readthedocs.io/en/latest/api.html#pyftpdlib.servers.FTPServer',
  defaults: {},
  calls: [
    {
      entry: 'FTPServer((host, port), handler).serve_forever()',
      call: [
        'pyftpdlib.servers.FTPServer',
        'pyftpdlib.servers.ThreadedFTPServer',
        'pyftpdlib.servers.MultiprocessFTPServer',
      ],
      host: { arg: 0, keyword: 'address_or_socket', item: 0 },
      port: { arg: 0, keyword: 'address_or_socket', item: 1 },
      required: ['host', 'port'],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  commands: [
    {
      entry: 'python -m pyftpdlib',
      program: 'pyftpdlib',
      host: ['-i', '--interface'],
      port: ['-p', '--port'],
      defaults: { host: '0.0.0.0', port: 2121 },
      failure: { exit: 1, silent: false, how: 'pyftpdlib prints a traceback and exits with status 1' },
    },
  ],
  evidence: { measured: 'pyftpdlib 1.5.7' },
  advice: 'its OSError has no errno of its own: args[0] is the one that has',
} satisfies Framework;
