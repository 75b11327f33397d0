import type { Span } from '../facts.ts';
import { positionsOf } from '../positions.ts';
import type { Report, ReportedFinding, Reporter } from '../reporter.ts';
import type { Severity } from '../rule.ts';

const severities = { error: 'ERROR', warning: 'WARNING', info: 'INFO' } as const satisfies Record<Severity, string>;

export default {
  summary: 'diagnostics for reviewdog, with suggestions',
  print(report) {
    const rangeOf = rangesIn(report);
    const locationOf = (at: Span) => ({ path: report.path(at.file), range: rangeOf(at) });
    const diagnostics = report.findings.map((finding) => {
      const { rule, severity, message, at, related, advice } = finding;
      const suggestion = suggestionOf(report, finding);
      return {
        message: advice === undefined ? message : `${message}\n${advice}`,
        location: locationOf(at),
        severity: severities[severity],
        code: { value: rule },
        ...(suggestion !== undefined && {
          suggestions: [{ range: rangeOf(suggestion.span), text: suggestion.text }],
        }),
        ...(related !== undefined &&
          related.length > 0 && {
            relatedLocations: related.map((one) => ({ message: one.message, location: locationOf(one.at) })),
          }),
      };
    });
    return `${JSON.stringify({ source: { name: 'bindlint' }, diagnostics }, undefined, 2)}\n`;
  },
} satisfies Reporter;

/** Lines further apart make no suggestion that a reviewer could take in. */
const mostLines = 20;

/** All edits of a fix as one; none where they lie in other files or far apart, because each suggestion is taken alone. */
function suggestionOf(report: Report, { at, edits }: ReportedFinding) {
  const text = report.text(at.file);
  if (edits === undefined || edits.length === 0 || text === undefined) return undefined;
  if (edits.some(({ span }) => span.file !== at.file)) return undefined;
  const sorted = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  const span = { file: at.file, start: sorted[0]!.span.start, end: Math.max(...sorted.map((edit) => edit.span.end)) };
  const { line, endLine } = report.position(span);
  if (endLine - line >= mostLines) return undefined;
  let written = '';
  let from = span.start;
  for (const edit of sorted) {
    written += text.slice(from, edit.span.start) + edit.text;
    from = edit.span.end;
  }
  return { span, text: written };
}

/** Columns of this format count bytes of UTF-8. */
function rangesIn(report: Report): (span: Span) => object {
  const lines = new Map<string, ReturnType<typeof positionsOf>>();
  return (span) => {
    let positions = lines.get(span.file);
    if (positions === undefined) {
      positions = positionsOf(report.text(span.file) ?? '');
      lines.set(span.file, positions);
    }
    const { line, column, endLine, endColumn } = report.position(span);
    const bytes = (at: number, end: number) => Buffer.byteLength(positions.line(at).slice(0, end - 1)) + 1;
    return {
      start: { line, column: bytes(line, column) },
      end: { line: endLine, column: bytes(endLine, endColumn) },
    };
  };
}
