import type { Span } from '../facts.ts';
import type { Report, ReportedFinding, Reporter } from '../reporter.ts';
import type { Severity } from '../rule.ts';
import { harmless } from '../terminal.ts';
import { countsOf, readOf } from '../wording.ts';

/** A job summary of GitHub holds one MiB; nobody reads further anyway. */
const mostRows = 200;
const mostRelated = 5;
const order: readonly Severity[] = ['error', 'warning', 'info'];

export default {
  summary: 'Markdown, for the summary of a job or a comment',
  print(report) {
    const { findings, problems, summary, fixing } = report;
    const lines = ['## bindlint', '', `**${countsOf(summary)}**; ${readOf(summary)}`];
    if (findings.length > 0) {
      const sorted = order.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
      lines.push('', '| severity | place | rule | what |', '|---|---|---|---|');
      for (const finding of sorted.slice(0, mostRows)) lines.push(rowOf(report, finding));
      if (sorted.length > mostRows) lines.push('', `and ${sorted.length - mostRows} more`);
    }
    if (summary.fixable > 0) lines.push('', `${code(fixing.command)} would fix ${summary.fixable} of them.`);
    if (problems.length > 0) {
      lines.push('', '<details><summary>not understood</summary>', '');
      for (const { file, offset, message } of problems.slice(0, mostRows)) {
        const place = offset === undefined ? report.path(file) : placeOf(report, { file, start: offset, end: offset });
        lines.push(`- ${code(place)} ${prose(message)}`);
      }
      if (problems.length > mostRows) lines.push(`- and ${problems.length - mostRows} more`);
      lines.push('', '</details>');
    }
    return lines.map((line) => `${line}\n`).join('');
  },
} satisfies Reporter;

function rowOf(report: Report, finding: ReportedFinding): string {
  const { rule, severity, message, at, related, fix, advice } = finding;
  const places = (related ?? []).map((one) => `${code(placeOf(report, one.at))} ${prose(one.message)}`);
  const text = [
    prose(message),
    ...places.slice(0, mostRelated),
    ...(places.length > mostRelated ? [`and ${places.length - mostRelated} more places`] : []),
    ...(fix === undefined ? [] : [`fix: ${prose(fix.does)}`]),
    ...(advice === undefined ? [] : [prose(advice)]),
  ].join('<br>');
  const mark = severity === 'info' ? severity : `**${severity}**`;
  return `| ${mark} | ${code(placeOf(report, at))} | ${code(rule)} | ${text} |`;
}

function placeOf(report: Report, at: Span): string {
  const { line, column } = report.position(at);
  return `${report.path(at.file)}:${line}:${column}`;
}

/** Text that Markdown takes for nothing else. */
function prose(text: string): string {
  return harmless(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_[\]>|~#]/g, '\\$&');
}

/** Text between marks of code, in which nothing but the mark itself counts. */
function code(text: string): string {
  const shown = harmless(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = '`'.repeat(longest + 1);
  const space = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return `${mark}${space}${shown}${space}${mark}`;
}
