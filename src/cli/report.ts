import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Positions, positionsOf } from '../positions.ts';
import type { InputProblem } from '../problem.ts';
import type { Report, ReportedFinding } from '../reporter.ts';
import type { Finding } from '../rule.ts';
import type { Analysis } from '../run.ts';

export interface ReportInput {
  readonly analysis: Analysis;
  readonly findings: readonly ReportedFinding[];
  readonly problems: readonly InputProblem[];
  /** Absolute path that the analysis' files are relative to. */
  readonly root: string;
  readonly cwd: string;
  readonly durationMs: number;
  /** Would `fix` with the same flags make this one? */
  due(finding: Finding): boolean;
}

/** Joins what was found with what a reporter needs to show it. */
export function reportOf(input: ReportInput): Report {
  const { analysis, findings, root, cwd } = input;
  const positions = new Map<string, Positions>();
  const positionsIn = (file: string) => {
    let known = positions.get(file);
    if (known === undefined) {
      known = positionsOf(analysis.sources.get(file)?.text ?? '');
      positions.set(file, known);
    }
    return known;
  };
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length;
  return {
    findings,
    problems: input.problems,
    facts: analysis.facts,
    summary: {
      files: analysis.seen,
      parsed: analysis.parsed,
      errors: count('error'),
      warnings: count('warning'),
      infos: count('info'),
      fixable: findings.filter((finding) => isFixable(finding) && input.due(finding)).length,
      suppressed: analysis.suppressed,
      notUnderstood: input.problems.length,
      durationMs: Math.round(input.durationMs),
    },
    text: (file) => analysis.sources.get(file)?.text,
    path: (file) => path.relative(cwd, path.join(root, file)).replaceAll(path.sep, '/'),
    url: (file) => pathToFileURL(path.join(root, file)).href,
    position(span) {
      const at = positionsIn(span.file);
      const { line, column } = at.at(span.start);
      const { line: endLine, column: endColumn } = at.at(span.end);
      return { line, column, endLine, endColumn };
    },
  };
}

function isFixable({ fix, edits, structural }: ReportedFinding): boolean {
  return fix !== undefined && (edits !== undefined || structural === true);
}
