import type { IgnorePlan } from '../fix/add-ignores.ts';
import type { InputProblem } from '../problem.ts';
import type { Report } from '../reporter.ts';
import type { Finding, Severity } from '../rule.ts';
import type { Analysis } from '../run.ts';
import { harmless } from '../terminal.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Io, print } from './io.ts';
import { MisuseError } from './misuse.ts';
import type { RuleFlags } from './options.ts';
import { deliver } from './output-file.ts';
import type { Run } from './run.ts';
import { writeTexts } from './write.ts';

/** @throws {MisuseError} for flags that accept findings and do not go together */
export function refuseMixed(flags: RuleFlags): void {
  const { baseline, addIgnores, updateBaseline, reason, stdin, diff } = flags;
  if (updateBaseline && baseline === undefined)
    throw new MisuseError('--update-baseline needs --baseline, which names the file');
  if (updateBaseline && diff)
    throw new MisuseError('--diff writes nothing, so it cannot be used with --update-baseline');
  if (reason !== undefined && !addIgnores) throw new MisuseError('--reason needs --add-ignores');
  if (!addIgnores) return;
  if (updateBaseline) throw new MisuseError('--update-baseline and --add-ignores exclude each other');
  if (stdin) throw new MisuseError('--add-ignores writes files, so it cannot be used with --stdin');
  if (reason === undefined || reason.trim() === '')
    throw new MisuseError('--add-ignores needs --reason, which says why these findings are accepted');
  if (harmless(reason) !== reason) throw new MisuseError('--reason is one line without control characters');
}

/**
 * Accepts what was found from now on.
 * @throws {MisuseError} where the file cannot be written
 */
export async function updateBaseline({ baseline, analysis }: Run, flags: RuleFlags, io: Io): Promise<void> {
  const { text, added, removed } = baseline!.updated(analysis);
  await deliver(text, flags.baseline, io);
  if (!flags.quiet) await print(io.stderr, `${baseline!.shown}: ${added} added, ${removed} removed\n`);
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

/** Writes comments that silence what was found, and says so. */
export async function addIgnores(run: Run, report: Report, flags: RuleFlags, io: Io): Promise<number> {
  const plan = await ignorePlan(run, run.analysis, run.project.workspace, run.findings, flags);
  const unwritten = await writeTexts(plan.texts, run.project, io, flags.staged);
  const { silenced, not } = silencing(plan, report, unwritten);
  const end = silenced.length === 0 ? '' : `${silenced.length} silenced; bindlint undo takes it back\n`;
  if (!flags.quiet) await print(io.stdout, silenced.join('') + end);
  await print(io.stderr, not.join(''));
  return not.length > 0 ? 1 : 0;
}

/**
 * The comments that would silence findings at or above the threshold.
 * @param analysis of the workspace
 */
export async function ignorePlan(
  { project, options }: Run,
  analysis: Analysis,
  workspace: Workspace,
  findings: readonly Finding[],
  { reason }: RuleFlags,
): Promise<IgnorePlan> {
  const { planIgnores } = await import('../fix/add-ignores.ts');
  const { failOn } = project.settings;
  const wanted = findings.filter(
    ({ severity, rule, at }) => isAtLeast(severity, failOn) && rule !== 'unused-suppression' && project.covers(at.file),
  );
  return planIgnores(analysis, workspace, wanted, options, reason!.trim());
}

/**
 * Which findings are silent now and which are not, a line each.
 * @param report of the texts that the plan was made for
 */
export function silencing(
  plan: IgnorePlan,
  report: Report,
  unwritten: readonly InputProblem[],
): { readonly silenced: readonly string[]; readonly not: readonly string[] } {
  const line = (what: string, { at, rule }: Finding, why = '') => {
    const { line, column } = report.position(at);
    return `${what} ${harmless(`${report.path(at.file)}:${line}:${column}`)} ${rule}${why}\n`;
  };
  const problems = new Map(unwritten.map(({ file, message }) => [file, message]));
  const lost = plan.silenced.filter(({ at }) => problems.has(at.file));
  return {
    silenced: plan.silenced.filter(({ at }) => !problems.has(at.file)).map((finding) => line('silenced', finding)),
    not: [
      ...plan.refused.map(({ finding, reason }) => line('not silenced', finding, `: ${reason}`)),
      ...lost.map((finding) => line('not silenced', finding, `: ${problems.get(finding.at.file)}`)),
    ],
  };
}

const ranks: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

/** Is a severity at or above the threshold? */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return ranks[severity] >= ranks[threshold];
}
