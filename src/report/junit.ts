import { grouped } from '../grouped.ts';
import { attribute, escapeMarkup } from '../markup.ts';
import type { InputProblem } from '../problem.ts';
import type { Report, ReportedFinding, Reporter } from '../reporter.ts';

/** One test case; its outcome is the element inside. */
interface TestCase {
  readonly suite: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly content?: string;
}

export default {
  summary: 'JUnit XML: a failed test for each finding; information passes, and what was not understood is skipped',
  print(report, { infos }) {
    const cases = [
      ...report.findings.map((finding) => findingAsCase(report, finding, infos || finding.severity !== 'info')),
      ...report.problems.map((problem) => problemAsCase(report, problem)),
    ];
    if (cases.length === 0) cases.push({ suite: 'bindlint', name: 'nothing found', outcome: 'passed' });
    const suites = grouped(cases, ({ suite }) => suite);
    const time = (report.summary.durationMs / 1000).toFixed(3);
    return `${[
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites${attributes({ name: 'bindlint', ...totalsOf(cases), time })}>`,
      ...[...suites].flatMap(([name, own]) => [
        `  <testsuite${attributes({ name, ...totalsOf(own) })}>`,
        ...own.map(caseAsXml),
        '  </testsuite>',
      ]),
      '</testsuites>',
    ].join('\n')}\n`;
  },
} satisfies Reporter;

function totalsOf(cases: readonly TestCase[]): Readonly<Record<string, number>> {
  const count = (outcome: TestCase['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  return { tests: cases.length, failures: count('failed'), errors: 0, skipped: count('skipped') };
}

function findingAsCase(report: Report, finding: ReportedFinding, isFailure: boolean): TestCase {
  const { rule, severity, message, at, advice, related } = finding;
  const file = report.path(at.file);
  const { line, column } = report.position(at);
  const text = [
    `${file}:${line}:${column} ${severity} ${rule}: ${message}`,
    ...(related ?? []).map((one) => {
      const place = report.position(one.at);
      return `${report.path(one.at.file)}:${place.line}:${place.column} ${one.message}`;
    }),
    ...(advice === undefined ? [] : [advice]),
  ].join('\n');
  return {
    suite: file,
    name: `${rule} ${line}:${column}`,
    outcome: isFailure ? 'failed' : 'passed',
    content: isFailure
      ? `<failure${attributes({ type: severity, message })}>${escapeMarkup(text)}</failure>`
      : `<system-out>${escapeMarkup(text)}</system-out>`,
  };
}

function problemAsCase(report: Report, { file, offset, kind, message }: InputProblem): TestCase {
  const place = offset === undefined ? undefined : report.position({ file, start: offset, end: offset });
  return {
    suite: report.path(file),
    name: place === undefined ? kind : `${kind} ${place.line}:${place.column}`,
    outcome: 'skipped',
    content: `<skipped${attributes({ message })}/>`,
  };
}

function caseAsXml({ suite, name, content }: TestCase): string {
  const start = `    <testcase${attributes({ classname: suite, name })}`;
  return content === undefined ? `${start}/>` : `${start}>\n      ${content}\n    </testcase>`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => attribute(name, value))
    .join('');
}
