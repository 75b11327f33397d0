import { configuredBinds, type Listening } from '../containers/configured-binds.ts';
import { destinationsIn, proxyDials } from '../containers/proxy-dials.ts';
import type { Format } from '../format.ts';

/** https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxypass */
const passes =
  /^[ \t]*(?:ProxyPass(?:Match)?[ \t]+(?:\S+[ \t]+)?|BalancerMember[ \t]+|RewriteRule[ \t]+\S+[ \t]+)"?(?:https?|wss?|ajp|fcgi|uwsgi|h2c?):\/\/([^\s/'"]+)/dgim;
/** https://httpd.apache.org/docs/2.4/mod/mpm_common.html#listen */
const listens =
  /^[ \t]*Listen[ \t]+"?((?:\[[^\]\s]{1,60}\]:|[\w.*-]{1,253}:)?(?:\d{1,5}|\$\{\w{1,200}\}))"?(?=\s|$)/dgim;

export default {
  files:
    /(?:^|\/)(?:(?:[^/]*[_.-])?(?:apache2?|httpd)(?:[_.-][^/]*)?|sites-(?:available|enabled))\/(?:[^/]+\/)*[^/]+$|(?:^|\/)[^/]*(?:apache2?|httpd|vhost)[^/]*\.conf$|(?:^|\/)(?:\.htaccess|ports\.conf)$/i,
  notation: 'lines',
  literals: ['(?:ProxyPass|BalancerMember|RewriteRule|\\b[Ll]isten[ \\t])'],
  read({ file, text }) {
    return {
      facts: [
        ...proxyDials(file, 'apache', destinationsIn(text, passes)),
        ...configuredBinds(file, 'apache', listening(text)),
      ],
    };
  },
} satisfies Format;

/** Nobody writes down more. */
const mostListens = 1_000;

function* listening(text: string): Iterable<Listening> {
  let looked = 0;
  for (const { text: address, start } of destinationsIn(text, listens)) {
    if (++looked > mostListens) return;
    yield { text: address, start, directive: 'Listen', port: 80, host: '' };
  }
}
