import { realpathSync } from 'node:fs';
import path from 'node:path';
import { declaredExposure, severityOf, statedContext } from '../config/settings.ts';
import type { Bind, Dial, Facts, Publish } from '../facts.ts';
import type { OutcomeStore } from '../known-outcome.ts';
import type { InputProblem } from '../problem.ts';
import type { Report, ReportedFinding, ReportOptions, SuppressedFinding } from '../reporter.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Analysis, RunOptions } from '../run.ts';
import { analyzeProject } from '../triage.ts';
import type { Watched } from '../workspace/asked.ts';
import { gitRootOf } from '../workspace/disk-workspace.ts';
import type { Baseline } from './baseline.ts';
import { wantsColor } from './color.ts';
import { type Io, print } from './io.ts';
import { MisuseError } from './misuse.ts';
import type { Flags, RuleFlags } from './options.ts';
import { deliver } from './output-file.ts';
import { withProgress } from './progress.ts';
import { openProject, type Project } from './project.ts';
import { reportOf } from './report.ts';

/** One run over a project, before anything is printed. */
export interface Run {
  readonly project: Project;
  readonly analysis: Analysis;
  readonly options: RunOptions;
  /** Of the files that were asked for. */
  readonly findings: readonly Finding[];
  /** Findings that the baseline accepts. */
  readonly accepted: ReadonlySet<Finding>;
  readonly baseline: Baseline | undefined;
  readonly problems: readonly InputProblem[];
  readonly facts: Facts;
  /** `performance.now()` at the start. */
  readonly started: number;
  /** Where the outcome is to be kept, and what was asked for it so far. */
  readonly unkept?: { readonly store: OutcomeStore; readonly watched: Watched };
}

/** Which findings have their edits worked out. */
export interface EditsOf {
  readonly inText: boolean;
  readonly unsafe: boolean;
}

/** What `doctor` and `verify` know beside the project. */
interface Machine {
  /** Files of the working directory that are only texts, by name. */
  readonly texts?: ReadonlyMap<string, string>;
  /** It is a container. */
  readonly inContainer?: boolean;
}

/**
 * Reads the project and looks for facts and findings.
 * @param table the rules
 * @param factsOnly none of them is run
 * @param machine what is known of the machine that the project runs on
 * @param edits those that will be worked out; unless given, nothing of the outcome is remembered
 */
export async function runOn(
  paths: readonly string[],
  flags: Flags & Partial<RuleFlags>,
  table: Readonly<Record<string, Rule>>,
  io: Io,
  factsOnly = false,
  { texts = new Map(), inContainer = false }: Machine = {},
  edits?: EditsOf,
): Promise<Run> {
  const started = performance.now();
  const project = await withTexts(await openProject(paths, flags, Object.keys(table), io), texts, io.cwd);
  const opened = performance.now();
  const { covers } = project;
  const options = { ...optionsFor(project, factsOnly ? undefined : table), inContainer };
  const store =
    edits && project.cache && !options.frameworks
      ? {
          ...project.cache,
          name: JSON.stringify([project.root, project.settings, project.nested, Object.keys(table), edits]),
        }
      : undefined;
  let watched: Watched | undefined;
  const remembering = store && {
    store,
    made(one: Watched) {
      watched = one;
    },
  };
  const progress = withProgress(project.workspace, io.stderr);
  let analysis: Analysis;
  try {
    analysis = await analyzeProject(progress.workspace, options, remembering);
  } finally {
    progress.done();
  }
  if (flags.timing) {
    await print(
      io.stderr,
      `settings: ${ms(opened - started)}\nreading and checking: ${ms(performance.now() - opened)}\n`,
    );
  }
  const baseline =
    flags.baseline === undefined
      ? undefined
      : (await import('./baseline.ts')).openBaseline(
          flags.baseline,
          flags.updateBaseline === true,
          project,
          options,
          io.cwd,
        );
  const accepted = baseline?.split(analysis).accepted ?? new Set<Finding>();
  const { facts } = analysis;
  const shown = <T extends Bind | Publish | Dial>(all: readonly T[]): T[] =>
    all
      .filter(({ span }) => covers(span.file))
      .map((fact) => ({ ...fact, context: contextAt(project, fact.span.file, fact.context) }));
  return {
    project: watched ? { ...project, workspace: watched.workspace } : project,
    analysis,
    options,
    started,
    findings: analysis.findings.filter((finding) => !accepted.has(finding) && concerns(project, finding)),
    accepted,
    baseline,
    problems: distinct(analysis.problems.filter(({ file }) => covers(file))),
    facts: {
      ...facts,
      binds: shown(facts.binds),
      publishes: shown(facts.publishes),
      dials: shown(facts.dials),
    },
    ...(store && watched && { unkept: { store, watched } }),
  };
}

