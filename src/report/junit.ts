import { attributes, type TestCase, testSuites } from '../junit.ts';
import { escapeMarkup } from '../markup.ts';
import type { InputProblem } from '../problem.ts';
import type { Report, ReportedFinding, Reporter } from '../reporter.ts';

export default {
  summary: 'JUnit XML: a failed test for each finding; information passes, and what was not understood is skipped',
  print(report, { infos }) {
    const cases: TestCase[] = [
      ...report.findings.map((finding) => findingAsCase(report, finding, infos || finding.severity !== 'info')),
      ...report.problems.map((problem) => problemAsCase(report, problem)),
    ];
    if (cases.length === 0) cases.push({ suite: 'bindlint', name: 'nothing found', outcome: 'passed' });
    return testSuites(cases, report.summary.durationMs);
  },
} satisfies Reporter;

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
