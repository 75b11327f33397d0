import { destinationsIn, proxyDials } from '../containers/proxy-dials.ts';
import type { Format } from '../format.ts';

/** https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass, and `server` in an upstream block. */
const passes = /\b(?:proxy_pass|grpc_pass)[ \t]+(?:https?|grpcs?):\/\/([^\s;/'"]+)/dg;
const gateways = /\b(?:uwsgi_pass|fastcgi_pass|scgi_pass)[ \t]+(?:\w+:\/\/)?([^\s;/'"]+:\d+)/dg;
const upstreams = /^[ \t]*server[ \t]+([^\s;{}'"]+:\d+)[^;{}\n]*;/dgm;

export default {
  files:
    /(?:^|\/)(?:[^/]*nginx[^/]*|sites-(?:available|enabled)|conf\.d)\/(?:[^/]+\/)*(?:[^/.]+|[^/]+\.(?:conf|nginx|vhost|site|inc|template|tmpl|tpl|j2|erb)(?:\.[\w-]+)?)$|(?:^|\/)[^/]*nginx[^/]*\.conf(?:\.[\w-]+)?$/i,
  notation: 'lines',
  literals: ['(?:proxy|grpc|uwsgi|fastcgi|scgi)_pass'],
  read({ file, text }) {
    return {
      facts: proxyDials(
        file,
        'nginx',
        [passes, gateways, upstreams].flatMap((pattern) => [...destinationsIn(text, pattern)]),
      ),
    };
  },
} satisfies Format;
