import type { Format } from '../format.ts';
import { type Listen, listenBinds } from '../listen-binds.ts';
import { destinationsIn, proxyDials } from '../proxy-dials.ts';

const docs = 'https://docs.haproxy.org/2.8/configuration.html#4.2-bind';
const binds = /^[ \t]*(bind)[ \t]+"?([^\s#"]+)/dgm;
/** https://docs.haproxy.org/2.8/configuration.html#5 */
const servers = /^[ \t]*server[ \t]+\S+[ \t]+([^\s#]+:\d+)/dgm;

export default {
  files: /(?:^|\/)[^/]*haproxy[^/]*\.(?:cfg|conf)(?:\.[\w-]+)?$|(?:^|\/)haproxy\/(?:[^/]+\/)*[^/]+\.cfg$/i,
  notation: 'lines',
  literals: ['(?:bind|server)[ \\t]'],
  read({ file, text }) {
    return {
      facts: [
        ...listenBinds({ file, framework: 'haproxy', docs, host: '0.0.0.0', bare: 'host' }, addressesIn(file, text)),
        ...proxyDials(file, 'haproxy', destinationsIn(text, servers)),
      ],
    };
  },
} satisfies Format;

/** `bind :80,:::443`: several in one line. */
function* addressesIn(file: string, text: string): Iterable<Listen> {
  for (const { indices, 2: list } of text.matchAll(binds)) {
    const [start, end] = indices![1]!;
    for (const { 0: address, index } of list!.matchAll(/[^,]+/g)) {
      const from = /^(?:ipv[46]|quic[46])@/.exec(address)?.[0].length ?? 0;
      yield { key: { file, start, end }, text: address.slice(from), start: indices![2]![0] + index + from };
    }
  }
}
