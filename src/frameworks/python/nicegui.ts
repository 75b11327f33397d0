import type { Framework } from '../../framework.ts';

export default {
  name: 'NiceGUI',
  docs: 'https://nicegui.io/documentation/run',
  defaults: { host: '0.0.0.0', port: 8080 },
  calls: [
    {
      entry: 'ui.run(host=None, port=None)',
      call: ['nicegui.ui.run', 'nicegui.ui_run.run'],
      host: { keyword: 'host' },
      port: { keyword: 'port' },
      defaultsWith: [{ where: { keyword: 'native' }, values: ['true'], host: '127.0.0.1' }],
      blocks: true,
      announces: true,
      debug: { where: { keyword: 'reload' }, means: 'reload' },
      failure: [
        { raises: 'SystemExit', exit: 3, thread: 'silent', when: { package: 'uvicorn', range: '>=0.50' } },
        { raises: 'SystemExit', exit: 1, thread: 'silent' },
      ],
    },
  ],
  evidence: { source: 'nicegui 3.15.0, ui_run.py and server.py' },
} satisfies Framework;
