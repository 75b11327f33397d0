import type { Framework } from '../../framework.ts';

export default {
  name: 'rackup',
  docs: 'https://github.com/rack/rackup',
  defaults: { host: 'localhost', port: 9292 },
  commands: [
    {
      entry: 'rackup [-o HOST] [-p PORT]',
      program: 'rackup',
      development: true,
      host: ['-o', '--host'],
      port: ['-p', '--port'],
      valued: ['-E', '--env', '-s', '--server', '-I', '-r', '-O'],
      hostWith: {
        flags: ['-E', '--env'],
        variables: ['RACK_ENV'],
        values: { production: '0.0.0.0', staging: '0.0.0.0', test: '0.0.0.0' },
      },
      failure: { exit: 1, silent: false, how: 'rackup raises an exception and exits with status 1' },
    },
  ],
  evidence: {
    measured: 'rack 2.2.22: 127.0.0.1 and [::1] unless RACK_ENV is another than development; PORT is not read',
  },
} satisfies Framework;
