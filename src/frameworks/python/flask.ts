import type { EarlierSwitch, Framework } from '../../framework.ts';

/** https://flask.palletsprojects.com/en/stable/changes/#version-2-3-0 */
const development: EarlierSwitch = {
  variable: 'FLASK_ENV',
  value: 'development',
  when: { package: 'flask', range: '<2.3' },
};

export default {
  name: 'Flask',
  docs: 'https://flask.palletsprojects.com/en/stable/api/#flask.Flask.run',
  defaults: { host: '127.0.0.1', port: 5000 },
  calls: [
    {
      entry: 'app.run(host=None, port=None)',
      call: [
        'flask.Flask().run',
        'flask.app.Flask().run',
        // Classes of other packages that are derived from it and keep its `run`.
        'apiflask.APIFlask().run',
        'flask_api.FlaskAPI().run',
        'flask_openapi3.OpenAPI().run',
      ],
      host: { arg: 0, keyword: 'host' },
      port: { arg: 1, keyword: 'port' },
      noneIsDefault: true,
      configured: { key: 'SERVER_NAME', gives: ['host', 'port'] },
      elsewhere: { host: ['SERVER_NAME'], port: ['SERVER_NAME'] },
      blocks: true,
      announces: true,
      debug: {
        where: { arg: 2, keyword: 'debug' },
        means: 'debugger',
        application: {
          attribute: 'debug',
          key: 'DEBUG',
          variable: 'FLASK_DEBUG',
          files: ['.flaskenv'],
          earlier: development,
        },
      },
      failure: [
        {
          raises: 'SystemExit',
          exit: 1,
          thread: 'silent',
          when: {
            package: 'werkzeug',
            range: '>=2.1',
            requiredBy: { package: 'flask', never: '<2.0', perhaps: '<2.1' },
          },
        },
        { raises: 'OSError', exit: 1, thread: 'traceback' },
      ],
    },
  ],
  commands: [
    {
      entry: 'flask run',
      program: 'flask',
      words: ['run'],
      host: ['-h', '--host'],
      port: ['-p', '--port'],
      valued: ['--app', '-A', '-e', '--env-file'],
      environment: { host: ['FLASK_RUN_HOST'], port: ['FLASK_RUN_PORT'] },
      settings: {
        files: ['.flaskenv'],
        notation: 'ini',
        host: ['FLASK_RUN_HOST'],
        port: ['FLASK_RUN_PORT'],
        shared: true,
      },
      debug: {
        flags: ['--debug', '--debugger'],
        means: 'debugger',
        variable: 'FLASK_DEBUG',
        earlier: development,
        without: ['--no-debug', '--no-debugger'],
      },
      failure: { exit: 1, silent: false, how: 'flask prints which port is in use and exits with status 1' },
    },
    {
      // FlaskGroup keeps `run`; a script that speaks of no host may do anything under that name.
      entry: 'manage.py run --host HOST',
      program: 'manage.py',
      script: true,
      words: ['run'],
      only: { flags: ['-h', '--host'] },
      host: ['-h', '--host'],
      port: ['-p', '--port'],
      environment: { port: ['FLASK_RUN_PORT'] },
      debug: { flags: ['--debug', '--debugger'], means: 'debugger' },
      failure: { exit: 1, silent: false, how: 'flask prints which port is in use and exits with status 1' },
    },
    {
      entry: 'manage.py runserver --host HOST',
      program: 'manage.py',
      script: true,
      words: ['runserver'],
      only: { flags: ['-h', '--host', '-p', '--port'] },
      host: ['-h', '--host'],
      port: ['-p', '--port'],
      development: true,
      debug: { flags: ['-d', '--debug', '-r', '--reload'], means: 'debugger' },
      failure: { exit: 1, silent: false, how: 'flask prints which port is in use and exits with status 1' },
      source: 'https://flask-script.readthedocs.io/en/latest/#default-commands',
    },
  ],
  environment: { host: ['FLASK_RUN_HOST'], port: ['FLASK_RUN_PORT'] },
  evidence: { measured: 'Flask 3.1.3 on werkzeug 3.1.8, Flask 2.2.2 on werkzeug 2.2.2, 2.0.3 and 1.0.1' },
  advice:
    'bind the socket with socket.create_server, which raises OSError, and serve it with werkzeug.serving.make_server(..., fd=sock.fileno())',
} satisfies Framework;