/** Keeps what a run came to for the next one, if it was made anew. */
export async function keep(
  { unkept, findings, analysis, project }: Run,
  reported: readonly ReportedFinding[],
  isShown: (finding: Finding) => boolean,
): Promise<void> {
  if (unkept === undefined) return;
  const { keepOutcome } = await import('../known-outcome.ts');
  const all =
    findings.length === analysis.findings.length
      ? reported
      : await withEdits(analysis.findings, analysis, project, isShown);
  keepOutcome(unkept.store, unkept.watched.asked(), analysis, all);
}

async function withTexts(project: Project, texts: ReadonlyMap<string, string>, cwd: string): Promise<Project> {
  if (texts.size === 0) return project;
  const { textWorkspace } = await import('../workspace/text-workspace.ts');
  const here = path.relative(project.root, realpathSync(cwd)).replaceAll(path.sep, '/');
  const placed = new Map([...texts].map(([name, text]) => [path.posix.join(here, name), text]));
  return { ...project, workspace: textWorkspace(placed, project.workspace) };
}

/** What a file is for: as the settings say, else as judged. */
function contextAt<T extends string>({ governing }: Pick<Project, 'governing'>, file: string, judged: T) {
  const { settings, path: inside } = governing(file);
  return statedContext(settings, inside) ?? judged;
}

/**
 * How the engine runs with a project's settings.
 * @param table the rules; none: only the facts are wanted
 */
export function optionsFor(
  project: Pick<Project, 'settings' | 'governing'>,
  table: Readonly<Record<string, Rule>> | undefined,
): RunOptions {
  const { settings, governing } = project;
  return {
    rules: table ?? {},
    host: settings.fix.host,
    hostStated: settings.fix.hostStated,
    layer: settings.fix.layer,
    ...(settings.frameworks && { frameworks: settings.frameworks }),
    severity(id, file, context, lowered, rule) {
      const { settings: own, path: inside } = governing(file);
      return severityOf(own, id, rule, inside, contextAt(project, file, context), lowered);
    },
    exposure(file) {
      const { settings: own, path: inside } = governing(file);
      return declaredExposure(own, inside);
    },
    ...(table === undefined && { factsOnly: true }),
  };
}

/** Without what is said twice of a file that was read for two reasons. */
function distinct(problems: readonly InputProblem[]): InputProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** Was a file asked for in which the finding stands or to which it relates? */
export function concerns({ covers }: Project, { at, related }: Finding): boolean {
  return covers(at.file) || (related ?? []).some((place) => covers(place.at.file));
}

/** The run's report, with the edits of fixes where they are known. */
export function reportOn(run: Run, findings: readonly ReportedFinding[], flags: Partial<RuleFlags>, io: Io): Report {
  return reportOf({
    analysis: { ...run.analysis, facts: run.facts },
    findings,
    suppressed: suppressedIn(run),
    problems: run.problems,
    root: run.project.root,
    cwd: io.cwd,
    repository: gitRootOf(run.project.root),
    rules: run.options.rules,
    durationMs: performance.now() - run.started,
    fixing: { command: fixCommand(flags), includes: (finding) => isDue(finding, flags) },
  });
}

/** What comments and the baseline silence in the files that were asked for. */
function suppressedIn({ analysis, accepted, project }: Run): SuppressedFinding[] {
  const commented = analysis.silenced.map(({ finding, reason }) => ({
    ...finding,
    suppression: { by: 'comment' as const, ...(reason !== undefined && { reason }) },
  }));
  const listed = [...accepted].map((finding) => ({ ...finding, suppression: { by: 'baseline' as const } }));
  return [...commented, ...listed].filter((finding) => concerns(project, finding));
}

