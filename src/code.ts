import { isLoopback } from './address.ts';
import { append } from './append.ts';
import { contextOf } from './context.ts';
import type { Announcement, Bind, Dial, Facts, Setting } from './facts.ts';
import { announcementsOf } from './match/announcements.ts';
import { connecting } from './match/destinations.ts';
import type { Catalogue } from './match/entries.ts';
import { ignoredOptions } from './match/ignored-options.ts';
import { linksOf } from './match/links.ts';
import { connectingScripts } from './match/script-destinations.ts';
import { startedCommands, startedForItself } from './match/started-commands.ts';
import { matchCalls } from './match.ts';
import { isPython, isScript } from './prefilter.ts';
import type { Reading } from './reading.ts';
import { type BindsFor, maximumFollowed } from './reading.ts';
import { createCallers } from './resolve/callers.ts';
import { entryPoints } from './resolve/entry-points.ts';
import { foldersOf } from './resolve/modules.ts';
import { lastName, type ProgramIndex } from './resolve/names.ts';
import { createPackages, type Packages } from './resolve/packages.ts';
import { createResolver, type Project, type Resolver } from './resolve.ts';
import { type ServerSettings, settingsOfDocuments, settingsOfProgram } from './settings/server-settings.ts';
import type { Document } from './syntax/document.ts';
import { parseDocuments } from './syntax/documents.ts';
import { SyntaxProblem } from './syntax/problem.ts';
import type { Workspace } from './workspace/workspace.ts';

/** Rounds of reading modules and callers that the rounds before asked for. */
const maximumRounds = 5;

/** Matches the catalogue against the code, reading modules and callers that are asked for on the way. */
export async function readCode(
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
  /** Files that hand an address on which a server of the project listens to something. */
  const handing = new Set<string>();
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
      mapped: packages.mapped,
      loadsEnvironmentFile: packages.loadsEnvironmentFile,
      isLibrary: (module) => Object.hasOwn(python, module),
    };
    const resolver = createResolver(project);
    const quiet = (file: string) => contextOf(file) === 'test';
    const callers = createCallers(project, resolver, quiet, isEntryPoint);
    const readOnly = (file: string) => reading.sources.get(file)?.ignored === true;
    const version = (name: string, file: string) =>
      isPython.test(file) ? reading.pinned(name, file) : packages.version(name, file);
    const { dependsOn, isOffered } = packages;
    const input = { resolver, callers, catalogue: python, contextOf, version, dependsOn, isOffered, readOnly };
    const inScripts = { ...input, catalogue: javascript };
    const binds = [...reading.programs.values()].flatMap((index) =>
      matchCalls(index, index.program.language === 'python' ? input : inScripts),
    );
    // What they hand it to may lie in files that are not read yet.
    const before = wanted.length;
    const handed = new Set(handing.size > 0 ? namesOfShared(binds, reading.programs) : []);
    for (const file of handing) {
      const index = reading.programs.get(file)!;
      for (const site of index.calls)
        if (site.call.args.some(({ value }) => handed.has(lastName(value))))
          resolver.callee(site, { scope: site.scope });
    }
    const promised = wanted.splice(before);
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
    for (const [at, places] of [...promised, ...wanted].entries()) {
      if (at >= promised.length && (followed >= maximumFollowed || round >= maximumRounds)) break;
      for (const place of places) {
        if (missing.has(place)) continue;
        if (reading.programs.has(place) || reading.hasSettings(place)) break;
        if (!(await workspace.has(place))) {
          missing.add(place);
          continue;
        }
        followed++;
        const read = isCode(place) ? await reading.program(place, () => true) : await reading.namedByCode(place);
        if (read) news = true;
        else missing.add(place);
        break;
      }
    }
    if (round < maximumRounds) {
      for (const [kind, unseen, clientWords] of [
        [isPython, callers.unseen, connecting],
        [isScript, callers.unseenScripts, connectingScripts],
      ] as const) {
        // What stands for a folder hands on what others define: who imports the folder is looked for anew.
        const folders =
          kind === isScript ? [...reading.programs.keys()].filter((file) => /(^|\/)index\.\w+$/.test(file)) : [];
        const asked = (word: string) => `${kind} ${word} ${folders.length}`;
        const words = [...unseen].filter((word) => !searched.has(asked(word)) && !/^__|^\$/.test(word));
        for (const word of words) searched.add(asked(word));
        if (words.length === 0 || followed >= maximumFollowed) continue;
        const modules = new Set([...reading.programs.keys()].filter((file) => kind.test(file)).flatMap(moduleNames));
        const next = clients || !mayHaveClients(sharedPlaces(binds), kind) ? [] : clientWords;
        const called = new Set(words);
        for (const file of await workspace.mentioning(words, kind, next)) {
          if (reading.programs.has(file) || followed >= maximumFollowed) continue;
          followed++;
          const imports = kind === isPython ? importsOneOf : requiresOneOf;
          const read = await reading.program(file, (_, text) => holdsOneOf(text, called) && imports(text, modules));
          news ||= read;
        }
      }
    }
    if (!news && !clients) {
      clients = true;
      const places = sharedPlaces(binds);
      const names = places.filter((file) => !isCode(file)).map((file) => file.slice(file.lastIndexOf('/') + 1));
      for (const [kind, words, imports] of [
        [isPython, connecting, importsOneOf],
        [isScript, connectingScripts, requiresOneOf],
      ] as const) {
        const modules = new Set(places.filter((file) => kind.test(file)).flatMap(moduleNames));
        const connects = new RegExp(`\\b(?:${words.join('|')})\\b(?:\\.\\w+)?[ \\t]*\\(`);
        const tells = (text: string) => imports(text, modules) || names.some((name) => text.includes(name));
        for (const file of mayHaveClients(places, kind) ? await workspace.mentioning(words, kind) : []) {
          if (reading.programs.has(file) || followed >= maximumFollowed) continue;
          followed++;
          const read = await reading.program(file, (_, text) => connects.test(text) && tells(text));
          news ||= read;
        }
      }
      const shared = new Set(places.filter((file) => isPython.test(file)).flatMap(moduleNames));
      const words = shared.size > 0 ? namesOfShared(binds, reading.programs) : [];
      const mentioning = words.length > 0 ? await workspace.mentioning(words, isPython) : [];
      for (const file of mentioning.filter((one) => !reading.programs.has(one)).slice(0, maximumFollowed)) {
        if (!(await reading.program(file, (_, text) => importsOneOf(text, shared)))) continue;
        handing.add(file);
        news = true;
      }
    }
    if (news) continue;
    const dials: Dial[] = [];
    const announcements: Announcement[] = [];
    const settings: Setting[] = [];
    for (const [file, index] of reading.programs) {
      const context = contextOf(file);
      append(dials, linksOf(index, binds, resolver, callers, context, readOnly(file)));
      append(announcements, announcementsOf(index, binds, resolver, context));
      append(settings, ignoredOptions(index, binds, resolver, context));
    }
    const started = (index: ProgramIndex, read: Resolver) =>
      reading.startedBinds(index.program.file, startedCommands(index, read), servers).map((bind) => {
        if (!isLoopback(bind.host.value)) return bind;
        const local = bind.local ?? startedForItself(index, bind.port.value);
        return local === undefined ? bind : { ...bind, local };
      });
    const bindsFor: BindsFor = (environment, files) => {
      const read = createResolver({ ...project, environment, want: () => undefined });
      const there = { resolver: read, callers: createCallers({ ...project, environment }, read, quiet, isEntryPoint) };
      return [...reading.programs.values()]
        .filter(({ program }) => files.has(program.file))
        .flatMap((index) => [
          ...matchCalls(index, { ...(index.program.language === 'python' ? input : inScripts), ...there }),
          ...started(index, read),
        ]);
    };
    append(
      binds,
      [...reading.programs.values()].flatMap((index) => started(index, resolver)),
    );
    return { binds, servers, bindsFor, dials, announcements, settings };
  }
}

