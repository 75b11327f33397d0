import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { missing, type Observation, observe } from './observe.ts';
import { missingPackage, packages, repository } from './tools.ts';

/** A program that opens 8765. */
interface Server {
  readonly name: string;
  /** The package that has to be there; Node's own modules need none. */
  readonly needs?: string;
  /** `.ts` is type-checked, and run by tsx. */
  readonly file: string;
  readonly text: string;
  readonly udp?: true;
  /** It goes on, or ends with status 0, when the port is taken; otherwise it ends with a stack. */
  readonly unseen?: true;
  /** A promise around it is rejected, which the program itself reports. */
  readonly rejects?: true;
  /** What it says too early: with a taken port it is not to be said. */
  readonly claim?: string;
}

const port = 8765;

const servers: readonly Server[] = [
  {
    name: 'express 5, with a callback',
    needs: 'express',
    file: 'express-callback.js',
    unseen: true,
    text: `import express from 'express';

const app = express();
const port = ${port};

app.listen(port, () => {
  console.log(\`listening on port \${port}\`);
});
`,
  },
  {
    name: 'express 5 in TypeScript, with a named callback',
    needs: 'express',
    file: 'express-named.ts',
    unseen: true,
    text: `import express from "express";

const onListening = (): void => console.log("up");
const app = express();

app.listen(${port}, onListening);
`,
  },
  {
    name: 'express 5 in TypeScript, in a class',
    needs: 'express',
    file: 'express-class.ts',
    unseen: true,
    text: `import express, { type Application } from 'express';

class App {
	public readonly app: Application = express();

	constructor(private readonly port: number) {}

	public listen(): void {
		this.app.listen(this.port, () => console.log(\`up on \${this.port}\`));
	}
}

new App(${port}).listen();
`,
  },
  {
    name: 'express without a callback',
    needs: 'express',
    file: 'express-bare.cjs',
    text: `const express = require('express')
const app = express()

module.exports = app.listen(${port}, '0.0.0.0')
`,
  },
  {
    name: 'http.createServer in a chain',
    file: 'http-chain.cjs',
    text: `var http = require('http');

http.createServer(function (req, res) {
    res.end('ok');
}).listen(${port}, '0.0.0.0', function () {
    console.log('up');
});
`,
  },
  {
    name: 'http, with a try that sees nothing',
    file: 'http-try.js',
    text: `import http from 'node:http';

const server = http.createServer((_, res) => res.end('ok'));
const start = () => {
  try {
    server.listen(${port}, '0.0.0.0');
  } catch (err) {
    console.error('port in use', err.code);
    process.exit(1);
  }
};
start();
`,
  },
  {
    name: 'http, with an uncaughtException handler that only logs',
    file: 'http-uncaught.js',
    unseen: true,
    text: `import { createServer } from 'node:http';

process.on('uncaughtException', (error) => console.log('uncaught', error.name));
setInterval(() => {}, 1000);

const server = createServer((_, res) => res.end('ok'));
server.listen({ port: ${port}, host: '0.0.0.0' });
`,
  },
  {
    name: 'http in a promise',
    file: 'http-promise.ts',
    text: `import { createServer, type Server } from 'node:http'

const listen = (server: Server): Promise<void> => new Promise(resolve => server.listen(${port}, '0.0.0.0', resolve))

await listen(createServer((_, response) => response.end('ok')))
console.log('up')
`,
  },
  {
    name: 'express 5 in a promise that somebody catches',
    needs: 'express',
    file: 'express-promise.mts',
    unseen: true,
    rejects: true,
    text: `import express from 'express';

const app = express();

function start(): Promise<void> {
  return new Promise((resolve) => {
    app.listen(${port}, () => {
      console.log('up');
      resolve();
    });
  });
}

start().catch((error: unknown) => {
  console.error('could not start:', error instanceof Error ? error.message : error);
  process.exit(1);
});
`,
  },
  {
    name: 'http in a promise that somebody awaits in a try',
    file: 'http-tried.js',
    rejects: true,
    text: `import { createServer } from 'node:http'

const server = createServer((_, response) => response.end('ok'))

try {
  await new Promise(resolve => server.listen(${port}, '0.0.0.0', resolve))
  console.log('up')
} catch (error) {
  console.error('could not start:', error.message)
  process.exit(1)
}
`,
  },
  {
    name: 'http2',
    file: 'http2.ts',
    text: `import * as http2 from 'node:http2';

export const server = http2.createServer().listen(${port}, '0.0.0.0');
`,
  },
  {
    name: 'net',
    file: 'net.ts',
    text: `import net from 'node:net';

const server = net.createServer((socket) => socket.end());

export function start(port: number) {
  server.listen(port, '0.0.0.0', () => console.log('up'));
}

start(${port});
`,
  },
  {
    name: 'dgram',
    file: 'udp.ts',
    udp: true,
    unseen: true,
    text: `import dgram from 'node:dgram';

const socket = dgram.createSocket('udp4');
socket.on('message', (message) => console.log(message.length));
socket.bind(${port}, '0.0.0.0', () => console.log('up'));
`,
  },
  {
    name: 'koa',
    needs: 'koa',
    file: 'koa.ts',
    text: `import Koa from 'koa';

const app = new Koa();
const server = app.listen(${port}, '0.0.0.0');

export default server;
`,
  },
  {
    name: 'hono',
    needs: '@hono/node-server',
    file: 'hono.ts',
    text: `import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const app = new Hono()

serve({ fetch: app.fetch, port: ${port}, hostname: '0.0.0.0' }, (info) => {
  console.log(\`listening on \${info.port}\`)
})
`,
  },
  {
    name: 'fastify that is awaited, with its logger',
    needs: 'fastify',
    file: 'fastify-awaited.ts',
    text: `import Fastify from 'fastify';

const app = Fastify({ logger: true });

async function main() {
  await app.listen({ port: ${port}, host: '0.0.0.0' });
}

main();
`,
  },
  {
    name: 'fastify at the top of a module, without its logger',
    needs: 'fastify',
    file: 'fastify-top.ts',
    text: `import Fastify from 'fastify'

const app = Fastify()
const port = Number(process.env.PORT || ${port})

await app.listen({ port, host: '0.0.0.0' })
console.log('up')
`,
  },
  {
    name: 'fastify with a callback that drops the error',
    needs: 'fastify',
    file: 'fastify-callback.ts',
    unseen: true,
    text: `import Fastify from 'fastify';

const app = Fastify();
app.listen({ port: ${port}, host: '0.0.0.0' }, (_err, address) => {
  console.log('listening on', address);
});
`,
  },
  {
    name: 'fastify that nobody waits for',
    needs: 'fastify',
    file: 'fastify-loose.cjs',
    text: `const fastify = require('fastify')({ logger: { level: 'info' } });

fastify.listen({ port: ${port}, host: '0.0.0.0' });
`,
  },
  {
    name: 'fastify, with then',
    needs: 'fastify',
    file: 'fastify-then.ts',
    text: `import fastify from 'fastify';

const app = fastify();
app.listen({ port: ${port}, host: '0.0.0.0' }).then((address) => {
  console.log(address);
});
`,
  },
  {
    name: 'hapi',
    needs: '@hapi/hapi',
    file: 'hapi.cjs',
    text: `'use strict';

const Hapi = require('@hapi/hapi');

const init = async () => {

    const server = Hapi.server({
        port: ${port},
        host: '0.0.0.0'
    });

    await server.start();
    console.log('Server running on %s', server.info.uri);
};

init();
`,
  },
  {
    name: 'Nest',
    needs: '@nestjs/platform-express',
    file: 'nest.ts',
    text: `import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';

class AppModule {}

async function bootstrap() {
  const app = await NestFactory.create({ module: AppModule });
  await app.listen(process.env.PORT ?? ${port}, '0.0.0.0');
}
bootstrap();
`,
  },
  {
    name: 'Nest that is not awaited, with its logger',
    needs: '@nestjs/platform-express',
    file: 'nest-loose.ts',
    text: `import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

class AppModule {}

async function bootstrap() {
  const logger = new Logger('Bootstrap');
  const app = await NestFactory.create({ module: AppModule });
  app.listen(${port}, '0.0.0.0');
  logger.log('ready');
}
bootstrap();
`,
  },
  {
    name: 'ws',
    needs: 'ws',
    file: 'ws.ts',
    text: `import { WebSocketServer } from 'ws';

const wss = new WebSocketServer({ port: ${port}, host: '0.0.0.0' });

wss.on('connection', (ws) => {
  ws.send('hello');
});
`,
  },
  {
    name: 'socket.io',
    needs: 'socket.io',
    file: 'socket-io.ts',
    text: `import { createServer } from 'node:http';
import { Server } from 'socket.io';

const httpServer = createServer();
const io = new Server(httpServer);
io.on('connection', () => {});

httpServer.listen(${port}, '0.0.0.0');
`,
  },
  {
    name: 'polka',
    needs: 'polka',
    file: 'polka.js',
    text: `import polka from 'polka';

polka()
  .get('/', (req, res) => res.end('ok'))
  .listen(${port}, '0.0.0.0', () => {
    console.log('up');
  });
`,
  },
  {
    name: 'grpc',
    needs: '@grpc/grpc-js',
    file: 'grpc.ts',
    unseen: true,
    text: `import * as grpc from '@grpc/grpc-js';

const server = new grpc.Server();
server.bindAsync('0.0.0.0:${port}', grpc.ServerCredentials.createInsecure(), () => {
  console.log('up');
});
`,
  },
  {
    name: 'hono, announced before it listens',
    needs: '@hono/node-server',
    file: 'hono-announced.mts',
    claim: 'Server is running on port 8765',
    text: `import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const app = new Hono();

const port = ${port};
console.log(\`Server is running on port \${port}\`);

serve({
  fetch: app.fetch,
  port,
});
`,
  },
  {
    name: 'http, announced behind the call',
    file: 'http-announced.cjs',
    claim: 'Server listening on port 8765',
    text: `var http = require('http')

function start () {
  var server = http.createServer(function (request, response) { response.end('ok') })
  server.listen(${port}, '0.0.0.0')

  console.log('Server listening on port ${port}')
}

start()
`,
  },
  {
    name: 'koa, announced behind the call',
    needs: 'koa',
    file: 'koa-announced.js',
    claim: 'server listening on http://localhost:8765',
    text: `import Koa from 'koa';

const app = new Koa();

app.listen(${port});
console.log('server listening on http://localhost:${port}');
`,
  },
  {
    name: 'ws, announced behind the constructor',
    needs: 'ws',
    file: 'ws-announced.ts',
    claim: 'WebSocket server listening on port 8765',
    text: `import { WebSocketServer } from 'ws';

const wss = new WebSocketServer({ port: ${port}, host: '0.0.0.0' });
console.log('WebSocket server listening on port ${port}');

wss.on('connection', (ws) => ws.send('hello'));
`,
  },
  {
    name: 'express 5, announced behind the call',
    needs: 'express',
    file: 'express-announced.js',
    claim: 'Server running on http://localhost:8765',
    text: `import express from 'express';

const app = express();

app.listen(${port}, '0.0.0.0');
console.log('Server running on http://localhost:${port}');
`,
  },
  {
    name: 'express 5, announced behind a call with a callback',
    needs: 'express',
    file: 'express-announced-callback.ts',
    claim: 'Server running on http://localhost:8765',
    unseen: true,
    text: `import express from 'express';

let ready = false;
const app = express();
app.get('/ready', (_, response) => void response.json({ ready }));

app.listen(${port}, '0.0.0.0', () => {
  ready = true;
});
console.log('Server running on http://localhost:${port}');
`,
  },
  {
    name: 'express 4, announced behind the call',
    needs: 'express4',
    file: 'four/express-announced.cjs',
    claim: 'Server running on http://localhost:8765',
    text: `const express = require('express');

const app = express();

app.listen(${port}, '0.0.0.0');
console.log('Server running on http://localhost:${port}');
`,
  },
  {
    name: 'express 4, announced behind a call with a callback',
    needs: 'express4',
    file: 'four/express-announced-callback.js',
    claim: 'Server running on http://localhost:8765',
    text: `import express from 'express';

let ready = false;
const app = express();
app.get('/ready', (_, response) => response.json({ ready }));

app.listen(${port}, '0.0.0.0', () => {
  ready = true;
});
console.log('Server running on http://localhost:${port}');
`,
  },
  {
    name: 'fastify, announced before it is awaited',
    needs: 'fastify',
    file: 'fastify-announced.ts',
    claim: 'Server running on http://localhost:8765',
    text: `import Fastify from 'fastify';

const app = Fastify();

async function start(): Promise<void> {
  console.log('Server running on http://localhost:${port}');
  await app.listen({ port: ${port}, host: '0.0.0.0' });
}

start();
`,
  },
  {
    name: 'hapi, announced before it is awaited',
    needs: '@hapi/hapi',
    file: 'hapi-announced.cjs',
    claim: 'Server running on http://localhost:8765',
    text: `const Hapi = require('@hapi/hapi');

async function start() {
  const server = Hapi.server({ port: ${port}, host: '0.0.0.0' });
  console.log('Server running on http://localhost:${port}');
  await server.start();
}

start();
`,
  },
  {
    name: 'Nest, announced before it is awaited',
    needs: '@nestjs/platform-express',
    file: 'nest-announced.ts',
    claim: 'Server running on http://localhost:8765',
    text: `import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';

class AppModule {}

async function bootstrap() {
  const app = await NestFactory.create({ module: AppModule }, { logger: false });
  console.log('Server running on http://localhost:${port}');
  await app.listen(${port}, '0.0.0.0');
}
bootstrap();
`,
  },
  {
    name: 'Nest, announced behind a call that nobody awaits',
    needs: '@nestjs/platform-express',
    file: 'nest-announced-loose.ts',
    claim: 'Server running on http://localhost:8765',
    text: `import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';

class AppModule {}

async function bootstrap() {
  const app = await NestFactory.create({ module: AppModule }, { logger: false });
  app.listen(${port}, '0.0.0.0');
  console.log('Server running on http://localhost:${port}');
}
bootstrap();
`,
  },
];

