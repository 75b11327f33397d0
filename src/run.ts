import { isLoopback } from './address.ts';
import { withOwn } from './catalogue.ts';
import { matchCommands, programNames, type SettingsLookup } from './commands/match-commands.ts';
import type { BuiltImage } from './containers/command-containers.ts';
import type { Assembly } from './containers/containers.ts';
import { inImage } from './containers/image-binds.ts';
import { knownImage } from './containers/images.ts';
import { proxied } from './containers/proxied.ts';
import type { Workload } from './containers/workload.ts';
import { contextOf } from './context.ts';
import type { Announcement, Bind, Dial, Facts, Publish, Setting, Variable } from './facts.ts';
import type { Extract, Format } from './format.ts';
import type { Framework } from './framework.ts';
import type { Chart } from './kubernetes/chart-values.ts';
import type { Kustomization } from './kubernetes/kustomize.ts';
import type { Manifest } from './kubernetes/manifests.ts';
import { announcementsOf } from './match/announcements.ts';
import { connecting } from './match/destinations.ts';
import type { Catalogue } from './match/entries.ts';
import { ignoredOptions } from './match/ignored-options.ts';
import { linksOf } from './match/links.ts';
import { matchCalls } from './match.ts';
import {
  containerCommands,
  holdsSigns,
  isPython,
  isScript,
  type Prefilters,
  prefilters,
  settingsWords,
} from './prefilter.ts';
import type { InputProblem } from './problem.ts';
import { createCallers } from './resolve/callers.ts';
import { entryPoints } from './resolve/entry-points.ts';
import { foldersOf } from './resolve/modules.ts';
import { indexProgram, type ProgramIndex } from './resolve/names.ts';
import { createPackages, type Packages } from './resolve/packages.ts';
import { pinnedVersions } from './resolve/versions.ts';
import { createResolver, type Project, type SettingsFile, type Value } from './resolve.ts';
import { optionRows } from './rows.ts';
import type { Finding, Rule, RuleOptions, Severity } from './rule.ts';
import {
  commandInContainer,
  containerFact,
  environmentOf,
  inContainer,
  placed,
  type Running,
  runsIn,
  variablesBehind,
  variablesIn,
} from './scopes.ts';
import { settingsBinds } from './settings/binds.ts';
import {
  readerOf,
  type ServerSettings,
  type SettingsReader,
  serverSettingsRows,
  settingsLookup,
  settingsOfDocuments,
  settingsOfProgram,
  settingsReaders,
} from './settings/server-settings.ts';
import { allOf, signsOf } from './signs.ts';
import { type Suppression, suppressedBy, suppressingComments, suppressionsIn, unusedIn } from './suppress.ts';
import { inSurroundings, maySet, underConda, withVariables } from './surroundings.ts';
import type { Comment, Program } from './syntax/call.ts';
import type { Document } from './syntax/document.ts';
import { type Notation, parseDocuments, parseTemplateDocuments } from './syntax/documents.ts';
import { guard } from './syntax/guard.ts';
import { SyntaxProblem } from './syntax/problem.ts';
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
}

