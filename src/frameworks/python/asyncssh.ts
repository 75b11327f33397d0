import type { Framework } from '../../framework.ts';

export default {
  name: 'AsyncSSH',
  docs: 'https://asyncssh.readthedocs.io/en/latest/api.html#asyncssh.listen',
  defaults: { host: '', port: 22 },
  calls: [
    {
      entry: "await asyncssh.listen(host='', port=...)",
      call: 'asyncssh.listen',
      host: { arg: 0, keyword: 'host' },
      port: { arg: 1, keyword: 'port' },
      unless: { keyword: 'sock' },
      blocks: false,
      coroutine: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
    {
      entry: 'await asyncssh.create_server(server_factory, host, port)',
      call: 'asyncssh.create_server',
      host: { arg: 1, keyword: 'host' },
      port: { arg: 2, keyword: 'port' },
      unless: { keyword: 'sock' },
      blocks: false,
      coroutine: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  evidence: { measured: 'asyncssh 2.10.1' },
} satisfies Framework;
