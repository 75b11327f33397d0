// A client in a network of its own, for `bindlint verify`: the other end of a cable. Each line of standard input is a destination as
// JSON, and the line that answers says how far the connection came.
const net = require('node:net');
const readline = require('node:readline');
const tls = require('node:tls');

process.stdout.write('ready\n');
const lines = readline.createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const { id, host, port, say, toConnect, toAnswer, isSecure } = JSON.parse(line);
  let bytes = '';
  let connected = false;
  const socket = isSecure
    ? tls.connect({
        host,
        port,
        rejectUnauthorized: false,
        minVersion: 'TLSv1',
        ...(say !== undefined && { ALPNProtocols: ['http/1.1'] }),
      })
    : net.connect({ host, port });
  const finish = (end, code) => {
    clearTimeout(timer);
    socket.removeAllListeners();
    socket.on('error', () => {});
    socket.destroy();
    process.stdout.write(`${JSON.stringify({ id, end, connected, code, bytes })}\n`);
  };
  let timer = setTimeout(() => finish('timeout'), toConnect);
  socket.once('connect', () => {
    connected = true;
    clearTimeout(timer);
    timer = setTimeout(() => finish('timeout'), toAnswer);
  });
  socket.once(isSecure ? 'secureConnect' : 'connect', () => {
    if (say === undefined) finish('connected');
    else socket.write(say);
  });
  socket.once('data', (chunk) => {
    bytes = chunk.subarray(0, 64).toString('latin1');
    finish('bytes');
  });
  socket.once('close', () => finish('closed'));
  socket.once('error', ({ code }) => finish('error', code));
});
lines.on('close', () => process.exit());
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});
