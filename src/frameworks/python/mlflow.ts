import type { Framework } from '../../framework.ts';

export default {
  name: 'MLflow',
  docs: 'https://mlflow.org/docs/latest/api_reference/cli.html#mlflow-server',
  defaults: { host: '127.0.0.1', port: 5000 },
  commands: [
    {
      entry: 'mlflow server',
      program: 'mlflow',
      words: ['server'],
      host: ['-h', '--host'],
      port: ['-p', '--port'],
      valued: ['--env-file'],
      environment: { host: ['MLFLOW_HOST'], port: ['MLFLOW_PORT'] },
      debug: { flags: ['--dev'], means: 'reload' },
      failure: { exit: 1, silent: false, how: 'mlflow says that the server failed and exits with status 1' },
    },
    {
      entry: 'mlflow ui',
      program: 'mlflow',
      words: ['ui'],
      host: ['-h', '--host'],
      port: ['-p', '--port'],
      valued: ['--env-file'],
      environment: { host: ['MLFLOW_HOST'], port: ['MLFLOW_PORT'] },
      debug: { flags: ['--dev'], means: 'reload' },
      failure: { exit: 1, silent: false, how: 'mlflow says that the server failed and exits with status 1' },
    },
  ],
  environment: { host: ['MLFLOW_HOST'], port: ['MLFLOW_PORT'] },
  evidence: { source: 'mlflow, utils/cli_args.py and cli.py' },
} satisfies Framework;
