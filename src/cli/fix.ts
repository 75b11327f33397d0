import type { Plan } from '../fix/apply.ts';
import { positionsOf } from '../positions.ts';
import type { Report } from '../reporter.ts';
import type { Finding, Rule } from '../rule.ts';
import { harmless } from '../terminal.ts';
import { fails, printStatistics, warnOfStale } from './check.ts';
import { wantsColor } from './color.ts';
import { type Io, print } from './io.ts';
import { MisuseError } from './misuse.ts';
import type { RuleFlags } from './options.ts';
import {
  concerns,
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
import { writeTexts } from './write.ts';

/** Rewrites what can be rewritten, and prints what is left. */
export async function fix(
  paths: readonly string[],
  flags: RuleFlags,
  table: Readonly<Record<string, Rule>>,
  io: Io,
): Promise<number> {
  if (flags.printConfig !== undefined) {
    const { printConfig } = await import('./print-config.ts');
    return printConfig(flags.printConfig, paths, flags, table, io);
  }
  const run = await runOn(paths, flags, table, io);
  const { project } = run;
  const before = reportOn(run, [], flags, io);
  if (flags.showFiles) return showFiles(run, before, outputFile(flags), io);
  const { planFixes } = await import('../fix/apply.ts');
  const isWanted = (finding: Finding) =>
    isDue(finding, flags) && concerns(project, finding) && (!flags.stdin || project.covers(finding.at.file));
  const planOf = (wanted: (finding: Finding) => boolean) =>
    planFixes(run.analysis, project.workspace, {
      style: project.settings.fix.style,
      portFallback: project.settings.fix.portFallback,
      unsafe: true,
      run: run.options,
      wanted,
    });
  const left = new Set(run.accepted);
  if (flags.interactive) {
    refuseUnasked(flags);
    const { declinedOf } = await import('./interactive.ts');
    const due = run.analysis.findings.filter((finding) => !left.has(finding) && isWanted(finding));
    const alone = (finding: Finding) => planOf((other) => other === finding);
    const color = wantsColor(flags.color, io.stdout, io.env);
    for (const finding of await declinedOf(due, alone, before, color, io)) left.add(finding);
  }
  const mayBeFixed = left.size === 0 ? () => true : (await import('./baseline.ts')).notAccepted(run.analysis, left);
  const plan = await planOf((finding) => mayBeFixed(finding) && isWanted(finding));
  if (flags.diff) {
    const { unifiedDiff } = await import('../fix/diff.ts');
    const diff = unifiedDiff(plan, before.path);
    await deliver(diff, outputFile(flags), io);
    if (!flags.quiet) await print(io.stderr, refusals(plan, before));
    return diff === '' ? (namedUnread(run) ? 2 : 0) : 1;
  }
  if (flags.stdin) {
    const file = project.named[0]!;
    const { text } = run.analysis.sources.get(file) ?? { text: await textOf(run, file) };
    await deliver(plan.texts.get(file)?.after ?? text, outputFile(flags), io);
    if (!flags.quiet) await print(io.stderr, refusals(plan, before));
    return fails(remaining(run, plan), project.settings.failOn, flags.maxWarnings) ? 1 : 0;
  }

  const unwritten = await writeTexts(plan.texts, project, io);
  const accepted = run.baseline?.split(plan.analysis).accepted ?? run.accepted;
  const after: Run = { ...run, analysis: plan.analysis, accepted, problems: [...run.problems, ...unwritten] };
  const findings = await withEdits(remaining(run, plan), plan.analysis, project);
  const report = reportOn(after, findings, flags, io);
  const { failOn } = project.settings;
  const forPeople = printsText(flags.targets);
  const done = flags.quiet ? '' : changes(plan, before, unwritten.length > 0) + refusals(plan, before);
  await print(forPeople ? io.stdout : io.stderr, done === '' || !forPeople ? done : `${done}\n`);
  await deliverReport(report, failOn === 'info', flags, io);
  if (flags.statistics) await printStatistics(findings, flags, io);
  await warnOfStale(after, flags, io);
  if (namedUnread(run)) return 2;
  return unwritten.length > 0 || fails(findings, failOn, flags.maxWarnings) ? 1 : 0;
}

/** What asks needs somebody to answer. */
function refuseUnasked({ diff, stdin }: RuleFlags): void {
  if (diff || stdin) throw new MisuseError(`--interactive and ${diff ? '--diff' : '--stdin'} exclude each other`);
}

function remaining({ project, baseline }: Run, { analysis }: Plan) {
  const accepted = baseline?.split(analysis).accepted;
  return analysis.findings.filter((finding) => !accepted?.has(finding) && concerns(project, finding));
}

async function textOf(run: Run, file: string): Promise<string> {
  const source = await run.project.workspace.read(file);
  return 'text' in source ? source.text : '';
}

function changes(plan: Plan, before: Report, partly: boolean): string {
  const lines = new Set(
    plan.applied.map(
      ({ finding, does }) =>
        `fixed ${placeOf(before, finding.at.file, finding.at.start)} ${finding.rule}: ${harmless(does)}\n`,
    ),
  );
  if (lines.size === 0) return '';
  const files = plan.texts.size === 1 ? '1 file' : `${plan.texts.size} files`;
  const end = partly
    ? 'not everything could be written'
    : `${lines.size} fixed in ${files}; bindlint undo takes it back`;
  return `${[...lines].join('')}${end}\n`;
}

function refusals(plan: Plan, before: Report): string {
  return plan.refused
    .map(({ at, rule, reason }) => `not fixed ${placeOf(before, at.file, at.start)} ${rule}: ${harmless(reason)}\n`)
    .join('');
}

function placeOf(report: Report, file: string, offset: number): string {
  const { line, column } = positionsOf(report.text(file) ?? '').at(offset);
  return harmless(`${report.path(file)}:${line}:${column}`);
}
