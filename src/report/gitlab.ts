import { fingerprintsOf } from '../fingerprint.ts';
import type { Reporter } from '../reporter.ts';
import type { Severity } from '../rule.ts';

const severities = { error: 'major', warning: 'minor', info: 'info' } as const satisfies Record<Severity, string>;

export default {
  summary: 'code quality JSON of GitLab',
  print(report) {
    const fingerprints = fingerprintsOf(report.findings, report.repositoryPath, report.text);
    const issues = report.findings.map((finding) => {
      const { rule, severity, message, at } = finding;
      const { line, column, endLine, endColumn } = report.position(at);
      return {
        type: 'issue',
        check_name: rule,
        description: message,
        categories: ['Bug Risk'],
        severity: severities[severity],
        fingerprint: fingerprints.get(finding),
        location: {
          path: report.repositoryPath(at.file),
          lines: { begin: line, end: endLine },
          positions: { begin: { line, column }, end: { line: endLine, column: endColumn } },
        },
      };
    });
    return `${JSON.stringify(issues, undefined, 2)}\n`;
  },
} satisfies Reporter;
