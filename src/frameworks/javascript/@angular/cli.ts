import type { Framework } from '../../../framework.ts';

export default {
  name: 'Angular CLI',
  docs: 'https://angular.dev/cli/serve',
  defaults: { host: 'localhost', port: 4200 },
  commands: [
    {
      entry: 'ng serve',
      program: ['ng', '@angular/cli'],
      words: ['serve'],
      host: ['--host'],
      port: ['--port'],
      optional: ['--open', '-o', '--hmr', '--live-reload', '--ssl'],
      valued: [
        '-c',
        '--configuration',
        '--proxy-config',
        '--ssl-cert',
        '--ssl-key',
        '--public-host',
        '--base-href',
        '--serve-path',
        '--allowed-hosts',
        '--poll',
      ],
      switches: ['--disable-host-check', '--watch', '--verbose', '--aot', '--prod', '--source-map'],
      settings: {
        files: ['angular.json'],
        host: ['projects.*.architect.serve.options.host', 'projects.*.targets.serve.options.host'],
        port: ['projects.*.architect.serve.options.port', 'projects.*.targets.serve.options.port'],
      },
      debug: { flags: [], means: 'reload' },
      failure: {
        exit: 127,
        silent: false,
        how: 'ng asks for another port on a terminal, and exits with status 127 elsewhere',
      },
    },
    {
      entry: 'ng s',
      program: ['ng', '@angular/cli'],
      words: ['s'],
      host: ['--host'],
      port: ['--port'],
      optional: ['--open', '-o', '--hmr', '--live-reload', '--ssl'],
      valued: ['-c', '--configuration', '--proxy-config', '--ssl-cert', '--ssl-key', '--public-host'],
      switches: ['--disable-host-check', '--watch', '--verbose', '--aot', '--prod', '--source-map'],
      settings: {
        files: ['angular.json'],
        host: ['projects.*.architect.serve.options.host', 'projects.*.targets.serve.options.host'],
        port: ['projects.*.architect.serve.options.port', 'projects.*.targets.serve.options.port'],
      },
      debug: { flags: [], means: 'reload' },
      failure: {
        exit: 127,
        silent: false,
        how: 'ng asks for another port on a terminal, and exits with status 127 elsewhere',
      },
    },
  ],
  evidence: { measured: 'Angular CLI 22.2.7 on Node 24.21.0' },
} satisfies Framework;
