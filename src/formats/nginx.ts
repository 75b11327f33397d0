import type { Format } from '../format.ts';
import { listenBinds } from '../listen-binds.ts';
import { destinationsIn, proxyDials } from '../proxy-dials.ts';

/** https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass, and `server` in an upstream block. */
const passes = /\b(?:proxy_pass|grpc_pass)[ \t]+(?:https?|grpcs?):\/\/([^\s;/'"]+)/dg;
const gateways = /\b(?:uwsgi_pass|fastcgi_pass|scgi_pass)[ \t]+(?:\w+:\/\/)?([^\s;/'"]+:\d+)/dg;
const upstreams = /^[ \t]*server[ \t]+([^\s;{}'"]+:\d+)[^;{}\n]*;/dgm;
const docs = 'https://nginx.org/en/docs/http/ngx_http_core_module.html#listen';
const listens = /(?<=^|[\s{;])(listen)[ \t]+((?:\$\{[^}\s]*\}|[^\s;{}'"])+)([^;{}\n]*);/dg;

export default {
  files:
    /(?:^|\/)(?:[^/]*nginx[^/]*|sites-(?:available|enabled)|conf\.d)\/(?:[^/]+\/)*[^/]+$|(?:^|\/)[^/]*nginx[^/]*\.conf(?:\.[\w-]+)?$/i,
  notation: 'lines',
  literals: ['(?:(?:proxy|grpc|uwsgi|fastcgi|scgi)_pass|listen)[ \\t]'],
  read({ file, text }) {
    return {
      facts: [
        ...listenBinds(
          { file, framework: 'nginx', docs, host: '0.0.0.0', port: 80, bare: 'host' },
          listensIn(file, text),
        ),
        ...proxyDials(
          file,
          'nginx',
          [passes, gateways, upstreams].flatMap((pattern) => [...destinationsIn(text, pattern)]),
        ),
      ],
    };
  },
} satisfies Format;

function* listensIn(file: string, text: string) {
  for (const { indices, 2: address, 3: options } of text.matchAll(listens)) {
    const [start, end] = indices![1]!;
    const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
    if (line.includes('#')) continue;
    yield { key: { file, start, end }, text: address!, start: indices![2]![0], udp: /\b(?:quic|udp)\b/.test(options!) };
  }
}
