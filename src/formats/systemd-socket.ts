import { configuredBinds, type Listening } from '../containers/configured-binds.ts';
import type { Format } from '../format.ts';

/** https://www.freedesktop.org/software/systemd/man/latest/systemd.socket.html */
const listens = /^[ \t]*(Listen(?:Stream|Datagram))[ \t]*=[ \t]*(\S+)[ \t]*\r?$/dgm;

export default {
  files: /\.socket(?:\.d\/[^/]+\.conf)?(?:\.in|\.j2|\.tmpl)?$/,
  notation: 'lines',
  literals: ['Listen(?:Stream|Datagram)'],
  read({ file, text }) {
    return { facts: configuredBinds(file, 'systemd', listening(text)) };
  },
} satisfies Format;

/** Names and paths are sockets of the file system. */
function* listening(text: string): Iterable<Listening> {
  for (const match of text.matchAll(listens)) {
    const [, directive, address] = match as unknown as [string, string, string];
    if (!/:\d+$|^\d+$/.test(address) || /^(?:vsock|[/@%])/.test(address)) continue;
    const isUdp = directive === 'ListenDatagram';
    const start = match.indices![2]![0];
    yield { text: address, start, directive, port: 0, host: '::', ...(isUdp && { protocol: 'udp' as const }) };
  }
}
