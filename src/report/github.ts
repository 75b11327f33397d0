import type { Span } from '../facts.ts';
import type { Report, ReportedFinding, Reporter } from '../reporter.ts';
import type { Severity } from '../rule.ts';
import { harmless } from '../terminal.ts';
import { countsOf, readOf } from '../wording.ts';

/** GitHub shows so many annotations of each level and step, and drops the others without a word. */
const shownPerLevel = 10;

const levels = { error: 'error', warning: 'warning', info: 'notice' } as const satisfies Record<Severity, string>;
type Level = (typeof levels)[Severity];

interface Annotation {
  readonly level: Level;
  readonly command: string;
  /** The same where no annotation is shown. */
  readonly line: string;
}

export default {
  summary: 'annotations of GitHub Actions',
  print(report, { quiet }) {
    const annotations = [
      ...report.findings.map((finding) => annotate(report, finding)),
      ...report.problems
        .filter(({ template }) => !template)
        .map(({ file, offset, message }): Annotation => {
          const at = offset === undefined ? undefined : { file, start: offset, end: offset };
          return {
            level: 'notice',
            command: command('notice', propertiesOf(report, file, at, 'bindlint: not understood'), message),
            line: plain(`notice ${at === undefined ? report.path(file) : placeOf(report, at)} ${message}`),
          };
        }),
    ];
    const shown: Annotation[] = [];
    const left: Annotation[] = [];
    for (const annotation of annotations) {
      const before = shown.filter(({ level }) => level === annotation.level).length;
      (before < shownPerLevel ? shown : left).push(annotation);
    }
    const lines = shown.map((annotation) => annotation.command);
    if (left.length > 0) {
      const title = `${left.length} more without an annotation, because GitHub shows ${shownPerLevel} of each level`;
      lines.push(`::group::${title}`, ...left.map(({ line }) => line), '::endgroup::');
    }
    if (!quiet) lines.push(`bindlint: ${countsOf(report.summary)}; ${readOf(report.summary)}`);
    return lines.map((line) => `${line}\n`).join('');
  },
} satisfies Reporter;

function annotate(report: Report, finding: ReportedFinding): Annotation {
  const { rule, severity, message, at, related, fix, advice } = finding;
  const level = levels[severity];
  const text = [
    message,
    ...(related ?? []).map((one) => `${placeOf(report, one.at)} ${one.message}`),
    ...(fix === undefined ? [] : [`fix: ${fix.does}`]),
    ...(advice === undefined ? [] : [`help: ${advice}`]),
  ].join('\n');
  return {
    level,
    command: command(level, propertiesOf(report, at.file, at, `bindlint: ${rule}`), text),
    line: plain(`${severity} ${placeOf(report, at)} ${rule}: ${message}`),
  };
}

function propertiesOf(report: Report, file: string, at: Span | undefined, title: string): Record<string, string> {
  const properties: Record<string, string> = { file: report.repositoryPath(file) };
  if (at !== undefined) {
    const { line, column, endLine, endColumn } = report.position(at);
    properties.line = String(line);
    properties.endLine = String(endLine);
    // Columns only count within one line.
    if (line === endLine) {
      properties.col = String(column);
      properties.endColumn = String(endColumn);
    }
  }
  return { ...properties, title };
}

function command(level: Level, properties: Readonly<Record<string, string>>, text: string): string {
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::${level} ${written.join(',')}::${escapeData(text)}`;
}

function escapeData(text: string): string {
  return text
    .split('\n')
    .map((line) => harmless(line).replaceAll('%', '%25'))
    .join('%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** A line that is no command, whatever names and messages hold: those begin with `::`, or hold `##[`. */
function plain(line: string): string {
  return harmless(line).replaceAll('##[', '## [');
}

function placeOf(report: Report, at: Span): string {
  const { line, column } = report.position(at);
  return `${report.path(at.file)}:${line}:${column}`;
}
