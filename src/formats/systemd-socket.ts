import type { Format } from '../format.ts';
import { type Listen, listenBinds } from '../listen-binds.ts';

const docs = 'https://www.freedesktop.org/software/systemd/man/latest/systemd.socket.html#ListenStream=';
const listens = /^[ \t]*(ListenStream|ListenDatagram)[ \t]*=[ \t]*(\S+)/dgm;

export default {
  files: /\.socket(?:\.d\/[^/]+\.conf)?(?:\.in|\.j2|\.tmpl)?$/,
  notation: 'lines',
  literals: ['Listen(?:Stream|Datagram)'],
  read({ file, text }) {
    // A port alone is all interfaces of both families.
    return {
      facts: listenBinds({ file, framework: 'systemd', docs, host: '', bare: 'port' }, addressesIn(file, text)),
    };
  },
} satisfies Format;

function* addressesIn(file: string, text: string): Iterable<Listen> {
  for (const { indices, 1: name, 2: address } of text.matchAll(listens)) {
    const [start, end] = indices![1]!;
    if (/[%{]/.test(address!)) continue;
    yield { key: { file, start, end }, text: address!, start: indices![2]![0], udp: name === 'ListenDatagram' };
  }
}
