// Takes a port on every address for `bindlint verify`, and holds it until standard input ends. It is a process of its own, because
// some programs end whoever holds the port they want.
const net = require('node:net');

const [port, ...hosts] = process.argv.slice(2);
let waiting = hosts.length;
const taken = [];
const failed = [];
for (const host of hosts) {
  const server = net.createServer((socket) => socket.destroy());
  const done = (list, word) => {
    list.push(word);
    if (--waiting === 0) process.stdout.write(`${JSON.stringify({ taken, failed })}\n`);
  };
  server.once('error', ({ code }) => done(failed, { host, code }));
  server.listen({ host, port: Number(port), ipv6Only: host.includes(':') }, () => done(taken, host));
}
process.stdin.resume();
process.stdin.on('close', () => process.exit());
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});
