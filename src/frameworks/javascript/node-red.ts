import type { Framework } from '../../framework.ts';

export default {
  name: 'Node-RED',
  docs: 'https://nodered.org/docs/user-guide/runtime/configuration',
  defaults: { host: '0.0.0.0', port: 1880 },
  commands: [
    {
      entry: 'node-red',
      program: 'node-red',
      port: ['-p', '--port'],
      valued: ['-s', '--settings', '-u', '--userDir', '-t', '--title', '-D', '--define'],
      switches: ['-v', '--verbose', '--safe'],
      environment: { port: ['PORT'] },
      guarded: 'whoever reaches its editor runs code on the machine',
      settings: { flags: ['-s', '--settings'], host: ['uiHost'], port: ['uiPort'] },
      failure: { exit: 1, silent: false, how: 'node-red says that the port is in use and exits with status 1' },
    },
  ],
  environment: { port: ['PORT'] },
  evidence: { measured: 'Node-RED 5.0.7 on Node 24.21.0' },
} satisfies Framework;
