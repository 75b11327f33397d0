import type { Framework } from '../../framework.ts';

export default {
  name: 'servor',
  docs: 'https://github.com/lukejacksonn/servor#readme',
  defaults: { host: '::', port: 8080 },
  commands: [
    {
      entry: 'servor [FOLDER] [FALLBACK] [PORT]',
      program: 'servor',
      positional: { index: 2, holds: 'port' },
      switches: ['--browse', '--reload', '--secure', '--silent', '--module', '--static', '--editor'],
      environment: { port: ['PORT'] },
      debug: { flags: ['--reload'], means: 'reload' },
      development: true,
      picksNextPort: true,
      failure: { exit: undefined, silent: true, how: 'servor takes a random port without a word' },
    },
  ],
  environment: { port: ['PORT'] },
  evidence: { measured: 'servor 4.0.2' },
} satisfies Framework;
