import type { Bind, Dial, Publish, Slot } from '../facts.ts';
import { htmlPage, oneLine } from '../html-page.ts';
import type { Report } from '../reporter.ts';
import { counted, readOf } from '../wording.ts';
import { cellsOf, kinds } from './cells.ts';
import { endpointsOf } from './endpoints.ts';

/** The table of facts as one page that needs nothing else. */
export function mapAsHtml(report: Report): string {
  const endpoints = endpointsOf(report.facts);
  const tables = (['bind', 'publish', 'dial'] as const).map((kind) => {
    const facts = endpoints.filter((fact) => fact.kind === kind);
    return facts.length === 0 ? '' : tableOf(report, kind, facts);
  });
  const title = counted(endpoints.length, 'place');
  const header = `<p>${oneLine(`${title} where something listens, is published or connected to; ${readOf(report.summary)}`)}</p>`;
  const main = endpoints.length === 0 ? '<p>Nothing listens, is published or connected to.</p>' : tables.join('\n');
  return htmlPage(title, style, header, main, report.version);
}

function tableOf(report: Report, kind: keyof typeof kinds, facts: readonly (Bind | Publish | Dial)[]): string {
  const { title, columns } = kinds[kind];
  const rows = facts.map((fact) => {
    const cells = cellsOf(fact).map((cell) => `<td>${oneLine(cell)}</td>`);
    return `<tr><th scope="row">${placeOf(report, fact.span)}${chainsOf(report, fact)}</th>${cells.join('')}</tr>`;
  });
  const heads = ['place', ...columns].map((column) => `<th scope="col">${column}</th>`);
  return `<section>
<h2>${oneLine(title)}</h2>
<div class="wide" tabindex="0"><table>
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>
</section>`;
}

/** The steps that the host and the port took. */
function chainsOf(report: Report, fact: Bind | Publish | Dial): string {
  const slots: readonly (readonly [name: string, slot: Slot<string> | Slot<number>])[] = [
    ['host', fact.host],
    ['port', fact.port],
    ...(fact.kind === 'publish' ? [['port inside', fact.target] as const] : []),
  ];
  const steps = slots.flatMap(([name, { chain }]) =>
    chain.map(({ span, note }) => `<li>${name}: ${placeOf(report, span)} ${oneLine(note)}</li>`),
  );
  return steps.length === 0 ? '' : `<details><summary>how it is known</summary><ul>${steps.join('')}</ul></details>`;
}

function placeOf(report: Report, span: Bind['span']): string {
  const { line, column } = report.position(span);
  return `<code>${oneLine(`${report.path(span.file)}:${line}:${column}`)}</code>`;
}

const style = `h2 { margin: 2rem 0 .5rem; font-size: 1.125rem }
body { max-width: 90rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .875rem }
th, td { border-bottom: 1px solid var(--line); padding: .375rem .75rem .375rem 0; text-align: left; vertical-align: top }
thead th { color: var(--dim); white-space: nowrap }
th[scope=row] { font-weight: 400; overflow-wrap: anywhere; min-width: 14rem }
details { color: var(--dim) }
ul { margin: .25rem 0; padding-left: 1.25rem }
`;