const cli = path.join(repository, 'bin/bindlint.js');

function bindlint(args: readonly string[], cwd: string): Promise<{ status: number; stdout: string; stderr: string }> {
  const env = { ...process.env, XDG_STATE_HOME: path.join(cwd, '..', 'state') };
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], { cwd, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

const compilerOptions = {
  target: 'es2023',
  module: 'nodenext',
  strict: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
  typeRoots: [path.join(repository, 'node_modules/@types')],
};

function runIn(cwd: string, file: string, taken: readonly number[], seconds?: number): Promise<Observation> {
  const loader = /\.m?ts$/.test(file) ? ['--import', path.join(repository, 'node_modules/tsx/dist/esm/index.mjs')] : [];
  return observe([process.execPath, ...loader, file], { cwd, taken, ...(seconds !== undefined && { seconds }) });
}

describe('what bindlint fix writes for servers of JavaScript and TypeScript', { concurrency: 2 }, () => {
  let folder = '';
  let project = '';
  let report: Awaited<ReturnType<typeof bindlint>>;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'bindlint-javascript-'));
    project = path.join(folder, 'project');
    mkdirSync(project);
    symlinkSync(packages, path.join(project, 'node_modules'));
    writeFileSync(path.join(project, '.gitignore'), 'node_modules\n');
    mkdirSync(path.join(project, 'four/node_modules'), { recursive: true });
    symlinkSync(path.join(packages, 'express4'), path.join(project, 'four/node_modules/express'));
    for (const { file, text } of servers) writeFileSync(path.join(project, file), text);
    const { devDependencies } = JSON.parse(readFileSync(path.join(packages, '../package.json'), 'utf8'));
    // What a taken port does depends on the version.
    writeFileSync(
      path.join(project, 'package.json'),
      JSON.stringify({ type: 'module', dependencies: devDependencies }),
    );
    writeFileSync(
      path.join(project, 'four/package.json'),
      JSON.stringify({ type: 'module', dependencies: { express: '^4.22.3' } }),
    );
    writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts', '*.mts'] }));
    report = await bindlint(['fix', '--preset', 'strict', '.'], project);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const text = (file: string) => readFileSync(path.join(project, file), 'utf8');
  const run = (file: string, taken: readonly number[], seconds?: number) => runIn(project, file, taken, seconds);

  test('it ends without an error of its own', () => {
    assert.ok(report.status < 2, `${report.status}: ${report.stderr}`);
  });

  test('a second run finds nothing to write', async () => {
    const before = servers.map(({ file }) => text(file));
    await bindlint(['fix', '--preset', 'strict', '.'], project);
    assert.deepEqual(
      servers.map(({ file }) => text(file)),
      before,
    );
  });

  test('everything that it wrote type-checks', { skip: missingPackage('@types/express') }, () => {
    const tsc = path.join(repository, 'node_modules/typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '--project', project], { encoding: 'utf8' });
    assert.equal(stdout, '');
  });

  for (const { name, needs, file, text: original, udp, unseen, rejects, claim } of servers) {
    test(name, { skip: missing() || (needs !== undefined && missingPackage(needs)) }, async () => {
      const fixed = text(file);
      assert.notEqual(fixed, original, `nothing was fixed\n${report.stdout}`);

      const copy = path.join(path.dirname(file), `before-${path.basename(file)}`);
      writeFileSync(path.join(project, copy), original);
      const before = await run(copy, [port], unseen ? 5 : 20);
      if (unseen) assert.ok(before.status === null || before.status === 0, `${before.status}: ${before.output}`);
      else assert.match(before.output, /^ {4}at /m);
      if (claim !== undefined) assert.ok(before.output.includes(claim), before.output);

      const free = await run(file, []);
      const opened = free[udp ? 'udp' : 'tcp'].some((address) => address.endsWith(`:${port}`));
      assert.ok(opened, `nothing listens on ${port}: ${free.tcp} ${free.output}\n${fixed}`);
      assert.equal(free.status, null, `${free.output}\n${fixed}`);
      assert.doesNotMatch(free.output, /Cannot listen/);
      if (claim !== undefined) assert.ok(free.output.includes(claim), `${free.output}\n${fixed}`);

      const taken = await run(file, [port]);
      if (rejects) {
        assert.match(taken.output, new RegExp(`could not start: listen EADDRINUSE: .*:${port}\\b`), fixed);
      } else {
        assert.match(taken.output, new RegExp(`Cannot listen on (\\S+:|port )${port}\\b`), fixed);
        assert.match(taken.output, new RegExp(`lsof -i :${port} `), fixed);
      }
      assert.doesNotMatch(taken.output, /^ {4}at /m, fixed);
      if (claim !== undefined) assert.ok(!taken.output.includes(claim), `${taken.output}\n${fixed}`);
      assert.equal(taken.status, 1, `${taken.output}\n${fixed}`);
    });
  }
});

