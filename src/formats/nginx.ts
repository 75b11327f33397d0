import { configuredBinds, type Listening } from '../containers/configured-binds.ts';
import { destinationsIn, proxyDials } from '../containers/proxy-dials.ts';
import type { Format } from '../format.ts';

/** https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass, and `server` in an upstream block. */
const passes = /\b(?:proxy_pass|grpc_pass)[ \t]+(?:https?|grpcs?):\/\/([^\s;/'"]+)/dg;
const gateways = /\b(?:uwsgi_pass|fastcgi_pass|scgi_pass)[ \t]+(?:\w+:\/\/)?([^\s;/'"]+:\d+)/dg;
/** https://nginx.org/en/docs/http/ngx_http_core_module.html#listen */
const listens = /(?:^|[;{}])[ \t]*listen[ \t]([^;\n]{1,300})(?=;)/dgm;
const upstreams = /^[ \t]*server[ \t]+((?:\[[^\s\]]*\]|[^\s;:{}'"]+):\d{1,5})(?=[\s;])[^;{}\n]*;/dgm;

export default {
  files:
    /(?:^|\/)(?:[^/]*nginx[^/]*|sites-(?:available|enabled)|conf\.d)\/(?:[^/]+\/)*(?:[^/.]+|[^/]+\.(?:conf|nginx|vhost|site|inc|template|tmpl|tpl|j2|erb)(?:\.[\w-]+)?)$|(?:^|\/)[^/]*nginx[^/]*\.conf(?:\.[\w-]+)?$/i,
  notation: 'lines',
  literals: ['(?:proxy|grpc|uwsgi|fastcgi|scgi)_pass|\\blisten\\b'],
  read({ file, text }) {
    const dials = [passes, gateways, upstreams].flatMap((pattern) => [...destinationsIn(text, pattern)]);
    return { facts: [...proxyDials(file, 'nginx', dials), ...configuredBinds(file, 'nginx', listening(text))] };
  },
} satisfies Format;

/** Nobody writes down more. */
const mostListens = 1_000;

function* listening(text: string): Iterable<Listening> {
  let looked = 0;
  for (const match of text.matchAll(listens)) {
    if (++looked > mostListens) return;
    const words = match[1]!;
    const [address = ''] = words.trim().split(/\s/, 1);
    const start = match.indices![1]![0] + words.indexOf(address);
    if (address === '' || text.slice(text.lastIndexOf('\n', start - 1) + 1, start).includes('#')) continue;
    const isUdp = /\b(?:udp|quic)\b/.test(words);
    yield {
      text: address,
      start,
      directive: 'listen',
      port: 80,
      host: '0.0.0.0',
      ...(isUdp && { protocol: 'udp' as const }),
    };
  }
}
