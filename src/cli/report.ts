import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Positions, positionsOf } from '../positions.ts';
import type { InputProblem } from '../problem.ts';
import type { Fixing, Report, ReportedFinding, RuleDescription, SuppressedFinding } from '../reporter.ts';
import type { Rule } from '../rule.ts';
import type { Analysis } from '../run.ts';
import { ownPackage } from './package-root.ts';
import { pageAsText } from './page.ts';

export interface ReportInput {
  readonly analysis: Analysis;
  readonly findings: readonly ReportedFinding[];
  readonly suppressed?: readonly SuppressedFinding[];
  readonly problems: readonly InputProblem[];
  /** Absolute path that the analysis' files are relative to. */
  readonly root: string;
  readonly cwd: string;
  /** Absolute path of the repository around the working directory; none: the working directory. */
  readonly repository?: string | undefined;
  /** The rules of the run, by id. */
  readonly rules?: Readonly<Record<string, Rule>>;
  readonly durationMs: number;
  readonly fixing: Fixing;
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
    ...(input.suppressed !== undefined && { suppressed: input.suppressed }),
    problems: input.problems,
    facts: analysis.facts,
    fixing: input.fixing,
    summary: {
      files: analysis.seen,
      parsed: analysis.parsed,
      errors: count('error'),
      warnings: count('warning'),
      infos: count('info'),
      fixable: findings.filter((finding) => isFixable(finding) && input.fixing.includes(finding)).length,
      suppressed: input.suppressed?.length ?? analysis.suppressed,
      notUnderstood: input.problems.length,
      durationMs: Math.round(input.durationMs),
    },
    text: (file) => analysis.sources.get(file)?.text,
    path: (file) => path.relative(cwd, path.join(root, file)).replaceAll(path.sep, '/'),
    repositoryPath: (file) => pathWithin(input.repository ?? cwd, root, file),
    get version() {
      return ownPackage().version;
    },
    rule: (id) => describe(id, input.rules?.[id]),
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

/** From the repository; for a file outside of it, from the root of the run. */
function pathWithin(repository: string, root: string, file: string): string {
  const relative = path.relative(repository, path.join(root, file)).replaceAll(path.sep, '/');
  return relative.startsWith('../') || path.isAbsolute(relative) ? file : relative;
}

/** The chapters of a page that help where the finding is already seen; the others are examples. */
const helpful = ['', 'Fix', 'Exceptions', 'When it is quieter'];

function describe(id: string, rule: Rule | undefined): RuleDescription | undefined {
  if (rule === undefined) return undefined;
  const { summary, severity } = rule;
  let page: string;
  try {
    page = readFileSync(path.join(ownPackage().root, 'fixtures/rules', `${id}.md`), 'utf8');
  } catch {
    return { summary, severity };
  }
  const [title, ...chapters] = page.replace(/\r\n/g, '\n').split(/^(?=##? )/m);
  const markdown = [title!, ...chapters]
    .filter((chapter) => helpful.includes(/^## (.*)/.exec(chapter)?.[1] ?? ''))
    .join('')
    // What is found in the example is already on the screen.
    .replace(/^```(?:findings|facts)\b[^\n]*\n[\s\S]*?^```\n+/gm, '')
    .trim();
  return {
    summary,
    severity,
    help: { markdown, text: pageAsText(markdown, { color: false, columns: undefined }).trim() },
  };
}