const searching: readonly (Pick<Server, 'name' | 'needs' | 'file' | 'text'> & { readonly says?: true })[] = [
  {
    name: 'express in TypeScript, with a port that is a text or a number',
    needs: 'express',
    file: 'express-said.ts',
    says: true,
    text: `import express from 'express';

const app = express();
const PORT = process.env.PORT || ${port};

app.listen(PORT, () => {
  console.log(\`up on \${PORT}\`);
});
`,
  },
  {
    name: 'express, announced behind the call',
    needs: 'express',
    file: 'express-said.cjs',
    says: true,
    text: `const express = require('express');

const app = express();
const port = process.env.PORT || ${port};

app.listen(port);
console.log('the server is listening, up on ' + port);
`,
  },
  {
    name: 'Nest, with the variable read once more where it is shown',
    needs: '@nestjs/platform-express',
    file: 'nest-said.ts',
    says: true,
    text: `import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';

class AppModule {}

async function bootstrap() {
  const app = await NestFactory.create({ module: AppModule }, { logger: false });
  await app.listen(process.env.PORT ?? ${port}, '0.0.0.0');
  console.log(\`up on \${process.env.PORT ?? ${port}}\`);
}
bootstrap();
`,
  },
  {
    name: 'fastify, with the port written out where it is shown',
    needs: 'fastify',
    file: 'fastify-said.ts',
    says: true,
    text: `import Fastify from 'fastify';

const app = Fastify();

async function main() {
  await app.listen({ port: Number(process.env.PORT ?? ${port}), host: '0.0.0.0' });
  console.log('the server is up on ${port}');
}

main();
`,
  },
  {
    name: 'http in CommonJS',
    file: 'http.cjs',
    says: true,
    text: `const http = require('http');

const PORT = process.env.PORT || ${port};

http.createServer((request, response) => response.end('ok')).listen(PORT, '0.0.0.0', () => {
  console.log(\`up on \${PORT}\`);
});
`,
  },
  {
    name: 'express in CommonJS',
    needs: 'express',
    file: 'express.cjs',
    says: true,
    text: `const express = require('express')
const app = express()
const port = ${port}

app.listen(port, () => console.log('up on ' + port))
`,
  },
  {
    name: 'koa in TypeScript',
    needs: 'koa',
    file: 'koa.ts',
    says: true,
    text: `import Koa from 'koa';

const app = new Koa();
const port = Number(process.env.PORT || ${port});

app.listen(port, '0.0.0.0', () => {
	console.log('up on', port);
});
`,
  },
  {
    name: 'hono in a module that can wait',
    needs: '@hono/node-server',
    file: 'hono.mts',
    says: true,
    text: `import { serve } from "@hono/node-server";
import { Hono } from "hono";

const app = new Hono();
const port = ${port};

serve({ fetch: app.fetch, port }, () => {
  console.log(\`up on \${port}\`);
});
`,
  },
  {
    name: 'fastify in an async function',
    needs: 'fastify',
    file: 'fastify.ts',
    text: `import Fastify from 'fastify';

const app = Fastify({ logger: true });

async function main() {
  await app.listen({ port: ${port}, host: '0.0.0.0' });
}

main();
`,
  },
  {
    name: 'Nest',
    needs: '@nestjs/platform-express',
    file: 'nest.ts',
    text: `import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';

class AppModule {}

async function bootstrap() {
  const app = await NestFactory.create({ module: AppModule });
  await app.listen(process.env.PORT ?? ${port}, '0.0.0.0');
}
bootstrap();
`,
  },
  {
    name: 'ws in a module that can wait',
    needs: 'ws',
    file: 'ws.mts',
    text: `import { WebSocketServer } from 'ws';

const wss = new WebSocketServer({ port: ${port}, host: '0.0.0.0' });
wss.on('connection', (ws) => ws.send('hello'));
`,
  },
];

