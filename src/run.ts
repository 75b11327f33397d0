import { inContainer, withOwn } from './catalogue.ts';
import { readCode } from './code.ts';
import { startedByPlatform } from './commands/platform-starts.ts';
import { inImage } from './containers/image-binds.ts';
import { namesOf, proxied, variableDials } from './containers/proxied.ts';
import { contextOf } from './context.ts';
import type { Bind, Facts } from './facts.ts';
import type { Format } from './format.ts';
import type { Framework } from './framework.ts';
import { judge } from './judge.ts';
import { setByStarts } from './own-starts.ts';
import { isPython, isScript, type Prefilters, prefilters } from './prefilter.ts';
import type { InputProblem } from './problem.ts';
import { placeOf, Reading } from './reading.ts';
import { optionRows } from './rows.ts';
import type { Finding, Rule, RuleOptions, Severity } from './rule.ts';
import { containerFact, placed, sourcesOf } from './scopes.ts';
import { settingsBinds } from './settings/binds.ts';
import { readerOf, serverSettingsRows, settingsReaders } from './settings/server-settings.ts';
import { withoutSharedTexts } from './settings/shared-texts.ts';
import { allOf, signsOf } from './signs.ts';
import {
  behindBeanstalk,
  besideClients,
  besideWindows,
  inPackages,
  inSurroundings,
  openedInContainers,
  proxyStartedBy,
  underConda,
  withVariables,
} from './surroundings.ts';
import type { Program } from './syntax/call.ts';
import type { Source, Workspace } from './workspace/workspace.ts';

export interface RunOptions extends RuleOptions {
  readonly rules: Readonly<Record<string, Rule>>;
  /** Severity of a rule at a place, after presets, settings and overrides; `off` silences it. */
  severity(rule: string, file: string, context: string, lowered: Severity | undefined, own: Rule): Severity | 'off';
  /** Servers that the project describes itself. */
  readonly frameworks?: {
    readonly python: Readonly<Record<string, Framework>>;
    readonly javascript: Readonly<Record<string, Framework>>;
  };
  /** Commands are run in a container, whether or not the project says so: this machine is one. */
  readonly inContainer?: boolean;
  /** Stop after the facts: `map`. */
  readonly factsOnly?: boolean;
}

export interface Analysis {
  readonly facts: Facts;
  /** Sorted by file, place and rule; suppressed ones left out. */
  readonly findings: readonly Finding[];
  readonly suppressed: number;
  /** Findings that a comment silences, and the reason it gives. */
  readonly silenced: readonly { readonly finding: Finding; readonly reason: string | undefined }[];
  readonly problems: readonly InputProblem[];
  /** Files that were there, and how many of them were parsed. */
  readonly seen: number;
  readonly parsed: number;
  readonly notUnderstood: number;
  /** Every text that was read, by path. */
  readonly sources: ReadonlyMap<string, Source>;
  /** Code that was parsed, by path. */
  readonly programs: ReadonlyMap<string, Program>;
  /** Places in code that the parser could not understand, by path. */
  readonly syntaxErrors: ReadonlyMap<string, number>;
  /** An earlier run came to it: the findings have their edits, and neither facts nor programs are known. */
  readonly isRecalled?: true;
}

/** Files that start programs, read whatever they hold. */
const startersOf = (formats: Readonly<Record<string, Format>>) =>
  new RegExp(
    Object.values(formats)
      .filter(({ literals }) => literals.length === 0)
      .map(({ files }) => files.source)
      .join('|'),
    'i',
  );

const built = /^(.*\/)?build\/lib(?:\.[\w.-]+)?\/(.+)$/;

/** Leaves out what setuptools has copied to `build/lib` before it packed it. */
function withoutCopies(files: readonly string[], quiet: readonly string[]): readonly string[] {
  if (!files.some((file) => built.test(file))) return files;
  const all = new Set([...files, ...quiet]);
  return files.filter((file) => {
    const [, folder = '', rest] = built.exec(file) ?? [];
    return rest === undefined || !(all.has(folder + rest) || all.has(`${folder}src/${rest}`));
  });
}

