import type { Framework } from '../../framework.ts';

export default {
  name: 'BentoML',
  docs: 'https://docs.bentoml.com/en/latest/reference/bentoml/cli.html',
  // The default host is another one in production than in development, and which of them is meant depends on the version.
  defaults: { port: 3000 },
  calls: [
    {
      entry: 'bentoml.serve(bento, host=..., port=...)',
      call: ['bentoml.serve', 'bentoml.HTTPServer', 'bentoml.server.HTTPServer'],
      host: { keyword: 'host' },
      port: { keyword: 'port' },
      onlyWritten: true,
      blocks: false,
    },
  ],
  commands: [
    {
      entry: 'bentoml serve',
      program: 'bentoml',
      words: ['serve'],
      host: ['--host'],
      port: ['-p', '--port'],
      valued: ['--working-dir', '--api-workers', '--timeout', '--backlog'],
      environment: { host: ['BENTOML_HOST'], port: ['BENTOML_PORT'] },
      debug: { flags: ['--reload'], means: 'reload' },
    },
  ],
  environment: { host: ['BENTOML_HOST'], port: ['BENTOML_PORT'] },
  evidence: { source: 'BentoML 1.0 and 1.4, bentoml_cli/serve.py' },
} satisfies Framework;
