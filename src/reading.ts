import { append } from './append.ts';
import { matchCommands, programNames, type SettingsLookup } from './commands/match-commands.ts';
import type { BuiltImage } from './containers/command-containers.ts';
import type { Inclusion } from './containers/compose-includes.ts';
import type { Assembled, Assembly } from './containers/containers.ts';
import { isPlainImage, knownImage } from './containers/images.ts';
import type { StartedPrograms } from './containers/started-programs.ts';
import type { Workload } from './containers/workload.ts';
import { contextOf } from './context.ts';
import type { Bind, Dial, Publish, Variable } from './facts.ts';
import type { Extract, Format } from './format.ts';
import type { Chart } from './kubernetes/chart-values.ts';
import type { Kustomization } from './kubernetes/kustomize.ts';
import type { Manifest } from './kubernetes/manifests.ts';
import type { Catalogue } from './match/entries.ts';
import { containerPath, joined } from './paths.ts';
import { containerCommands, holdsSigns, isPython, isScript, settingsWords } from './prefilter.ts';
import type { InputProblem } from './problem.ts';
import { foldersOf } from './resolve/modules.ts';
import { indexProgram, type ProgramIndex } from './resolve/names.ts';
import { pinnedVersions } from './resolve/versions.ts';
import type { SettingsFile, Value } from './resolve.ts';
import {
  commandInContainer,
  entryOf,
  environmentOf,
  inContainer,
  literalVariablesIn,
  type Running,
  runsIn,
  variablesBehind,
  variablesIn,
} from './scopes.ts';
import { type ServerSettings, type SettingsReader, settingsLookup } from './settings/server-settings.ts';
import { suppressingComments } from './suppress.ts';
import { maySet } from './surroundings.ts';
import type { Comment, Program } from './syntax/call.ts';
import { isCompiled } from './syntax/compiled.ts';
import type { Document } from './syntax/document.ts';
import { type Notation, parseDocuments, parseTemplateDocuments } from './syntax/documents.ts';
import { guard } from './syntax/guard.ts';
import { SyntaxProblem } from './syntax/problem.ts';
import type { Source, Workspace } from './workspace/workspace.ts';

/** Charts whose values are at hand. */
const keptCharts = 8;
/** Files read because another file names them. */
export const maximumFollowed = 400;

/** Finds the binds of code again, as they are with a container's variables. */
export type BindsFor = (
  environment: (name: string) => Value | undefined,
  files: ReadonlySet<string>,
) => readonly Bind[];

/** Where a bind stands, as a key. */
export const placeOf = ({ span }: Bind) => `${span.file}:${span.start}`;

const besideOf = (file: string) => `${file.slice(0, file.lastIndexOf('/') + 1)}.env`;

/** Is it the command of an entry that the project installs itself? */
const isInstalled = ({ span }: Bind, entries: StartedPrograms['entries']): boolean =>
  entries.some(
    ({ function: installed, started: { programWord } }) =>
      installed !== undefined && programWord.span.file === span.file && programWord.span.start === span.start,
  );

/** May an image have an entry point that is not seen, which takes the words of the command for its own? */
const takesWords = ({ image, stages, workload }: Assembled): boolean =>
  [...stages, workload].every(({ entrypoint }) => entrypoint === undefined) &&
  (image === undefined || !isPlainImage(image));

/** Where nginx looks for its sites inside a container. */
const webServerFolder = /\/nginx\//;

/** A range of ports is thousands of them; more than this is no project's, and comparing them takes longer than anybody waits. */
const maximumFacts = 50_000;

/** What was read so far. */
export class Reading {
  readonly sources = new Map<string, Source>();
  readonly programs = new Map<string, ProgramIndex>();
  readonly settingsFiles: SettingsFile[] = [];
  /** By path; undefined: it was parsed, and who needs what came of it has it. */
  readonly documents = new Map<string, readonly Document[] | undefined>();
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
  readonly #named = new Map<string, Format>();
  readonly #guessed: { readonly file: string; readonly format: Format }[] = [];
  #followed = 0;
  readonly #builtElsewhere: BuiltImage[] = [];
  readonly #waiting: { readonly file: string; readonly format: Format }[] = [];
  /** The files behind a path inside a container, once containers are known. */
  #placed: (container: Assembled, path: string) => readonly string[] = () => [];
  readonly #included = new Map<string, Inclusion>();
  readonly #catalogue: Catalogue;
  readonly #programNames: RegExp;
  /** The servers that a language's own registry offers. */
  readonly #packages: ReadonlySet<string>;

