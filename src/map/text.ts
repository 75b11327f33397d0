import { reachOf } from '../address.ts';
import type { Bind, Dial, Publish, Slot } from '../facts.ts';
import type { Report, ReportOptions } from '../reporter.ts';
import { columnsOf, harmless, link, pad, painter } from '../terminal.ts';
import { endpointsOf } from './endpoints.ts';

const titles = {
  bind: 'listens',
  publish: 'is published (outside -> inside the container)',
  dial: 'is connected to',
} as const;

/** The table of facts for people. */
export function mapAsText(report: Report, options: ReportOptions): string {
  const paint = painter(options.color);
  const endpoints = endpointsOf(report.facts);
  const blocks: string[] = [];
  for (const kind of ['bind', 'publish', 'dial'] as const) {
    const facts = endpoints.filter((fact) => fact.kind === kind);
    if (facts.length === 0) continue;
    const places = facts.map((fact) => {
      const { line, column } = report.position(fact.span);
      return harmless(`${report.path(fact.span.file)}:${line}:${column}`);
    });
    const widest = Math.max(...places.map((place) => place.length));
    const rows = columnsOf(facts.map((fact) => cellsOf(fact).map(harmless)));
    blocks.push(
      [
        paint('bold', titles[kind]),
        ...facts.map((fact, index) => {
          const place = places[index]!;
          const shown = options.links
            ? link(place, report.url(fact.span.file)) + ' '.repeat(widest - place.length)
            : pad(place, widest);
          return `  ${paint('cyan', shown)}  ${rows[index]}`;
        }),
      ].join('\n'),
    );
  }
  if (blocks.length === 0) blocks.push('nothing listens, is published or connected to');
  if (!options.quiet) {
    const { files, parsed, notUnderstood } = report.summary;
    blocks.push(`${files} files seen, ${parsed} parsed${notUnderstood > 0 ? `, ${notUnderstood} not understood` : ''}`);
  }
  return blocks.map((block) => `${block}\n`).join('\n');
}

function cellsOf(fact: Bind | Publish | Dial): string[] {
  const common = [
    `${fact.framework} ${fact.via}`,
    originOf(fact),
    fact.context + (fact.scope === '' ? '' : ` in ${fact.scope}`),
  ];
  const unsure = fact.sure ? [] : ['not sure'];
  if (fact.kind === 'publish')
    return [`${addressOf(fact.host, fact.port)} -> ${shownValue(fact.target)}`, ...common, ...unsure];
  if (fact.kind === 'dial') return [addressOf(fact.host, fact.port), ...common, ...unsure];
  return [
    addressOf(fact.host, fact.port),
    reaches[reachOf(fact.host.value)],
    `bind error ${fact.failure.state}`,
    ...common,
    ...unsure,
  ];
}

const reaches = {
  loopback: 'this machine only',
  all: 'all interfaces',
  specific: 'one interface',
  unknown: 'reach unknown',
} as const;

function addressOf(host: Slot<string>, port: Slot<number>): string {
  const name = shownValue(host);
  return `${name.includes(':') ? `[${name}]` : name}:${shownValue(port)}`;
}

function shownValue(slot: Slot<string> | Slot<number>): string {
  return String(slot.value ?? slot.written ?? '?') || "''";
}

function originOf({ host, port }: Bind | Publish | Dial): string {
  return host.origin.by === port.origin.by ? host.origin.by : `host ${host.origin.by}, port ${port.origin.by}`;
}
