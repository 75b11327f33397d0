import { isLoopback, isUnspecified } from './address.ts';
import { procfilePlatform } from './commands/platform-starts.ts';
import type { Bind, Context, Dial, Slot, Span, Variable } from './facts.ts';
import { isScript } from './prefilter.ts';
import { foldersOf } from './resolve/modules.ts';
import type { CommandLine } from './syntax/command.ts';
import type { Document } from './syntax/document.ts';
import type { Workspace } from './workspace/workspace.ts';

/** Platforms that read a Procfile give every web process its port. https://devcenter.heroku.com/articles/runtime-principles#web-servers */
const platformSets = (variable: string, file: string) =>
  /^(?:PORT|RAILS_ENV|RACK_ENV)$/.test(variable) && /(^|\/)Procfile$/.test(file);

/**
 * May a text set a variable of the environment, and not only read it? `PORT=8000`, `ENV PORT 8000`, `- name: PORT`.
 * @param code it is a program, whose own constants go by such names
 */
export function maySet(variable: string, text: string, code: boolean): boolean {
  if (!text.includes(variable)) return false;
  if (code) {
    // process.env.PORT = ..., os.environ["PORT"] = ..., env: { PORT: 8000 }
    const set = `\\benv(?:iron)?\\s*(?:\\.\\s*|\\[\\s*["'])${variable}\\b["'\\]\\s]*(?:\\?\\?|\\|\\|)?=(?!=)`;
    const given = `(?:^|[{,(\\s])["']?${variable}["']?\\s*:(?!:)|\\b(?:setdefault|putenv|setenv|set_key)\\(\\s*["']${variable}\\b|\\b${variable}=["'\\w{$]`;
    return new RegExp(`${set}|${given}`, 'm').test(text);
  }
  return new RegExp(`(?:^|[^\\w$\\-{])${variable}\\b(?!["']?\\s*[)\\]}])`, 'm').test(text);
}

/**
 * A default may be overridden by a variable that another file sets: then it is not known.
 * @param mentioned may a file other than this one set a variable
 */
export function withVariables(bind: Bind, mentioned: (variable: string, except: string) => boolean): Bind {
  const { file } = bind.span;
  const slot = <T>(given: Slot<T>): Slot<T> => {
    const variable = given.variables?.find((name) => platformSets(name, file) || mentioned(name, file));
    if (variable === undefined) return given;
    return { ...given, value: undefined, origin: { by: 'env', name: variable }, fixed: false };
  };
  return { ...bind, host: slot(bind.host), port: slot(bind.port) };
}

/** Packages of compilers, whose activation sets HOST to a triple such as x86_64-conda-linux-gnu. https://github.com/conda/conda/issues/7031 */
const condaCompiler =
  /^(?:[\w.-]+::)?((?:(?:gcc|gxx|gfortran|binutils|clang|clangxx)_(?:linux|osx)-[\w-]+)|compilers|(?:c|cxx|fortran)-compiler)(?![\w-])/;
const condaEnvironments = ['environment.yml', 'environment.yaml', 'conda.yml', 'conda.yaml'];

async function documentsOf(file: string, text: string): Promise<readonly Document[]> {
  const { parseDocuments } = await import('./syntax/documents.ts');
  try {
    return await parseDocuments(file, text, 'yaml');
  } catch {
    return [];
  }
}

function compilerIn(documents: readonly Document[]): Span | undefined {
  for (const { root } of documents) {
    const packages = root.kind === 'map' ? root.entries.find(({ key }) => key === 'dependencies')?.value : undefined;
    for (const node of packages?.kind === 'list' ? packages.items : []) {
      const match = node.kind === 'scalar' ? condaCompiler.exec(node.text) : null;
      if (node.kind !== 'scalar' || !match) continue;
      const start = node.span.start + node.quote.length + match[0].length - match[1]!.length;
      return { ...node.span, start, end: start + match[1]!.length };
    }
  }
  return undefined;
}

/** Binds whose host is read from HOST in a project that lets conda install compilers. */
export async function underConda(binds: readonly Bind[], workspace: Workspace): Promise<readonly Bind[]> {
  const known = new Map<string, Span | undefined>();
  const statedIn = async (folder: string): Promise<Span | undefined> => {
    for (const place of condaEnvironments) {
      const file = folder === '' ? place : `${folder}/${place}`;
      if (!(await workspace.has(file))) continue;
      const source = await workspace.read(file);
      if ('kind' in source || !/gcc|gxx|gfortran|binutils|clang|compiler/.test(source.text)) continue;
      const stated = compilerIn(await documentsOf(file, source.text));
      if (stated) return stated;
    }
    return undefined;
  };
  const found: Bind[] = [];
  for (const bind of binds) {
    const { origin } = bind.host;
    let span: Span | undefined;
    if (bind.via === 'call' && origin.by === 'env' && origin.name === 'HOST') {
      for (const folder of foldersOf(bind.span.file)) {
        if (!known.has(folder)) known.set(folder, await statedIn(folder));
        span ??= known.get(folder);
      }
    }
    found.push(span ? { ...bind, overwritten: { by: 'conda', span } } : bind);
  }
  return found;
}