/**
 * The whole program: files to facts to findings. Does no I/O of its own.
 * @param workspace the files
 * @param options rules and their severities
 * @param asked what was asked of the files already
 */
export async function analyze(workspace: Workspace, options: RunOptions, asked?: Prefilters): Promise<Analysis> {
  const [
    { default: knownPython },
    { default: knownJavascript },
    { default: programs },
    { default: formats },
    { closerLook },
    { isSettingsFile, loadDocuments },
  ] = await Promise.all([
    import('../generated/python.ts'),
    import('../generated/javascript.ts'),
    import('../generated/program.ts'),
    import('../generated/formats.ts'),
    import('../generated/signs.ts'),
    import('./workspace/settings-files.ts'),
  ]);
  const python = withOwn(knownPython, options.frameworks?.python);
  const javascript = withOwn(knownJavascript, options.frameworks?.javascript);
  const catalogue = allOf(python, javascript, programs);
  const listening = options.inContainer ? inContainer(catalogue) : catalogue;
  const readers = settingsReaders(listening);
  const { prefilter, isCandidate, isServerSettings } =
    asked ?? prefilters(signsOf(python, javascript, programs, formats), isSettingsFile, closerLook);
  const { files, quiet, seen } = await workspace.candidates(prefilter);
  const packages = new Set([...Object.keys(python), ...Object.keys(javascript)]);
  const reading = new Reading(workspace, loadDocuments, listening, packages);
  for (const file of withoutCopies(files, quiet)) {
    const reader = isServerSettings(file) ? readerOf(file, readers) : undefined;
    if (isSettingsFile(file) && (!reader || reader.settings.shared)) await reading.settings(file);
    if (reader) await reading.serverSettings(file, reader);
    else if (isPython.test(file) || isScript.test(file)) await reading.program(file, isCandidate);
    await reading.format(file, formats);
    reading.release(file);
  }
  await reading.composed();
  await reading.namedSettings(readers);
  await reading.cluster();
  await reading.commandContainers();
  await reading.named(formats);
  const { assembly, running } = await reading.containers(formats);
  const known = new Set(reading.workloads.map(({ scope }) => scope));
  await reading.versions();
  const { servers, bindsFor, ...code } = await readCode(
    workspace,
    reading,
    python,
    javascript,
    [...files, ...quiet].sort(),
  );
  const started = reading.containerBinds(running, code.binds, servers, bindsFor);
  const written = reading.facts.filter((fact) => fact.kind === 'bind');
  const settled = serverSettingsRows(servers, [], contextOf, reading.pinned);
  const publishes = placed(
    reading.facts.filter((fact) => fact.kind === 'publish'),
    assembly,
    known,
  );
  const textOf = (file: string) => reading.sources.get(file)?.text ?? '';
  const names = namesOf(running, publishes);
  const configured = [
    ...proxied(
      placed(
        reading.facts.filter((fact) => fact.kind === 'dial'),
        assembly,
        known,
      ),
      running,
      names,
    ),
    ...variableDials(running, names),
  ];
  const images = new Map(
    running.map((one) => [
      one.container.scope,
      inImage(one, started, written, settled, [...publishes, ...configured], listening, textOf),
    ]),
  );
  const inContainers = running.flatMap(({ container: { scope, workload } }) => {
    const { binds } = images.get(scope)!;
    // Beside other servers it is not known which one the platform's requests are for.
    return workload.given && binds.length === 1 ? [{ ...binds[0]!, given: workload.given }] : binds;
  });
  // What runs in a container is told there; an example's container says nothing of the program itself.
  const deployed = new Set(
    inContainers.filter(({ context }) => context === 'production' || context === 'development').map(placeOf),
  );
  const outside = (bind: Bind) => !deployed.has(placeOf(bind));
  const commanded = reading.commandBinds(servers);
  // Files that say nothing of servers may set a variable all the same.
  if (commanded.some(({ host, port }) => host.variables?.length || port.variables?.length))
    for (const file of quiet) await reading.source(file);
  const commands = commanded.map((bind) => withVariables(bind, (variable, except) => reading.sets(variable, except)));
  const ignored = (file: string) => reading.sources.get(file)?.ignored === true;
  const dials = [...code.dials, ...configured];
  const byStarts = await setByStarts(
    code.binds.filter(outside),
    {
      has: (file) => workspace.has(file),
      mentioning: (names) => workspace.mentioning(names, startersOf(formats)),
      commands: async (file) =>
        /^(?:production|development)$/.test(contextOf(file)) ? await reading.scripts(file, formats) : [],
    },
    bindsFor,
  );
  const byPlatform = await startedByPlatform(byStarts, {
    has: (file) => workspace.has(file),
    scripts: (file) => reading.scripts(file, formats),
    sourcesOf,
  });
  const inPlace = await behindBeanstalk(
    [...byPlatform, ...commands.filter(outside), ...inContainers, ...written.filter(outside)],
    workspace,
  );
  const settingsRows = serverSettingsRows(
    servers,
    [...commands, ...code.binds, ...inContainers],
    contextOf,
    reading.pinned,
  ).filter(outside);
  const proxies = new Map(
    running.map(({ container, programs: { lines } }) => [container.scope, proxyStartedBy(lines)]),
  );
  const listed = [
    ...inSurroundings(
      await besideClients(
        await inPackages(await besideWindows(await underConda(inPlace, workspace), workspace), workspace),
        workspace,
        contextOf,
      ),
      settingsRows,
      dials,
      (scope) => running.some(({ container, programs: { others } }) => container.scope === scope && others.length > 0),
      (scope) => proxies.get(scope),
      ({ framework }, script) => Object.hasOwn(script ? javascript : python, framework),
    ),
    ...optionRows(code.binds),
    ...settingsRows,
  ];
  const binds = withoutSharedTexts(listed, reading.settingsFiles);
  const found = freeze({
    ...code,
    containers: running.map((one) => ({
      ...containerFact(one, inContainers, assembly, textOf),
      ...images.get(one.container.scope)!.container,
    })),
    binds: [
      ...binds,
      ...openedInContainers(
        settingsBinds(reading.settingsFiles, binds, code.settings, publishes, contextOf),
        running.flatMap(({ container }) => container.variables),
      ),
    ],
    publishes,
    dials,
  });
  const facts = options.factsOnly ? found : await withUnserved(found, workspace, reading);
  const { findings, silenced } = options.factsOnly
    ? { findings: [], silenced: [] }
    : judge(facts, options, reading, ignored);
  return {
    facts,
    findings,
    suppressed: silenced.length,
    silenced,
    problems: reading.problems,
    seen,
    parsed: reading.parsed,
    notUnderstood: reading.problems.length,
    sources: reading.sources,
    programs: new Map([...reading.programs].map(([file, index]) => [file, index.program])),
    syntaxErrors: new Map([...reading.programs].map(([file, index]) => [file, index.program.errors.length])),
  };
}

