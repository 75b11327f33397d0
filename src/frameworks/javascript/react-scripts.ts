import type { Framework } from '../../framework.ts';

export default {
  name: 'Create React App',
  docs: 'https://create-react-app.dev/docs/advanced-configuration/',
  defaults: { host: '0.0.0.0', port: 3000 },
  commands: [
    {
      entry: 'react-scripts start',
      program: ['react-scripts', 'react-scripts-ts', 'craco', '@craco/craco', 'react-app-rewired'],
      words: ['start'],
      environment: { host: ['HOST'], port: ['PORT'] },
      debug: { flags: [], means: 'reload' },
      failure: {
        exit: 0,
        silent: true,
        how: 'react-scripts asks for another port on a terminal, and exits with status 0 elsewhere',
      },
    },
  ],
  environment: { host: ['HOST'], port: ['PORT'] },
  evidence: { measured: 'react-scripts 5.0.1' },
} satisfies Framework;
