import type { Framework } from '../../framework.ts';

export default {
  name: 'live-server',
  docs: 'https://github.com/tapio/live-server#usage-from-command-line',
  defaults: { host: '0.0.0.0', port: 8080 },
  calls: [
    {
      entry: 'liveServer.start({ port, host })',
      call: 'live-server.start',
      host: { arg: 0, item: 'host' },
      port: { arg: 0, item: 'port' },
      noneIsDefault: true,
      development: true,
      blocks: false,
      announces: true,
      picksNextPort: true,
    },
  ],
  commands: [
    {
      entry: 'live-server [FOLDER]',
      program: 'live-server',
      host: ['--host'],
      port: ['--port'],
      attached: ['--host', '--port'],
      switches: ['--no-browser', '--quiet', '-q', '--cors', '--spa', '-V', '--verbose'],
      environment: { port: ['PORT'] },
      settings: { files: ['.live-server.json'], host: ['host'], port: ['port'] },
      debug: { flags: [], means: 'reload' },
      picksNextPort: true,
      failure: { exit: undefined, silent: true, how: 'live-server takes a random port, even where one was given' },
    },
  ],
  environment: { port: ['PORT'] },
  evidence: { measured: 'live-server 1.2.2' },
} satisfies Framework;
