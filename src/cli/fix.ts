import type { IgnorePlan } from '../fix/add-ignores.ts';
import type { Plan } from '../fix/apply.ts';
import { forOneText } from '../fix/lines.ts';
import { positionsOf } from '../positions.ts';
import type { InputProblem } from '../problem.ts';
import type { Report } from '../reporter.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Analysis } from '../run.ts';
import { harmless } from '../terminal.ts';
import { counted } from '../wording.ts';
import { ignorePlan, refuseMixed, silencing, updateBaseline, warnOfStale } from './accept.ts';
import { fails, printStatistics } from './check.ts';
import { wantsColor } from './color.ts';
import { type Io, print } from './io.ts';
import { MisuseError } from './misuse.ts';
import type { RuleFlags } from './options.ts';
import { deliver, prepared } from './output-file.ts';
import {
  concerns,
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
  refuseMixed(flags);
  if (flags.updateBaseline && flags.stdin)
    throw new MisuseError('fix --stdin writes no files, so it cannot be used with --update-baseline');
  const run = await runOn(paths, flags, table, io);
  const { project } = run;
  const before = reportOn(run, [], flags, io);
  if (flags.showFiles) return showFiles(run, before, outputFile(flags), io);
  const { planFixes, filesOf } = await import('../fix/apply.ts');
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
  const spared = new Set(run.accepted);
  if (flags.interactive) {
    refuseUnasked(flags);
    const { declinedOf } = await import('./interactive.ts');
    const due = run.analysis.findings.filter((finding) => !spared.has(finding) && isWanted(finding));
    const alone = (finding: Finding) => planOf((other) => other === finding);
    const color = wantsColor(flags.color, io.stdout, io.env);
    for (const finding of await declinedOf(due, alone, before, color, io)) spared.add(finding);
  }
  const mayBeFixed = spared.size === 0 ? () => true : (await import('./baseline.ts')).notAccepted(run.analysis, spared);
  const plan = await planOf((finding) => mayBeFixed(finding) && isWanted(finding));
  const ignores = flags.addIgnores ? await ignoresAfter(run, plan, flags) : undefined;
  const texts = ignores ? joined(plan.texts, ignores.texts) : plan.texts;
  if (flags.diff) {
    const { unifiedDiff } = await import('../fix/diff.ts');
    const diff = unifiedDiff({ texts }, before.path);
    await deliver(diff, outputFile(flags), io);
    const not = ignores ? silencing(ignores, reportOn({ ...run, analysis: plan.analysis }, [], flags, io), []).not : [];
    await print(io.stderr, (flags.quiet ? '' : refusals(plan, before)) + not.join(''));
    return diff === '' ? (namedUnread(run) ? 2 : 0) : 1;
  }
  if (flags.stdin) {
    const file = project.named[0]!;
    const { text } = run.analysis.sources.get(file) ?? { text: await textOf(run, file) };
    await deliver(plan.texts.get(file)?.after ?? text, outputFile(flags), io);
    if (!flags.quiet) await print(io.stderr, refusals(plan, before));
    return fails(remaining(run, plan), project.settings.failOn, flags.maxWarnings) ? 1 : 0;
  }

  if (flags.updateBaseline) prepared(flags.baseline!, io);
  const unwritten = await writeTexts(texts, project, io, flags.staged);
  const analysis = await analysisOf(run, ignores?.analysis ?? plan.analysis, texts, unwritten);
  let after: Run = { ...run, analysis, accepted: acceptedIn(run, analysis) };
  const said = ignores && silencing(ignores, reportOn({ ...run, analysis: plan.analysis }, [], flags, io), unwritten);
  const lost = new Map(unwritten.map(({ file, message }) => [file, message]));
  const standing = new Set(analysis.findings.map(sameAgain));
  const made = fixing(plan, before, (finding) =>
    lost.size > 0 && standing.has(sameAgain(finding))
      ? lost.get([finding.at.file, ...filesOf(finding)].find((file) => lost.has(file)) ?? '')
      : undefined,
  );
  const done: Done = { fixed: made.fixed, silenced: said?.silenced ?? [], not: [...made.not, ...(said?.not ?? [])] };
  const forPeople = printsText(flags.targets);
  if (flags.quiet) await print(io.stderr, done.not.join(''));
  else {
    const lines = [...done.fixed, ...done.silenced, refusals(plan, before), ...done.not];
    const text = lines.join('') + writtenIn(done, texts, unwritten);
    await print(forPeople ? io.stdout : io.stderr, text === '' || !forPeople ? text : `${text}\n`);
  }
  if (flags.updateBaseline) {
    await updateBaseline(after, flags, io);
    after = { ...after, accepted: new Set(analysis.findings.filter(({ at }) => project.covers(at.file))) };
  }
  const left = analysis.findings.filter((finding) => !after.accepted.has(finding) && concerns(project, finding));
  const findings = await withEdits(left, analysis, project);
  const { failOn } = project.settings;
  await deliverReport(reportOn(after, findings, flags, io), failOn === 'info', flags, io);
  if (flags.statistics) await printStatistics(findings, flags, io);
  if (!flags.updateBaseline) await warnOfStale(after, flags, io);
  if (namedUnread(run)) return 2;
  return unwritten.length > 0 || fails(findings, failOn, flags.maxWarnings) ? 1 : 0;
}

