import type { Bind, Dial } from '../facts.ts';
import { configuredBinds, type Listening } from './configured-binds.ts';
import { type Destination, destinationsIn, matchesIn, proxyDials } from './proxy-dials.ts';

/** https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass */
const passes = /\b(?:proxy_pass|grpc_pass)[ \t]+(?:(https?|grpcs?):\/\/([^\s;/'"]+)|\$(\w+)[\s;/])/dg;
const gateways =
  /\b(?:(?:uwsgi_pass|fastcgi_pass|scgi_pass)[ \t]+(?:\w+:\/\/)?|proxy_pass[ \t]+(?!\w+:\/\/))([^\s;/'"]+:\d+)/dg;
const sets = /(?:^|[\s;{}])set[ \t]+\$(\w+)[ \t]+["']?(?:(https?|grpcs?):\/\/)?([\w.-]+(?::\d{1,5})?)(?=[\s;/"'])/dg;
/** https://nginx.org/en/docs/http/ngx_http_core_module.html#listen */
const listens = /(?:^|[;{}])[ \t]*listen[ \t]([^;\n]{1,300})(?=;)/dgm;
/** https://nginx.org/en/docs/http/ngx_http_upstream_module.html#server */
const servers =
  /(?:^|[;{}\n])[ \t]*server[ \t]+((?:\[[^\s\]]*\]|[^\s;:{}'"]+)(?::\d{1,5})?)(?=[\s;])([^;{}]{0,300})(?=;)/dg;

const docs = 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass';
const portOf = (scheme: string) => (/s$/.test(scheme) ? 443 : 80);

/**
 * What a configuration of nginx says.
 * @param text the configuration; it may be a part of its file
 * @param base where it starts there
 */
export function nginxFacts(file: string, text: string, base = 0): (Bind | Dial)[] {
  const blocks = blocksOf(text);
  const groups = blocks.flatMap(({ head, start, end }) => {
    const name = /^upstream\s+(\S{1,200})$/.exec(head)?.[1];
    return name === undefined ? [] : [{ name, start, end }];
  });
  const moved = <T extends { readonly start: number }>(items: Iterable<T>): T[] =>
    [...items].map((item) => ({ ...item, start: item.start + base }));
  const named = new Set(groups.map(({ name }) => name));
  const destinations = [
    ...[...passed(text)].filter(({ text: host }) => !named.has(host)),
    ...destinationsIn(text, gateways),
    ...grouped(text, groups),
  ];
  return [
    ...proxyDials(file, 'nginx', moved(destinations)),
    ...configuredBinds(file, 'nginx', moved([...listening(text), ...unsaid(text, blocks)])),
  ];
}

/** Nobody writes down more. */
const mostListens = 1_000;
const mostVariables = 200;
const mostOfRange = 50;

/** Where requests are passed to, through one variable too. */
function* passed(text: string): Iterable<Destination> {
  const variables = new Map<string, Destination[]>();
  for (const { start, match } of matchesIn(text, sets, 3)) {
    const [, name, scheme, held] = match as unknown as [string, string, string | undefined, string];
    const one = { text: held, start, ...(scheme && { port: { value: portOf(scheme), of: 'nginx', docs } }) };
    if (variables.size < mostVariables) variables.set(name, [...(variables.get(name) ?? []), one]);
  }
  for (const { start, match } of matchesIn(text, passes, 0)) {
    const [whole, scheme, address, variable] = match as unknown as [string, string?, string?, string?];
    if (variable !== undefined) {
      // More than one value is chosen by something that is not seen.
      const [only, ...others] = variables.get(variable) ?? [];
      if (only && others.length === 0 && (only.port || only.text.includes(':'))) yield only;
      continue;
    }
    const at = start + whole.indexOf(address!);
    const port = { value: portOf(scheme!), of: 'nginx', docs };
    const [, name, rest = ''] = /^\$(\w+)(:\d{1,5})?$/.exec(address!) ?? [];
    const held = name === undefined ? undefined : variables.get(name);
    if (held?.length === 1 && !held[0]!.text.includes(':'))
      yield { text: held[0]!.text + rest, start: at, length: address!.length, port };
    else yield { text: address!, start: at, port };
  }
}

/** The servers of groups, which others name in their place; one that is down gets no requests. */
function* grouped(
  text: string,
  groups: readonly { readonly name: string; readonly start: number; readonly end: number }[],
): Iterable<Destination> {
  let at = 0;
  for (const { match, start } of matchesIn(text, servers, 1)) {
    const [, address, rest] = match as unknown as [string, string, string];
    if (/\sdown(?:\s|$)/.test(rest)) continue;
    while (at < groups.length && groups[at]!.end < start) at++;
    const group = groups[at];
    const inside = group !== undefined && group.start < start ? group.name : undefined;
    // Outside of a group, as in a file of its own, only what has a port is one.
    if (inside === undefined && !/:\d+$/.test(address)) continue;
    yield {
      text: address,
      start,
      port: { value: 80, of: 'nginx', docs },
      ...(inside !== undefined && { group: inside }),
    };
  }
}

function* listening(text: string): Iterable<Listening> {
  let looked = 0;
  for (const match of text.matchAll(listens)) {
    if (++looked > mostListens) return;
    const words = match[1]!;
    const [address = ''] = words.trim().split(/\s/, 1);
    const start = match.indices![1]![0] + words.indexOf(address);
    if (address === '' || text.slice(text.lastIndexOf('\n', start - 1) + 1, start).includes('#')) continue;
    const isUdp = /\b(?:udp|quic)\b/.test(words);
    const listen = { directive: 'listen', host: '0.0.0.0', ...(isUdp && { protocol: 'udp' as const }) };
    const [range, before = '', first, last] = /^(.*:)?(\d{1,5})-(\d{1,5})$/.exec(address) ?? [];
    if (range === undefined) {
      yield { ...listen, text: address, start, port: 80 };
      continue;
    }
    if (before !== '' || Number(last) - Number(first) >= mostOfRange) continue;
    for (let port = Number(first); port <= Number(last); port++)
      yield { ...listen, text: '', start, length: address.length, port };
  }
}

interface Block {
  /** The words in front of it. */
  readonly head: string;
  /** Behind the opening brace. */
  readonly start: number;
  /** Before the closing one. */
  readonly end: number;
  readonly within: string | undefined;
  /** Where its words begin. */
  readonly at: number;
}

/** The blocks of a configuration in the order in which they end; none where braces do not match, as in many templates. */
function blocksOf(text: string): readonly Block[] {
  const found: Block[] = [];
  const open: { readonly head: string; readonly start: number; readonly at: number }[] = [];
  let from = 0;
  for (const { 0: mark, index } of text.matchAll(
    /(?<=^|[\s;{}])#[^\n]*|"[^"\n]{0,1000}"|'[^'\n]{0,1000}'|\$\{\w{1,200}\}|\{\{[^{}\n]{0,500}\}\}|\{%[^{}\n]{0,500}%\}|[;{}]/g,
  )) {
    if (mark.length > 1) {
      // A comment in front of a directive is no part of it.
      if (mark.startsWith('#') && index - from < 1_000 && text.slice(from, index).trim() === '')
        from = index + mark.length;
      continue;
    }
    if (mark === '{') {
      const words = text.slice(Math.max(from, index - 500), index);
      const head = words.trim();
      open.push({ head, start: index + 1, at: index - words.trimStart().length });
    } else if (mark === '}') {
      const block = open.pop();
      if (!block) return [];
      found.push({ ...block, end: index, within: open.at(-1)?.head });
    }
    from = index + 1;
  }
  return open.length > 0 ? [] : found;
}

/** Servers that say nothing of where they listen: port 80, where nginx may open it. */
function* unsaid(text: string, blocks: readonly Block[]): Iterable<Listening> {
  for (const { head, at, start, end, within } of blocks) {
    if (head !== 'server' || (within !== undefined && within !== 'http')) continue;
    const body = text.slice(start, end).replace(/(?<=^|[\s;{}])#[^\n]*/g, '');
    // What it takes in may say so.
    if (/(?:^|[\s;{}])listen\s/.test(body)) continue;
    if (/(?:^|[\s;{}])include\s(?!\s*\S*(?:_params|mime\.types)\s*;)/.test(body)) continue;
    if (!/[;{]/.test(body)) continue;
    yield {
      text: '',
      start: at,
      length: head.length,
      directive: 'server',
      port: 80,
      host: '0.0.0.0',
      implied: docsOfListen,
    };
  }
}

const docsOfListen = 'https://nginx.org/en/docs/http/ngx_http_core_module.html#listen';
