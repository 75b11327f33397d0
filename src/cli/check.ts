import type { ReportedFinding } from '../reporter.ts';
import type { Finding, Rule, Severity } from '../rule.ts';
import { columnsOf } from '../terminal.ts';
import { addIgnores, isAtLeast, refuseMixed, updateBaseline, warnOfStale } from './accept.ts';
import { type Io, print } from './io.ts';
import type { RuleFlags } from './options.ts';
import { deliverReport, isDue, keep, namedUnread, outputFile, reportOn, runOn, showFiles, withEdits } from './run.ts';
import { printsText } from './targets.ts';

/** Prints what is wrong. */
export async function check(
  paths: readonly string[],
  flags: RuleFlags,
  table: Readonly<Record<string, Rule>>,
  io: Io,
): Promise<number> {
  if (flags.printConfig !== undefined) {
    const { printConfig } = await import('./print-config.ts');
    return printConfig(flags.printConfig, paths, flags, table, io);
  }
  refuseMixed(flags);
  const inText = flags.targets.every(({ format }) => format === 'text');
  const edits = { inText, unsafe: flags.unsafeFixes === true };
  const run = await runOn(paths, flags, table, io, false, {}, isRepeatable(flags) ? edits : undefined);
  // Text only counts what is info.
  const isShown = (finding: Finding) =>
    !inText || run.project.settings.failOn === 'info' || finding.severity !== 'info' || isDue(finding, flags);
  const findings = await withEdits(run.findings, run.analysis, run.project, isShown);
  const report = reportOn(run, findings, flags, io);
  if (flags.showFiles) return showFiles(run, report, outputFile(flags), io);
  if (flags.updateBaseline) {
    await updateBaseline(run, flags, io);
    return 0;
  }
  const { failOn } = run.project.settings;
  if (flags.addIgnores) return addIgnores(run, report, flags, io);
  await deliverReport(report, failOn === 'info', flags, io);
  await keep(run, findings, isShown);
  if (flags.statistics) await printStatistics(findings, flags, io);
  await warnOfStale(run, flags, io);
  if (namedUnread(run)) return 2;
  return fails(findings, failOn, flags.maxWarnings) ? 1 : 0;
}

/** Is all that a run comes to decided by files on disk, and by its settings? */
function isRepeatable({ stdin, staged, rules, addIgnores, showFiles, updateBaseline }: RuleFlags): boolean {
  return !stdin && !staged && rules === undefined && !addIgnores && !showFiles && !updateBaseline;
}

/**
 * Does what was found make the exit code 1?
 * @param maxWarnings accepted number of warnings; undefined: they count like any other severity
 */
export function fails(
  findings: readonly ReportedFinding[],
  failOn: Severity,
  maxWarnings: number | undefined,
): boolean {
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  if (maxWarnings !== undefined && warnings > maxWarnings) return true;
  return findings.some(
    ({ severity }) => isAtLeast(severity, failOn) && !(severity === 'warning' && maxWarnings !== undefined),
  );
}

/** How often each rule was found; beside formats for programs on standard error. */
export async function printStatistics(findings: readonly ReportedFinding[], flags: RuleFlags, io: Io): Promise<void> {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  const rows = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const output = printsText(flags.targets) ? io.stdout : io.stderr;
  await print(
    output,
    columnsOf(rows.map(([rule, count]) => [String(count).padStart(4), rule]))
      .map((row) => `${row}\n`)
      .join(''),
  );
}
