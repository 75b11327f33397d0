import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import frameworks from '../../generated/javascript.ts';
import { missing } from './observe.ts';
import { type Program, prove } from './proof.ts';
import { missingPackage, packages, repository } from './tools.ts';

const programs: Readonly<Record<string, readonly Program[]>> = {
  '@11ty/eleventy': [
    {
      entry: 'eleventy-dev-server',
      needs: '@11ty/eleventy-dev-server',
      command: ['eleventy-dev-server'],
    },
  ],
  '@react-router/serve': [
    {
      entry: 'react-router-serve FILE',
      needs: '@react-router/serve',
      command: ['react-router-serve', './build/server/index.mjs'],
    },
  ],
  '@web/dev-server': [
    {
      entry: 'wds',
      needs: '@web/dev-server',
      command: ['wds'],
      stated: ['--hostname', 'localhost', '--port', '8124'],
      binds: '::',
    },
  ],
  esbuild: [
    {
      entry: 'esbuild --serve[=HOST:PORT]',
      command: ['sh', '-c', 'ADDRESS'],
      bare: 'tail -f /dev/null | esbuild --servedir=. --serve',
      stated: 'tail -f /dev/null | esbuild --servedir=. --serve=localhost:8124',
    },
  ],
  'http-server': [
    {
      entry: 'http-server [FOLDER]',
      needs: 'http-server',
      command: ['http-server'],
      stated: ['-a', 'localhost', '-p', '8124'],
    },
  ],
  'json-server': [
    {
      entry: 'json-server FILE',
      needs: 'json-server',
      command: ['json-server', 'db.json'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
  ],
  'live-server': [
    {
      entry: 'live-server [FOLDER]',
      needs: 'live-server',
      command: ['live-server', '--no-browser'],
      stated: ['--host=localhost', '--port=8124'],
    },
  ],
  micro: [
    {
      entry: 'micro [-l tcp://HOST:PORT] FILE',
      needs: 'micro',
      command: ['micro', 'ADDRESS', 'handler.js'],
      stated: ['-l', 'tcp://localhost:8124'],
      binds: '::',
    },
  ],
  node: [
    {
      entry: 'node --inspect[=HOST:PORT] FILE',
      command: ['node', 'ADDRESS', 'wait.js'],
      bare: '--inspect',
      stated: '--inspect=localhost:8124',
    },
  ],
  serve: [
    {
      entry: 'serve [-l tcp://HOST:PORT | -l PORT]',
      needs: 'serve',
      command: ['serve'],
      stated: ['-l', 'tcp://localhost:8124'],
    },
  ],
  servor: [
    {
      entry: 'servor [FOLDER] [FALLBACK] [PORT]',
      needs: 'servor',
      command: ['servor'],
    },
  ],
  sirv: [
    {
      entry: 'sirv [FOLDER]',
      needs: 'sirv-cli',
      command: ['sirv', '.'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
    {
      entry: 'sirv [FOLDER]',
      variant: 'told that it has a host, and not which',
      needs: 'sirv-cli',
      command: ['sirv', '.', '--host'],
      alone: '0.0.0.0',
    },
  ],
  vite: [
    {
      entry: 'vite [dev | serve]',
      needs: 'vite',
      command: ['vite'],
      stated: ['--host', 'localhost', '--port', '8124', '--strictPort'],
    },
    {
      entry: 'vite [dev | serve]',
      variant: 'told that it has a host, and not which',
      needs: 'vite',
      command: ['vite', '--host'],
      alone: '::',
    },
    {
      entry: 'vite preview',
      needs: 'vite',
      command: ['vite', 'preview'],
      stated: ['--host', 'localhost', '--port', '8124', '--strictPort'],
    },
  ],
  'webpack-dev-server': [
    {
      entry: 'webpack serve',
      needs: 'webpack-dev-server',
      command: ['webpack', 'serve', '--mode', 'development'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
  ],
};

/** Entries that need more than is installed: the whole of Eleventy, and the program of older versions. */
const unproven = new Set([
  '(await esbuild.context(options)).serve({ port, host })',
  'jsonServer.create().listen(port[, host][, callback])',
  'liveServer.start({ port, host })',
  'eleventy --serve',
  'nest start --debug [HOST:PORT]',
  'webpack-dev-server',
]);

/** What the live tests do not install; the evidence of each names its source. */
const notInstalled = [
  '@angular/cli',
  '@react-router/dev',
  '@remix-run/serve',
  '@rsbuild/core',
  '@rspack/cli',
  '@sveltejs/adapter-node',
  '@vue/cli-service',
  'astro',
  'browser-sync',
  'bun',
  'deno',
  'docusaurus',
  'gatsby',
  'next',
  'nitropack',
  'node-red',
  'nuxt',
  'parcel',
  'react-scripts',
  'sails',
  'storybook',
  'vitepress',
  'wrangler',
];

test('every framework of the catalogue is proven, or says where it is from', () => {
  const commands = Object.keys(frameworks).filter((word) => frameworks[word]!.commands);
  assert.deepEqual([...Object.keys(programs), ...notInstalled].sort(), commands.sort());
  for (const word of notInstalled) assert.ok('source' in frameworks[word]!.evidence, word);
});

const files: Readonly<Record<string, string>> = {
  'index.html': '<!doctype html><title>Page</title>\n',
  'dist/index.html': '<!doctype html><title>Page</title>\n',
  'src/index.js': 'document.title = "Page";\n',
  'db.json': '{ "posts": [] }\n',
  'handler.js': 'module.exports = () => "ok";\n',
  'wait.js': 'setTimeout(() => {}, 4000);\n',
  'build/server/index.mjs': `export const assetsBuildDirectory = 'build/client';
export const publicPath = '/';
export const basename = '/';
export const routes = {};
export const future = {};
export const ssr = true;
export const isSpaMode = false;
export const routeDiscovery = { mode: 'lazy', manifestPath: '/__manifest' };
export const prerender = [];
export const entry = { module: { default: () => new Response('ok') } };
export const assets = { entry: { module: '', imports: [] }, routes: {}, url: '', version: '' };
`,
};

let folder: string;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bindlint-javascript-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  symlinkSync(packages, path.join(folder, 'node_modules'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

prove({
  language: 'javascript',
  frameworks,
  programs,
  unproven,
  files,
  folder: () => folder,
  path: [path.join(packages, '.bin'), path.join(repository, 'node_modules/.bin'), path.dirname(process.execPath)],
  missing: ({ needs }) => missing() || (needs === undefined ? false : missingPackage(needs)),
});
