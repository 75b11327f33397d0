import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttp2, createSecureServer } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { createServer as createTls } from 'node:tls';
import { attempt } from '../../src/runtime/attempt.ts';
import { load } from '../../src/runtime/load.ts';

const open: Server[] = [];
const sockets = new Set<Socket>();
after(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of open) server.close();
});

async function portOf(server: Server): Promise<number> {
  open.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const tried = async (server: Server) => attempt({ host: '127.0.0.1', port: await portOf(server) }, 600);

test('HTTP', async () => {
  const seen = await tried(createHttp((_, response) => response.writeHead(404).end()));
  assert.deepEqual([seen.result, seen.speaks, seen.status], ['answered', 'http', 404]);
});

test('a greeting', async () => {
  const seen = await tried(createServer((socket) => socket.end('220 mail ready\r\n')));
  assert.deepEqual([seen.result, seen.words], ['answered', 'answers with "220 mail ready"']);
});

test('HTTP by a server that waits for nobody', async () => {
  const server = createHttp((_, response) => response.end('ok'));
  server.setTimeout(50);
  assert.equal((await tried(server)).speaks, 'http');
});

test('something that is no text', async () => {
  const seen = await tried(createServer((socket) => socket.end(Buffer.from([0, 0, 18, 4, 0]))));
  assert.equal(seen.words, 'answers with something other than HTTP');
});

test('HTTP/2 alone', async () => {
  const seen = await tried(createHttp2() as unknown as Server);
  assert.deepEqual([seen.result, seen.words], ['answered', 'answers over HTTP/2 alone']);
});

test('silence', async () => {
  const seen = await tried(createServer(() => {}));
  assert.deepEqual([seen.result, seen.words], ['accepted', 'accepts the connection and says nothing']);
});

test('closed at once, and reset', async () => {
  assert.equal((await tried(createServer((socket) => socket.end()))).result, 'closed');
  assert.equal((await tried(createServer((socket) => socket.resetAndDestroy()))).result, 'reset');
});

test('refused', async () => {
  const server = createServer();
  const port = await portOf(server);
  await new Promise((resolve) => server.close(resolve));
  const seen = await attempt({ host: '127.0.0.1', port }, 600);
  assert.deepEqual([seen.result, seen.words], ['refused', 'refused: nothing listens there']);
});

test('an address of another machine is no address to come from', async () => {
  const seen = await attempt({ host: '127.0.0.1', port: 9, from: '192.0.2.77' }, 600);
  assert.deepEqual([seen.result, seen.words], ['unreachable', 'there is no way to it (EADDRNOTAVAIL)']);
});

const openssl = spawnSync('openssl', ['version']).status === 0;
test('TLS is expected', { skip: !openssl && 'openssl is not installed' }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bindlint-tls-'));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-days', '1'];
  spawnSync('openssl', [...words, '-keyout', key, '-out', cert]);
  const pair = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  const https = await tried(createHttps(pair, (_, response) => response.end('ok')));
  assert.deepEqual([https.result, https.speaks, https.status], ['answered', 'https', 200]);
  const tls = await tried(createTls(pair, (socket) => socket.on('error', () => {})));
  assert.deepEqual([tls.speaks, tls.words], ['tls', 'TLS is expected']);
  const http2 = createSecureServer(pair, (_, response) => void response.end('ok')) as unknown as Server;
  const second = { host: '127.0.0.1', port: await portOf(http2) };
  const seen = await attempt(second, 2000);
  assert.deepEqual([seen.speaks, seen.words], ['tls', 'TLS is expected, and HTTP/2']);
  assert.equal((await load(second, 'tls', 3, '/', 2000)).answered, 3);
  const to = { host: '127.0.0.1', port: await portOf(createHttps(pair, (_, response) => response.end('ok'))) };
  assert.deepEqual([...(await load(to, 'https', 3, '/', 2000)).outcomes], [['status 200', 3]]);
});

test('requests are made at the same time', async () => {
  const waiting: (() => void)[] = [];
  const server = createHttp((_, response) => {
    waiting.push(() => response.end('ok'));
    // Nobody is answered before all have asked.
    if (waiting.length === 5) for (const answer of waiting) answer();
  });
  const port = await portOf(server);
  const seen = await load({ host: '127.0.0.1', port }, 'http', 5, '/', 3000);
  assert.deepEqual([seen.answered, [...seen.outcomes]], [5, [['status 200', 5]]]);
});

test('a stream that never ends is an answer, and one that never comes is none', async () => {
  const stream = await portOf(createHttp((_, response) => response.writeHead(200).write('data: 1\n\n')));
  assert.equal((await load({ host: '127.0.0.1', port: stream }, 'http', 2, '/', 3000)).answered, 2);
  const silent = await portOf(createHttp(() => {}));
  assert.deepEqual(
    [...(await load({ host: '127.0.0.1', port: silent }, 'http', 2, '/', 300)).outcomes],
    [['no answer in time', 2]],
  );
});
