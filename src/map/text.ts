import type { Report, ReportOptions } from '../reporter.ts';
import { columnsOf, harmless, link, pad, painter } from '../terminal.ts';
import { cellsOf, kinds } from './cells.ts';
import { endpointsOf } from './endpoints.ts';

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
        paint('bold', kinds[kind].title),
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