/** `fix` with the flags that say which fixes are made. */
function fixCommand({ unsafeFixes, host }: Partial<RuleFlags>): string {
  return ['bindlint fix', ...(unsafeFixes ? ['--unsafe-fixes'] : []), ...(host ? [`--host ${host}`] : [])].join(' ');
}

/** Does `fix` with these flags make the fix of this finding? */
export function isDue({ fix, severity }: Finding, { unsafeFixes, host }: Partial<RuleFlags>): boolean {
  if (fix === undefined) return false;
  return unsafeFixes === true || (fix.safety === 'safe' && (severity !== 'info' || host !== undefined));
}

/**
 * The findings with the edits of their fixes.
 * @param isShown says whose edits anybody sees; all, unless given
 */
export async function withEdits(
  findings: readonly Finding[],
  analysis: Analysis,
  { workspace, settings }: Pick<Project, 'workspace' | 'settings'>,
  isShown: (finding: Finding) => boolean = () => true,
): Promise<ReportedFinding[]> {
  const fixable = findings.filter((finding) => finding.fix !== undefined && isShown(finding));
  if (analysis.isRecalled || fixable.length === 0) return [...findings];
  const { editsForReport, isStructural } = await import('../fix/apply.ts');
  const edits = await editsForReport(
    { ...analysis, findings: fixable },
    workspace,
    settings.fix.style,
    settings.fix.portFallback,
  );
  return findings.map((finding) => {
    if (isStructural(finding)) return { ...finding, structural: true };
    const own = edits.get(finding);
    return own === undefined ? finding : { ...finding, edits: own };
  });
}

/**
 * How the terminal, or the file that is written instead, wants it.
 * @param file where it goes; undefined: standard output
 */
export function reportOptions(flags: Flags, file: string | undefined, infos: boolean, io: Io): ReportOptions {
  const terminal = file === undefined && io.stdout.isTTY === true;
  const color = file === undefined ? wantsColor(flags.color, io.stdout, io.env) : flags.color === 'always';
  return {
    color,
    links: terminal && color,
    quiet: flags.quiet === true,
    columns: terminal ? (io.stdout.columns ?? 80) : 120,
    infos,
  };
}

/** Hands the report to every format that was asked for; files first, so that a file that cannot be written is the only thing spoken of. */
export async function deliverReport(report: Report, infos: boolean, flags: RuleFlags, io: Io): Promise<void> {
  const { default: reports } = await import('../../generated/reports.ts');
  for (const { format, file } of [...flags.targets].sort((a, b) => Number(!a.file) - Number(!b.file))) {
    const { default: reporter } = await reports[format]!();
    await deliver(reporter.print(report, reportOptions(flags, file, infos, io)), file, io);
  }
}

/**
 * The file that takes what is no report: a diff, a text, a list of files.
 * @throws {MisuseError} where a report is wanted beside it
 */
export function outputFile(flags: RuleFlags): string | undefined {
  const report = flags.targets.find(({ format }) => format !== 'text');
  if (report !== undefined) {
    throw new MisuseError(
      `--format ${report.format} makes a report; --diff, --show-files and fix --stdin print something else`,
    );
  }
  return flags.targets.find(({ file }) => file !== undefined)?.file;
}

/** Prints the files that were read, one a line. */
export async function showFiles(run: Run, report: Report, output: string | undefined, io: Io): Promise<number> {
  const files = [...run.analysis.sources.keys()].filter((file) => run.project.covers(file)).sort();
  await deliver(files.map((file) => `${report.path(file)}\n`).join(''), output, io);
  return 0;
}

/** A file that was named could not be read. */
export function namedUnread(run: Run): boolean {
  return run.problems.some(
    ({ file, kind, template }) => kind !== 'unparsed' && !template && run.project.named.includes(file),
  );
}

function ms(duration: number): string {
  return `${Math.round(duration)} ms`;
}
