import type { Bind } from '../facts.ts';
import type { Format } from '../format.ts';
import { type Listen, listenBinds } from '../listen-binds.ts';
import { destinationsIn, proxyDials } from '../proxy-dials.ts';

/** https://caddyserver.com/docs/caddyfile/directives/reverse_proxy */
const lines = /^[ \t]*(?:reverse_proxy|to)[ \t]+([^\n{#]*)/dgm;
const address = /(?:^|[ \t])(?:https?:\/\/|h2c:\/\/)?([A-Za-z0-9_.[\]-]*:\d+)(?=[ \t/]|$)/dg;

export default {
  files: /(?:^|\/)(?:Caddyfile(?:\.[\w-]+)?|[^/]+\.caddyfile)$/,
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
    return { facts: [...siteBinds(file, text), ...proxyDials(file, 'caddy', found)] };
  },
} satisfies Format;

const docs = 'https://caddyserver.com/docs/caddyfile/concepts#addresses';
const sites = /^(?![ \t#{}(])([^\n{#]+?)[ \t]*\{[ \t]*$/gm;
/** A file with one site needs no braces around it. */
const single = /^(?:[ \t]*(?:#.*)?\n)*((?:https?:\/\/)?(?:localhost|[\w-]+(?:\.[\w-]+)+|)(?::\d+)?)[ \t]*\n/d;
const names = /(https?:\/\/)?([^\s,:/]*)(?::(\d+))?(?:\/[^\s,]*)?/g;

/** A site listens on its port on all interfaces, whatever its name: the name is only asked of requests. `bind` says where. */
function siteBinds(file: string, text: string): Bind[] {
  const blocks = [...text.matchAll(sites)].map(({ 1: head, index }) => ({ head: head!, start: index }));
  const alone = blocks.length === 0 ? single.exec(text) : null;
  if (alone && alone[1] !== '') blocks.push({ head: alone[1]!, start: alone.indices![1]![0] });
  const found = blocks.flatMap(({ head, start }, index): Bind[] => {
    const body = text.slice(start + head.length, blocks[index + 1]?.start);
    const bind = /^[ \t]+bind[ \t]+(\S+)/dm.exec(body);
    const host = bind?.[1];
    if (host !== undefined && /[{$/]/.test(host)) return [];
    const at = start + head.length + (bind?.indices?.[1]?.[0] ?? 0);
    return listenBinds(
      {
        file,
        framework: 'caddy',
        docs,
        host: host ?? '',
        ...(host !== undefined && { hostAt: { file, start: at, end: at + host.length } }),
        bare: 'port',
      },
      addressesIn(file, head, start),
    );
  });
  const seen = new Set<string>();
  return found.filter(({ host, port }) => {
    const id = `${host.value} ${port.value}`;
    return !seen.has(id) && seen.add(id);
  });
}

function* addressesIn(file: string, head: string, start: number): Iterable<Listen> {
  for (const { 0: whole, 1: scheme, 2: name = '', 3: port, index } of head.matchAll(names)) {
    if (whole === '' || (name === '' && port === undefined)) continue;
    // A word without a dot may be anything, such as a matcher's name in a file that is no whole Caddyfile.
    if (port === undefined && scheme === undefined && !name.includes('.') && name !== 'localhost') continue;
    const key = { file, start: start + index, end: start + index + whole.length };
    const at = start + index + (scheme?.length ?? 0) + name.length;
    if (port !== undefined) yield { key, text: `:${port}`, start: at };
    else yield { key, text: '', start: key.end, port: scheme === 'http://' ? 80 : 443 };
  }
}
