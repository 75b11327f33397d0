import { isLoopback, isNumeric, splitAddress } from '../address.ts';
import { configuredBinds, type Listening } from '../containers/configured-binds.ts';
import { destinationsIn, proxyDials } from '../containers/proxy-dials.ts';
import type { Bind } from '../facts.ts';
import type { Format } from '../format.ts';
import { joined } from '../paths.ts';

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
    return {
      facts: [...proxyDials(file, 'caddy', found), ...configuredBinds(file, 'caddy', listening(text)).map(asAdmin)],
      also: importedFiles(file, text),
    };
  },
} satisfies Format;

/** Files of sites that stand at the top: what is imported into a site is a part of it. https://caddyserver.com/docs/caddyfile/directives/import */
function importedFiles(file: string, text: string): readonly string[] {
  const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')));
  const paths = [...text.matchAll(/^import[ \t]+([\w./-]{1,300})[ \t]*\r?$/gm)].map(([, path]) => path!);
  return paths.flatMap((path) => (/[./]/.test(path) ? (joined(folder, path) ?? []) : []));
}

/** Whoever reaches the way in for who administers it gives it another configuration. https://caddyserver.com/docs/api */
function asAdmin(bind: Bind): Bind {
  if (bind.host.origin.by !== 'config' || bind.host.origin.path !== 'admin') return bind;
  return {
    ...bind,
    guarded: 'whoever reaches it configures the server',
    sensitive: { what: 'an admin interface', access: 'open' },
  };
}

/** `{$NAME}` and `{$NAME:fallback}`, which the environment is put in for. https://caddyserver.com/docs/caddyfile/concepts#environment-variables */
const variable = /\{\$(\w{1,200})(?::([^{}\n]{0,300}))?\}/;
/** Site blocks begin at the start of a line; the only site of a file needs no braces. https://caddyserver.com/docs/caddyfile/concepts */
const sites = /^((?:\{\$[^{}\n]{1,500}\}|[^\s#{}()])(?:\{\$[^{}\n]{1,500}\}|[^\n#{}()])*)\{[ \t]*$/gm;
const onlySite = /^(?:[ \t]*(?:#.*)?\r?\n)*((?:\{\$[^{}\n]{1,500}\}|[^\s#{}()])+)[ \t]*\r?(?:\n|$)/;
/** Where lines are not indented, directives stand there too. */
const directive =
  /^(?:@|(?:reverse_proxy|handle\w*|route|headers?|file_server|encode|log|tls|php_fastcgi|basic_?auth|respond|redir|rewrite|root|try_files|import|request_body|forward_auth|templates|vars|map|metrics|servers|transport|lb_\w+|health_\w+)\b)/;

/** The address that something listens on; `{}` where that cannot be seen. */
type Host = Pick<Listening, 'host' | 'hostStart'>;
const unseen: Host = { host: '{}' };

interface Hosts {
  /** By the place where the line of a site begins; -1 is outside of all. */
  readonly own: ReadonlyMap<number, readonly Host[]>;
  readonly byDefault: readonly Host[];
  readonly admin: { readonly text: string; readonly start: number } | undefined;
}

/** What `bind`, `default_bind` and `admin` say. https://caddyserver.com/docs/caddyfile/directives/bind */
function hostsIn(text: string): Hosts {
  const own = new Map<number, readonly Host[]>();
  const named = new Map<string, number>();
  const imports: (readonly [number, string])[] = [];
  let byDefault: readonly Host[] = [{ host: '' }];
  let admin: Hosts['admin'];
  let site = -1;
  let isGlobal = false;
  let depth = 0;
  for (const { 0: line, index } of text.matchAll(/[^\n]+/g)) {
    const words = [...line.slice(0, 1_000).matchAll(/\S+/g)].map((word) => ({
      text: word[0],
      start: index + word.index,
    }));
    const [first, ...rest] = words;
    if (!first || first.text.startsWith('#')) continue;
    if (first.text === '}') {
      if (depth > 0 && --depth === 0) [site, isGlobal] = [-1, false];
      continue;
    }
    if (depth <= 1) {
      if (first.text === 'bind') own.set(site, [...(own.get(site) ?? []), ...rest.map(hostOf)]);
      if (first.text === 'default_bind' && isGlobal) byDefault = rest.map(hostOf);
      if (first.text === 'admin' && isGlobal) admin = rest[0];
      if (first.text === 'import' && rest[0]) imports.push([site, rest[0].text]);
    } else if (first.text === 'bind') own.set(site, [unseen]);
    if (!line.trimEnd().endsWith('{')) continue;
    if (depth++ > 0) continue;
    site = index;
    isGlobal = first.text === '{';
    const snippet = /^\(([^\s()]+)\)$/.exec(first.text)?.[1];
    if (snippet !== undefined) named.set(snippet, index);
  }
  for (const [importing, snippet] of imports) if (own.has(named.get(snippet) ?? -2)) own.set(importing, [unseen]);
  return { own, byDefault, admin };
}

function hostOf({ text, start }: { readonly text: string; readonly start: number }): Host {
  const network = /^tcp[46]?\//.exec(text)?.[0] ?? '';
  const host = text.slice(network.length);
  const isWritten = isNumeric(host) || host === 'localhost';
  return isWritten ? { host, hostStart: start + network.length } : unseen;
}

/** The ports of the sites' addresses; their hosts say who is meant, not where it listens. */
function* listening(text: string): Iterable<Listening> {
  const { own, byDefault, admin } = hostsIn(text);
  // The way in for who administers it is open to this machine alone unless this says so.
  if (admin && /^[^\s/{}]*:\d{1,5}$/.test(admin.text) && !isLoopback(splitAddress(admin.text, 'host').host?.text))
    yield { ...admin, directive: 'admin', port: undefined, host: '' };
  const blocks = [...text.matchAll(sites)].flatMap(({ 1: names, index }) =>
    directive.test(names!) ? [] : [{ names: names!, start: index, line: index }],
  );
  const only = blocks.length === 0 ? onlySite.exec(text) : null;
  if (only?.index === 0) blocks.push({ names: only[1]!, start: only[0].indexOf(only[1]!), line: -1 });
  for (const { names, start, host } of blocks.flatMap((block) =>
    (own.get(block.line) ?? byDefault).map((host) => ({ ...block, host })),
  )) {
    for (const { 0: address, index } of names.matchAll(/(?:\{\$[^{}\n]{1,500}\}|[^\s,{}])+/g)) {
      const at = { start: start + index, directive: 'site', ...host, length: address.length };
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
