import type { Framework } from '../../framework.ts';

export default {
  name: 'smtp-server',
  docs: 'https://nodemailer.com/extras/smtp-server',
  defaults: { host: '::' },
  calls: [
    {
      call: 'smtp-server.SMTPServer().listen',
      host: [{ arg: 0, item: 'host' }, { arg: 1 }],
      port: [{ arg: 0, item: 'port' }, { arg: 0 }],
      required: ['port'],
      noneIsDefault: 'host',
      blocks: false,
      failure: [{ raises: 'EADDRINUSE', shows: 'event', exit: 1 }],
      entry: 'new SMTPServer(options).listen(port[, host][, callback])',
    },
  ],
  evidence: { measured: 'smtp-server 3.21.6' },
} satisfies Framework;
