import type { Framework } from '../../framework.ts';

export default {
  name: 'Streamlit',
  docs: 'https://docs.streamlit.io/develop/api-reference/configuration/config.toml#server',
  defaults: { host: '', port: 8501 },
  commands: [
    {
      entry: 'streamlit run FILE',
      program: 'streamlit',
      words: ['run'],
      host: ['--server.address'],
      port: ['--server.port'],
      environment: { host: ['STREAMLIT_SERVER_ADDRESS'], port: ['STREAMLIT_SERVER_PORT'] },
      settings: { files: ['.streamlit/config.toml'], host: ['server.address'], port: ['server.port'] },
      picksNextPort: true,
      failure: {
        exit: 1,
        silent: false,
        how: 'streamlit exits with status 1 where the port was given, and takes the next one where it was not',
      },
    },
  ],
  environment: { host: ['STREAMLIT_SERVER_ADDRESS'], port: ['STREAMLIT_SERVER_PORT'] },
  evidence: { source: 'streamlit 1.39.0, web/server/server.py and config.py' },
} satisfies Framework;
