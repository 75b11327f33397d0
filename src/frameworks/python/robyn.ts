import type { Framework } from '../../framework.ts';

export default {
  name: 'Robyn',
  docs: 'https://robyn.tech/documentation/en/api_reference/getting_started',
  defaults: { host: '127.0.0.1', port: 8080 },
  calls: [
    {
      entry: "app.start(host='127.0.0.1', port=8080)",
      call: 'robyn.Robyn().start',
      host: { arg: 0, keyword: 'host' },
      port: { arg: 1, keyword: 'port' },
      environment: { host: ['ROBYN_HOST'], port: ['ROBYN_PORT'] },
      blocks: true,
      failure: [{ raises: 'nothing', exit: undefined, thread: 'silent' }],
    },
  ],
  environment: { host: ['ROBYN_HOST'], port: ['ROBYN_PORT'] },
  evidence: { source: 'robyn 0.65.0, __init__.py and src/shared_socket.rs' },
  advice: 'on a taken port it asks for another one, for ever where there is no terminal; test the port before',
} satisfies Framework;
