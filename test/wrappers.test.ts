import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bindlint, type Files, project } from './command-line.ts';

type Words = readonly string[];

/** What stands in front of a server in earnest; each says the port by which it is found again. */
const wrappers: Readonly<Record<string, (server: Words, port: number) => Words>> = {
  'nothing at all': (server) => server,
  exec: (server) => ['exec', ...server],
  'env X=y': (server) => ['env', 'X=y', ...server],
  'dumb-init': (server) => ['dumb-init', '--', ...server],
  tini: (server) => ['tini', '-g', '--', ...server],
  'poetry run': (server) => ['poetry', 'run', ...server],
  'uv run': (server) => ['uv', 'run', ...server],
  'pipenv run': (server) => ['pipenv', 'run', ...server],
  npx: (_, port) => ['npx', 'serve', '-l', String(port)],
  'yarn exec': (_, port) => ['yarn', 'exec', 'serve', '-l', String(port)],
  'pnpm exec': (_, port) => ['pnpm', 'exec', 'serve', '-l', String(port)],
  'python -m': (server) => ['python', '-m', ...server],
  nodemon: (server) => ['nodemon', '--exec', ...server],
  watchmedo: (server) => ['watchmedo', 'auto-restart', '--directory=.', '--', ...server],
  'dotenv --': (server) => ['dotenv', '--', ...server],
  'wait-for-it': (server) => ['./wait-for-it.sh', 'db:5432', '--', ...server],
  concurrently: (server) => ['concurrently', server.join(' ')],
  'sh -c': (server) => ['sh', '-c', server.join(' ')],
};

const text = (words: Words) => words.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ');
const list = (words: Words) => JSON.stringify(words);
const each = (commands: readonly Words[], write: (words: Words, index: number) => string) =>
  commands.map(write).join('\n');
const apart = (commands: readonly Words[], write: (words: Words, index: number) => readonly [string, string]): Files =>
  Object.fromEntries(commands.map(write));

/** The kinds of files in which commands stand. */
const kinds: Readonly<Record<string, (commands: readonly Words[]) => Files>> = {
  'CMD in shell form': (commands) =>
    apart(commands, (words, at) => [`a${at}/Dockerfile`, `FROM python:3.12\nCMD ${text(words)}\n`]),
  'CMD in exec form': (commands) =>
    apart(commands, (words, at) => [`b${at}/Dockerfile`, `FROM python:3.12\nCMD ${list(words)}\n`]),
  ENTRYPOINT: (commands) =>
    apart(commands, (words, at) => [`c${at}/Dockerfile`, `FROM python:3.12\nENTRYPOINT ${list(words)}\n`]),
  'command of compose': (commands) => ({
    'd/compose.yml': `services:\n${each(commands, (words, at) => `  s${at}:\n    image: a\n    command: ${text(words)}`)}\n`,
  }),
  'a list in compose': (commands) => ({
    'e/compose.yml': `services:\n${each(commands, (words, at) => `  s${at}:\n    image: a\n    entrypoint: ${list(words)}`)}\n`,
  }),
  'a pod': (commands) => ({
    'f/pods.yaml': each(
      commands,
      (words, at) =>
        `apiVersion: v1\nkind: Pod\nmetadata: {name: p${at}}\nspec:\n  containers:\n    - name: c\n      image: a\n      command: ${list(words.slice(0, 1))}\n      args: ${list(words.slice(1))}\n---`,
    ),
  }),
  Procfile: (commands) => ({ 'g/Procfile': each(commands, (words, at) => `p${at}: ${text(words)}`) }),
  'package.json': (commands) => ({
    'h/package.json': JSON.stringify({
      scripts: Object.fromEntries(commands.map((words, at) => [`s${at}`, text(words)])),
    }),
  }),
  'app.json': (commands) => ({
    'i/app.json': JSON.stringify({ scripts: Object.fromEntries(commands.map((words, at) => [`s${at}`, text(words)])) }),
  }),
  Makefile: (commands) => ({ 'j/Makefile': each(commands, (words, at) => `t${at}:\n\t${text(words)}`) }),
  justfile: (commands) => ({ 'k/justfile': `${each(commands, (words, at) => `t${at}:\n    ${text(words)}\n`)}\n` }),
  'a shell script': (commands) => ({ 'l/start.sh': `#!/bin/sh\n${each(commands, text)}\n` }),
  '.bat': (commands) => ({ 'm/start.bat': `@echo off\r\n${commands.map(text).join('\r\n')}\r\n` }),
  '.cmd': (commands) => ({ 'n/start.cmd': `${commands.map(text).join('\r\n')}\r\n` }),
  '.ps1': (commands) => ({ 'o/start.ps1': `${commands.map(text).join('\n')}\n` }),
  systemd: (commands) => apart(commands, (words, at) => [`p/s${at}.service`, `[Service]\nExecStart=${text(words)}\n`]),
  supervisord: (commands) => ({
    'q/supervisord.conf': each(commands, (words, at) => `[program:s${at}]\ncommand=${text(words)}`),
  }),
  'fly.toml': (commands) =>
    apart(commands, (words, at) => [`r/fly.s${at}.toml`, `[processes]\napp = '${text(words)}'\n`]),
  'heroku.yml': (commands) => ({
    's/heroku.yml': `run:\n${each(commands, (words, at) => `  p${at}: '${text(words)}'`)}\n`,
  }),
};

