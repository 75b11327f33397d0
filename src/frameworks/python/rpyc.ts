import type { Framework } from '../../framework.ts';

export default {
  name: 'RPyC',
  docs: 'https://rpyc.readthedocs.io/en/latest/api/utils_server.html',
  defaults: { host: '0.0.0.0', port: 0 },
  calls: [
    {
      entry: 'rpyc.utils.server.ThreadedServer(service, port=0).start()',
      call: [
        'rpyc.utils.server.ThreadedServer',
        'rpyc.utils.server.ThreadPoolServer',
        'rpyc.utils.server.OneShotServer',
        'rpyc.utils.server.ForkingServer',
        'rpyc.utils.server.GeventServer',
        'rpyc.ThreadedServer',
        'rpyc.ThreadPoolServer',
        'rpyc.OneShotServer',
        'rpyc.ForkingServer',
      ],
      host: { arg: 1, keyword: 'hostname' },
      port: { arg: 3, keyword: 'port' },
      unless: { keyword: 'socket_path' },
      defaultsWith: [{ where: { arg: 2, keyword: 'ipv6' }, values: ['true'], host: '::' }],
      blocks: false,
      guarded: 'it has no authentication of its own, and a classic service runs whatever code it is sent',
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  commands: [
    {
      entry: 'rpyc_classic',
      program: ['rpyc_classic', 'rpyc_classic.py'],
      host: ['--host'],
      port: ['-p', '--port'],
      defaults: { host: '127.0.0.1', port: 18812 },
      defaultsWith: [{ flag: '--ipv6', host: '::1' }],
      guarded: 'it has no authentication of its own, and a classic service runs whatever code it is sent',
      failure: { exit: 1, silent: false, how: 'rpyc_classic prints a traceback and exits with status 1' },
    },
  ],
  evidence: { measured: 'rpyc 5.3.0' },
  advice: 'the constructor binds: catch OSError around it',
} satisfies Framework;
