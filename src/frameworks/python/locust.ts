import type { Framework } from '../../framework.ts';

export default {
  name: 'Locust',
  docs: 'https://docs.locust.io/en/stable/configuration.html',
  defaults: { host: '::', port: 8089 },
  commands: [
    {
      entry: 'locust -f FILE',
      program: 'locust',
      host: ['--web-host'],
      port: ['-P', '--web-port'],
      unless: ['--headless', '--worker', '--no-web'],
      environment: { host: ['LOCUST_WEB_HOST'], port: ['LOCUST_WEB_PORT'] },
      settings: {
        flags: ['--config'],
        files: ['locust.conf', '.locust.conf'],
        host: ['web-host'],
        port: ['web-port'],
      },
      failure: { exit: 2, silent: false, how: 'locust prints a traceback and exits with status 2' },
    },
    {
      entry: 'locust -f FILE --master',
      program: 'locust',
      host: ['--master-bind-host'],
      port: ['--master-bind-port'],
      only: { flags: ['--master'] },
      environment: { host: ['LOCUST_MASTER_BIND_HOST'], port: ['LOCUST_MASTER_BIND_PORT'] },
      defaults: { host: '0.0.0.0', port: 5557 },
      failure: { exit: 1, silent: false, how: 'locust logs one line and exits with status 1' },
    },
  ],
  environment: {
    host: ['LOCUST_WEB_HOST', 'LOCUST_MASTER_BIND_HOST'],
    port: ['LOCUST_WEB_PORT', 'LOCUST_MASTER_BIND_PORT'],
  },
  evidence: { measured: 'locust 2.12.1' },
} satisfies Framework;