describe('what bindlint fix writes for servers that try the next ports', { concurrency: 2 }, () => {
  let folder = '';
  let project = '';
  let report: Awaited<ReturnType<typeof bindlint>>;
  const text = (file: string) => readFileSync(path.join(project, file), 'utf8');

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'bindlint-javascript-'));
    project = path.join(folder, 'project');
    mkdirSync(project);
    symlinkSync(packages, path.join(project, 'node_modules'));
    writeFileSync(path.join(project, '.gitignore'), 'node_modules\n');
    writeFileSync(path.join(project, '.bindlintrc.yaml'), 'preset: strict\nfix:\n  portFallback: 2\n');
    for (const { file, text: original } of searching) writeFileSync(path.join(project, file), original);
    const { devDependencies } = JSON.parse(readFileSync(path.join(packages, '../package.json'), 'utf8'));
    writeFileSync(
      path.join(project, 'package.json'),
      JSON.stringify({ type: 'module', dependencies: devDependencies }),
    );
    writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts', '*.mts'] }));
    report = await bindlint(['fix', '.'], project);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('a second run finds nothing to write', async () => {
    const before = searching.map(({ file }) => text(file));
    await bindlint(['fix', '.'], project);
    assert.deepEqual(
      searching.map(({ file }) => text(file)),
      before,
    );
  });

  test('everything that it wrote type-checks', { skip: missingPackage('@types/express') }, () => {
    const tsc = path.join(repository, 'node_modules/typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '--project', project], { encoding: 'utf8' });
    assert.equal(stdout, '');
  });

  for (const { name, needs, file, text: original, says } of searching) {
    test(name, { skip: missing() || (needs !== undefined && missingPackage(needs)) }, async () => {
      const fixed = text(file);
      assert.notEqual(fixed, original, `nothing was fixed\n${report.stdout}${report.stderr}`);
      const free = await runIn(project, file, []);
      assert.ok(
        free.tcp.some((address) => address.endsWith(`:${port}`)),
        `${free.output}\n${fixed}`,
      );
      assert.doesNotMatch(free.output, /is taken/);

      const taken = await runIn(project, file, [port]);
      assert.ok(
        taken.tcp.some((address) => address.endsWith(`:${port + 1}`)),
        `${taken.output}\n${fixed}`,
      );
      assert.match(taken.output, new RegExp(`Port ${port} is taken, using ${port + 1}`));
      if (says) assert.match(taken.output, new RegExp(`up on ${port + 1}`), fixed);

      const none = await runIn(project, file, [port, port + 1]);
      assert.match(none.output, new RegExp(`Cannot listen on (\\S+:|port )${port}\\b`), fixed);
      assert.equal(none.status, 1, `${none.output}\n${fixed}`);
    });
  }
});
