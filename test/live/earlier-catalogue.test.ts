import { proveInstalled } from './installed-proof.ts';
import { earlier } from './projects.ts';
import type { Program } from './proof.ts';

/** Started with the packages of test/live/earlier, each in its project of `projects.ts`. */
const programs: Readonly<Record<string, readonly Program[]>> = {
  '@strapi/strapi': [
    {
      entry: 'strapi start',
      needs: '@strapi/strapi',
      folder: 'strapi',
      command: ['env', 'ADDRESS', 'strapi', 'start'],
      given: { host: '127.0.0.1', port: 8123 },
      stated: ['HOST=localhost', 'PORT=8124'],
      unread: true,
    },
  ],
  '@vue/cli-service': [
    {
      entry: 'vue-cli-service serve',
      needs: '@vue/cli-service',
      folder: 'vue-cli',
      command: ['vue-cli-service', 'serve'],
      stated: ['--host', 'localhost', '--port', '8124'],
      next: 8081,
    },
  ],
  docusaurus: [
    {
      entry: 'docusaurus start',
      needs: '@docusaurus/core',
      folder: 'docusaurus',
      command: ['docusaurus', 'start', '--no-open'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
    {
      entry: 'docusaurus serve',
      needs: '@docusaurus/core',
      folder: 'docusaurus',
      build: ['docusaurus', 'build'],
      command: ['docusaurus', 'serve', '--no-open'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
  ],
  gatsby: [
    {
      entry: 'gatsby develop',
      needs: 'gatsby',
      folder: 'gatsby',
      command: ['gatsby', 'develop'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
    {
      entry: 'gatsby serve',
      needs: 'gatsby',
      folder: 'gatsby',
      build: ['gatsby', 'build'],
      command: ['gatsby', 'serve'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
  ],
  'react-scripts': [
    {
      entry: 'react-scripts start',
      needs: 'react-scripts',
      folder: 'react-scripts',
      command: ['env', 'ADDRESS', 'react-scripts', 'start'],
      stated: ['HOST=localhost', 'PORT=8124'],
    },
  ],
  vite: [
    {
      entry: 'remix vite:dev',
      needs: '@remix-run/dev',
      folder: 'remix',
      command: ['remix', 'vite:dev'],
      stated: ['--host', 'localhost', '--port', '8124', '--strictPort'],
      next: 5174,
    },
  ],
};

/** It builds its pages for minutes first. */
const unproven = new Set(['strapi develop']);
const elsewhere = new Set([
  'vite [dev | serve]',
  'vite preview',
  'vite.createServer({ server: { host, port } }).listen([port])',
  'vite.preview({ preview: { host, port } })',
  'react-router dev',
]);

proveInstalled('earlier', earlier, programs, unproven, elsewhere);
