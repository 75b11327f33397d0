import type { Framework } from '../../framework.ts';

export default {
  name: 'Hypercorn',
  docs: 'https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html',
  defaults: { host: '127.0.0.1', port: 8000 },
  calls: [
    {
      entry: 'await hypercorn.asyncio.serve(app, config)',
      call: ['hypercorn.asyncio.serve', 'hypercorn.trio.serve'],
      address: { arg: 1, keyword: 'config', attribute: 'bind' },
      bare: 'host',
      elsewhere: {
        host: ['from_toml', 'from_mapping', 'from_pyfile', 'from_object'],
        port: ['from_toml', 'from_mapping', 'from_pyfile', 'from_object'],
      },
      blocks: true,
      coroutine: true,
      announces: true,
      failure: [{ raises: 'OSError', exit: 1, thread: 'impossible' }],
    },
    {
      entry: 'hypercorn.run.run(config)',
      call: 'hypercorn.run.run',
      address: { arg: 0, keyword: 'config', attribute: 'bind' },
      bare: 'host',
      elsewhere: {
        host: ['from_toml', 'from_mapping', 'from_pyfile', 'from_object'],
        port: ['from_toml', 'from_mapping', 'from_pyfile', 'from_object'],
      },
      blocks: true,
      announces: true,
      failure: [
        { raises: 'OSError', exit: 1, thread: 'traceback', when: { package: 'hypercorn', range: '>=0.18' } },
        { raises: 'OSError', exit: 1, thread: 'impossible' },
      ],
    },
  ],
  commands: [
    {
      entry: 'hypercorn MODULE:APP',
      program: 'hypercorn',
      address: ['-b', '--bind', '--insecure-bind'],
      bare: 'host',
      settings: {
        flags: ['-c', '--config'],
        known: /(?:^|\/)[\w.-]*hypercorn[\w.-]*\.(?:toml|py)$/,
        address: ['bind'],
      },
      debug: { flags: ['--reload'], means: 'reload' },
      failure: { exit: 1, silent: false, how: 'hypercorn prints a traceback and exits with status 1' },
    },
  ],
  evidence: { measured: 'hypercorn 0.18.0 and 0.13.2' },
  advice: 'in a thread, pass shutdown_trigger= to hypercorn.asyncio.serve and report its OSError from there',
} satisfies Framework;
