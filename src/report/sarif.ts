import type { Span } from '../facts.ts';
import { fingerprintsOf } from '../fingerprint.ts';
import type { InputProblem } from '../problem.ts';
import type { Report, ReportedFinding, Reporter, SuppressedFinding } from '../reporter.ts';
import type { Edit, Severity } from '../rule.ts';

const levels = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<Severity, string>;
const base = '%SRCROOT%';
/** More would bury the message. */
const mostLinks = 8;

export default {
  summary: 'SARIF 2.1.0, with fixes, suppressions and the pages of the rules',
  print(report) {
    const results: readonly (ReportedFinding & Partial<SuppressedFinding>)[] = [
      ...report.findings,
      ...(report.suppressed ?? []),
    ];
    const rules = [...new Set(results.map(({ rule }) => rule))].sort();
    const fingerprints = fingerprintsOf(results, report.repositoryPath, report.text);
    return `${JSON.stringify(
      {
        $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json',
        version: '2.1.0',
        runs: [
          {
            tool: {
              driver: {
                name: 'bindlint',
                version: report.version,
                semanticVersion: report.version,
                rules: rules.map((id) => ruleOf(report, id)),
              },
            },
            invocations: [
              {
                executionSuccessful: true,
                ...(report.problems.length > 0 && {
                  toolExecutionNotifications: report.problems.map((problem) => notificationOf(report, problem)),
                }),
              },
            ],
            originalUriBaseIds: { [base]: { description: { text: 'the root of the repository' } } },
            newlineSequences: ['\r\n', '\n', '\r'],
            columnKind: 'utf16CodeUnits',
            results: results.map((finding) => ({
              ...resultOf(report, finding, rules.indexOf(finding.rule)),
              partialFingerprints: { 'bindlint/v1': fingerprints.get(finding) },
            })),
          },
        ],
      },
      undefined,
      2,
    )}\n`;
  },
} satisfies Reporter;

function ruleOf(report: Report, id: string): object {
  const rule = report.rule(id);
  if (rule === undefined) return { id };
  const { summary, severity, help } = rule;
  return {
    id,
    shortDescription: { text: sentence(summary) },
    fullDescription: { text: sentence(summary) },
    defaultConfiguration: { level: levels[severity] },
    ...(help !== undefined && { help: { text: help.text, markdown: help.markdown } }),
  };
}

function resultOf(
  report: Report,
  finding: ReportedFinding & Partial<SuppressedFinding>,
  ruleIndex: number,
): Record<string, unknown> {
  const { rule, severity, at, related, chain, fix, edits, suppression } = finding;
  return {
    ruleId: rule,
    ruleIndex,
    level: levels[severity],
    message: { text: messageOf(finding) },
    locations: [{ physicalLocation: physical(report, at) }],
    ...(related !== undefined &&
      related.length > 0 && {
        relatedLocations: related.map((one, index) => ({
          id: index + 1,
          physicalLocation: physical(report, one.at),
          message: { text: one.message },
        })),
      }),
    ...(chain !== undefined &&
      chain.length > 0 && {
        codeFlows: [
          {
            message: { text: 'How the value gets here.' },
            threadFlows: [
              {
                locations: [...chain].reverse().map(({ span, note }) => ({
                  location: { physicalLocation: physical(report, span), message: { text: note } },
                })),
              },
            ],
          },
        ],
      }),
    ...(fix !== undefined &&
      edits !== undefined &&
      edits.length > 0 && {
        fixes: [{ description: { text: sentence(fix.does) }, artifactChanges: changesOf(report, edits) }],
      }),
    // Where suppressions are known at all, an empty list says that there is none.
    ...(report.suppressed !== undefined && { suppressions: suppression === undefined ? [] : [silence(suppression)] }),
  };
}

function silence({ by, reason }: SuppressedFinding['suppression']): object {
  return {
    kind: by === 'comment' ? 'inSource' : 'external',
    status: 'accepted',
    ...(reason !== undefined && { justification: reason }),
  };
}

function changesOf(report: Report, edits: readonly Edit[]): object[] {
  return [...new Set(edits.map(({ span }) => span.file))].map((file) => ({
    artifactLocation: artifact(report, file),
    replacements: edits
      .filter(({ span }) => span.file === file)
      .map(({ span, text }) => ({ deletedRegion: region(report, span), insertedContent: { text } })),
  }));
}

function notificationOf(report: Report, { file, offset, kind, message }: InputProblem): object {
  return {
    level: 'warning',
    message: { text: sentence(message) },
    locations: [
      {
        physicalLocation:
          offset === undefined
            ? { artifactLocation: artifact(report, file) }
            : physical(report, { file, start: offset, end: offset }),
      },
    ],
    properties: { kind },
  };
}

function physical(report: Report, span: Span): object {
  return { artifactLocation: artifact(report, span.file), region: region(report, span) };
}

function artifact(report: Report, file: string): object {
  // Half a surrogate pair has no place in an address.
  const path = report.repositoryPath(file).replace(/\p{Surrogate}/gu, '\ufffd');
  return { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: base };
}

function region(report: Report, span: Span): object {
  const { line, column, endLine, endColumn } = report.position(span);
  return { startLine: line, startColumn: column, endLine, endColumn };
}

/** What it says, and where else to look: a number in round brackets points at a related location. */
function messageOf({ message, advice, related }: ReportedFinding): string {
  const places = (related ?? [])
    .slice(0, mostLinks)
    .map((one, index) => `[${one.message.replace(/[[\]]/g, '\\$&')}](${index + 1})`);
  return [message, ...(advice === undefined ? [] : [advice])]
    .map((text) => sentence(text.replaceAll('](', '\\](')))
    .concat(places.length === 0 ? [] : [`See: ${places.join(', ')}.`])
    .join(' ');
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
