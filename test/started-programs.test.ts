import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followed } from '../src/containers/started-programs.ts';
import { analyze } from '../src/run.ts';
import { parseShell } from '../src/syntax/shell.ts';
import { textWorkspace } from '../src/workspace/text-workspace.ts';

const nothing = {
  file: async () => undefined,
  below: () => [],
  written: () => undefined,
  main: async () => undefined,
  shell: async () => undefined,
  named: async () => [],
  installed: async () => undefined,
  isServer: (program: string) => program === 'gunicorn',
};

test('what stands behind the lines that are followed counts as not known', async () => {
  const script = `${'echo x\n'.repeat(300)}gunicorn app\n`;
  const { lines, others } = await followed(parseShell('start.sh', script), '/', [], nothing);
  assert.equal(lines.length, 200);
  assert.equal(others.length, 1);
});

test('a container of whose program not every file is followed may listen in other places', async () => {
  const texts = new Map([
    ['Dockerfile', 'FROM node:22\nCOPY . .\nCMD ["node", "m0.js"]\n'],
    ['m0.js', "require('./m1');\nrequire('http').createServer().listen(8080);\n"],
  ]);
  for (let at = 1; at <= 401; at++) texts.set(`m${at}.js`, `require('./m${at + 1}');\n`);
  const listens = async () => {
    const { facts } = await analyze(textWorkspace(texts), {
      rules: {},
      factsOnly: true,
      severity: () => 'off',
    } as never);
    return facts.containers.map((container) => container.listens);
  };
  assert.deepEqual(await listens(), ['partly']);
  texts.set('m300.js', '');
  assert.deepEqual(await listens(), ['complete']);
});

const endings = [
  ['node server', 'server.js'],
  ['node ./server', 'server.cjs'],
  ['node --inspect=0 server', 'server.mjs'],
  ['node .', 'src/main.js'],
  ['node .', 'index.js'],
  ['node ./', 'index.js'],
  ['node api', 'api/index.js'],
  ['tsx watch server', 'server.ts'],
  ['nodemon', 'src/main.js'],
  ['nodemon server', 'server.js'],
  ['nodemon -L --watch src server', 'server.js'],
  ['pm2-runtime start server.js', 'server.js'],
  ['bun run server.ts', 'server.ts'],
] as const;

for (const [command, file] of endings) {
  test(`${command} runs ${file}`, async () => {
    const around = {
      ...nothing,
      file: async (path: string) => (path === `/app/${file}` ? file : undefined),
      below: () => [],
      written: () => undefined,
      main: async (path: string) => (path === '/app/package.json' ? './src/main' : undefined),
    };
    const { entries, others } = await followed(parseShell('start.sh', command), '/app', [], around);
    assert.deepEqual(
      entries.map((entry) => entry.file),
      [file],
    );
    assert.deepEqual(
      others.filter(({ runs }) => runs === 'file'),
      [],
    );
  });
}

const passedOn = [
  ['yarn dev --host', 'vite --host'],
  ['yarn run dev --host 0.0.0.0 --port 80', 'vite --host 0.0.0.0 --port 80'],
  ['pnpm dev --host', 'vite --host'],
  ['bun run dev --host', 'vite --host'],
  ['npm run dev --host', 'vite'],
  ['npm run dev -- --host', 'vite --host'],
  ['npm run dev web -- --host', 'vite web --host'],
  ['npm start', 'vite'],
  ['yarn --cwd web dev --host', 'vite --host'],
] as const;

for (const [command, given] of passedOn) {
  test(`${command} runs ${given}`, async () => {
    const around = {
      ...nothing,
      file: async (path: string) => (path.endsWith('/package.json') ? 'package.json' : undefined),
      named: async (file: string) => parseShell(file, 'tsc --build && vite'),
      isServer: (program: string) => program === 'vite',
    };
    const { lines } = await followed(parseShell('start.sh', command), '/app', [], around);
    assert.deepEqual(
      lines.map(({ words }) => words.map(({ value }) => value).join(' ')),
      [command, 'tsc --build', given],
    );
  });
}

const nest = [
  ['nest start', 'src/main.ts'],
  ['nest start --watch', 'src/main.ts'],
  ['nest start orders --watch', 'apps/orders/src/main.ts'],
] as const;

for (const [command, file] of nest) {
  test(`${command} runs ${file}`, async () => {
    const around = { ...nothing, file: async (path: string) => (path === `/app/${file}` ? file : undefined) };
    const { entries } = await followed(parseShell('start.sh', command), '/app', [], around);
    assert.deepEqual(
      entries.map((entry) => entry.file),
      [file],
    );
  });
}
