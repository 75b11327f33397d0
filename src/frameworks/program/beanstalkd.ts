import type { Framework } from '../../framework.ts';

export default {
  name: 'beanstalkd',
  docs: 'https://github.com/beanstalkd/beanstalkd/blob/master/doc/beanstalkd.ronn',
  defaults: { host: '0.0.0.0', port: 11300 },
  commands: [
    {
      entry: 'beanstalkd [-l ADDR] [-p PORT]',
      program: 'beanstalkd',
      host: ['-l'],
      port: ['-p'],
      valued: ['-b', '-f', '-s', '-u', '-z'],
      failure: {
        exit: 111,
        silent: false,
        how: 'beanstalkd says that the address is in use and exits with status 111',
      },
    },
  ],
  evidence: { measured: 'beanstalkd 1.12' },
  sensitive: { what: 'a message queue', access: 'open' },
  images: [{ names: ['schickling/beanstalkd'], program: 'beanstalkd', listens: [{ port: 11300 }] }],
} satisfies Framework;
