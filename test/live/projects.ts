/** The smallest projects that each framework starts; beside the packages of test/live/large. */
export const large: Readonly<Record<string, string>> = {
  'angular/package.json': '{ "private": true, "dependencies": { "@angular/core": "22.2.6" } }\n',
  'angular/angular.json': `{
  "version": 1,
  "projects": {
    "page": {
      "projectType": "application",
      "root": "",
      "sourceRoot": "src",
      "architect": {
        "build": {
          "builder": "@angular/build:application",
          "options": { "browser": "src/main.ts", "index": "src/index.html", "tsConfig": "tsconfig.json" },
          "configurations": { "development": { "optimization": false, "sourceMap": false } }
        },
        "serve": {
          "builder": "@angular/build:dev-server",
          "options": { "buildTarget": "page:build:development" }
        }
      }
    }
  },
  "cli": { "analytics": false }
}
`,
  'angular/tsconfig.json':
    '{ "compilerOptions": { "target": "es2022", "module": "preserve", "moduleResolution": "bundler" }, "files": ["src/main.ts"] }\n',
  'angular/src/index.html': '<!doctype html><base href="/"><title>Page</title><app-root></app-root>\n',
  'angular/src/main.ts': `import { Component } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
@Component({ selector: 'app-root', template: 'Page' })
class Page {}
bootstrapApplication(Page);
`,
  'astro/package.json': '{ "type": "module", "dependencies": { "astro": "7.3.5" } }\n',
  'astro/src/pages/index.astro': '<title>Page</title>\n',
  'bun/package.json': '{ "type": "module" }\n',
  'bun/index.html': '<!doctype html><title>Page</title>\n',
  'bun/wait.js': 'setTimeout(() => {}, 4000);\n',
  'deno/deno.json': '{}\n',
  'deno/app.js': "export default { fetch: () => new Response('ok') };\n",
  'next/package.json': '{ "private": true, "dependencies": { "next": "16.4.6" } }\n',
  'next/next.config.mjs': `import path from 'node:path';
// The packages lie above the project.
const root = path.join(import.meta.dirname, '../..');
export default { output: 'standalone', outputFileTracingRoot: root, turbopack: { root } };
`,
  'next/app/layout.jsx': 'export default ({ children }) => <html lang="en"><body>{children}</body></html>;\n',
  'next/app/page.jsx': 'export default () => <p>Page</p>;\n',
  'nitro/package.json': '{ "type": "module", "dependencies": { "nitropack": "2.13.6" } }\n',
  'nitro/nitro.config.ts': "export default { srcDir: 'server', compatibilityDate: '2026-01-01' };\n",
  'nitro/server/routes/index.ts': "export default defineEventHandler(() => 'ok');\n",
  'node-red/package.json': '{ "private": true }\n',
  'node-red/localhost-settings.js': "module.exports = { uiHost: 'localhost', uiPort: 8124 };\n",
  'node-red/any-settings.js': "module.exports = { uiHost: '::', uiPort: 8124 };\n",
  'nuxt/package.json': '{ "type": "module", "dependencies": { "nuxt": "4.5.2" } }\n',
  'nuxt/nuxt.config.ts': "export default { compatibilityDate: '2026-01-01', telemetry: false };\n",
  'nuxt/app/app.vue': '<template><p>Page</p></template>\n',
  'parcel/package.json': '{ "private": true }\n',
  'parcel/index.html': '<!doctype html><title>Page</title>\n',
  'rspack/package.json': '{ "private": true }\n',
  'rspack/rspack.config.mjs': "export default { mode: 'development', entry: './src/index.js' };\n",
  'rspack/src/index.js': 'document.title = "Page";\n',
  'storybook/package.json': '{ "type": "module", "dependencies": { "react": "19.3.1" } }\n',
  'storybook/.storybook/main.js': `export default {
  framework: '@storybook/react-vite',
  stories: ['../stories/*.stories.jsx'],
  core: { disableTelemetry: true },
};
`,
  'storybook/stories/page.stories.jsx':
    "export default { title: 'Page' };\nexport const Page = { render: () => <p>Page</p> };\n",
  'svelte/package.json': '{ "type": "module", "dependencies": { "@sveltejs/adapter-node": "6.0.1" } }\n',
  'svelte/vite.config.js': `import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
export default { plugins: [sveltekit({ adapter: adapter() })] };
`,
  'svelte/src/app.html': '<!doctype html><head>%sveltekit.head%</head><body>%sveltekit.body%</body>\n',
  'svelte/src/routes/+page.svelte': '<p>Page</p>\n',
  'wrangler/package.json': '{ "private": true }\n',
  'wrangler/wrangler.toml': 'name = "page"\nmain = "worker.js"\ncompatibility_date = "2026-01-01"\n',
  'wrangler/worker.js': "export default { fetch: () => new Response('ok') };\n",
  'wrangler-pages/package.json': '{ "private": true }\n',
  'wrangler-pages/public/index.html': '<!doctype html><title>Page</title>\n',
};