/** Does a text hold one of these identifiers? An expression of thousands of them takes longer to compile than all texts to read. */
function holdsOneOf(text: string, words: ReadonlySet<string>): boolean {
  for (const [word] of text.matchAll(/[\p{L}\p{N}\p{M}_]+/gu)) {
    if (words.has(word)) return true;
  }
  return false;
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
    [host.span, ...host.chain.map((step) => step.span)]
      .map(({ file }) => file)
      // What has a name in the server's own file may be imported from there.
      .filter((file) => file !== span.file || (isPython.test(file) && host.chain.length > 0)),
  );
  return [...new Set(files)];
}

/** So much of a line is looked at before an address: it may be as long as a file. */
const longestBefore = 200;

/** What the addresses on the loopback that servers take from other modules of Python are called there. */
function namesOfShared(binds: readonly Bind[], programs: Reading['programs']): readonly string[] {
  const names = binds.flatMap(({ span, host }) => {
    const text = span.file !== host.span.file && isLoopback(host.value) && programs.get(host.span.file)?.program.text;
    if (!text || !isPython.test(host.span.file)) return [];
    const before = text.slice(Math.max(0, host.span.start - longestBefore), host.span.start);
    return /(\w+)[ \t]*(?::[^=\n]*)?=[^=\n]*$/.exec(before)?.[1] ?? [];
  });
  return [...new Set(names)];
}

const isCode = (file: string) => isPython.test(file) || isScript.test(file);

/** May programs of a language take an address from one of these places? */
const mayHaveClients = (places: readonly string[], kind: RegExp) =>
  places.some((file) => kind.test(file) || !isCode(file));

/** Does a text import a module by one of these names? */
function importsOneOf(text: string, modules: ReadonlySet<string>): boolean {
  for (const match of text.matchAll(/^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+([^\n]*)|import[ \t]+([^\n]*))/gm)) {
    const words = `${match[1] ?? ''} ${match[2] ?? ''} ${match[3] ?? ''}`.match(/\w+/g) ?? [];
    if (words.some((word) => modules.has(word))) return true;
  }
  return false;
}
