import type { Framework } from '../../../framework.ts';

export default {
  name: 'Vue CLI',
  docs: 'https://cli.vuejs.org/guide/cli-service.html#vue-cli-service-serve',
  defaults: { host: '0.0.0.0', port: 8080 },
  commands: [
    {
      entry: 'vue-cli-service serve',
      program: ['vue-cli-service', '@vue/cli-service'],
      words: ['serve'],
      host: ['--host'],
      port: ['--port'],
      optional: ['--public', '--skip-plugins'],
      valued: ['--mode', '--dest'],
      switches: ['--open', '--copy', '--https', '--stdin'],
      environment: { host: ['HOST'], port: ['PORT'] },
      settings: {
        files: ['vue.config.js', 'vue.config.cjs', 'vue.config.ts'],
        host: ['devServer.host'],
        port: ['devServer.port'],
      },
      debug: { flags: [], means: 'reload' },
      picksNextPort: true,
      failure: {
        exit: undefined,
        silent: true,
        how: 'vue-cli-service takes the next free port, even where one was given',
      },
    },
  ],
  environment: { host: ['HOST'], port: ['PORT'] },
  evidence: { measured: '@vue/cli-service 5.0.9' },
} satisfies Framework;
