import type { Span } from '../facts.ts';
import { grouped } from '../grouped.ts';
import { htmlPage, oneLine } from '../html-page.ts';
import { escapeMarkup } from '../markup.ts';
import { type Positions, positionsOf } from '../positions.ts';
import type { Report, ReportedFinding, Reporter } from '../reporter.ts';
import type { Edit, Severity } from '../rule.ts';
import { counted, readOf } from '../wording.ts';

export default {
  summary: 'one page that needs nothing else',
  print(report) {
    const { summary, findings, problems, fixing } = report;
    const files = grouped(findings, ({ at }) => at.file);
    const counts = { error: summary.errors, warning: summary.warnings, info: summary.infos };
    const header = `<p>${escapeMarkup(readOf(summary))}; ${summary.fixable} fixable with <code>${escapeMarkup(fixing.command)}</code></p>
<form aria-label="Severities to show">
${severities.map((severity) => filterOf(severity, counts[severity])).join('\n')}
</form>`;
    const main = `${findings.length === 0 ? '<p class="clean">Nothing was found.</p>' : [...files].map(([file, own]) => fileOf(report, file, own)).join('\n')}
${problems.length === 0 ? '' : problemsOf(report)}`;
    return htmlPage(titleOf(counts), style, header, main, report.version);
  },
} satisfies Reporter;

const severities = ['error', 'warning', 'info'] as const satisfies readonly Severity[];

function titleOf(counts: Readonly<Record<Severity, number>>): string {
  return severities.map((severity) => counted(counts[severity], severity)).join(', ');
}

function filterOf(severity: Severity, count: number): string {
  return `<label class="${severity}"><input type="checkbox" id="show-${severity}" checked> ${counted(count, severity)}</label>`;
}

function fileOf(report: Report, file: string, findings: readonly ReportedFinding[]): string {
  const text = report.text(file);
  const lines = text === undefined ? undefined : positionsOf(text);
  const classes = [...new Set(findings.map(({ severity }) => `has-${severity}`))].join(' ');
  return `<section class="file ${classes}">
<h2>${oneLine(report.path(file))}</h2>
${findings.map((finding) => findingOf(report, finding, lines)).join('\n')}
</section>`;
}

function findingOf(report: Report, finding: ReportedFinding, lines: Positions | undefined): string {
  const { rule, severity, message, at, chain, related, fix, edits, structural, advice } = finding;
  const { line, column } = report.position(at);
  const help = report.rule(rule)?.summary;
  const parts = [
    `<h3><span class="severity">${severity}</span> ${oneLine(message)}</h3>`,
    `<p class="place">${line}:${column} <code${help === undefined ? '' : ` title="${oneLine(help)}"`}>${oneLine(rule)}</code></p>`,
    lines === undefined ? '' : excerpt(report, at, lines),
  ];
  if (chain !== undefined && chain.length > 0) {
    const steps = chain.map(({ span, note }) => ({ at: span, message: note }));
    parts.push(`<details><summary>how the value gets here</summary>${placesOf(report, steps, 'ol')}</details>`);
  }
  if (related !== undefined && related.length > 0) parts.push(placesOf(report, related, 'ul'));
  if (fix !== undefined && (edits !== undefined || structural)) {
    const way = fix.safety === 'safe' ? 'bindlint fix' : 'bindlint fix --unsafe-fixes';
    const changes = (edits ?? []).map((edit) => changeOf(report, edit)).join('\n');
    parts.push(
      `<details><summary>fix: ${oneLine(fix.does)}</summary><p><code>${way}</code> writes it.</p>${changes}</details>`,
    );
  }
  if (advice !== undefined) parts.push(`<p class="advice">${oneLine(advice)}</p>`);
  return `<article class="finding ${severity}">\n${parts.join('\n')}\n</article>`;
}

function placesOf(
  report: Report,
  places: readonly { readonly at: Span; readonly message: string }[],
  list: 'ol' | 'ul',
): string {
  const items = places.map((one) => `<li>${placeOf(report, one.at)} ${oneLine(one.message)}</li>`);
  return `<${list}>${items.join('')}</${list}>`;
}

