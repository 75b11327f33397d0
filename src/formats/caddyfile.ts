import { configuredBinds, type Listening } from '../containers/configured-binds.ts';
import { destinationsIn, proxyDials } from '../containers/proxy-dials.ts';
import type { Format } from '../format.ts';

/** https://caddyserver.com/docs/caddyfile/directives/reverse_proxy */
const lines = /^[ \t]*(?:reverse_proxy|php_fastcgi|to)[ \t]+([^\n{#]*)/dgm;
const address = /(?:^|[ \t])(?:https?:\/\/|h2c:\/\/)?([A-Za-z0-9_.[\]-]*:\d+)(?=[ \t/]|$)/dg;

export default {
  files: /(?:^|\/)(?:Caddyfile(?:\.[\w-]+)?|[^/]+\.caddy(?:file)?)$/,
  notation: 'lines',
  literals: ['\\S'],
  read({ file, text }) {
    const found = [...destinationsIn(text, lines)].flatMap((line) =>
      [...destinationsIn(line.text, address)].map((inner) => ({
        text: inner.text,
        start: line.start + inner.start,
        host: 'localhost',
      })),
    );
    return { facts: [...proxyDials(file, 'caddy', found), ...configuredBinds(file, 'caddy', listening(text))] };
  },
} satisfies Format;

/** `{$NAME}` and `{$NAME:fallback}`, which the environment is put in for. https://caddyserver.com/docs/caddyfile/concepts#environment-variables */
const variable = /\{\$(\w{1,200})(?::([^{}\n]{0,300}))?\}/;
/** Site blocks begin at the start of a line; the only site of a file needs no braces. https://caddyserver.com/docs/caddyfile/concepts */
const sites = /^((?:\{\$[^{}\n]{1,500}\}|[^\s#{}()])(?:\{\$[^{}\n]{1,500}\}|[^\n#{}()])*)\{[ \t]*$/gm;
const onlySite = /^(?:[ \t]*(?:#.*)?\r?\n)*((?:\{\$[^{}\n]{1,500}\}|[^\s#{}()])+)[ \t]*\r?(?:\n|$)/;
/** Where lines are not indented, directives stand there too. */
const directive =
  /^(?:@|(?:reverse_proxy|handle\w*|route|headers?|file_server|encode|log|tls|php_fastcgi|basic_?auth|respond|redir|rewrite|root|try_files|import|request_body|forward_auth|templates|vars|map|metrics|servers|transport|lb_\w+|health_\w+)\b)/;

/** The ports of the sites' addresses; their hosts say who is meant, not where it listens. */
function* listening(text: string): Iterable<Listening> {
  const host = /^[ \t]*(?:default_)?bind[ \t]/m.test(text) ? '{}' : '';
  const blocks = [...text.matchAll(sites)].flatMap(({ 1: names, index }) =>
    directive.test(names!) ? [] : [{ names: names!, start: index }],
  );
  const only = blocks.length === 0 ? onlySite.exec(text) : null;
  if (only?.index === 0) blocks.push({ names: only[1]!, start: only[0].indexOf(only[1]!) });
  for (const { names, start } of blocks) {
    for (const { 0: address, index } of names.matchAll(/(?:\{\$[^{}\n]{1,500}\}|[^\s,{}])+/g)) {
      const at = { start: start + index, directive: 'site', host, length: address.length };
      if (address.includes('{$')) {
        yield* fromVariable(address, at);
        continue;
      }
      const [, scheme, port] = /^(?:(https?):\/\/)?(?:\[[^\]]*\]|[^:/]*)(?::(\d+))?(?:\/.*)?$/.exec(address) ?? [];
      if (port !== undefined)
        yield { ...at, text: port, start: at.start + address.lastIndexOf(port), length: port.length, port: 0 };
      else if (/^[\w.*-]+$|:\/\//.test(address)) {
        // Names get certificates of their own, and what asks without is sent on to where they are.
        yield { ...at, text: '', length: 0, port: 80 };
        if (scheme !== 'http') yield { ...at, text: '', length: 0, port: 443 };
      }
    }
  }
}

/** An address that a variable is part of: the port where it can be told, else one that is not known. */
function* fromVariable(address: string, at: Omit<Listening, 'text' | 'port'>): Iterable<Listening> {
  const [whole, name, fallback] = variable.exec(address) as unknown as [string, string, string | undefined];
  const rest = address.replace(whole, fallback ?? '');
  const asPort = address.endsWith(`:${whole}`) || /^:?\d{1,5}$/.test(fallback ?? '');
  const port =
    /:(\d{1,5})(?:\/.*)?$/.exec(rest)?.[1] ?? (asPort && /^\d{1,5}$/.test(fallback ?? '') ? fallback : undefined);
  yield { ...at, text: '', port: port === undefined ? undefined : Number(port), variable: name };
}
