import { destinationsIn, proxyDials } from '../containers/proxy-dials.ts';
import { type Listening, webServerBinds } from '../containers/web-server-binds.ts';
import type { Format } from '../format.ts';

/** https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass, and `server` in an upstream block. */
const passes = /\b(?:proxy_pass|grpc_pass)[ \t]+(?:https?|grpcs?):\/\/([^\s;/'"]+)/dg;
const gateways = /\b(?:uwsgi_pass|fastcgi_pass|scgi_pass)[ \t]+(?:\w+:\/\/)?([^\s;/'"]+:\d+)/dg;
/** https://nginx.org/en/docs/http/ngx_http_core_module.html#listen */
const listens = /(?:^|[;{}])[ \t]*listen[ \t]+([^\s;{}]*(?:\$\{\w+\}[^\s;{}]*)?)([^;{}\n]*)(?=;)/dgm;
const upstreams = /^[ \t]*server[ \t]+([^\s;{}'"]+:\d+)[^;{}\n]*;/dgm;

export default {
  files:
    /(?:^|\/)(?:[^/]*nginx[^/]*|sites-(?:available|enabled)|conf\.d)\/(?:[^/]+\/)*(?:[^/.]+|[^/]+\.(?:conf|nginx|vhost|site|inc|template|tmpl|tpl|j2|erb)(?:\.[\w-]+)?)$|(?:^|\/)[^/]*nginx[^/]*\.conf(?:\.[\w-]+)?$/i,
  notation: 'lines',
  literals: ['(?:proxy|grpc|uwsgi|fastcgi|scgi)_pass|\\blisten\\b'],
  read({ file, text }) {
    const dials = [passes, gateways, upstreams].flatMap((pattern) => [...destinationsIn(text, pattern)]);
    return { facts: [...proxyDials(file, 'nginx', dials), ...webServerBinds(file, 'nginx', listening(text))] };
  },
} satisfies Format;

function* listening(text: string): Iterable<Listening> {
  for (const match of text.matchAll(listens)) {
    const [, address, rest] = match as unknown as [string, string, string];
    const start = match.indices![1]![0];
    if (text.slice(text.lastIndexOf('\n', start - 1) + 1, start).includes('#')) continue;
    const isUdp = /\b(?:udp|quic)\b/.test(rest);
    yield { text: address, start, port: 80, host: '0.0.0.0', ...(isUdp && { protocol: 'udp' as const }) };
  }
}
