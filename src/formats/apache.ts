import { destinationsIn, proxyDials } from '../containers/proxy-dials.ts';
import type { Format } from '../format.ts';

/** https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxypass */
const passes =
  /^[ \t]*(?:ProxyPass(?:Match)?[ \t]+(?:\S+[ \t]+)?|BalancerMember[ \t]+|RewriteRule[ \t]+\S+[ \t]+)"?(?:https?|wss?|ajp|fcgi|uwsgi|h2c?):\/\/([^\s/'"]+)/dgim;

export default {
  files:
    /(?:^|\/)(?:(?:[^/]*[_.-])?(?:apache2?|httpd)(?:[_.-][^/]*)?|sites-(?:available|enabled))\/(?:[^/]+\/)*[^/]+$|(?:^|\/)[^/]*(?:apache2?|httpd|vhost)[^/]*\.conf$|(?:^|\/)\.htaccess$/i,
  notation: 'lines',
  literals: ['(?:ProxyPass|BalancerMember|RewriteRule)'],
  read({ file, text }) {
    return { facts: proxyDials(file, 'apache', destinationsIn(text, passes)) };
  },
} satisfies Format;