/** What a finding still goes by after other lines of its file have moved. */
const sameAgain = ({ rule, at, message }: Finding) => `${rule} ${at.file} ${message}`;

/** What asks needs somebody to answer; and who declines a fix, or ends the questions, has not accepted what was found. */
function refuseUnasked({ diff, stdin, updateBaseline, addIgnores }: RuleFlags): void {
  const accepting = updateBaseline ? '--update-baseline' : addIgnores ? '--add-ignores' : undefined;
  if (accepting) throw new MisuseError(`--interactive and ${accepting} exclude each other`);
  if (diff || stdin) throw new MisuseError(`--interactive and ${diff ? '--diff' : '--stdin'} exclude each other`);
}

function remaining(run: Run, { analysis }: Plan) {
  const accepted = acceptedIn(run, analysis);
  return analysis.findings.filter((finding) => !accepted.has(finding) && concerns(run.project, finding));
}

/** What the baseline accepts of an analysis of new texts. */
function acceptedIn({ baseline }: Run, analysis: Analysis): ReadonlySet<Finding> {
  return baseline?.split(analysis).accepted ?? new Set();
}

/** Comments at what is left after the fixes. */
async function ignoresAfter(run: Run, plan: Plan, flags: RuleFlags): Promise<IgnorePlan> {
  const { textWorkspace } = await import('../workspace/text-workspace.ts');
  const fixed = textWorkspace(afterTexts(plan.texts), run.project.workspace);
  return ignorePlan(run, plan.analysis, fixed, remaining(run, plan), flags);
}

type Texts = Plan['texts'];

const afterTexts = (texts: Texts) => new Map([...texts].map(([file, { after }]) => [file, after]));

/** Changes one after the other as one. */
function joined(first: Texts, second: Texts): Texts {
  const all = new Map(first);
  for (const [file, { before, after }] of second) all.set(file, { before: first.get(file)?.before ?? before, after });
  return all;
}

/**
 * The analysis of what stands there now.
 * @param planned the one of all new texts
 */
async function analysisOf(
  { project, options }: Run,
  planned: Analysis,
  texts: Texts,
  unwritten: readonly InputProblem[],
): Promise<Analysis> {
  if (unwritten.length === 0) return planned;
  const [{ analyze }, { textWorkspace }] = await Promise.all([
    import('../run.ts'),
    import('../workspace/text-workspace.ts'),
  ]);
  const standing = afterTexts(texts);
  for (const { file } of unwritten) standing.delete(file);
  return analyze(textWorkspace(standing, project.workspace), options);
}

async function textOf(run: Run, file: string): Promise<string> {
  const source = await run.project.workspace.read(file);
  return 'text' in source ? source.text : '';
}

/** What was changed and what was not, a line each. */
interface Done {
  readonly fixed: readonly string[];
  readonly silenced: readonly string[];
  readonly not: readonly string[];
}

/** @param lost says why the files of a fix could not be written */
function fixing(plan: Plan, before: Report, lost: (finding: Finding) => string | undefined): Omit<Done, 'silenced'> {
  const fixed = new Set<string>();
  const not = new Set<string>();
  for (const { finding, does } of plan.applied) {
    const why = lost(finding);
    const place = `${placeOf(before, finding.at.file, finding.at.start)} ${finding.rule}`;
    if (why === undefined) fixed.add(`fixed ${place}: ${harmless(does)}\n`);
    else not.add(`not fixed ${place}: ${harmless(why)}\n`);
  }
  return { fixed: [...fixed], not: [...not] };
}

/** The last line: how much was written. */
function writtenIn({ fixed, silenced }: Done, texts: Texts, unwritten: readonly InputProblem[]): string {
  if (texts.size === 0) return '';
  const files = texts.size - unwritten.length;
  if (files === 0) return 'nothing was written\n';
  const counts = [
    ...(fixed.length > 0 ? [`${fixed.length} fixed`] : []),
    ...(silenced.length > 0 ? [`${silenced.length} silenced`] : []),
  ];
  const missed = unwritten.length === 0 ? '' : `; ${counted(unwritten.length, 'file')} could not be written`;
  // One half of a fix stands in a file that could not be written.
  return `${counts.join(', ') || 'a part of a fix'} in ${counted(files, 'file')}; bindlint undo takes it back${missed}\n`;
}

function refusals(plan: Plan, before: Report): string {
  return plan.refused
    .map(({ at, rule, reason }) => `not fixed ${placeOf(before, at.file, at.start)} ${rule}: ${harmless(reason)}\n`)
    .join('');
}

const positionsIn = forOneText(positionsOf);

function placeOf(report: Report, file: string, offset: number): string {
  const { line, column } = positionsIn(report.text(file) ?? '').at(offset);
  return harmless(`${report.path(file)}:${line}:${column}`);
}