async function withUnserved(facts: Facts, workspace: Workspace, reading: Reading): Promise<Facts> {
  if (facts.containers.length === 0) return facts;
  const { unserved } = await import('./containers/unserved.ts');
  const ports = await unserved(facts, {
    mentioning: (words, paths) => workspace.mentioning(words, paths),
    source: (file) => reading.source(file),
  });
  if (ports.size === 0) return facts;
  const publishes = facts.publishes.map((publish) =>
    ports.has(publish) ? { ...publish, unserved: true as const } : publish,
  );
  return Object.freeze({ ...facts, publishes: Object.freeze(publishes) });
}

function freeze(facts: Facts): Facts {
  const order = (a: { span: { file: string; start: number } }, b: { span: { file: string; start: number } }) =>
    a.span.file < b.span.file ? -1 : a.span.file > b.span.file ? 1 : a.span.start - b.span.start;
  return Object.freeze({
    binds: Object.freeze([...facts.binds].sort(order)),
    publishes: Object.freeze([...facts.publishes].sort(order)),
    dials: Object.freeze([...facts.dials].sort(order)),
    announcements: Object.freeze([...facts.announcements].sort(order)),
    settings: Object.freeze([...facts.settings].sort(order)),
    containers: Object.freeze([...facts.containers].sort(order)),
  });
}
