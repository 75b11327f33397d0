import type { Framework } from '../../framework.ts';

export default {
  name: 'aiosmtpd',
  docs: 'https://aiosmtpd.aio-libs.org/en/latest/controller.html',
  defaults: { host: '::1', port: 8025 },
  familiesApart: true,
  calls: [
    {
      entry: 'aiosmtpd.controller.Controller(handler).start()',
      call: ['aiosmtpd.controller.Controller', 'aiosmtpd.controller.UnthreadedController'],
      host: { arg: 1, keyword: 'hostname' },
      port: { arg: 2, keyword: 'port' },
      startedBy: ['aiosmtpd.controller.Controller().start', 'aiosmtpd.controller.UnthreadedController().begin'],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  commands: [
    {
      entry: 'python -m aiosmtpd -n',
      program: 'aiosmtpd',
      address: ['-l', '--listen'],
      bare: 'host',
      defaults: { host: 'localhost' },
      failure: { exit: 1, silent: false, how: 'aiosmtpd prints a traceback and exits with status 1' },
    },
  ],
  evidence: { measured: 'aiosmtpd 1.4.3' },
  advice: 'start() raises OSError only after five seconds',
} satisfies Framework;
