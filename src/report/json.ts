import type { Span } from '../facts.ts';
import type { Report, ReportedFinding, Reporter } from '../reporter.ts';

export default {
  summary: 'version 1 of the stable format for programs',
  print(report) {
    return `${JSON.stringify(
      {
        version: 1,
        findings: report.findings.map((finding) => findingOf(report, finding)),
        summary: report.summary,
        problems: report.problems.map(({ file, offset, kind, message }) => ({
          file: report.path(file),
          ...placeOf(report, { file, start: offset ?? 0, end: offset ?? 0 }),
          kind,
          message,
        })),
      },
      undefined,
      2,
    )}\n`;
  },
} satisfies Reporter;

function findingOf(report: Report, finding: ReportedFinding): object {
  const { endLine, endColumn } = report.position(finding.at);
  return {
    rule: finding.rule,
    severity: finding.severity,
    file: report.path(finding.at.file),
    ...placeOf(report, finding.at),
    endLine,
    endColumn,
    message: finding.message,
    related: (finding.related ?? []).map(({ at, message }) => ({
      file: report.path(at.file),
      ...placeOf(report, at),
      message,
    })),
    ...fixOf(report, finding),
  };
}

function fixOf(report: Report, { fix, edits, structural }: ReportedFinding): object {
  if (fix === undefined) return {};
  if (structural) return { fix: { safety: fix.safety, structural: true, edits: [] } };
  if (edits === undefined) return {};
  return {
    fix: {
      safety: fix.safety,
      edits: edits.map(({ span, text }) => ({ file: report.path(span.file), start: span.start, end: span.end, text })),
    },
  };
}

function placeOf(report: Report, span: Span): { readonly line: number; readonly column: number } {
  const { line, column } = report.position(span);
  return { line, column };
}