  constructor(
    workspace: Workspace,
    load: (file: string, text: string) => Promise<readonly Document[]>,
    catalogue: Catalogue,
    packages: ReadonlySet<string>,
  ) {
    this.#packages = packages;
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
    const source = isCompiled(file, read.text) ? { ...read, ignored: true as const } : read;
    this.sources.set(file, source);
    return source;
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
    this.#suppressions(file, program.comments);
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
      const { unread } = program;
      if (unread !== undefined)
        this.problems.push({ file, offset: unread, kind: 'limit', message: 'more than its parser can bear' });
      const refused = refusedPython(text, program.errors, program.misindented);
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

  hasSettings(file: string): boolean {
    return this.#settled.has(file);
  }

  /** A settings file that the code names. @returns whether it was read now */
  async namedByCode(file: string): Promise<boolean> {
    const before = this.settingsFiles.length;
    await this.settings(file, true);
    return this.settingsFiles.length > before;
  }

  /** The comments of large charts take more memory than all else that is known of them. */
  #suppressions(file: string, comments: readonly Comment[]): void {
    const own = comments.filter(({ text }) => text.includes('bindlint-ignore'));
    if (own.length > 0) this.comments.set(file, own);
  }

  /** Keeps nothing of a file that has been read but what was found in it. */
  release(file: string): void {
    if (this.documents.has(file)) this.documents.set(file, undefined);
  }

