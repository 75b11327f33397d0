import type { Bind, Container, Facts, Publish } from '../facts.ts';
import { listenersFor, listeningBinds } from '../joins.ts';
import type { Source } from '../workspace/workspace.ts';

/** The files of a project, as far as this needs them. */
export interface Texts {
  mentioning(words: readonly string[], paths: RegExp): Promise<readonly string[]>;
  source(file: string): Promise<Source | undefined>;
}

/** Texts for people and lists of packages open no port. */
const saying =
  /^(?!(?:.*\/)?(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml)$)(?!.*\.(?:md|mdx|rst|adoc|txt|lock|lockb|svg|map|sum|csv|tsv|snap)$)/i;
/** Opened by what a program is started or loaded with, or by tools that people run beside it: debuggers, reloaders, exporters, viewers. */
const besides = new Set([
  ...[443, 4040, 4983, 5005, 5555, 5678, 6006, 8081, 8787, 8888, 9000, 9003, 9090, 9091, 9229, 9230, 9464],
  ...[19000, 19001, 19002, 19006, 24678, 35729],
]);
/** More than this is asked of no project. */
const mostPorts = 50;

/**
 * Publishes of ports on which nothing listens beside others that fit: every program of the container is known, none opens the port, and
 * nothing else in the project speaks of it.
 */
export async function unserved(facts: Facts, texts: Texts): Promise<ReadonlySet<Publish>> {
  const asked = besideOthers(facts.publishes).filter((publish) => isUnserved(facts, publish));
  const ports = [...new Set(asked.map(({ target }) => target.value!))];
  if (ports.length === 0 || ports.length > mostPorts) return new Set();
  const wanted = new Set(ports);
  const spoken = new Set<number>();
  const places = placesOf(facts.publishes);
  for (const file of await texts.mentioning(ports.map(String), saying)) {
    const text = (await texts.source(file))?.text ?? '';
    for (const line of linesWithout(text, places.get(file) ?? [])) {
      for (const [digits] of line.matchAll(/(?<![\p{L}\p{N}\p{M}_])\d{1,5}(?![\p{L}\p{N}\p{M}_])/gu))
        if (wanted.has(Number(digits))) spoken.add(Number(digits));
    }
    if (spoken.size === wanted.size) break;
  }
  return new Set(asked.filter(({ target }) => !spoken.has(target.value!)));
}

/** The lines of a text in which none of the places is. */
function* linesWithout(text: string, places: readonly number[]): Iterable<string> {
  const sorted = [...places].sort((a, b) => a - b);
  for (let start = 0, next = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const before = next;
    while (next < sorted.length && sorted[next]! <= end) next++;
    if (next === before) yield text.slice(start, end);
    start = end + 1;
  }
}

/** Where ports are published and exposed, by file. */
function placesOf(publishes: readonly Publish[]): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const { span, target, port } of publishes) {
    for (const { file, start } of [span, target.span, port.span]) {
      const places = found.get(file);
      if (places) places.push(start);
      else found.set(file, [start]);
    }
  }
  return found;
}

/** Those of what several ports are published or probed of. */
function besideOthers(publishes: readonly Publish[]): readonly Publish[] {
  const ports = new Map<string, Set<number | undefined>>();
  const strong = publishes.filter(({ role }) => role !== 'documentation');
  for (const { scope, to, target } of strong) {
    for (const one of to ?? [scope]) {
      const known = ports.get(one);
      if (known) known.add(target.value);
      else ports.set(one, new Set([target.value]));
    }
  }
  return strong.filter(({ scope, to }) => (to ?? [scope]).some((one) => ports.get(one)!.size > 1));
}

function isUnserved(facts: Facts, publish: Publish): boolean {
  const { role, protocol, sure, target, undeclared } = publish;
  if (role === 'documentation' || protocol !== 'tcp' || !sure || undeclared || target.chain.length > 0) return false;
  if (target.value === undefined || besides.has(target.value)) return false;
  const all = listenersFor(facts, publish);
  return (
    all.length > 0 &&
    all.every(
      ({ complete, containers, binds }) =>
        complete &&
        containers.every((container) => !container.edited && (isBuiltHere(container) || binds.every(isConfigured))) &&
        binds.length > 0 &&
        binds.every((bind) => isPlain(bind) && bind.port.value !== target.value),
    ) &&
    !listeningBinds(facts).some(
      ({ scope, via, port, context }) =>
        scope === '' && via === 'call' && port.value === undefined && context === 'production',
    )
  );
}

/** What an image of others opens beside its command, nothing here could tell. */
const isBuiltHere = ({ framework, images }: Container) => framework === 'dockerfile' || images.length > 0;

/** A web server of which the project has the whole configuration opens nothing beside. */
const isConfigured = ({ via, framework }: Bind) => via === 'config' && /^(?:nginx|caddy)$/.test(framework);

/** A server of which the port is known, that nobody works on while it runs. */
function isPlain({ sure, port, via, debug, context }: Bind): boolean {
  return sure && !!port.value && via !== 'manifest' && debug === undefined && context !== 'development';
}
