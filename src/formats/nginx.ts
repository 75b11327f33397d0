import { nginxFacts } from '../containers/nginx-settings.ts';
import type { Format } from '../format.ts';

export default {
  files:
    /(?:^|\/)(?:[^/]*nginx[^/]*|sites-(?:available|enabled)|conf\.d)\/(?:[^/]+\/)*(?:[^/.]+|[^/]+\.(?:conf|nginx|vhost|site|inc|template|tmpl|tpl|j2|erb)(?:\.[\w-]+)?)$|(?:^|\/)[^/]*nginx[^/]*\.conf(?:\.[\w-]+)?$/i,
  notation: 'lines',
  literals: ['(?:proxy|grpc|uwsgi|fastcgi|scgi)_pass|\\b(?:listen|server|upstream)\\b'],
  read({ file, text }) {
    return { facts: nginxFacts(file, text) };
  },
} satisfies Format;
