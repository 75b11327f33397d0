import { proveInstalled } from './installed-proof.ts';
import { large } from './projects.ts';
import type { Program } from './proof.ts';

const given = { host: '127.0.0.1', port: 8123 };

/** The packages lie above the project, and the standalone server repeats the folders between them. */
const nextBuild = ['sh', '-c', 'next build && cd .next/standalone && ln -s */next/server.js .'];

/** Started with the packages of test/live/large, each in its project of `large-projects.ts`. */
const programs: Readonly<Record<string, readonly Program[]>> = {
  '@angular/cli': ['serve', 's'].map((word) => ({
    entry: `ng ${word}`,
    needs: '@angular/cli',
    folder: 'angular',
    command: ['ng', word],
    stated: ['--host', 'localhost', '--port', '8124'],
  })),
  '@rspack/cli': ['serve', 'dev'].map((word) => ({
    entry: `rspack ${word}`,
    needs: '@rspack/cli',
    folder: 'rspack',
    command: ['rspack', word],
    stated: ['--host', 'localhost', '--port', '8124'],
    next: 8081,
  })),
  '@sveltejs/adapter-node': [
    {
      entry: 'node build',
      needs: '@sveltejs/adapter-node',
      folder: 'svelte',
      build: ['vite', 'build'],
      command: ['env', 'ADDRESS', 'node', 'build'],
      stated: ['HOST=localhost', 'PORT=8124'],
    },
  ],
  astro: [
    {
      entry: 'astro dev',
      needs: 'astro',
      folder: 'astro',
      command: ['astro', 'dev'],
      stated: ['--host', 'localhost', '--port', '8124'],
      next: 4322,
    },
    {
      entry: 'astro dev',
      variant: 'told that it has a host, and not which',
      needs: 'astro',
      folder: 'astro',
      command: ['astro', 'dev', '--host'],
      alone: '::',
      next: 4322,
    },
    {
      entry: 'astro preview',
      needs: 'astro',
      folder: 'astro',
      build: ['astro', 'build'],
      command: ['astro', 'preview'],
      stated: ['--host', 'localhost', '--port', '8124'],
      next: 4322,
    },
  ],
  bun: [
    {
      entry: 'bun --inspect FILE',
      needs: 'bun',
      folder: 'bun',
      command: ['bun', 'ADDRESS', 'wait.js'],
      bare: '--inspect',
      stated: '--inspect=localhost:8124',
    },
    {
      entry: 'bun FILE.html',
      needs: 'bun',
      folder: 'bun',
      command: ['bun', 'index.html'],
      stated: ['--host', 'localhost', '--port', '8124'],
      next: 3001,
    },
    {
      entry: 'Bun.serve({ fetch, port, hostname })',
      needs: 'bun',
      runtime: ['bun'],
      folder: 'bun',
      stated: ', port: PORT, hostname: HOST',
      source: "const listen = () => Bun.serve({ fetch: () => new Response('ok')ADDRESS });",
    },
    {
      entry: 'Bun.listen({ hostname, port, socket })',
      needs: 'bun',
      runtime: ['bun'],
      folder: 'bun',
      given,
      bare: 'hostname: HOST, port: PORT',
      stated: 'hostname: HOST, port: PORT',
      source: 'const listen = () => Bun.listen({ ADDRESS, socket: { data() {} } });',
    },
  ],
  deno: [
    {
      entry: 'deno serve FILE',
      needs: 'deno',
      folder: 'deno',
      command: ['deno', 'serve', 'ADDRESS', 'app.js'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
    {
      entry: 'Deno.serve({ port, hostname }, handler)',
      needs: 'deno',
      runtime: ['deno', 'run', '-A'],
      folder: 'deno',
      stated: 'port: PORT, hostname: HOST',
      source: "const listen = () => Deno.serve({ ADDRESS }, () => new Response('ok'));",
    },
    {
      entry: 'Deno.listen({ port, hostname })',
      needs: 'deno',
      runtime: ['deno', 'run', '-A'],
      folder: 'deno',
      given: { port: 8123 },
      bare: 'port: PORT',
      stated: 'port: PORT, hostname: HOST',
      source: `const serve = async (listener) => { for await (const connection of listener) connection.close(); };
const listen = () => { const listener = Deno.listen({ ADDRESS }); serve(listener); return listener; };`,
    },
  ],
  next: [
    {
      entry: 'next start',
      needs: 'next',
      folder: 'next',
      build: nextBuild,
      command: ['next', 'start'],
      stated: ['-H', 'localhost', '-p', '8124'],
    },
    {
      entry: 'node .next/standalone/server.js',
      needs: 'next',
      folder: 'next',
      build: nextBuild,
      command: ['env', 'ADDRESS', 'node', '.next/standalone/server.js'],
      stated: ['HOSTNAME=localhost', 'PORT=8124'],
    },
    {
      entry: 'next [dev]',
      needs: 'next',
      folder: 'next',
      command: ['next', 'dev'],
      stated: ['-H', 'localhost', '-p', '8124'],
      next: 3001,
    },
  ],
  nitropack: [
    {
      entry: 'node .output/server/index.mjs',
      needs: 'nitropack',
      folder: 'nitro',
      build: ['nitropack', 'build'],
      command: ['env', 'ADDRESS', 'node', '.output/server/index.mjs'],
      stated: ['HOST=localhost', 'PORT=8124'],
    },
    {
      entry: 'nitro dev',
      needs: 'nitropack',
      folder: 'nitro',
      command: ['nitropack', 'dev'],
      stated: ['--host', 'localhost', '--port', '8124'],
      next: 3001,
    },
    {
      entry: 'nitro dev',
      variant: 'told that it has a host, and not which',
      needs: 'nitropack',
      folder: 'nitro',
      command: ['nitropack', 'dev', '--host'],
      alone: '::',
      next: 3001,
    },
  ],
  'node-red': [
    {
      entry: 'node-red',
      needs: 'node-red',
      folder: 'node-red',
      command: ['node-red', '-u', '.', 'ADDRESS'],
      stated: ['-s', './localhost-settings.js'],
      any: ['-s', './any-settings.js'],
    },
  ],
  nuxt: [
    {
      entry: 'nuxt preview',
      needs: 'nuxt',
      folder: 'nuxt',
      build: ['nuxt', 'build'],
      command: ['env', 'ADDRESS', 'nuxt', 'preview'],
      stated: ['HOST=localhost', 'PORT=8124'],
    },
    {
      entry: 'nuxt dev',
      needs: 'nuxt',
      folder: 'nuxt',
      command: ['nuxt', 'dev'],
      stated: ['--host', 'localhost', '--port', '8124'],
      next: 3001,
    },
    {
      entry: 'nuxt dev',
      variant: 'told that it has a host, and not which',
      needs: 'nuxt',
      folder: 'nuxt',
      command: ['nuxt', 'dev', '--host'],
      alone: '::',
      next: 3001,
    },
  ],
  parcel: [
    {
      entry: 'parcel [serve] FILE',
      needs: 'parcel',
      folder: 'parcel',
      command: ['parcel', '--cache-dir', 'cache', 'index.html'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
  ],
  storybook: [
    {
      entry: 'storybook dev',
      needs: 'storybook',
      folder: 'storybook',
      command: ['storybook', 'dev', '--ci', 'ADDRESS'],
      given,
      bare: ['-h', '127.0.0.1', '-p', '8123'],
      stated: ['-h', 'localhost', '-p', '8124'],
      next: 8124,
    },
  ],
  wrangler: [
    {
      entry: 'wrangler dev',
      needs: 'wrangler',
      folder: 'wrangler',
      command: ['wrangler', 'dev'],
      stated: ['--ip', 'localhost', '--port', '8124'],
    },
    {
      entry: 'wrangler pages dev',
      needs: 'wrangler',
      folder: 'wrangler-pages',
      command: ['wrangler', 'pages', 'dev', 'public'],
      stated: ['--ip', 'localhost', '--port', '8124'],
    },
  ],
};

/** Of a version that is no longer the one installed. */
const unproven = new Set(['start-storybook']);

proveInstalled('large', large, programs, unproven);