/** The folders of Elastic Beanstalk, and words that their files hold. https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions.html */
const beanstalkFolder = /(?:^|\/)\.(?:ebextensions|elasticbeanstalk|platform)\/.*[^/]$/;
const beanstalkWords =
  'Resources application_name bash bin client_max_body_size commands container_commands files global http location option_settings packages server services'.split(
    ' ',
  );

/**
 * Binds in a project that Elastic Beanstalk runs are not told their port by a Procfile: the proxy before them sends requests to the
 * port that its platform, or a setting of the environment, says. https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/java-se-nginx.html
 */
export async function behindBeanstalk(binds: readonly Bind[], workspace: Workspace): Promise<readonly Bind[]> {
  if (!binds.some(byProcfile)) return binds;
  const files = await workspace.mentioning(beanstalkWords, beanstalkFolder);
  const folders = new Set(files.map((file) => file.replace(beanstalkFolder, '')));
  return binds.map((bind) => {
    if (!byProcfile(bind) || !foldersOf(bind.span.file).some((folder) => folders.has(folder))) return bind;
    const { given: _given, ...rest } = bind;
    return rest;
  });
}

const byProcfile = ({ given }: Bind) => given?.by === procfilePlatform;

/** A program that goes to a port of this machine which it is told: `f"http://127.0.0.1:{worker.port}/infer"`. */
const goesToItself =
  /^(?!.*\b(?:print|log|logger|logging|console|echo|info|debug|warn)\b).*\b(?:https?|wss?):\/\/(?:127\.0\.0\.1|localhost):\$?\{/m;

/** Binds on the loopback whose port somebody chooses anew at each start, in a project that connects to such ports. */
export async function besideClients(
  binds: readonly Bind[],
  workspace: Workspace,
  contextOf: (file: string) => Context,
): Promise<readonly Bind[]> {
  const isChosen = ({ via, host, port, local }: Bind) =>
    via === 'call' &&
    local === undefined &&
    isLoopback(host.value) &&
    host.origin.by === 'literal' &&
    port.value === undefined &&
    (port.origin.by === 'argument' || port.origin.by === 'unknown');
  if (!binds.some(isChosen)) return binds;
  const own = new Set(binds.filter(isChosen).map(({ span }) => span.file));
  for (const file of await workspace.mentioning(['127.0.0.1', 'localhost'], isCode)) {
    if (own.has(file) || contextOf(file) !== 'production') continue;
    const source = await workspace.read(file);
    if ('kind' in source || !goesToItself.test(source.text)) continue;
    return binds.map((bind) =>
      isChosen(bind) ? { ...bind, local: `${file} connects to ports of this machine` } : bind,
    );
  }
  return binds;
}

const isCode = /\.(?:pyw?|[cm]?[jt]sx?)$/;

/** What makes windows of a project's pages. A server beside them is there for these. */
const makesWindows = /"(electron|@tauri-apps\/(?:api|cli)|nw)"\s*:\s*"/;

/** Binds on the loopback in a project that is an application of the desktop, as a package.json above them says. */
export async function besideWindows(binds: readonly Bind[], workspace: Workspace): Promise<readonly Bind[]> {
  const known = new Map<string, string | undefined>();
  const madeWith = async (folder: string): Promise<string | undefined> => {
    const file = folder === '' ? 'package.json' : `${folder}/package.json`;
    const source = (await workspace.has(file)) ? await workspace.read(file) : undefined;
    return source && 'text' in source ? makesWindows.exec(source.text)?.[1] : undefined;
  };
  const found: Bind[] = [];
  for (const bind of binds) {
    let name: string | undefined;
    if (bind.via === 'call' && bind.scope === '' && bind.local === undefined && isLoopback(bind.host.value)) {
      for (const folder of foldersOf(bind.span.file)) {
        if (!known.has(folder)) known.set(folder, await madeWith(folder));
        name ??= known.get(folder);
      }
    }
    found.push(name === undefined ? bind : { ...bind, local: `${name} makes windows of this project` });
  }
  return found;
}

const constructorDefault = /^default of parameter \w+ of __init__$/;

/** Binds on the loopback by what a class of a package takes where nobody says more: those who install the package give it a host. */
export async function inPackages(binds: readonly Bind[], workspace: Workspace): Promise<readonly Bind[]> {
  const found: Bind[] = [];
  for (const bind of binds) {
    const { host, root, local } = bind;
    const given = host.chain.find(({ note }) => constructorDefault.test(note))?.span.file;
    const isElsewhere = given !== undefined && root !== undefined && !root.startsWith(`${given}:`);
    if (local !== undefined || !isElsewhere || !isLoopback(host.value)) {
      found.push(bind);
      continue;
    }
    const [own, ...above] = foldersOf(given);
    const below = (folder: string, name: string) => (folder === '' ? name : `${folder}/${name}`);
    let isInstalled = false;
    if (own !== undefined && (await workspace.has(below(own, '__init__.py'))))
      for (const folder of above) isInstalled ||= await workspace.has(below(folder, 'setup.py'));
    found.push(isInstalled ? { ...bind, local: 'those who install its package may give it another host' } : bind);
  }
  return found;
}

/**
 * What the rest of the project says of binds on the loopback: a command that serves the project where a file can also be run
 * by itself, a proxy on the same machine that passes requests on.
 * @param settings what the settings files of servers say
 * @param runsMore does a container start programs beside those that are known
 * @param proxyBeside the proxy that a container starts, whatever it passes on
 * @param mayServe does a command serve code of the project in that language, JavaScript or Python, and not data of its own
 */
export function inSurroundings(
  binds: readonly Bind[],
  settings: readonly Bind[],
  dials: readonly Dial[],
  runsMore: (scope: string) => boolean,
  proxyBeside: (scope: string) => string | undefined,
  mayServe: (command: Bind, isScript: boolean) => boolean,
): Bind[] {
  const commands = [...binds, ...settings].filter(
    (bind) =>
      (bind.via === 'command' || bind.via === 'config') &&
      bind.context === 'production' &&
      !bind.debug &&
      !bind.guarded,
  );
  const commandFor = ({ span: { file } }: Bind) =>
    commands.find((command) => isBeside(command.span.file, file) && mayServe(command, isScript.test(file)));
  const proxies = dials.filter((dial) => proxy.has(dial.framework) && isLoopback(dial.host.value));
  return binds.map((bind) => {
    if (bind.local !== undefined) return bind;
    const command = bind.standalone ? commandFor(bind) : undefined;
    if (command) return { ...bind, local: `${command.framework} serves it in ${command.span.file}` };
    if (!isLoopback(bind.host.value)) return bind;
    if (bind.standalone && bind.scope === '' && gatewayModule.test(bind.span.file))
      return { ...bind, local: 'a server loads a module of this name, and only people start it by itself' };
    // A container's loopback is out of reach for a proxy beside it.
    const isInReach = bind.scope === '' || runsMore(bind.scope);
    const before =
      isInReach && bind.port.value !== undefined
        ? proxies.find((dial) => dial.port.value === bind.port.value)
        : undefined;
    if (before) return { ...bind, local: `${before.framework} passes requests to it, see ${before.span.file}` };
    const beside = bind.scope === '' ? undefined : proxyBeside(bind.scope);
    if (beside === undefined || bind.framework === beside) return bind;
    return { ...bind, local: `${beside} is started beside it in the same container` };
  });
}

/** The words by which a variable says where a program listens. */
const listensAt = /(?:^|_)(?:HOST|HOSTNAME|BIND|LISTEN|INTERFACE|IP|ADDR|ADDRESS)$/;

/**
 * The loopback of a settings file is what holds outside of containers, where the environment of a container opens the program.
 * @param variables of the containers
 */
export function openedInContainers(binds: readonly Bind[], variables: readonly Variable[]): Bind[] {
  const opening = variables.filter(({ name, value }) => listensAt.test(name) && isUnspecified(value));
  return binds.map((bind) => {
    if (bind.local !== undefined || !isLoopback(bind.host.value)) return bind;
    const by = opening.find(({ span }) => bind.span.file.startsWith(span.file.replace(/[^/]*$/, '')));
    return by ? { ...bind, local: `${by.name} opens it in a container, see ${by.span.file}` } : bind;
  });
}

/** What servers of WSGI and ASGI load: `gunicorn wsgi:app`. https://docs.djangoproject.com/en/stable/howto/deployment/wsgi/ */
const gatewayModule = /(?:^|\/)[aw]sgi\.py$/;

/** A script of package.json runs in its folder. */
function isBeside(command: string, file: string): boolean {
  const folder = /^(.*\/)?package\.json$/.exec(command);
  return folder === null || file.startsWith(folder[1] ?? '');
}

const proxy = new Set(['nginx', 'caddy', 'apache']);

/** The proxy that one of some command lines starts. */
export function proxyStartedBy(lines: readonly CommandLine[]): string | undefined {
  const starting = /^(?:exec|sudo|service|dumb-init|tini|su-exec|gosu)$/;
  const named = /(?:^|\/)(nginx|openresty|caddy|haproxy|traefik|envoy|apache2|apachectl|apache2ctl|httpd)$/;
  for (const { words } of lines) {
    const [first, second] = words;
    const name =
      named.exec(first?.value ?? '') ?? (starting.test(first?.value ?? '') ? named.exec(second?.value ?? '') : null);
    // `nginx -t` and `nginx -s reload` start none.
    if (name && !words.some(({ value }) => /^(?:-[tTsvV]|stop|validate|fmt|version)$/.test(value))) return name[1];
  }
  return undefined;
}