function placeOf(report: Report, at: Span): string {
  const { line, column } = report.position(at);
  return `<code>${oneLine(`${report.path(at.file)}:${line}:${column}`)}</code>`;
}

/** Lines around a finding, and of them as many characters as a page can show. */
const linesAround = 2;
const mostLines = 12;
const mostCharacters = 400;

/** The lines of a place, with the place marked. */
function excerpt(report: Report, at: Span, lines: Positions): string {
  const { line, endLine } = report.position(at);
  const last = Math.min(endLine, line + mostLines) + linesAround;
  const digits = String(last).length;
  const rows: string[] = [];
  for (let number = Math.max(1, line - linesAround); number <= last; number++) {
    const start = lines.start(number);
    const source = lines.line(number);
    if (number > endLine && source === '' && lines.start(number + 1) === start) break;
    const from = Math.min(Math.max(at.start - start, 0), source.length);
    const to = Math.min(Math.max(at.end - start, 0), source.length);
    const isMarked = number >= line && number <= endLine;
    rows.push(
      `<span class="number">${String(number).padStart(digits)}</span> ${isMarked ? marked(source, from, to) : escapeMarkup(shortened(source))}`,
    );
  }
  return `<pre tabindex="0">${rows.join('\n')}</pre>`;
}

function marked(source: string, from: number, to: number): string {
  const before = source.slice(0, from);
  const shownBefore = before.length > mostCharacters ? `…${before.slice(-mostCharacters / 2)}` : before;
  const inside = shortened(source.slice(from, to));
  return `${escapeMarkup(shownBefore)}<mark>${escapeMarkup(inside)}</mark>${escapeMarkup(shortened(source.slice(to)))}`;
}

function shortened(text: string): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}

function changeOf(report: Report, { span, text }: Edit): string {
  const before = report.text(span.file)?.slice(span.start, span.end) ?? '';
  const removed = before === '' ? '' : `<del>${escapeMarkup(shortened(before))}</del>`;
  const added = text === '' ? '' : `<ins>${escapeMarkup(shortened(text))}</ins>`;
  return `<p class="place">${placeOf(report, span)}</p><pre tabindex="0">${removed}${added}</pre>`;
}

function problemsOf(report: Report): string {
  const items = report.problems.map(({ file, offset, message }) => {
    const place =
      offset === undefined
        ? `<code>${oneLine(report.path(file))}</code>`
        : placeOf(report, { file, start: offset, end: offset });
    return `<li>${place} ${oneLine(message)}</li>`;
  });
  return `<section><h2>Not understood</h2><ul>${items.join('')}</ul></section>`;
}

/** Filters without a script: a finding and its file are shown while their severity is checked. */
const filters = severities
  .map((severity) => {
    const shows = `body:has(#show-${severity}:checked)`;
    return `  ${shows} .finding.${severity}, ${shows} .file.has-${severity} { display: block }`;
  })
  .join('\n');

const style = `h2 { margin: 2rem 0 .5rem; font: 600 1rem ui-monospace, monospace; overflow-wrap: anywhere }
h3 { margin: 0; font-size: 1rem }
form { display: flex; flex-wrap: wrap; gap: 1.5rem }
label { cursor: pointer; font-weight: 600 }
.finding { border-left: .25rem solid var(--line); margin: 0 0 1rem; padding: .25rem 0 .25rem 1rem }
.place { margin: 0; font-size: .875rem }
.advice { margin: .5rem 0 }
.error { border-color: var(--error) } .warning { border-color: var(--warning) } .info { border-color: var(--info) }
label.error, .error .severity { color: var(--error) }
label.warning, .warning .severity { color: var(--warning) }
label.info, .info .severity { color: var(--info) }
pre { margin: .5rem 0; padding: .5rem .75rem; overflow-x: auto; background: var(--soft); border: 1px solid var(--line);
  border-radius: .375rem; font: .875rem/1.45 ui-monospace, monospace; tab-size: 4 }
.number { color: var(--dim); user-select: none }
mark { background: var(--mark); color: inherit }
mark:empty { border-left: 2px solid var(--error) }
del { display: block; background: var(--remove); text-decoration: none }
ins { display: block; background: var(--add); text-decoration: none }
@supports selector(:has(*)) {
  .file, .finding { display: none }
${filters}
}
`;