/** Beside the packages of test/live/earlier. */
export const earlier: Readonly<Record<string, string>> = {
  'docusaurus/package.json': '{ "private": true, "dependencies": { "@docusaurus/core": "3.10.2" } }\n',
  'docusaurus/docusaurus.config.js': `module.exports = {
  title: 'Page',
  url: 'https://example.com',
  baseUrl: '/',
  presets: [['classic', { docs: false, blog: false }]],
};
`,
  'docusaurus/src/pages/index.js': 'export default () => <p>Page</p>;\n',
  'gatsby/package.json': '{ "private": true, "dependencies": { "gatsby": "5.16.1" } }\n',
  'gatsby/gatsby-config.js': 'module.exports = {};\n',
  'gatsby/src/pages/index.js': "import * as React from 'react';\nexport default () => <p>Page</p>;\n",
  'react-scripts/package.json': '{ "private": true, "dependencies": { "react-scripts": "5.0.1" } }\n',
  'react-scripts/public/index.html': '<!doctype html><title>Page</title>\n',
  'react-scripts/src/index.js': 'document.title = "Page";\n',
  // What is not named here, remix would install.
  'remix/package.json': JSON.stringify({
    type: 'module',
    dependencies: { '@remix-run/node': '2.17.5', '@remix-run/react': '2.17.5', isbot: '4.4.0' },
  }),
  'remix/vite.config.js': `import { vitePlugin } from '@remix-run/dev';
export default { plugins: [vitePlugin()] };
`,
  'remix/app/root.jsx': `import { Outlet, Scripts } from '@remix-run/react';
export default () => <html lang="en"><body><Outlet /><Scripts /></body></html>;
`,
  'strapi/package.json':
    '{ "private": true, "dependencies": { "@strapi/strapi": "5.54.0" }, "strapi": { "uuid": false } }\n',
  'strapi/favicon.png': '',
  'strapi/public/uploads/.gitkeep': '',
  'strapi/config/admin.js': `module.exports = {
  apiToken: { salt: 'salt' },
  auth: { secret: 'secret' },
  transfer: { token: { salt: 'salt' } },
  secrets: { encryptionKey: 'key' },
  serveAdminPanel: false,
};
`,
  'strapi/config/database.js': `module.exports = {
  connection: { client: 'sqlite', connection: { filename: 'data.db' }, useNullAsDefault: true },
};
`,
  'strapi/config/server.js': `module.exports = ({ env }) => ({
  host: env('HOST', '127.0.0.1'),
  port: env.int('PORT', 8123),
  app: { keys: ['one', 'two'] },
});
`,
  'strapi/config/middlewares.js': `module.exports = ['errors', 'security', 'cors', 'query', 'body', 'public', 'favicon'].map((name) => 'strapi::' + name);
`,
  'vue-cli/package.json': '{ "private": true, "dependencies": { "@vue/cli-service": "5.0.9" } }\n',
  'vue-cli/public/index.html': '<!doctype html><title>Page</title>\n',
  'vue-cli/src/main.js': 'document.title = "Page";\n',
};
