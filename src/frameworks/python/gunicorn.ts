import type { Framework } from '../../framework.ts';

export default {
  name: 'Gunicorn',
  docs: 'https://docs.gunicorn.org/en/stable/settings.html#bind',
  defaults: { host: '127.0.0.1', port: 8000 },
  calls: [
    {
      entry: 'gunicorn.app.base.BaseApplication subclass .run()',
      call: [
        'gunicorn.app.base.BaseApplication().run',
        'gunicorn.app.base.Application().run',
        'gunicorn.app.wsgiapp.WSGIApplication().run',
      ],
      address: [
        { of: 'constructor', keyword: 'options', item: 'bind' },
        { of: 'constructor', arg: 1, item: 'bind' },
      ],
      bare: 'host',
      elsewhere: {
        host: ['bind', 'options', 'sys.argv'],
        port: ['bind', 'options', 'sys.argv'],
      },
      blocks: true,
      announces: true,
      failure: [{ raises: 'SystemExit', exit: 1, thread: 'impossible' }],
    },
    {
      entry: "self.cfg.set('bind', ...) in load_config",
      call: [
        'gunicorn.app.base.BaseApplication().cfg.set',
        'gunicorn.app.base.Application().cfg.set',
        'gunicorn.app.wsgiapp.WSGIApplication().cfg.set',
      ],
      address: { arg: 1 },
      bare: 'host',
      only: { where: { arg: 0 }, values: ['bind'], absent: false, seen: true },
      onlyWritten: true,
      blocks: false,
      announces: true,
      source: 'https://docs.gunicorn.org/en/stable/custom.html',
    },
  ],
  commands: [
    {
      entry: 'gunicorn MODULE:APP',
      program: 'gunicorn',
      address: ['-b', '--bind'],
      bare: 'host',
      environment: { port: ['PORT'], arguments: ['GUNICORN_CMD_ARGS'] },
      environmentHost: '0.0.0.0',
      settings: {
        flags: ['-c', '--config', '--paste', '--paster'],
        files: ['gunicorn.conf.py'],
        known: /(?:^|\/)[\w.-]*gunicorn[\w.-]*\.py$/,
        address: ['bind'],
      },
      debug: { flags: ['--reload'], means: 'reload' },
      failure: {
        exit: 1,
        silent: false,
        how: 'gunicorn tries five times, one second apart, and exits with status 1',
      },
    },
  ],
  environment: { port: ['PORT'], arguments: ['GUNICORN_CMD_ARGS'] },
  evidence: { measured: 'gunicorn 26.1.0 and 20.1.0' },
} satisfies Framework;