  /** @param notation where the file's name does not tell */
  async parse(file: string, text: string, notation?: Notation): Promise<readonly Document[] | undefined> {
    const known = this.documents.get(file);
    if (known) return known;
    const isNew = !this.documents.has(file);
    try {
      const documents = await (notation ? parseDocuments(file, text, notation) : this.#load(file, text));
      this.documents.set(file, documents);
      if (!isNew) return documents;
      this.#suppressions(
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
      const plain = chart ? undefined : await this.#plain(file, text, notation);
      if (plain) return plain;
      const template = await parseTemplateDocuments(file, text);
      const { filledIn } = await import('./kubernetes/fill.ts');
      const documents = filledIn(file, template, chart);
      this.#suppressions(
        file,
        documents.flatMap((document) => document.comments),
      );
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

  /** @returns undefined where it is no such document before it is rendered */
  async #plain(file: string, text: string, notation: Notation): Promise<readonly Document[] | undefined> {
    try {
      return await parseDocuments(file, text, notation);
    } catch (error) {
      if (!(error instanceof SyntaxProblem) || error.kind === 'limit') throw error;
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
    // A chart's templates come one after another.
    if (this.#charts.size >= keptCharts) this.#charts.delete(this.#charts.keys().next().value!);
    this.#charts.set(root, chart);
    for (const name of ['values.yaml', 'Chart.yaml']) this.release(`${root}${name}`);
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
    const { facts, workloads, problems } = clusterFacts(this.manifests.splice(0), this.kustomizations);
    for (const fact of facts) this.facts.push(fact);
    for (const workload of workloads) this.workloads.push(workload);
    append(this.problems, problems);
  }

  /** The containers that command lines start, with the files that others build their images from. */
  async commandContainers(): Promise<void> {
    const speaking = this.commands.filter(({ file }) => containerCommands.test(this.sources.get(file)?.text ?? ''));
    if (speaking.length + this.#builtElsewhere.length === 0) return;
    const { commandContainers, builtFor } = await import('./containers/command-containers.ts');
    const found = speaking.map(({ file, lines }) => commandContainers(file, lines));
    const images: BuiltImage[] = [];
    for (const image of [...found.flatMap((one) => one.images), ...this.#builtElsewhere]) {
      for (const build of image.builds) {
        if (build.dockerfile === undefined || !(await this.#workspace.has(build.dockerfile))) continue;
        images.push({ ...image, builds: [build] });
        break;
      }
    }
    for (const { workloads, publishes } of found) {
      append(this.facts, publishes);
      for (const workload of workloads) {
        const build = builtFor(workload, images)?.builds[0];
        this.workloads.push(build ? { ...workload, build } : workload);
      }
    }
    append(
      this.images,
      images.filter(({ name }) => !name.includes('$')),
    );
  }

  /** Reads the files that others name: Dockerfiles of any name, included compose files. */
  async named(formats: Readonly<Record<string, Format>>): Promise<void> {
    const { dockerfile } = formats;
    await this.#also();
    // What no name tells may be named by another file, and is then read without asking whether it looks so.
    for (const { file, format } of this.#guessed)
      if (!this.#wasRead(file, format)) await this.#read(file, format, true);
    await this.#also();
    await this.#webServerFiles(formats);
    for (const [at, workload] of this.workloads.entries()) {
      const file = workload.build?.dockerfile;
      if (file === undefined || !/(?:^|\/)Dockerfile$/.test(file) || (await this.#workspace.has(file))) continue;
      // Docker takes one of that name too. https://github.com/moby/buildkit/blob/master/frontend/dockerui/config.go
      const lower = file.replace(/Dockerfile$/, 'dockerfile');
      if (await this.#workspace.has(lower))
        this.workloads[at] = { ...workload, build: { ...workload.build!, dockerfile: lower } };
    }
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

  /** Files that others of their kind name. */
  async #also(): Promise<void> {
    for (const [file, format] of this.#named) {
      if (this.#followed === maximumFollowed) return;
      if (this.#wasRead(file, format) || !(await this.#workspace.has(file))) continue;
      this.#followed++;
      await this.#read(file, format);
    }
  }

  /** Files of any name that containers put where nginx looks for its sites. */
  async #webServerFiles({ nginx }: Readonly<Record<string, Format>>): Promise<void> {
    if (!nginx) return;
    let looked = 0;
    for (const { files, scope } of this.workloads) {
      const folder = foldersOf(scope.replace(/#.*$/, ''))[0]!;
      for (const { from, to, of } of files) {
        if ((of ?? 'context') !== 'context' || !webServerFolder.test(to)) continue;
        for (const file of new Set([joined('', from), joined(folder, from)])) {
          if (file === undefined) continue;
          if (!/\.(?:conf|template)$/.test(file) || this.#wasRead(file, nginx) || ++looked > maximumFollowed) continue;
          if (await this.#workspace.has(file)) await this.#read(file, nginx);
        }
      }
    }
  }

  /** The commands of a file that starts programs, read whatever it holds. */
  async scripts(file: string, formats: Readonly<Record<string, Format>>): Promise<Extract['commands']> {
    for (const format of Object.values(formats)) {
      // Only what starts programs is read whatever it holds.
      const wanted = format.files.test(file) && format.literals.length === 0;
      if (wanted && !this.#wasRead(file, format)) await this.#read(file, format);
    }
    return this.commands.filter((one) => one.file === file).flatMap(({ lines }) => lines);
  }

  /** Puts containers together and reads the programs they start. */
  async containers(
    formats: Readonly<Record<string, Format>>,
  ): Promise<{ readonly assembly: Assembly; readonly running: readonly Running[] }> {
    if (this.workloads.length === 0) return { assembly: { containers: [], scopesOf: () => [] }, running: [] };
    const { runningContainers } = await import('./containers/running.ts');
    const { projectPaths } = await import('./containers/containers.ts');
    this.#placed = (container, path) =>
      projectPaths(container, containerPath(container.directory, path)).flatMap(({ file, leftOut }) =>
        leftOut ? [] : [file],
      );
    const names = new RegExp(`^${this.#programNames.source}$`, 'i');
    const found = await runningContainers({
      workloads: this.workloads,
      images: this.images,
      has: (file) => this.#workspace.has(file),
      text: async (file) => (await this.source(file))?.text,
      variables: (file, literal) => this.#variables(file, literal),
      scripts: (file) => this.scripts(file, formats),
      commanding: () => this.commands.map(({ file }) => file),
      isServer: (program) => names.test(program),
      imageVariables: (image) => knownImage(image, this.#catalogue)?.shape.environment ?? {},
    });
    const [first] = found.left;
    if (first) {
      const { file, start } = first.workload.span;
      const message = `${found.left.length} containers from here on were not looked at, because there are too many`;
      this.problems.push({ file, offset: start, kind: 'limit', message });
    }
    for (const { programs } of found.running) {
      for (const { file } of programs.entries)
        if (isPython.test(file) || isScript.test(file)) await this.program(file, () => true);
    }
    return found;
  }

  /** What an environment file sets; undefined where it is not there, or not for everybody. */
  async #variables(file: string, literal = false): Promise<readonly Variable[] | undefined> {
    const source = (await this.#workspace.has(file)) ? await this.source(file) : undefined;
    if (!source || source.ignored) return undefined;
    const document = (await this.parse(file, source.text, 'env'))?.[0];
    if (document?.root.kind !== 'map') return undefined;
    return literal ? literalVariablesIn(document) : variablesIn(document.root.entries);
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
      const handsOn = takesWords(container);
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
          settingsLookup(file, servers, undefined, (path) => this.#placed(container, path), line),
          (name) => this.pinned(name, file),
        );
        const first = line.words[0]?.span.start;
        const isOther = (found: Bind) =>
          handsOn &&
          found.span.start === first &&
          this.#catalogue[found.framework]?.commands?.some((one) => one.subcommand);
        for (const bind of binds.filter((found) => !isInstalled(found, programs.entries) && !isOther(found)))
          add(commandInContainer(bind, one, this.#hasOwnSettings(bind.framework, container, built)));
      }
      const own = code.filter((bind) => runsIn(bind, one));
      if (own.length === 0) continue;
      const names = new Set(own.flatMap(variablesBehind));
      const relevant = container.variables.filter(({ name }) => names.has(name));
      if (names.size === 0) {
        for (const bind of own) add(inContainer(bind, one));
        continue;
      }
      for (const assigned of new Set(own.map((bind) => entryOf(bind, programs)?.assigned))) {
        const set = assigned?.filter(({ name }) => names.has(name)) ?? [];
        const key = JSON.stringify([[...files], container.open, relevant, set]);
        const again = readAgain.get(key) ?? bindsFor(environmentOf(container, set), files);
        readAgain.set(key, again);
        for (const bind of again)
          if (runsIn(bind, one) && entryOf(bind, programs)?.assigned === assigned) add(inContainer(bind, one));
      }
    }
    return [...found.values()];
  }

  /** May an image bring settings of its own for a server? Packages of a language bring none, unless its build writes them. */
  #hasOwnSettings(word: string, { image }: Assembled, built: string): boolean {
    const framework = this.#catalogue[word];
    if (framework?.images === undefined) return false;
    if (!this.#packages.has(word) || image === undefined || !isPlainImage(image)) return true;
    const files = (framework.commands ?? []).flatMap(({ settings }) => settings?.files ?? []);
    return [`.${word}`, ...files].some((name) => built.includes(name));
  }

  commandBinds(servers: readonly ServerSettings[]): Bind[] {
    return this.#match((file) => settingsLookup(file, servers));
  }

  #match(lookup: (file: string) => SettingsLookup): Bind[] {
    return this.commands.flatMap(({ file, lines }) => this.#matched(file, lines, lookup(file)));
  }

  #matched(file: string, lines: Extract['commands'], lookup: SettingsLookup): Bind[] {
    const { text = '', ignored = false } = this.sources.get(file) ?? {};
    return matchCommands(lines, this.#catalogue, contextOf(file), text, ignored, lookup, (name) =>
      this.pinned(name, file),
    );
  }

  /** The binds of command lines that a program of Python starts. */
  startedBinds(file: string, lines: Extract['commands'], servers: readonly ServerSettings[]): Bind[] {
    return lines.length === 0 ? [] : this.#matched(file, lines, settingsLookup(file, servers));
  }

  async format(file: string, formats: Readonly<Record<string, Format>>): Promise<void> {
    for (const format of Object.values(formats)) {
      const isNamed = format.files.test(file);
      const { literals } = isNamed ? format : (format.elsewhere ?? {});
      if (!literals || !(isNamed || format.elsewhere!.files.test(file))) continue;
      const source = await this.source(file);
      if (!source) return;
      if (!holdsSigns(source.text, literals, this.#programNames)) continue;
      if (!isNamed) {
        this.#guessed.push({ file, format });
        continue;
      }
      // Commands say which environment files it is read with.
      if (format.environment) this.#waiting.push({ file, format });
      else await this.#read(file, format);
    }
  }

  /** What is filled in from environment files, once all commands are known that choose them. */
  async composed(): Promise<void> {
    for (const { file } of this.#waiting) await this.#inclusions(file);
    for (const { file, format } of this.#waiting) await this.#read(file, format);
  }

  async #inclusions(file: string): Promise<void> {
    const text = (await this.source(file))?.text ?? '';
    if (!/^["']?include["']?[ \t]*:/m.test(text)) return;
    const { inclusionsIn } = await import('./containers/compose-includes.ts');
    const root = (await this.parse(file, text, 'yaml'))?.[0]?.root;
    for (const [path, inclusion] of root ? inclusionsIn(file, root) : []) this.#included.set(path, inclusion);
  }

  /** The compose file that takes another one in, at the top. */
  #projectOf(file: string): string | undefined {
    let project: string | undefined;
    for (let hops = 0; hops < 8; hops++) {
      const by = this.#included.get(project ?? file)?.by;
      if (by === undefined) break;
      project = by;
    }
    return project;
  }

  /** What the environment files say that a compose file may be read with; where they differ, nothing. */
  async #given(compose: string): Promise<ReadonlyMap<string, Variable>> {
    const inclusion = this.#included.get(compose);
    const places = inclusion?.environmentFiles ?? [besideOf(compose)];
    const own = (await Promise.all(places.map((place) => this.#variables(place)))).flatMap((some) => some ?? []);
    // What takes it in goes before its own.
    if (inclusion) append(own, (await this.#variables(besideOf(inclusion.by))) ?? []);
    const naming = this.commands.filter(({ file }) => /--env-file/.test(this.sources.get(file)?.text ?? ''));
    const given = new Map(own.map((variable) => [variable.name, variable]));
    if (naming.length === 0) return given;
    const { composeCommands, environmentFilesFor } = await import('./containers/compose-commands.ts');
    const commands = naming.flatMap(({ file, lines }) => composeCommands(file, lines));
    for (const file of environmentFilesFor(compose, commands)) {
      for (const variable of (await this.#variables(file)) ?? []) {
        const known = given.get(variable.name);
        const agrees = known === undefined || known.value === variable.value;
        given.set(variable.name, agrees ? variable : { ...variable, value: undefined });
      }
    }
    return given;
  }

  readonly #wasRead = (file: string, format: Format) => this.#formatted.has(`${file} ${format.files}`);

  async #read(file: string, format: Format, guessed = false): Promise<void> {
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
    const variables = format.environment ? await this.#given(file) : undefined;
    const given = (name: string) => variables?.get(name);
    const folder = this.#included.get(file)?.folder;
    const extract = format.read({
      ...{ file, text: source.text, documents, given, guessed },
      ...(folder !== undefined && { folder }),
    });
    if ((extract.facts?.length ?? 0) > maximumFacts) {
      this.problems.push({ file, kind: 'limit', message: `more than ${maximumFacts} addresses and ports in one file` });
      return;
    }
    append(this.facts, extract.facts ?? []);
    const project = this.#projectOf(file);
    append(
      this.workloads,
      (extract.workloads ?? []).map((workload) => (project === undefined ? workload : { ...workload, project })),
    );
    append(this.manifests, extract.manifests ?? []);
    append(this.kustomizations, extract.kustomizations ?? []);
    for (const also of extract.also ?? []) this.#named.set(also, format);
    append(this.problems, extract.problems ?? []);
    append(this.#builtElsewhere, extract.images ?? []);
    if (extract.commands) this.commands.push({ file, lines: extract.commands });
  }
}
