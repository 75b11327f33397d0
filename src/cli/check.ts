import type { Report, ReportedFinding } from '../reporter.ts';
import type { Finding, Rule, Severity } from '../rule.ts';
import { columnsOf, harmless } from '../terminal.ts';
import { type Io, print } from './io.ts';
import { MisuseError } from './misuse.ts';
import type { RuleFlags } from './options.ts';
import {
  deliver,
  deliverReport,
  isDue,
  namedUnread,
  outputFile,
  type Run,
  reportOn,
  runOn,
  showFiles,
  withEdits,
} from './run.ts';
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
  const run = await runOn(paths, flags, table, io);
  const inText = flags.targets.every(({ format }) => format === 'text') && run.project.settings.failOn !== 'info';
  // Text only counts what is info.
  const isShown = (finding: Finding) => !inText || finding.severity !== 'info' || isDue(finding, flags);
  const findings = await withEdits(run.findings, run.analysis, run.project, isShown);
  const report = reportOn(run, findings, flags, io);
  if (flags.showFiles) return showFiles(run, report, outputFile(flags), io);
  if (flags.updateBaseline) return updateBaseline(run, flags, io);
  const { failOn } = run.project.settings;
  if (flags.addIgnores) return addIgnores(run, report, failOn, flags, io);
  await deliverReport(report, failOn === 'info', flags, io);
  if (flags.statistics) await printStatistics(findings, flags, io);
  await warnOfStale(run, flags, io);
  if (namedUnread(run)) return 2;
  return fails(findings, failOn, flags.maxWarnings) ? 1 : 0;
}

function refuseMixed(flags: RuleFlags): void {
  const { baseline, addIgnores, reason, stdin } = flags;
  if (flags.updateBaseline && baseline === undefined)
    throw new MisuseError('--update-baseline needs --baseline, which names the file');
  if (reason !== undefined && !addIgnores) throw new MisuseError('--reason needs --add-ignores');
  if (!addIgnores) return;
  if (flags.updateBaseline) throw new MisuseError('--update-baseline and --add-ignores exclude each other');
  if (stdin) throw new MisuseError('--add-ignores writes files, so it cannot be used with --stdin');
  if (reason === undefined || reason.trim() === '')
    throw new MisuseError('--add-ignores needs --reason, which says why these findings are accepted');
  if (/\p{Cc}/u.test(reason)) throw new MisuseError('--reason is one line without control characters');
}

async function updateBaseline({ baseline, analysis }: Run, flags: RuleFlags, io: Io): Promise<number> {
  const { text, added, removed } = baseline!.updated(analysis);
  await deliver(text, flags.baseline, io);
  if (!flags.quiet) await print(io.stderr, `${baseline!.shown}: ${added} added, ${removed} removed\n`);
  return 0;
}

/**
 * Says which entries of the baseline accept nothing any more.
 * @param run after everything else was done
 */
export async function warnOfStale({ baseline, analysis }: Run, flags: RuleFlags, io: Io): Promise<void> {
  const { stale } = baseline?.split(analysis) ?? { stale: [] };
  if (stale.length === 0 || flags.quiet) return;
  const lines = stale.map(({ file, rule, message }) => `  ${harmless(`${file} ${rule}: ${message}`)}\n`).join('');
  const head = `${baseline!.shown}: no longer found; bindlint check --baseline FILE --update-baseline takes it out:\n`;
  await print(io.stderr, head + lines);
}

async function addIgnores(run: Run, report: Report, failOn: Severity, flags: RuleFlags, io: Io): Promise<number> {
  const { planIgnores } = await import('../fix/add-ignores.ts');
  const { writeTexts } = await import('./write.ts');
  const wanted = run.findings.filter(
    ({ severity, rule, at }) =>
      ranks[severity] >= ranks[failOn] && rule !== 'unused-suppression' && run.project.covers(at.file),
  );
  const { workspace } = run.project;
  const plan = await planIgnores(run.analysis, workspace, wanted, run.options, flags.reason!.trim());
  const unwritten = await writeTexts(plan.texts, run.project, io);
  const places = (findings: readonly Finding[], what: string, why: (finding: Finding) => string) =>
    findings.map((finding) => `${what} ${placeOf(report, finding.at)} ${finding.rule}${why(finding)}\n`).join('');
  const reasons = new Map([
    ...plan.refused.map(({ finding, reason }) => [finding, reason] as const),
    ...plan.silenced.flatMap((finding) => {
      const problem = unwritten.find(({ file }) => file === finding.at.file);
      return problem ? [[finding, problem.message] as const] : [];
    }),
  ]);
  const silenced = plan.silenced.filter((finding) => !reasons.has(finding));
  const end = silenced.length === 0 ? '' : `${silenced.length} silenced; bindlint undo takes it back\n`;
  if (!flags.quiet) await print(io.stdout, places(silenced, 'silenced', () => '') + end);
  await print(
    io.stderr,
    places([...reasons.keys()], 'not silenced', (finding) => `: ${reasons.get(finding)}`),
  );
  return reasons.size > 0 ? 1 : 0;
}

function placeOf(report: Report, at: Finding['at']): string {
  const { line, column } = report.position(at);
  return harmless(`${report.path(at.file)}:${line}:${column}`);
}

const ranks: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

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
    ({ severity }) => ranks[severity] >= ranks[failOn] && !(severity === 'warning' && maxWarnings !== undefined),
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
