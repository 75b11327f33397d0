import type { Framework } from '../../framework.ts';

export default {
  name: 'smtpd',
  docs: 'https://docs.python.org/3.11/library/smtpd.html',
  defaults: {},
  calls: [
    {
      entry: 'smtpd.SMTPServer((host, port), remoteaddr)',
      call: ['smtpd.SMTPServer', 'smtpd.DebuggingServer', 'smtpd.PureProxy'],
      host: { arg: 0, keyword: 'localaddr', item: 0 },
      port: { arg: 0, keyword: 'localaddr', item: 1 },
      required: ['host', 'port'],
      blocks: false,
      failure: [{ raises: 'OSError', exit: 1, thread: 'traceback' }],
    },
  ],
  commands: [
    {
      entry: 'python -m smtpd [ADDR:PORT]',
      program: 'smtpd',
      positional: { index: 0, holds: 'address' },
      switches: ['-n', '--nosetuid', '-d', '--debug', '-u', '--smtputf8'],
      valued: ['-c', '--class', '-s', '--size'],
      defaults: { host: 'localhost', port: 8025 },
      failure: { exit: 1, silent: false, how: 'smtpd prints a traceback and exits with status 1' },
    },
  ],
  evidence: { measured: 'CPython 3.11.2, the last one that has it' },
} satisfies Framework;