test('every wrapper is seen through in every kind of file', async () => {
  const files: Record<string, string> = {};
  const expected = new Map<string, { readonly kind: string; readonly wrapper: string; readonly folder: string }>();
  for (const [index, [kind, write]] of Object.entries(kinds).entries()) {
    const commands = Object.entries(wrappers).map(([wrapper, wrap], at) => {
      const port = 10_000 + index * 100 + at;
      expected.set(String(port), { kind, wrapper, folder: String.fromCharCode('a'.charCodeAt(0) + index) });
      return wrap(['uvicorn', 'app:app', '--port', String(port)], port);
    });
    Object.assign(files, write(commands));
  }
  const { out } = await bindlint(['map', '--format', 'json', '.'], project(files));
  const { endpoints } = JSON.parse(out) as {
    endpoints: readonly { kind: string; file: string; port: { value: number | null } }[];
  };
  const found = new Set(
    endpoints.filter(({ kind }) => kind === 'bind').map(({ file, port }) => `${file[0]} ${port.value}`),
  );
  const missing = [...expected].filter(([port, { folder }]) => !found.has(`${folder} ${port}`));
  assert.deepEqual(
    missing.map(([, { kind, wrapper }]) => `${wrapper} in ${kind}`),
    [],
  );
});

test('scripts of a package and files of the project are followed into the container that starts them', async () => {
  const starts: Readonly<Record<string, Words>> = {
    npm: ['npm', 'run', 'web'],
    yarn: ['yarn', 'web'],
    pnpm: ['pnpm', 'web'],
    tsx: ['tsx', 'web.ts'],
    nodemon: ['nodemon', 'web.ts'],
    entrypoint: ['./docker-entrypoint.sh', 'tsx', 'web.ts'],
    make: ['make', 'web'],
  };
  const files: Record<string, string> = {
    'package.json': '{ "scripts": { "web": "tsx web.ts" } }',
    Makefile: 'web:\n\ttsx web.ts\n',
    'docker-entrypoint.sh': '#!/bin/sh\nset -e\nexec "$@"\n',
    'web.ts': "import http from 'node:http';\n\nhttp.createServer().listen(process.env.PORT || 3000);\n",
    'compose.yml': `services:\n${Object.keys(starts)
      .map(
        (name) => `  ${name}:\n    build: {context: ., dockerfile: ${name}.Dockerfile}\n    environment: {PORT: 8000}`,
      )
      .join('\n')}\n`,
  };
  for (const [name, words] of Object.entries(starts))
    files[`${name}.Dockerfile`] = `FROM node:22\nWORKDIR /app\nCOPY . .\nCMD ${list(words)}\n`;
  const { out } = await bindlint(['map', '--format', 'json', '.'], project(files));
  const { endpoints } = JSON.parse(out) as {
    endpoints: readonly { kind: string; scope: string; port: { value: number | null } }[];
  };
  const scopes = endpoints.flatMap(({ kind, scope, port }) => (kind === 'bind' && port.value === 8000 ? [scope] : []));
  assert.deepEqual(
    scopes.sort(),
    Object.keys(starts)
      .map((name) => `compose.yml#${name}`)
      .sort(),
  );
});