/** The one rule that has to wait for what the others hide. */
const unusedSuppression = 'unused-suppression';
/** Rounds of reading modules and callers that the rounds before asked for. */
const maximumRounds = 5;
/** Files read because another file names them. */
const maximumFollowed = 400;

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
  const listening = allOf(python, javascript, programs);
  const readers = settingsReaders(listening);
  const { prefilter, isCandidate, isServerSettings } =
    asked ?? prefilters(signsOf(python, javascript, programs, formats), isSettingsFile, closerLook);
  const { files, seen } = await workspace.candidates(prefilter);
  const reading = new Reading(workspace, loadDocuments, listening);
  for (const file of files) {
    const reader = isServerSettings(file) ? readerOf(file, readers) : undefined;
    if (isSettingsFile(file) && (!reader || reader.settings.shared)) await reading.settings(file);
    if (reader) await reading.serverSettings(file, reader);
    else if (isPython.test(file) || isScript.test(file)) await reading.program(file, isCandidate);
    await reading.format(file, formats);
  }
  await reading.namedSettings(readers);
  await reading.cluster();
  await reading.commandContainers();
  await reading.named(formats);
  const { assembly, running } = await reading.containers(formats);
  const known = new Set(reading.workloads.map(({ scope }) => scope));
  await reading.versions();
  const { servers, bindsFor, ...code } = await readCode(workspace, reading, python, javascript, files);
  const started = reading.containerBinds(running, code.binds, servers, bindsFor);
  const written = reading.facts.filter((fact) => fact.kind === 'bind');
  const publishes = placed(
    reading.facts.filter((fact) => fact.kind === 'publish'),
    assembly,
    known,
  );
  const textOf = (file: string) => reading.sources.get(file)?.text ?? '';
  const configured = proxied(
    placed(
      reading.facts.filter((fact) => fact.kind === 'dial'),
      assembly,
      known,
    ),
    running,
  );
  const images = new Map(
    running.map((one) => [
      one.container.scope,
      inImage(one, started, written, [...publishes, ...configured], listening, textOf),
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
  const commands = reading
    .commandBinds(servers)
    .map((bind) => withVariables(bind, (variable, except) => reading.sets(variable, except)));
  const ignored = (file: string) => reading.sources.get(file)?.ignored === true;
  const dials = [...code.dials, ...configured];
  const inPlace = [...[...code.binds, ...commands].filter(outside), ...inContainers, ...written.filter(outside)];
  const settingsRows = serverSettingsRows(servers, [...commands, ...code.binds, ...inContainers], contextOf);
  const binds = [
    ...inSurroundings(
      await underConda(inPlace, workspace),
      settingsRows,
      dials,
      (scope) => running.some(({ container, programs: { others } }) => container.scope === scope && others.length > 0),
      ({ framework }) => Object.hasOwn(python, framework) || Object.hasOwn(javascript, framework),
    ),
    ...optionRows(code.binds),
    ...settingsRows,
  ];
  const facts = freeze({
    ...code,
    containers: running.map((one) => ({
      ...containerFact(one, inContainers, assembly),
      ...images.get(one.container.scope)!.container,
    })),
    binds: [...binds, ...settingsBinds(reading.settingsFiles, binds, contextOf)],
    publishes,
    dials,
  });
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

const besideOf = (file: string) => `${file.slice(0, file.lastIndexOf('/') + 1)}.env`;
/** Where nginx looks for its sites inside a container. */
const webServerFolder = /\/nginx\//;
const placeOf = ({ span }: Bind) => `${span.file}:${span.start}`;

/** Finds the binds of code again, as they are with a container's variables. */
type BindsFor = (environment: (name: string) => Value | undefined, files: ReadonlySet<string>) => readonly Bind[];

/** What was read so far. */
class Reading {
  readonly sources = new Map<string, Source>();
  readonly programs = new Map<string, ProgramIndex>();
  readonly settingsFiles: SettingsFile[] = [];
  readonly documents = new Map<string, readonly Document[]>();
  readonly comments = new Map<string, readonly Comment[]>();
  readonly facts: (Bind | Publish | Dial)[] = [];
  readonly workloads: Workload[] = [];
  readonly manifests: Manifest[] = [];
  readonly kustomizations: Kustomization[] = [];
  /** Command lines by the file they stand in. */
  readonly commands: { readonly file: string; readonly lines: Extract['commands'] }[] = [];
  /** Settings files of servers, those of code among them. */
  readonly servers = new Map<string, { readonly reader: SettingsReader; readonly documents?: readonly Document[] }>();
  /** Images that commands build. */
  readonly images: BuiltImage[] = [];
  readonly problems: InputProblem[] = [];
  parsed = 0;
  readonly #charts = new Map<string, Chart>();
  readonly #workspace: Workspace;
  readonly #load: (file: string, text: string) => Promise<readonly Document[]>;

  /** Files that a format has read, and files that one asks for. */
  readonly #formatted = new Set<string>();
  readonly #also: string[] = [];
  readonly #catalogue: Catalogue;
  readonly #programNames: RegExp;

  constructor(
    workspace: Workspace,
    load: (file: string, text: string) => Promise<readonly Document[]>,
    catalogue: Catalogue,
  ) {
    this.#workspace = workspace;
    this.#load = load;
    this.#catalogue = catalogue;
    this.#programNames = programNames(catalogue);
  }

  readonly #settled = new Set<string>();
  /** The version of a Python package that is pinned for a file. */
  pinned: (name: string, file: string) => string | undefined = () => undefined;

  async versions(): Promise<void> {
    const files = [
      ...[...this.programs.keys()].filter((file) => isPython.test(file)),
      ...this.commands.map(({ file }) => file),
    ];
    this.pinned = await pinnedVersions(this.#workspace, [...new Set(files.flatMap(foldersOf))]);
  }

  readonly #setting = new Map<string, readonly string[]>();

  /** May a file other than this one set a variable? Asked once everything is read. */
  sets(variable: string, except: string): boolean {
    let files = this.#setting.get(variable);
    if (files === undefined) {
      files = [...this.sources.values()]
        .filter(({ file, text }) => maySet(variable, text, isPython.test(file) || isScript.test(file)))
        .map(({ file }) => file);
      this.#setting.set(variable, files);
    }
    return files.some((file) => file !== except);
  }

  async source(file: string): Promise<Source | undefined> {
    const known = this.sources.get(file);
    if (known) return known;
    const read = await this.#workspace.read(file);
    if ('kind' in read) {
      this.problems.push(read);
      return undefined;
    }
    this.sources.set(file, read);
    return read;
  }

  /** @returns whether the file was parsed now */
  async program(file: string, isCandidate: (file: string, text: string) => boolean): Promise<boolean> {
    if (this.programs.has(file)) return false;
    // What has no ending may be no text at all.
    if (!/\.\w+$/.test(file) && 'kind' in (await this.#workspace.read(file))) return false;
    const source = await this.source(file);
    if (!source || !isCandidate(file, source.text)) return false;
    const refused = guard(source.text, isPython.test(file) ? 'python' : 'javascript');
    if (refused) {
      this.problems.push({ file, offset: refused.offset, kind: 'limit', message: refused.message });
      return false;
    }
    const program = await this.#parsed(file, source.text);
    if (!program) return false;
    this.programs.set(file, indexProgram(program));
    this.comments.set(file, program.comments);
    this.parsed++;
    return true;
  }

  async #parsed(file: string, text: string): Promise<Program | undefined> {
    if (isPython.test(file)) {
      const [{ parsePython }, { refusedPython }] = await Promise.all([
        import('./syntax/python.ts'),
        import('./syntax/refused.ts'),
      ]);
      const program = parsePython(file, text);
      const refused = refusedPython(text, program.errors);
      if (refused) this.problems.push({ file, kind: 'unparsed', ...refused });
      return program;
    }
    const { parseJavascript } = await import('./syntax/javascript.ts');
    try {
      return parseJavascript(file, text);
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      this.problems.push({ file, offset: error.offset, kind: error.kind, message: error.message });
      return undefined;
    }
  }

  async settings(file: string, named = false): Promise<void> {
    if (this.#settled.has(file)) return;
    const source = await this.source(file);
    if (!source || (!named && !settingsWords.test(source.text))) return;
    this.#settled.add(file);
    const documents = await this.parse(file, source.text);
    if (documents) this.settingsFiles.push({ file, documents, ignored: source.ignored === true });
  }

  /** A settings file that the code names. @returns whether it was read now */
  async namedByCode(file: string): Promise<boolean> {
    const before = this.settingsFiles.length;
    await this.settings(file, true);
    return this.settingsFiles.length > before;
  }

  /** @param notation where the file's name does not tell */
  async parse(file: string, text: string, notation?: Notation): Promise<readonly Document[] | undefined> {
    const known = this.documents.get(file);
    if (known) return known;
    try {
      const documents = await (notation ? parseDocuments(file, text, notation) : this.#load(file, text));
      this.documents.set(file, documents);
      this.comments.set(
        file,
        documents.flatMap((document) => document.comments),
      );
      this.parsed++;
      return documents;
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      this.problems.push({ file, offset: error.offset, kind: error.kind, message: error.message });
      return undefined;
    }
  }

  /** What of a template can be read without rendering it, with the values of its chart put in. */
  async template(file: string, text: string, notation: Notation): Promise<readonly Document[] | undefined> {
    const chart = await this.#chart(file);
    try {
      if (!chart) return await parseDocuments(file, text, notation);
    } catch (error) {
      if (!(error instanceof SyntaxProblem) || error.kind === 'limit') throw error;
    }
    try {
      const template = await parseTemplateDocuments(file, text);
      const { filledIn } = await import('./kubernetes/fill.ts');
      const documents = filledIn(file, template, chart);
      const comments = documents.flatMap((document) => document.comments);
      this.comments.set(file, comments);
      this.parsed++;
      for (const offset of template.unread.slice(0, 1))
        this.problems.push({
          file,
          offset,
          kind: 'unsupported',
          template: true,
          message: 'no YAML before the template is rendered',
        });
      return documents;
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      this.problems.push({ file, offset: error.offset, kind: error.kind, message: error.message });
      return undefined;
    }
  }

  /** The chart whose template a file is. */
  async #chart(file: string): Promise<Chart | undefined> {
    const folder = /^(.*?\/)?templates\//.exec(file)?.[1];
    if (folder === undefined && !file.startsWith('templates/')) return undefined;
    const root = folder ?? '';
    const known = this.#charts.get(root);
    if (known) return known;
    if (!(await this.#workspace.has(`${root}Chart.yaml`))) return undefined;
    const read = async (name: string) => {
      if (!(await this.#workspace.has(`${root}${name}`))) return undefined;
      const source = await this.source(`${root}${name}`);
      return source && (await this.parse(source.file, source.text, 'yaml'))?.[0]?.root;
    };
    const chart = { values: await read('values.yaml'), about: await read('Chart.yaml') };
    this.#charts.set(root, chart);
    return chart;
  }

  async serverSettings(file: string, reader: SettingsReader): Promise<void> {
    if (this.servers.has(file)) return;
    if (isPython.test(file) || isScript.test(file)) {
      await this.program(file, () => true);
      this.servers.set(file, { reader });
      return;
    }
    const source = await this.source(file);
    const documents =
      source &&
      (await this.parse(
        file,
        source.text,
        reader.settings.notation ?? (/\.c(?:onf|nf)$/.test(file) ? 'ini' : undefined),
      ));
    this.servers.set(file, { reader, ...(documents && { documents }) });
  }

  /** Reads the settings files that commands name and no name tells. */
  async namedSettings(readers: readonly SettingsReader[]): Promise<void> {
    const wanted: { readonly word: string; readonly places: readonly string[] }[] = [];
    this.#match((file) => settingsLookup(file, [], (word, places) => wanted.push({ word, places })));
    for (const { word, places } of wanted.slice(0, maximumFollowed)) {
      const reader = readers.find((candidate) => candidate.word === word);
      for (const place of places) {
        if (this.servers.has(place)) break;
        if (
          !reader ||
          !/\.(?:py|[cm]?[jt]s|ini|cfg|conf|cnf|properties|ya?ml|jsonc?|toml)$/.test(place) ||
          !(await this.#workspace.has(place))
        )
          continue;
        await this.serverSettings(place, reader);
        break;
      }
    }
  }

  /** Puts together what manifests of all files say. */
  async cluster(): Promise<void> {
    if (this.manifests.length === 0) return;
    const { clusterFacts } = await import('./kubernetes/cluster.ts');
    const { facts, workloads, problems } = clusterFacts(this.manifests, this.kustomizations);
    for (const fact of facts) this.facts.push(fact);
    for (const workload of workloads) this.workloads.push(workload);
    this.problems.push(...problems);
  }

  /** The containers that command lines start, with the files that others build their images from. */
  async commandContainers(): Promise<void> {
    const speaking = this.commands.filter(({ file }) => containerCommands.test(this.sources.get(file)?.text ?? ''));
    if (speaking.length === 0) return;
    const { commandContainers, builtFor } = await import('./containers/command-containers.ts');
    const found = speaking.map(({ file, lines }) => commandContainers(file, lines));
    const images: BuiltImage[] = [];
    for (const image of found.flatMap((one) => one.images)) {
      for (const build of image.builds) {
        if (build.dockerfile === undefined || !(await this.#workspace.has(build.dockerfile))) continue;
        images.push({ ...image, builds: [build] });
        break;
      }
    }
    for (const { workloads, publishes } of found) {
      this.facts.push(...publishes);
      for (const workload of workloads) {
        const build = builtFor(workload, images)?.builds[0];
        this.workloads.push(build ? { ...workload, build } : workload);
      }
    }
    this.images.push(...images.filter(({ name }) => !name.includes('$')));
  }

  /** Reads the files that others name: Dockerfiles of any name, included compose files. */
  async named(formats: Readonly<Record<string, Format>>): Promise<void> {
    const { compose, dockerfile } = formats;
    for (let at = 0; at < Math.min(this.#also.length, maximumFollowed); at++) {
      const file = this.#also[at]!;
      if (compose && !this.#wasRead(file, compose) && (await this.#workspace.has(file)))
        await this.#read(file, compose);
    }
    await this.#webServerFiles(formats);
    for (const build of [
      ...this.workloads.map((workload) => workload.build),
      ...this.images.map(({ builds }) => builds[0]),
    ]) {
      const file = build?.dockerfile;
      if (!dockerfile || file === undefined || this.#wasRead(file, dockerfile) || !(await this.#workspace.has(file)))
        continue;
      await this.#read(file, dockerfile);
    }
  }

  /** Files of any name that containers put where nginx looks for its sites. */
  async #webServerFiles({ nginx }: Readonly<Record<string, Format>>): Promise<void> {
    if (!nginx) return;
    let looked = 0;
    for (const { files, scope } of this.workloads) {
      const folder = scope.replace(/#.*$/, '').replace(/[^/]*$/, '');
      for (const { from, to, of } of files) {
        if ((of ?? 'context') !== 'context' || !webServerFolder.test(to)) continue;
        for (const file of new Set([from, folder + from])) {
          if (!/\.(?:conf|template)$/.test(file) || this.#wasRead(file, nginx) || ++looked > maximumFollowed) continue;
          if (await this.#workspace.has(file)) await this.#read(file, nginx);
        }
      }
    }
  }

  /** Puts containers together and reads the programs they start. */
  async containers(
    formats: Readonly<Record<string, Format>>,
  ): Promise<{ readonly assembly: Assembly; readonly running: readonly Running[] }> {
    if (this.workloads.length === 0) return { assembly: { containers: [], scopesOf: () => [] }, running: [] };
    const { runningContainers } = await import('./containers/running.ts');
    const names = new RegExp(`^${this.#programNames.source}$`, 'i');
    const found = await runningContainers({
      workloads: this.workloads,
      images: this.images,
      has: (file) => this.#workspace.has(file),
      text: async (file) => (await this.source(file))?.text,
      variables: (file) => this.#variables(file),
      scripts: async (file) => {
        for (const format of Object.values(formats)) {
          // Only what starts programs is read whatever it holds.
          const wanted = format.files.test(file) && format.literals.length === 0;
          if (wanted && !this.#wasRead(file, format)) await this.#read(file, format);
        }
        return this.commands.filter((one) => one.file === file).flatMap(({ lines }) => lines);
      },
      isServer: (program) => names.test(program),
      imageVariables: (image) => knownImage(image, this.#catalogue)?.shape.environment ?? {},
    });
    for (const { programs } of found.running) {
      for (const { file } of programs.entries)
        if (isPython.test(file) || isScript.test(file)) await this.program(file, () => true);
    }
    return found;
  }

  /** What an environment file sets; undefined where it is not there, or not for everybody. */
  async #variables(file: string): Promise<readonly Variable[] | undefined> {
    const source = (await this.#workspace.has(file)) ? await this.source(file) : undefined;
    if (!source || source.ignored) return undefined;
    const root = (await this.parse(file, source.text, 'env'))?.[0]?.root;
    return root?.kind === 'map' ? variablesIn(root.entries) : undefined;
  }

  /** The binds of code and commands that run in containers, with what is known of them there. */
  containerBinds(
    running: readonly Running[],
    code: readonly Bind[],
    servers: readonly ServerSettings[],
    bindsFor: BindsFor,
  ): Bind[] {
    const found = new Map<string, Bind>();
    const readAgain = new Map<string, readonly Bind[]>();
    for (const one of running) {
      const { container, programs, files, context } = one;
      const add = (bind: Bind) => {
        const key = `${placeOf(bind)} ${bind.span.end} ${bind.port.span.start} ${bind.host.span.start} ${JSON.stringify(bind.reached)} ${bind.framework} ${bind.scope}`;
        if (!found.has(key)) found.set(key, bind);
      };
      const built = [...new Set(container.stages.map(({ span }) => span.file))]
        .map((file) => this.sources.get(file)?.text ?? '')
        .join('\n');
      for (const line of programs.lines) {
        const { file } = line.words[0]?.span ?? line.span;
        const { text = '', ignored = false } = this.sources.get(file) ?? {};
        const lines = [{ line, scope: container.scope }];
        const binds = matchCommands(
          lines,
          this.#catalogue,
          context,
          `${text}\n${built}`,
          ignored,
          settingsLookup(file, servers),
          (name) => this.pinned(name, file),
        );
        for (const bind of binds)
          add(commandInContainer(bind, one, this.#catalogue[bind.framework]?.images !== undefined));
      }
      const own = code.filter((bind) => runsIn(bind, one));
      if (own.length === 0) continue;
      const names = new Set(own.flatMap(variablesBehind));
      const relevant = container.variables.filter(({ name }) => names.has(name));
      if (names.size === 0) {
        for (const bind of own) add(inContainer(bind, one));
        continue;
      }
      const key = JSON.stringify([[...files], container.open, relevant]);
      const again = readAgain.get(key) ?? bindsFor(environmentOf(container), files);
      readAgain.set(key, again);
      for (const bind of again) if (runsIn(bind, one)) add(inContainer(bind, one));
    }
    return [...found.values()];
  }

  commandBinds(servers: readonly ServerSettings[]): Bind[] {
    return this.#match((file) => settingsLookup(file, servers));
  }

  #match(lookup: (file: string) => SettingsLookup): Bind[] {
    return this.commands.flatMap(({ file, lines }) => {
      const { text = '', ignored = false } = this.sources.get(file) ?? {};
      return matchCommands(lines, this.#catalogue, contextOf(file), text, ignored, lookup(file), (name) =>
        this.pinned(name, file),
      );
    });
  }

  async format(file: string, formats: Readonly<Record<string, Format>>): Promise<void> {
    for (const format of Object.values(formats)) {
      if (!format.files.test(file)) continue;
      const source = await this.source(file);
      if (!source) return;
      if (holdsSigns(source.text, format.literals, this.#programNames)) await this.#read(file, format);
    }
  }

  readonly #wasRead = (file: string, format: Format) => this.#formatted.has(`${file} ${format.files}`);

  async #read(file: string, format: Format): Promise<void> {
    const source = await this.source(file);
    if (!source) return;
    this.#formatted.add(`${file} ${format.files}`);
    const refused = format.notation === 'lines' ? guard(source.text, 'lines') : undefined;
    if (refused) {
      this.problems.push({ file, offset: refused.offset, kind: 'limit', message: refused.message });
      return;
    }
    const documents =
      format.notation === 'lines'
        ? []
        : format.templates && source.text.includes('{{')
          ? await this.template(file, source.text, format.notation ?? 'yaml')
          : await this.parse(file, source.text, format.notation);
    if (!documents) return;
    if (format.notation === 'lines') {
      this.parsed++;
      this.comments.set(file, suppressingComments(file, source.text));
    }
    const variables = format.environment ? await this.#variables(besideOf(file)) : undefined;
    const byName = new Map(variables?.map((variable) => [variable.name, variable]));
    const given = (name: string) => byName.get(name);
    const extract = format.read({ file, text: source.text, documents, given });
    this.facts.push(...(extract.facts ?? []));
    this.workloads.push(...(extract.workloads ?? []));
    this.manifests.push(...(extract.manifests ?? []));
    this.kustomizations.push(...(extract.kustomizations ?? []));
    this.#also.push(...(extract.also ?? []));
    if (extract.commands) this.commands.push({ file, lines: extract.commands });
  }
}

/** Matches the catalogue against the code, reading modules and callers that are asked for on the way. */
async function readCode(
  workspace: Workspace,
  reading: Reading,
  python: Catalogue,
  javascript: Catalogue,
  files: readonly string[],
): Promise<
  Omit<Facts, 'publishes' | 'containers'> & { readonly servers: readonly ServerSettings[]; readonly bindsFor: BindsFor }
> {
  const missing = new Set<string>();
  const searched = new Set<string>();
  const looked = new Set<string>();
  let followed = 0;
  let clients = false;
  const packages = createPackages();
  const isEntryPoint = await entryPoints(workspace, [...new Set([...reading.programs.keys()].flatMap(foldersOf))]);
  for (let round = 1; ; round++) {
    await readPackages(packages, workspace, reading, round === 1 ? files : []);
    const wanted: (readonly string[])[] = [];
    const project: Project = {
      programs: reading.programs,
      settings: reading.settingsFiles,
      want: (places) => wanted.push(places),
      places: packages.places,
    };
    const resolver = createResolver(project);
    const quiet = (file: string) => contextOf(file) === 'test';
    const callers = createCallers(project, resolver, quiet, isEntryPoint);
    const readOnly = (file: string) => reading.sources.get(file)?.ignored === true;
    const version = (name: string, file: string) =>
      isPython.test(file) ? reading.pinned(name, file) : packages.version(name, file);
    const { dependsOn } = packages;
    const input = { resolver, callers, catalogue: python, contextOf, version, dependsOn, readOnly };
    const inScripts = { ...input, catalogue: javascript };
    const binds = [...reading.programs.values()].flatMap((index) =>
      matchCalls(index, index.program.language === 'python' ? input : inScripts),
    );
    const servers = [...reading.servers].map(([file, { reader, documents }]): ServerSettings => {
      const index = reading.programs.get(file);
      if (index) return settingsOfProgram(index, reader, input);
      if (documents) return settingsOfDocuments(file, reader, documents, readOnly(file));
      return { file, reader, language: '', addresses: [], open: true, says: [] };
    });

    let news = false;
    for (const file of new Set(
      binds.flatMap((bind) => foldersOf(bind.span.file).map((folder) => (folder === '' ? '.env' : `${folder}/.env`))),
    )) {
      if (looked.has(file)) continue;
      looked.add(file);
      if (await workspace.has(file)) {
        await reading.settings(file);
        news = true;
      }
    }
    if (round < maximumRounds) {
      for (const places of wanted) {
        if (followed >= maximumFollowed) break;
        for (const place of places) {
          if (missing.has(place)) continue;
          if (reading.programs.has(place) || reading.documents.has(place)) break;
          if (!(await workspace.has(place))) {
            missing.add(place);
            continue;
          }
          followed++;
          const isCode = isPython.test(place) || isScript.test(place);
          const read = isCode ? await reading.program(place, () => true) : await reading.namedByCode(place);
          if (read) news = true;
          else missing.add(place);
          break;
        }
      }
      for (const [kind, unseen] of [
        [isPython, callers.unseen],
        [isScript, callers.unseenScripts],
      ] as const) {
        // What stands for a folder hands on what others define: who imports the folder is looked for anew.
        const folders =
          kind === isScript ? [...reading.programs.keys()].filter((file) => /(^|\/)index\.\w+$/.test(file)) : [];
        const asked = (word: string) => `${kind} ${word} ${folders.length}`;
        const words = [...unseen].filter((word) => !searched.has(asked(word)) && !/^__|^\$/.test(word));
        for (const word of words) searched.add(asked(word));
        if (words.length === 0 || followed >= maximumFollowed) continue;
        const modules = new Set([...reading.programs.keys()].filter((file) => kind.test(file)).flatMap(moduleNames));
        for (const file of await workspace.mentioning(words, kind)) {
          if (reading.programs.has(file) || followed >= maximumFollowed) continue;
          followed++;
          const calls = new RegExp(`\\b(${words.join('|')})\\b`);
          const imports = kind === isPython ? importsOneOf : requiresOneOf;
          const read = await reading.program(file, (_, text) => calls.test(text) && imports(text, modules));
          news ||= read;
        }
      }
    }
    if (!news && !clients) {
      clients = true;
      const places = sharedPlaces(binds);
      const modules = new Set(places.filter((file) => isPython.test(file)).flatMap(moduleNames));
      const names = places.filter((file) => !isPython.test(file)).map((file) => file.slice(file.lastIndexOf('/') + 1));
      const connects = new RegExp(`\\b(?:${connecting.join('|')})[ \\t]*\\(`);
      const tells = (text: string) => importsOneOf(text, modules) || names.some((name) => text.includes(name));
      for (const file of places.length > 0 ? await workspace.mentioning(connecting, isPython) : []) {
        if (reading.programs.has(file) || followed >= maximumFollowed) continue;
        followed++;
        const read = await reading.program(file, (_, text) => connects.test(text) && tells(text));
        news ||= read;
      }
    }
    if (news) continue;
    const dials: Dial[] = [];
    const announcements: Announcement[] = [];
    const settings: Setting[] = [];
    for (const [file, index] of reading.programs) {
      const context = contextOf(file);
      dials.push(...linksOf(index, resolver, callers, context, readOnly(file)));
      announcements.push(...announcementsOf(index, binds, resolver, context));
      settings.push(...ignoredOptions(index, binds, resolver, context));
    }
    const bindsFor: BindsFor = (environment, files) => {
      const read = createResolver({ ...project, environment, want: () => undefined });
      const there = { resolver: read, callers: createCallers({ ...project, environment }, read, quiet, isEntryPoint) };
      return [...reading.programs.values()]
        .filter(({ program }) => files.has(program.file))
        .flatMap((index) =>
          matchCalls(index, { ...(index.program.language === 'python' ? input : inScripts), ...there }),
        );
    };
    return { binds, servers, bindsFor, dials, announcements, settings };
  }
}

/** What a file is called where it is imported: its name, that of its folder for what stands for the folder. */
function moduleNames(file: string): readonly string[] {
  if (isPython.test(file))
    return [
      file
        .replace(/(\/__init__)?\.pyw?$/, '')
        .split('/')
        .at(-1)!,
    ];
  const parts = file.replace(/\.\w+$/, '').split('/');
  if (parts.at(-1) !== 'index') return [parts.at(-1)!];
  const [above, folder] = parts.slice(-3, -1).length === 2 ? parts.slice(-3, -1) : [undefined, parts.at(-2)];
  return [folder, /^(src|lib)$/.test(folder ?? '') ? above : undefined].filter((part) => part !== undefined);
}

/** The package.json and tsconfig.json files around the programs, and those of a workspace. */
async function readPackages(
  packages: Packages,
  workspace: Workspace,
  reading: Reading,
  files: readonly string[],
): Promise<void> {
  const scripts = [...reading.programs.keys()].filter((file) => isScript.test(file));
  if (scripts.length === 0) return;
  const beside = files.filter((file) => /(^|\/)package\.json$/.test(file)).slice(0, maximumFollowed);
  const folders = () => [...new Set(scripts.flatMap(foldersOf))];
  for (
    let wanted = [...beside, ...packages.wanted(folders())];
    wanted.length > 0;
    wanted = [...packages.wanted(folders())]
  ) {
    for (const file of wanted) {
      const there = (await workspace.has(file)) ? await workspace.read(file) : undefined;
      let root: Document['root'] | undefined;
      if (there && !('kind' in there)) {
        try {
          root = (await parseDocuments(file, there.text, 'json'))[0]?.root;
        } catch (error) {
          if (!(error instanceof SyntaxProblem)) throw error;
        }
      }
      packages.add(file, root);
    }
  }
}

/** Does a text of JavaScript import a module by one of these names? */
function requiresOneOf(text: string, modules: ReadonlySet<string>): boolean {
  for (const [, module] of text.matchAll(/(?:\bfrom|\brequire\(|\bimport\(|^[ \t]*import)\s*['"]([^'"\n]+)['"]/gm)) {
    const parts = module!
      .replace(/\.[cm]?[jt]sx?$/, '')
      .split('/')
      .filter((part) => part !== 'index');
    const last = parts.at(-1) ?? '';
    if (modules.has(last) || /^\.*$/.test(last)) return true;
  }
  return false;
}

/** Files beside the server's own that its address on the loopback is written in or comes through: clients may take it from there too. */
function sharedPlaces(binds: readonly Bind[]): readonly string[] {
  const shared = binds.filter(({ host }) => isLoopback(host.value) && host.span.start !== host.span.end);
  const files = shared.flatMap(({ span, host }) =>
    [host.span, ...host.chain.map((step) => step.span)].map(({ file }) => file).filter((file) => file !== span.file),
  );
  return [...new Set(files)];
}

/** Does a text import a module by one of these names? */
function importsOneOf(text: string, modules: ReadonlySet<string>): boolean {
  for (const match of text.matchAll(/^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+([^\n]*)|import[ \t]+([^\n]*))/gm)) {
    const words = `${match[1] ?? ''} ${match[2] ?? ''} ${match[3] ?? ''}`.match(/\w+/g) ?? [];
    if (words.some((word) => modules.has(word))) return true;
  }
  return false;
}

/** Runs the rules, stamps, filters, silences and sorts what they say. */
function judge(
  facts: Facts,
  options: RunOptions,
  reading: Reading,
  ignored: (file: string) => boolean,
): Pick<Analysis, 'findings' | 'silenced'> {
  const findings: Finding[] = [];
  const suppressions = new Map<string, Suppression[]>();
  const silenced: { finding: Finding; reason: string | undefined }[] = [];
  const seen = new Set<string>();
  const suppressionsOf = (file: string) => {
    let own = suppressions.get(file);
    if (!own) {
      own = suppressionsIn(reading.comments.get(file) ?? [], reading.sources.get(file)?.text ?? '');
      suppressions.set(file, own);
    }
    return own;
  };
  const run = (id: string, rule: Rule, given: RuleOptions) => {
    for (const problem of rule.check(facts, given)) {
      if (ignored(problem.at.file)) continue;
      const context = problem.context ?? contextOf(problem.at.file);
      const severity = options.severity(id, problem.at.file, context, problem.severity, rule);
      // What a comment hides is hidden whether or not the rule is on here, so the comment is not without use.
      const own = suppressionsOf(problem.at.file);
      // A comment that silences everything does not silence what is said of itself.
      const counting = id === unusedSuppression ? own.filter((one) => one.rules.includes(id)) : own;
      const suppression = suppressedBy(counting, id, problem.at.start);
      if (severity === 'off') continue;
      const key = `${id} ${problem.at.file} ${problem.at.start} ${problem.at.end} ${problem.message}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const finding = { ...problem, rule: id, severity };
      if (suppression) silenced.push({ finding, reason: suppression.reason });
      else findings.push(finding);
    }
  };
  const { [unusedSuppression]: last, ...others } = options.rules;
  for (const [id, rule] of Object.entries(others)) run(id, rule, options);
  if (last) {
    const known = new Set(Object.keys(options.rules));
    const all = [...reading.comments.keys()].flatMap(suppressionsOf);
    run(unusedSuppression, last, {
      ...options,
      unusedSuppressions: all
        .filter((one) => !one.rules.includes(unusedSuppression))
        .flatMap((one) => unusedIn(one, known)),
      unexplainedSuppressions: all
        .filter((one) => one.silenced.size > 0 && one.reason === undefined)
        .map((one) => one.span),
    });
  }
  findings.sort((a, b) =>
    a.at.file < b.at.file ? -1 : a.at.file > b.at.file ? 1 : a.at.start - b.at.start || (a.rule < b.rule ? -1 : 1),
  );
  return { findings, silenced };
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
