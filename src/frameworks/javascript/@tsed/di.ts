import type { Framework } from '../../../framework.ts';

export default {
  name: 'Ts.ED',
  docs: 'https://tsed.dev/docs/configuration/index.html',
  defaults: { host: '0.0.0.0', port: 8080 },
  calls: [
    {
      entry: '@Configuration({ httpPort })',
      call: ['@tsed/di.Configuration', '@tsed/common.Configuration', '@tsed/platform-http.Configuration'],
      address: { arg: 0, item: 'httpPort' },
      bare: 'port',
      onlyWritten: true,
      blocks: false,
    },
  ],
  evidence: { source: '@tsed/platform-http 8.38.8, createServer.js, and getHostInfoFromPort of @tsed/core' },
} satisfies Framework;
