import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import frameworks from '../../generated/javascript.ts';
import { proveJavascript } from './javascript-proof.ts';
import { missing } from './observe.ts';
import { type Program, prove } from './proof.ts';
import { missingPackage, packages, repository } from './tools.ts';

/** Entries that are commands. */
const commands: Readonly<Record<string, readonly Program[]>> = {
  '@11ty/eleventy': [
    {
      entry: 'eleventy --serve',
      needs: '@11ty/eleventy',
      command: ['eleventy', '--serve', '--input=docs', '--output=site'],
    },
    {
      entry: 'eleventy-dev-server',
      needs: '@11ty/eleventy-dev-server',
      command: ['eleventy-dev-server'],
    },
  ],
  '@remix-run/serve': [
    {
      entry: 'remix-serve FILE',
      needs: '@remix-run/serve',
      command: ['remix-serve', './build/remix.mjs'],
    },
  ],
  '@rsbuild/core': [
    {
      entry: 'rsbuild preview',
      needs: '@rsbuild/core',
      command: ['rsbuild', 'preview'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
    {
      entry: 'rsbuild [dev]',
      needs: '@rsbuild/core',
      command: ['rsbuild', 'dev'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
    {
      entry: 'rsbuild [dev]',
      variant: 'told that it has a host, and not which',
      needs: '@rsbuild/core',
      command: ['rsbuild', 'dev', '--host'],
      alone: '0.0.0.0',
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
  'browser-sync': [
    {
      entry: 'browser-sync start',
      needs: 'browser-sync',
      command: ['browser-sync', 'start', '--no-open', '--no-ui', '-s', '.'],
      stated: ['--listen', 'localhost', '--port', '8124'],
    },
    {
      entry: 'lite-server',
      needs: 'lite-server',
      command: ['lite-server'],
    },
  ],
  fastify: [
    {
      entry: 'fastify start FILE',
      needs: 'fastify-cli',
      command: ['fastify', 'start', 'ADDRESS', 'plugin.js'],
      stated: ['-a', 'localhost', '-p', '8124'],
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
      folder: 'json-server',
      command: ['json-server', '../db.json'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
    {
      entry: 'json-server FILE (1.0)',
      needs: 'json-server1',
      folder: 'json-server1',
      command: ['json-server', '../db.json'],
      stated: ['--host', 'localhost', '--port', '8124'],
      binds: '::',
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
    {
      entry: 'nest start --debug [HOST:PORT]',
      needs: '@nestjs/cli',
      folder: 'nest',
      command: ['nest', 'start', 'ADDRESS'],
      bare: '--debug',
      stated: ['--debug', 'localhost:8124'],
    },
  ],
  sails: [
    {
      entry: 'sails lift',
      needs: 'sails',
      folder: 'sails',
      command: ['sails', 'lift'],
      stated: ['--explicitHost=localhost', '--port=8124'],
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
  vitepress: [
    {
      entry: 'vitepress preview',
      needs: 'vitepress',
      command: ['vitepress', 'preview', 'docs'],
    },
    {
      entry: 'vitepress [dev]',
      needs: 'vitepress',
      command: ['vitepress', 'dev', 'docs'],
      stated: ['--host', 'localhost', '--port', '8124', '--strictPort'],
    },
    {
      entry: 'vitepress [dev]',
      variant: 'told that it has a host, and not which',
      needs: 'vitepress',
      command: ['vitepress', 'dev', 'docs', '--host'],
      alone: '::',
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
      entry: 'react-router dev',
      needs: '@react-router/dev',
      folder: 'react-router',
      command: ['react-router', 'dev'],
      stated: ['--host', 'localhost', '--port', '8124', '--strictPort'],
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
    {
      entry: 'webpack-dev-server',
      needs: 'webpack-dev-server',
      command: ['webpack-dev-server', '--mode', 'development'],
      stated: ['--host', 'localhost', '--port', '8124'],
    },
  ],
};

const given = { port: 8123 };
/** Takes what Node's own servers take. */
const asNode = { given, stated: 'PORT, HOST' };

/** Entries that are called; each listen() gives what the call gives. */
const called: Readonly<Record<string, readonly Program[]>> = {
  '@apollo/server/standalone': [
    {
      entry: 'await startStandaloneServer(server, { listen: { port, host } })',
      needs: '@apollo/server',
      stated: ', { listen: { port: PORT, host: HOST } }',
      source: `import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
const listen = () => startStandaloneServer(new ApolloServer({ typeDefs: 'type Query { a: Int }' })ADDRESS);`,
    },
  ],
  '@feathersjs/express': [
    {
      entry: 'await express(feathers()).listen(port[, host])',
      needs: '@feathersjs/express',
      ...asNode,
      source: `import { feathers } from '@feathersjs/feathers';
import express from '@feathersjs/express';
const listen = () => express(feathers()).listen(ADDRESS);`,
    },
  ],
  '@feathersjs/koa': [
    {
      entry: 'await koa(feathers()).listen(port[, host])',
      needs: '@feathersjs/koa',
      ...asNode,
      source: `import { feathers } from '@feathersjs/feathers';
import { koa } from '@feathersjs/koa';
const listen = () => koa(feathers()).listen(ADDRESS);`,
    },
  ],
  '@grpc/grpc-js': [
    {
      entry: "new Server().bindAsync('host:port', credentials, callback)",
      needs: '@grpc/grpc-js',
      given: { host: '127.0.0.1' },
      bare: "'127.0.0.1'",
      stated: '`${HOST}:${PORT}`',
      source: `import grpc from '@grpc/grpc-js';
const listen = () => {
  const server = new grpc.Server();
  server.bindAsync(ADDRESS, grpc.ServerCredentials.createInsecure()CALLBACK);
};`.replace('CALLBACK', ', (error) => { if (error) console.log("called with", error.message); }'),
    },
  ],
  '@hapi/hapi': [
    {
      entry: 'Hapi.server({ port, host }).start()',
      needs: '@hapi/hapi',
      given,
      bare: '{ port: PORT }',
      stated: '{ port: PORT, host: HOST }',
      source: `import Hapi from '@hapi/hapi';
const listen = () => {
  const server = Hapi.server(ADDRESS);
  return server.start();
};`,
    },
  ],
  '@hono/node-server': [
    {
      entry: 'serve({ fetch, port, hostname }[, callback])',
      needs: '@hono/node-server',
      bare: '{ fetch: app.fetch }',
      stated: '{ fetch: app.fetch, port: PORT, hostname: HOST }',
      source: `import { serve } from '@hono/node-server';
import { Hono } from 'hono';
const app = new Hono();
const listen = () => serve(ADDRESSCALLBACK);`,
    },
  ],
  '@modelcontextprotocol/sdk/server/express.js': [
    {
      entry: 'createMcpExpressApp({ host }).listen(port[, host][, callback])',
      needs: '@modelcontextprotocol/sdk',
      ...asNode,
      source: `import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
const listen = () => createMcpExpressApp({ host: '127.0.0.1' }).listen(ADDRESSCALLBACK);`,
    },
  ],
  '@nestjs/core': [
    {
      entry: 'NestFactory.create(module).listen(port[, host])',
      needs: '@nestjs/platform-express',
      ...asNode,
      source: `import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
class App {}
const listen = async () => {
  const app = await NestFactory.create({ module: App });
  return app.listen(ADDRESS);
};`,
    },
    {
      entry: 'NestFactory.create(module).listen(port[, host])',
      variant: 'on Fastify',
      needs: '@nestjs/platform-fastify',
      ...asNode,
      alone: 'localhost',
      source: `import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
class App {}
const listen = async () => {
  const app = await NestFactory.create({ module: App }, new FastifyAdapter());
  return app.listen(ADDRESS);
};`,
    },
  ],
  '@nestjs/microservices': [
    {
      entry: 'NestFactory.createMicroservice(module, { transport, options })',
      needs: '@nestjs/microservices',
      stated: ', options: { host: HOST, port: PORT }',
      source: `import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Transport } from '@nestjs/microservices';
class App {}
const listen = async () => {
  const app = await NestFactory.createMicroservice({ module: App }, { transport: Transport.TCPADDRESS });
  return app.listen();
};`,
    },
    {
      entry: 'app.connectMicroservice({ transport, options })',
      needs: '@nestjs/microservices',
      stated: ', options: { host: HOST, port: PORT }',
      source: `import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Transport } from '@nestjs/microservices';
class App {}
const listen = async () => {
  const app = await NestFactory.create({ module: App });
  app.connectMicroservice({ transport: Transport.TCPADDRESS });
  return app.startAllMicroservices();
};`,
    },
  ],
  '@tinyhttp/app': [
    {
      entry: 'new App().listen(port[, callback][, host])',
      needs: '@tinyhttp/app',
      given,
      stated: 'PORT, undefined, HOST',
      source: `import { App } from '@tinyhttp/app';
const listen = () => new App().get('/', (_, response) => response.send('ok')).listen(ADDRESSCALLBACK);`,
    },
  ],
  '@trpc/server/adapters/standalone': [
    {
      entry: 'createHTTPServer({ router }).listen(port[, host])',
      needs: '@trpc/server',
      ...asNode,
      source: `import { initTRPC } from '@trpc/server';
import { createHTTPServer } from '@trpc/server/adapters/standalone';
const listen = () => createHTTPServer({ router: initTRPC.create().router({}) }).listen(ADDRESSCALLBACK);`,
    },
  ],
  'apollo-server': [
    {
      entry: 'new ApolloServer({ typeDefs, resolvers }).listen({ port, host })',
      needs: 'apollo-server',
      stated: '{ port: PORT, host: HOST }',
      source: `import { ApolloServer } from 'apollo-server';
const listen = () => new ApolloServer({ typeDefs: 'type Query { a: Int }' }).listen(ADDRESS);`,
    },
  ],
  connect: [
    {
      entry: 'connect().listen(port[, host][, callback])',
      needs: 'connect',
      ...asNode,
      source: `import connect from 'connect';
const listen = () => connect().listen(ADDRESSCALLBACK);`,
    },
  ],
  dgram: [
    {
      entry: 'dgram.createSocket(type).bind(port[, address][, callback])',
      ...asNode,
      source: `import dgram from 'node:dgram';
const listen = () => dgram.createSocket('udp4').bind(ADDRESS);`,
    },
    {
      entry: 'dgram.createSocket(type).bind(port[, address][, callback])',
      variant: 'of IPv6',
      given,
      alone: '::',
      source: `import dgram from 'node:dgram';
const listen = () => dgram.createSocket('udp6').bind(ADDRESS);`,
    },
  ],
  elysia: [
    {
      entry: 'new Elysia().listen(port | { port, hostname }[, callback])',
      needs: 'elysia',
      given,
      stated: '{ port: PORT, hostname: HOST }',
      source: `import { node } from '@elysiajs/node';
import { Elysia } from 'elysia';
const listen = () => new Elysia({ adapter: node() }).get('/', () => 'ok').listen(ADDRESS);`,
    },
  ],
  'engine.io': [
    {
      entry: 'engine.listen(port[, options][, callback])',
      needs: 'engine.io',
      given,
      source: `import * as engine from 'engine.io';
const listen = () => engine.listen(ADDRESS);`,
    },
  ],
  esbuild: [
    {
      entry: '(await esbuild.context(options)).serve({ port, host })',
      needs: 'esbuild',
      stated: 'port: PORT, host: HOST',
      source: `import * as esbuild from 'esbuild';
const listen = async () => {
  const context = await esbuild.context({});
  return context.serve({ ADDRESS });
};`,
    },
  ],
  vite: [
    {
      entry: 'vite.createServer({ server: { host, port } }).listen([port])',
      needs: 'vite',
      stated: 'port: PORT, host: HOST',
      source: `import { createServer } from 'vite';
const listen = async () => {
  const server = await createServer({ configFile: false, server: { ADDRESS } });
  return server.listen();
};`,
    },
    {
      entry: 'vite.preview({ preview: { host, port } })',
      needs: 'vite',
      stated: 'port: PORT, host: HOST',
      source: `import { preview } from 'vite';
const listen = () => preview({ configFile: false, build: { outDir: '.' }, preview: { ADDRESS } });`,
    },
  ],
  express: [
    {
      entry: 'express().listen(port[, host][, callback])',
      needs: 'express',
      ...asNode,
      source: `import express from 'express';
const listen = () => express().listen(ADDRESSCALLBACK);`,
    },
    {
      entry: 'express().listen(port[, host][, callback])',
      variant: 'version 4',
      folder: 'four',
      needs: 'express4',
      ...asNode,
      source: `import express from 'express';
const listen = () => express().listen(ADDRESSCALLBACK);`,
    },
  ],
  fastify: [
    {
      entry: 'fastify().listen({ port, host })',
      needs: 'fastify',
      given,
      bare: '{ port: PORT }',
      stated: '{ port: PORT, host: HOST }',
      source: `import fastify from 'fastify';
const listen = () => fastify().listen(ADDRESSCALLBACK);`,
    },
  ],
  'gulp-connect': [
    {
      entry: 'connect.server({ port, host })',
      needs: 'gulp-connect',
      bare: "{ root: '.' }",
      stated: "{ root: '.', port: PORT, host: HOST }",
      source: `import connect from 'gulp-connect';
const listen = () => connect.server(ADDRESS);`,
    },
  ],
  'webpack-dev-server': [
    {
      entry: 'new WebpackDevServer({ port, host }, compiler).start()',
      needs: 'webpack-dev-server',
      bare: '{}',
      stated: '{ port: PORT, host: HOST }',
      source: `import webpack from 'webpack';
import WebpackDevServer from 'webpack-dev-server';
const listen = () => new WebpackDevServer(ADDRESS, webpack({ mode: 'development', entry: {} })).start();`,
    },
  ],
  'gulp-livereload': [
    {
      entry: 'livereload.listen({ port, host })',
      needs: 'gulp-livereload',
      stated: '{ port: PORT, host: HOST }',
      source: `import livereload from 'gulp-livereload';
const listen = () => livereload.listen(ADDRESS);`,
    },
  ],
  h3: [
    {
      entry: 'serve(app, { port, hostname })',
      needs: 'h3',
      stated: ', { port: PORT, hostname: HOST }',
      source: `import { H3, serve } from 'h3';
const listen = () => serve(new H3()ADDRESS);`,
    },
  ],
  http: [
    {
      entry: 'http.createServer(handler).listen(port[, host][, backlog][, callback])',
      ...asNode,
      source: `import http from 'node:http';
const listen = () => http.createServer().listen(ADDRESSCALLBACK);`,
    },
  ],
  'http-proxy': [
    {
      entry: 'createProxyServer(options).listen(port[, host])',
      needs: 'http-proxy',
      ...asNode,
      source: `import httpProxy from 'http-proxy';
const listen = () => httpProxy.createProxyServer({ target: 'http://localhost:9' }).listen(ADDRESS);`,
    },
  ],
  http2: [
    {
      entry: 'http2.createServer(handler).listen(port[, host])',
      ...asNode,
      source: `import http2 from 'node:http2';
const listen = () => http2.createServer().listen(ADDRESSCALLBACK);`,
    },
  ],
  https: [
    {
      entry: 'https.createServer(options, handler).listen(port[, host][, backlog][, callback])',
      ...asNode,
      source: `import https from 'node:https';
const listen = () => https.createServer({}).listen(ADDRESSCALLBACK);`,
    },
  ],
  'json-server': [
    {
      entry: 'jsonServer.create().listen(port[, host][, callback])',
      needs: 'json-server',
      ...asNode,
      source: `import jsonServer from 'json-server';
const listen = () => jsonServer.create().listen(ADDRESSCALLBACK);`,
    },
  ],
  koa: [
    {
      entry: 'new Koa().listen(port[, host][, callback])',
      needs: 'koa',
      ...asNode,
      source: `import Koa from 'koa';
const listen = () => new Koa().listen(ADDRESSCALLBACK);`,
    },
  ],
  listhen: [
    {
      entry: 'await listen(handler, { port, hostname })',
      needs: 'listhen',
      given: { host: 'localhost' },
      bare: ', { hostname: HOST }',
      stated: ', { port: PORT, hostname: HOST }',
      source: `import { listen as serve } from 'listhen';
const listen = () => serve((request, response) => response.end('ok')ADDRESS);`,
    },
  ],
  net: [
    {
      entry: 'net.createServer(handler).listen(port[, host][, backlog][, callback])',
      ...asNode,
      source: `import net from 'node:net';
const listen = () => net.createServer().listen(ADDRESSCALLBACK);`,
    },
  ],
  peer: [
    {
      entry: 'PeerServer({ port, host, path })',
      needs: 'peer',
      bare: "{ path: '/' }",
      stated: "{ path: '/', port: PORT, host: HOST }",
      source: `import { PeerServer } from 'peer';
const listen = () => PeerServer(ADDRESS);`,
    },
  ],
  polka: [
    {
      entry: 'polka().listen(port[, host][, callback])',
      needs: 'polka',
      ...asNode,
      source: `import polka from 'polka';
const listen = () => polka().get('/', (request, response) => response.end('ok')).listen(ADDRESS);`,
    },
  ],
  restify: [
    {
      entry: 'restify.createServer().listen(port[, host][, callback])',
      needs: 'restify',
      ...asNode,
      source: `import restify from 'restify';
const listen = () => {
  const server = restify.createServer();
  server.listen(ADDRESS);
  return server;
};`,
    },
  ],
  'browser-sync': [
    {
      entry: 'browserSync.init({ port, listen })',
      needs: 'browser-sync',
      stated: ', port: PORT, listen: HOST',
      source: `import browserSync from 'browser-sync';
const listen = () => browserSync.init({ server: '.', ui: false, open: falseADDRESS });`,
    },
  ],
  'crossws/server': [
    {
      entry: 'serve({ websocket, fetch, port, hostname })',
      needs: 'crossws',
      stated: ', port: PORT, hostname: HOST',
      source: `import { serve } from 'crossws/server';
const listen = () => serve({ websocket: {}, fetch: () => new Response('ok')ADDRESS });`,
    },
  ],
  sails: [
    {
      entry: 'sails.lift({ port, explicitHost })',
      needs: 'sails',
      stated: ', port: PORT, explicitHost: HOST',
      source: `import sails from 'sails';
const listen = () => sails.lift({ hooks: { grunt: false }, log: { level: 'error' }ADDRESS });`,
    },
  ],
  'live-server': [
    {
      entry: 'liveServer.start({ port, host })',
      needs: 'live-server',
      stated: ', port: PORT, host: HOST',
      source: `import liveServer from 'live-server';
const listen = () => liveServer.start({ open: falseADDRESS });`,
    },
  ],
  'smtp-server': [
    {
      entry: 'new SMTPServer(options).listen(port[, host][, callback])',
      needs: 'smtp-server',
      ...asNode,
      source: `import { SMTPServer } from 'smtp-server';
const listen = () => {
  const server = new SMTPServer({});
  server.listen(ADDRESSCALLBACK);
  return server;
};`,
    },
  ],
  'socket.io': [
    {
      entry: 'new Server(port[, options])',
      needs: 'socket.io',
      given,
      source: `import { Server } from 'socket.io';
const listen = () => new Server(ADDRESS, { host: '127.0.0.1' });`,
    },
    {
      entry: 'new Server().listen(port[, options])',
      needs: 'socket.io',
      given,
      source: `import { Server } from 'socket.io';
const listen = () => new Server().listen(ADDRESS);`,
    },
  ],
  srvx: [
    {
      entry: 'serve({ fetch, port, hostname })',
      needs: 'srvx',
      stated: ', port: PORT, hostname: HOST',
      source: `import { serve } from 'srvx';
const listen = () => serve({ fetch: () => new Response('ok')ADDRESS });`,
    },
  ],
  tls: [
    {
      entry: 'tls.createServer(options, handler).listen(port[, host])',
      ...asNode,
      source: `import tls from 'node:tls';
const listen = () => tls.createServer({}).listen(ADDRESSCALLBACK);`,
    },
  ],
  ws: [
    {
      entry: 'new WebSocketServer({ port, host })',
      needs: 'ws',
      given,
      bare: '{ port: PORT }',
      stated: '{ port: PORT, host: HOST }',
      source: `import { WebSocketServer } from 'ws';
const listen = () => new WebSocketServer(ADDRESSCALLBACK);`,
    },
  ],
};

/** A type alone, an older version, and what further flags of commands do that are proven; each entry names its source. */
const unproven = new Set([
  'browser-sync start --ui-port PORT',
  'sails lift --prod',
  '(app: NestFastifyApplication).listen(port[, host])',
  'new WebpackDevServer(compiler, options).listen(port[, host][, callback])',
]);
/** It asks for an earlier Vite. */
const provenElsewhere = new Set(['remix vite:dev']);

/** Proven in another file of this folder. */
const elsewhere = [
  '@angular/cli',
  '@rspack/cli',
  '@strapi/strapi',
  '@sveltejs/adapter-node',
  '@vue/cli-service',
  'astro',
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
  'storybook',
  'wrangler',
];

/**
 * Decorators, which Node does not run as they are written, what no registry of npm offers as Deno runs it, an older name, and packages
 * that are not installed for the tests; the evidence names the source.
 */
const notStarted = [
  '@nestjs/websockets',
  '@oak/oak',
  '@std/http',
  '@tsed/di',
  'hapi',
  'koa-micro',
  'kue',
  'livereload',
];

const programs: Readonly<Record<string, readonly Program[]>> = Object.fromEntries(
  [...new Set([...Object.keys(commands), ...Object.keys(called)])].map((word) => [
    word,
    [...(commands[word] ?? []), ...(called[word] ?? [])],
  ]),
);

test('every framework of the catalogue is proven, or says where it is from', () => {
  assert.deepEqual([...Object.keys(programs), ...elsewhere, ...notStarted].sort(), Object.keys(frameworks).sort());
  for (const word of notStarted) assert.ok('source' in frameworks[word]!.evidence, word);
});

const files: Readonly<Record<string, string>> = {
  'index.html': '<!doctype html><title>Page</title>\n',
  'dist/index.html': '<!doctype html><title>Page</title>\n',
  'src/index.js': 'document.title = "Page";\n',
  'db.json': '{ "posts": [] }\n',
  'docs/index.md': '# Page\n',
  'docs/.vitepress/dist/404.html': '<!doctype html><title>No page</title>\n',
  'docs/.vitepress/dist/index.html': '<!doctype html><title>Page</title>\n',
  'handler.js': 'module.exports = () => "ok";\n',
  'wait.js': 'setTimeout(() => {}, 4000);\n',
  'package.json': '{ "dependencies": { "@elysiajs/node": "1.4.5", "express": "5.3.0" } }\n',
  'plugin.js': 'module.exports = async (app, options) => {};\n',
  'json-server/package.json': '{ "dependencies": { "json-server": "0.17.4" } }\n',
  'json-server1/package.json': '{ "dependencies": { "json-server": "1.0.0-beta.15" } }\n',
  'nest/package.json': '{ "type": "module", "dependencies": { "@nestjs/core": "12.5.1" } }\n',
  'nest/nest-cli.json': '{ "sourceRoot": "src" }\n',
  'nest/tsconfig.json':
    '{ "compilerOptions": { "module": "nodenext", "outDir": "dist", "rootDir": "src", "types": [] } }\n',
  'nest/src/main.ts': 'setTimeout(() => {}, 4000);\n',
  'sails/package.json': '{ "dependencies": { "sails": "1.5.18" } }\n',
  'sails/.sailsrc': '{ "hooks": { "grunt": false } }\n',
  'react-router/package.json':
    '{ "type": "module", "dependencies": { "@react-router/node": "7.18.4", "isbot": "5", "react-router": "7.18.4" } }\n',
  'react-router/vite.config.mjs': `import { reactRouter } from '@react-router/dev/vite';
export default { plugins: [reactRouter()] };
`,
  'react-router/app/routes.js': 'export default [];\n',
  'react-router/app/root.jsx': `import { Outlet, Scripts } from 'react-router';
export default () => <html lang="en"><body><Outlet /><Scripts /></body></html>;
`,
  'four/package.json': '{ "dependencies": { "express": "4.22.3" } }\n',
  'build/remix.mjs': `export const assetsBuildDirectory = 'public/build';
export const publicPath = '/build/';
export const routes = {};
export const future = {};
export const entry = { module: { default: () => new Response('ok') } };
export const assets = { entry: { module: '', imports: [] }, routes: {}, url: '', version: '' };
`,
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
  mkdirSync(path.join(folder, 'four/node_modules'));
  symlinkSync(path.join(packages, 'express4'), path.join(folder, 'four/node_modules/express'));
  for (const [name, bin] of [
    ['json-server', 'lib/cli/bin.js'],
    ['json-server1', 'lib/bin.js'],
  ] as const) {
    mkdirSync(path.join(folder, name, 'node_modules/.bin'), { recursive: true });
    symlinkSync(path.join(packages, name, bin), path.join(folder, name, 'node_modules/.bin/json-server'));
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

prove({
  language: 'javascript',
  seconds: 60,
  frameworks,
  programs,
  unproven,
  elsewhere: provenElsewhere,
  files,
  folder: () => folder,
  proveCall: proveJavascript,
  path: [path.join(packages, '.bin'), path.join(repository, 'node_modules/.bin'), path.dirname(process.execPath)],
  missing: ({ needs }) => missing() || (needs === undefined ? false : missingPackage(needs)),
});
