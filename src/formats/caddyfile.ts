import { destinationsIn, proxyDials } from '../containers/proxy-dials.ts';
import type { Format } from '../format.ts';

/** https://caddyserver.com/docs/caddyfile/directives/reverse_proxy */
const lines = /^[ \t]*(?:reverse_proxy|to)[ \t]+([^\n{#]*)/dgm;
const address = /(?:^|[ \t])(?:https?:\/\/|h2c:\/\/)?([A-Za-z0-9_.[\]-]*:\d+)(?=[ \t/]|$)/dg;

export default {
  files: /(?:^|\/)(?:Caddyfile(?:\.[\w-]+)?|[^/]+\.caddyfile)$/,
  notation: 'lines',
  literals: ['reverse_proxy'],
  read({ file, text }) {
    const found = [...destinationsIn(text, lines)].flatMap((line) =>
      [...destinationsIn(line.text, address)].map((inner) => ({
        text: inner.text,
        start: line.start + inner.start,
        host: 'localhost',
      })),
    );
    return { facts: proxyDials(file, 'caddy', found) };
  },
} satisfies Format;
